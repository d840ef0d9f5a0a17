"""Contacts > Segments: saved filters, built by choosing conditions or by writing, counted as one types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.audiences import filter_text, filter_words, filters, people, segments
from cablegram.audiences.filter_model import (
    FIELD,
    OPS,
    SUBJECTS,
    WITHOUT_VALUE,
    All,
    AnyOf,
    BadFilter,
    Kind,
    Op,
    Trait,
)
from cablegram.audiences.model import Counted, Found
from cablegram.audiences.segments import SegmentChange, Shown
from cablegram.kit.errors import CablegramError, Conflict, Unavailable
from cablegram.kit.ids import SegmentId
from cablegram.panel.contacts import tabs
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.pages import Context, go, page, part
from cablegram.panel.paging import PAGE, Cursor, address, paged
from cablegram.panel.people import words_of
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

HERE: Final = "/contacts/segments"
_SHOWN = 5  # people of a segment
# Who is in a segment and still gets no marketing.
_BARRED: Final = AnyOf(
    (
        Trait("phone", Op.IS_NOT, ("active",), kind=Kind.STATUS),
        Trait("subscription", Op.IS, ("not_subscribed",), kind=Kind.STATUS),
        Trait("blacklisted", Op.IS, ("yes",), kind=Kind.STATUS),
    )
)
OP_WORDS: Final = {
    Op.IS: "is",
    Op.IS_NOT: "is not",
    Op.LESS: "is less than, or before",
    Op.AT_MOST: "is at most, or until",
    Op.MORE: "is more than, or after",
    Op.AT_LEAST: "is at least, or since",
    Op.CONTAINS: "contains",
    Op.STARTS_WITH: "starts with",
    Op.ENDS_WITH: "ends with",
    Op.IN_LAST: "was in the last ... days",
    Op.IN_NEXT: "is in the next ... days",
    Op.IS_SET: "is there",
    Op.IS_EMPTY: "is not there",
}
_SAMPLES: Final = (
    ("People who agreed and whose phones take texts", "subscription = subscribed and phone = active"),
    ("People whom nothing reached for half a year", "created before 2026-01-01 and not delivered in last 180 days"),
    ("People who wrote to you this month", "replied in last 30 days"),
)


@dataclass(slots=True)
class Form:
    """A segment as typed."""

    name: str = ""
    description: str = ""
    filter: str = ""


@dataclass(slots=True)
class Look:
    """What a filter finds: how many, some of them, how many of them get no marketing; or why it can't be read."""

    counted: Counted | None = None
    barred: Counted | None = None
    some: list[Found] | None = None
    fault: str = ""


