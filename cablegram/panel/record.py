"""The record of one person: status, fields, tags, consent with its evidence, and all that happened (R89, R142-R144)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from cablegram.consent import blacklist
from cablegram.consent.model import Entry
from cablegram.contacts import ending, fields, joining, people, tag_words, tags
from cablegram.contacts.field_model import Field
from cablegram.contacts.model import Contact, PhoneStatus, Subscription
from cablegram.contacts.people import UNRECORDED, Change
from cablegram.kit.errors import CablegramError, InvalidInput, NotFound
from cablegram.numbers.format import international
from cablegram.panel.consent import shown
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.pages import go, page
from cablegram.panel.paging import PAGE, Cursor, Query, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.records import erase as erasing
from cablegram.records import export, history
from cablegram.records import merge as merging
from cablegram.records.model import ItemKind

_HERE = "/contacts/people"
_SHOWN = ("number", "phone_status", "reason", "subscription", "source")
_LAST_DIGITS = 4  # that are typed before somebody is forgotten


@dataclass(slots=True)
class Form:
    """A contact's record as typed; `values` are (field, value) in the order of the account's fields."""

    number: str
    phone_status: str
    reason: str
    subscription: str
    source: str
    values: list[tuple[Field, str]]


@get(f"{_HERE}/{{number:str}}")
async def show(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str]:
    """Show the record of one person."""
    found = await _known(request, visit, number)
    return await _page(request, visit, found, _form_of(found, await _own(request, visit)))


@post(f"{_HERE}/{{number:str}}", status_code=200)
async def save(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str] | Redirect:
    """Change the record by hand."""
    rt, given = parts_of(request).rt, await read_form(request)
    found = await _known(request, visit, number)
    form = _form(given, _form_of(found, await _own(request, visit)))
    try:
        changed = await people.change(rt, visit.who, _plus(number), _wanted(form, found))
    except CablegramError as error:
        return await _page(request, visit, found, form, errors=errors_of(error, _places(form)))
    body = "The new number is active." if changed.number != found.number else ""
    flash = ("done", f"The record of {international(changed.number)} is saved", body)
    return go(f"{_HERE}/{changed.number}", flash=flash)


@post(f"{_HERE}/{{number:str}}/tags", status_code=303)
async def tag(request: Http, visit: Visitor, number: FromPath[str]) -> Redirect:
    """Give the person a tag, or several with commas between them, or take some away."""
    given = await read_form(request)
    added = [word for word in given.one("add").split(",") if word.strip()]
    try:
        await tags.change_numbers(
            parts_of(request).rt, visit.who, [_plus(number)], add=added, remove=given.every("remove")
        )
    except InvalidInput as error:
        return go(f"{_HERE}/{number}", flash=("error", "No tag was changed", error.message))
    return go(f"{_HERE}/{number}")


@get(f"{_HERE}/{{number:str}}/export")
async def copy(request: Http, visit: Visitor, number: FromPath[str]) -> Stream:
    """Give a copy of all that is kept of the person (L23)."""
    found = await _known(request, visit, number)
    pieces = await export.opened(parts_of(request).rt, visit.who, _plus(found.number))
    headers = {"Content-Disposition": f'attachment; filename="{found.number}.json"', "Cache-Control": "no-store"}
    return Stream(pieces, media_type="application/json", headers=headers)


@get(f"{_HERE}/{{number:str}}/join")
async def look_at_both(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str] | Redirect:
    """Show two records beside each other before they become one."""
    kept = await _known(request, visit, number)
    try:
        gone = await people.get(parts_of(request).rt, visit.who, request.query_params.get("other", ""))
    except (InvalidInput, NotFound) as error:
        return go(f"{_HERE}/{number}", flash=("error", "There is no such other record", error.message))
    if gone.id == kept.id:
        return go(f"{_HERE}/{number}", flash=("info", "That is this record", "Name the person's other number."))
    stopped = await _barred(request, visit, gone.number) is not None
    joined = joining.join(kept, gone, gone_said_stop=stopped, now=parts_of(request).rt.clock.now())
    names = list(dict.fromkeys([*kept.variables, *gone.variables]))
    context = {"kept": kept, "gone": gone, "joined": joined, "names": names}
    return await page(request, visit, "contacts/join.html", title="Join two records", here="contacts", context=context)


@post(f"{_HERE}/{{number:str}}/join", status_code=303)
async def join(request: Http, visit: Visitor, number: FromPath[str]) -> Redirect:
    """Let two records become one."""
    other = (await read_form(request)).one("other")
    try:
        done = await merging.merge(parts_of(request).rt, visit.who, _plus(number), other=other)
    except CablegramError as error:
        return go(f"{_HERE}/{number}", flash=("error", "The records were not joined", error.message))
    body = f"{international(done.gone)} is part of this record now." + (
        " Its no to marketing counts." if done.took_its_no else ""
    )
    return go(f"{_HERE}/{done.contact.number}", flash=("done", "Two records are one", body))


@get(f"{_HERE}/{{number:str}}/forget")
async def before_forgetting(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str]:
    """Say what goes and what stays when a person is forgotten."""
    return await _forget(request, visit, await _known(request, visit, number), "", {})


@post(f"{_HERE}/{{number:str}}/forget", status_code=200)
async def forget(request: Http, visit: Visitor, number: FromPath[str]) -> Response[str] | Redirect:
    """Forget a person for good, once the end of the number was typed."""
    given, found = await read_form(request), await _known(request, visit, number)
    reason = given.one("reason")
    if given.one("typed").strip() != found.number[-_LAST_DIGITS:]:
        wrong = {"typed": f"Type the last {_LAST_DIGITS} digits of the number. Nothing was done."}
        return await _forget(request, visit, found, reason, wrong)
    try:
        done = await erasing.erase(parts_of(request).rt, visit.who, _plus(number), reason=reason)
    except InvalidInput as error:
        return await _forget(request, visit, found, reason, errors_of(error))
    body = (
        f"{done.messages + done.texts:,} messages and texts are empty now; {done.withdrawn:,} that waited are refunded."
    )
    return go(_HERE, flash=("done", "The person is forgotten", body))


async def _known(request: Http, visit: Visit, number: str) -> Contact:
    """Return the contact that an address names. Raises NotFound (`contact_not_found`)."""
    try:
        return await people.get(parts_of(request).rt, visit.who, _plus(number))
    except InvalidInput:
        raise NotFound("contact_not_found", "There is no such contact in this account.") from None


async def _own(request: Http, visit: Visit) -> list[Field]:
    return [one for one in await fields.every(parts_of(request).rt, visit.who) if not one.is_built_in]


async def _page(
    request: Http, visit: Visit, contact: Contact, form: Form, *, errors: Errors | None = None
) -> Response[str]:
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    number = _plus(contact.number)
    wanted = request.query_params.get("kind", "")
    kinds = frozenset({ItemKind(wanted)} if wanted in set(ItemKind) else ItemKind)
    items = await history.page(rt, visit.who, number, kinds=kinds, after=cursor.after, limit=PAGE + 1)
    query: Query = [("kind", wanted)]
    listed = paged(f"{_HERE}/{contact.number}", query, cursor, items, [one.id for one in items])
    async with rt.db.connection() as conn:
        lists = await ending.lists_of(conn, visit.who.account_id, contact)
    context: dict[str, Any] = {
        "contact": contact,
        "barred": await _barred(request, visit, contact.number),
        "form": form,
        "lists": lists,
        "items": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "kind": wanted,
        "consent": await shown(request, visit, contact.number),
        "longest_tag": tag_words.LONGEST,
        "errors": errors or {},
        "summary": summary_of(errors or {}, (*_SHOWN, *_places(form).values())),
    }
    title = international(contact.number)
    status = 422 if errors else 200
    return await page(
        request, visit, "contacts/person.html", title=title, here="contacts", context=context, status=status
    )


async def _forget(request: Http, visit: Visit, contact: Contact, reason: str, errors: Errors) -> Response[str]:
    context = {
        "contact": contact,
        "digits": _LAST_DIGITS,
        "reason": reason,
        "barred": await _barred(request, visit, contact.number),
        "errors": errors,
    }
    return await page(
        request,
        visit,
        "contacts/forget.html",
        title="Forget this person",
        here="contacts",
        context=context,
        status=422 if errors else 200,
    )


async def _barred(request: Http, visit: Visit, number: str) -> Entry | None:
    try:
        return await blacklist.check(parts_of(request).rt, visit.who, _plus(number))
    except NotFound:
        return None


def _wanted(form: Form, known: Contact) -> Change:
    """Return what differs from the record: what stays as it was is not said again."""
    said = known.subscription.value if known.subscription else UNRECORDED
    is_new = form.subscription != said or form.source != (known.subscription_source or "")
    changed = {one.name: value for one, value in form.values if known.variables.get(one.name, "") != value}
    return Change(
        number=form.number,
        phone_status=_phone_status(form, known),
        subscription=Subscription(form.subscription) if is_new and form.subscription in set(Subscription) else None,
        source=form.source,
        variables=changed,
        reason=form.reason,
    )


def _phone_status(form: Form, known: Contact) -> PhoneStatus | None:
    is_word = form.phone_status in set(PhoneStatus)
    return PhoneStatus(form.phone_status) if is_word and form.phone_status != known.phone_status else None


def _places(form: Form) -> Mapping[str, str]:
    """Return which input of the form has which variable."""
    return {f"variables.{one.name}": f"v_{place}" for place, (one, _) in enumerate(form.values)}


def _form(given: Fields, known: Form) -> Form:
    return Form(
        given.one("number"),
        given.one("phone_status"),
        given.one("reason").strip(),
        given.one("subscription"),
        given.one("source").strip(),
        [(one, given.one(f"v_{place}")) for place, (one, _) in enumerate(known.values)],
    )


def _form_of(known: Contact, own: Sequence[Field]) -> Form:
    """Return the record as it stands: the account's fields in their order, then what else the person has."""
    names = {one.name for one in own}
    others = [Field(name, name) for name in known.variables if name not in names]
    return Form(
        f"+{known.number}",
        known.phone_status.value,
        "",
        known.subscription.value if known.subscription else UNRECORDED,
        known.subscription_source or "",
        [(one, known.variables.get(one.name, "")) for one in [*own, *others]],
    )


def _plus(number: str) -> str:
    return f"+{number.lstrip('+')}"


HANDLERS = (show, save, tag, copy, look_at_both, join, before_forgetting, forget)