@get(HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the segments."""
    cursor = Cursor.of(request)
    found = await segments.page(parts_of(request).rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged(HERE, [], cursor, found, [one.segment.id for one in found])
    context: Context = {
        "tabs": tabs(HERE),
        "segments": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "samples": [(name, address(f"{HERE}/new", [("name", name), ("q", text)])) for name, text in _SAMPLES],
    }
    return await page(request, visit, "contacts/segments.html", title="Segments", here="contacts", context=context)


@get(f"{HERE}/new")
async def show_new(request: Http, visit: Visitor) -> Response[str]:
    """Show an empty segment, or one that begins with a filter."""
    query = request.query_params
    return await _page(request, visit, Form(query.get("name", ""), "", query.get("q", "")))


@post(HERE, status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Save a new segment, or put a condition in or out of what is being written."""
    fields = await read_form(request)
    form = _form(fields)
    if fields.one("do"):
        return await _page(request, visit, _edited(form, fields))
    try:
        made = await segments.create(
            parts_of(request).rt, visit.who, form.name, form.filter, description=form.description
        )
    except CablegramError as error:
        return await _page(request, visit, form, errors=errors_of(error))
    flash = ("done", f"The segment {made.segment.name} is saved", "A campaign can go to it now.")
    return go(f"{HERE}/{made.segment.id}", flash=flash)


@post(f"{HERE}/count", status_code=200)
async def count(request: Http, visit: Visitor) -> Response[str]:
    """Say what the filter that is being written finds."""
    form = _form(await read_form(request))
    context: Context = {"look": await _look(request, visit, form.filter), "form": form}
    return part(request, visit.session, "contacts/_counted.html", context)


@get(f"{HERE}/{{segment_id:uuid}}/size")
async def size(request: Http, visit: Visitor, segment_id: FromPath[UUID]) -> Response[str]:
    """Say how many people a segment finds now, for pages that list segments: none of them waits for it."""
    rt = parts_of(request).rt
    found = await segments.get(rt, visit.who, SegmentId(segment_id))
    try:
        look = Look(counted=await people.count(rt, visit.who, found.segment.filter))
    except Unavailable as error:
        look = Look(fault=error.message)
    return part(request, visit.session, "contacts/_count.html", {"counted": look.counted, "asked": look})


@get(f"{HERE}/{{segment_id:uuid}}")
async def show_one(request: Http, visit: Visitor, segment_id: FromPath[UUID]) -> Response[str]:
    """Show a segment, whom it finds, and its form."""
    found = await segments.get(parts_of(request).rt, visit.who, SegmentId(segment_id))
    form = Form(found.segment.name, found.segment.description, found.text)
    return await _page(request, visit, form, of=found)


@post(f"{HERE}/{{segment_id:uuid}}", status_code=200)
async def save(request: Http, visit: Visitor, segment_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Change a segment."""
    rt, fields = parts_of(request).rt, await read_form(request)
    found = await segments.get(rt, visit.who, SegmentId(segment_id))
    form = _form(fields)
    if fields.one("do"):
        return await _page(request, visit, _edited(form, fields), of=found)
    try:
        change = SegmentChange(form.name, form.description, form.filter)
        changed = await segments.change(rt, visit.who, found.segment.id, change)
    except CablegramError as error:
        return await _page(request, visit, form, of=found, errors=errors_of(error))
    return go(f"{HERE}/{segment_id}", flash=("done", f"The segment {changed.segment.name} is saved", ""))


@post(f"{HERE}/{{segment_id:uuid}}/delete", status_code=303)
async def delete(request: Http, visit: Visitor, segment_id: FromPath[UUID]) -> Redirect:
    """Delete a segment; nothing happens to its people."""
    rt = parts_of(request).rt
    found = await segments.get(rt, visit.who, SegmentId(segment_id))
    try:
        await segments.delete(rt, visit.who, found.segment.id)
    except Conflict as error:
        return go(f"{HERE}/{segment_id}", flash=("error", "The segment stays", error.message))
    return go(HERE, flash=("done", f"The segment {found.segment.name} is deleted", "Nothing happened to its people."))


async def _page(
    request: Http, visit: Visit, form: Form, *, of: Shown | None = None, errors: Errors | None = None
) -> Response[str]:
    known = await filters.known(parts_of(request).rt, visit.who)
    context: Context = {
        "of": of,
        "form": form,
        "errors": errors or {},
        "summary_of": summary_of(errors or {}, ("name", "description", "filter")),
        "look": await _look(request, visit, form.filter),
        "parts": _parts(form.filter),
        "words": words_of(known),
        "fields": [(name, name) for name in known.field_names()],
        "subjects": [(one.word, one.about) for one in SUBJECTS.values()],
        "ops": [(op.value, word) for op, word in OP_WORDS.items()],
        "action": f"{HERE}/{of.segment.id}" if of else HERE,
        "people": address("/contacts/people", [("q", form.filter)]),
    }
    title = of.segment.name if of else "New segment"
    status = 422 if errors else 200
    return await page(
        request, visit, "contacts/segment.html", title=title, here="contacts", status=status, context=context
    )


async def _look(request: Http, visit: Visit, text: str) -> Look:
    rt = parts_of(request).rt
    if not text.strip():
        return Look()
    try:
        return Look(
            counted=await people.count(rt, visit.who, text),
            barred=await people.count(rt, visit.who, text, also=[_BARRED]),
            some=await people.page(rt, visit.who, text, limit=_SHOWN),
        )
    except (BadFilter, Unavailable) as error:
        return Look(fault=error.message)


def _form(fields: Fields) -> Form:
    return Form(fields.one("name"), fields.one("description"), fields.one("filter"))


def _parts(text: str) -> list[str]:
    """Return the conditions that stand beside one another, all of which must hold, as people write them."""
    try:
        found = filter_text.parse(text)
    except BadFilter:
        return []
    return [filter_words.write(one) for one in (found.parts if isinstance(found, All) else (found,))]


def _edited(form: Form, fields: Fields) -> Form:
    """Return a form with a condition more, or with one less (`do` is `drop-2`)."""
    parts, deed = _parts(form.filter), fields.one("do")
    if deed.startswith("drop-"):
        place = deed.removeprefix("drop-")
        kept = [one for at, one in enumerate(parts) if str(at) != place]
        return Form(form.name, form.description, _joined(kept))
    added = _condition(fields.one("subject"), fields.one("op"), fields.one("value"))
    if not added or (form.filter.strip() and not parts):
        return form
    return Form(form.name, form.description, _joined([*parts, added]))


def _joined(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    each = [filter_text.parse(one) for one in parts]
    return filter_words.write(All(tuple(each))) if each else ""


def _condition(subject: str, op: str, value: str) -> str:
    """Return a condition as people write it; empty where one was not chosen whole."""
    if op not in set(Op) or not subject:
        return ""
    how = Op(op)
    named = subject if subject in SUBJECTS else FIELD
    values = () if how in WITHOUT_VALUE else (value.strip(),)
    if values and not values[0]:
        return ""
    if named in SUBJECTS and how not in OPS[SUBJECTS[named].kind]:
        return ""
    return filter_words.write(Trait(named, how, values, "" if named in SUBJECTS else subject))


HANDLERS = (show, show_new, make, count, size, show_one, save, delete)
