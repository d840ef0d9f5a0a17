"""Contacts > People: everybody, or whom a filter finds, in columns of one's own; and deeds on many of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.audiences import deeds, exporting, filters, views
from cablegram.audiences import people as filtered
from cablegram.audiences.deed_model import Deed, Done, What
from cablegram.audiences.filter_check import Catalog
from cablegram.audiences.filter_model import SUBJECTS, Kind, Op, Trait
from cablegram.audiences.model import Counted, Found, Sort
from cablegram.contacts import lists, people
from cablegram.contacts.model import PhoneStatus, Subscription
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotFound
from cablegram.panel.contacts import tabs
from cablegram.panel.forms import Fields, read_form, read_ids
from cablegram.panel.pages import Context, go, page, part
from cablegram.panel.paging import PAGE, Cursor, Query, address, paged, without
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

HERE: Final = "/contacts/people"
_NUMBER = re.compile(r"[+\d\s().-]*\d[+\d\s().-]*")
_STANDARD: Final = ("name", "phone", "subscription", "updated")
_COLUMNS: Final = {
    "name": "Name",
    "country": "Country",
    "phone": "Phone",
    "subscription": "Subscription",
    "tags": "Tags",
    "created": "Since",
    "updated": "Changed",
}
_MOST_VARIABLES = 60  # that can be columns
_LISTS = 100
_DEEDS: Final = {
    What.TAG: "Give a tag",
    What.UNTAG: "Take a tag away",
    What.JOIN: "Put on a list",
    What.LEAVE: "Take off a list",
    What.PAUSE: "Pause their phones",
    What.ACTIVATE: "Go on with paused phones",
    What.UNSUBSCRIBE: "Unsubscribe",
    What.BLACKLIST: "Put on the blacklist",
}
_EXPORT: Final = "export"


@dataclass(slots=True)
class Asked:
    """What the address says: whom, which columns, in which order."""

    q: str
    phone: str
    subscription: str
    columns: tuple[str, ...]
    sort: Sort
    fault: str = ""
    query: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @property
    def is_number(self) -> bool:
        """Tell whether somebody looks for one number."""
        return bool(_NUMBER.fullmatch(self.q))

    def also(self) -> list[Trait]:
        """Return the statuses asked for as parts of a filter."""
        asked = (("phone", self.phone, set(PhoneStatus)), ("subscription", self.subscription, _SAID))
        return [Trait(subject, Op.IS, (word,), kind=Kind.STATUS) for subject, word, words in asked if word in words]

    def text(self) -> str:
        """Return the whole of it as one filter."""
        parts = [f"{one.subject} = {one.values[0]}" for one in self.also()]
        return " and ".join([*([f"({self.q})"] if self.q and parts else [self.q] if self.q else []), *parts])


_SAID: Final = {*Subscription, people.UNRECORDED}


@get(HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show everybody, or whom a filter finds; a number that is searched leads to its record."""
    asked, rt = _asked(request), parts_of(request).rt
    rows, counted = await _found(request, visit, asked)
    cursor = Cursor.of(request)
    listed = paged(HERE, asked.query, cursor, rows, [one.contact.id for one in rows])
    known = await filters.known(rt, visit.who)
    columns = _COLUMNS | {name: name for name in known.field_names()[:_MOST_VARIABLES] if name not in _COLUMNS}
    context: Context = {
        "tabs": tabs(HERE),
        "asked": asked,
        "filter": asked.text(),
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "counted": counted,
        "is_filtered": bool(asked.q or asked.also()),
        "clear": {name: without(HERE, asked.query, name) for name in ("phone", "subscription")},
        "columns": columns,
        "heads": [(columns.get(name, name), "") for name in asked.columns],
        "words": words_of(known),
        "lists": [(str(one.id), one.name) for one in await lists.page(rt, visit.who, limit=_LISTS)],
        "deeds": {what.value: label for what, label in _DEEDS.items()},
        "views": [(one, _address(one)) for one in await views.every(rt, visit.who)],
        "done": [(one, _told(one)) for one in await deeds.newest(rt, visit.who) if one.can_be_undone],
        "count": address(f"{HERE}/count", asked.query),
        "save_segment": address("/contacts/segments/new", [("q", asked.text())]),
    }
    return await page(request, visit, "contacts/people.html", title="People", here="contacts", context=context)


@get(f"{HERE}/count")
async def count(request: Http, visit: Visitor) -> Response[str]:
    """Say how many people the filter finds, for a page that is there already."""
    asked, counted = _asked(request), None
    try:
        counted = await filtered.count(parts_of(request).rt, visit.who, asked.q, also=asked.also())
    except CablegramError as error:
        asked.fault = error.message
    return part(request, visit.session, "contacts/_count.html", {"counted": counted, "asked": asked})


@post(f"{HERE}/do", status_code=303)
async def do(request: Http, visit: Visitor) -> Redirect:
    """Do something to those who were picked, or to all whom the filter finds."""
    fields, rt = await read_form(request), parts_of(request).rt
    text, what = fields.one("filter"), fields.one("what")
    back = fields.one("back") if fields.one("back").startswith(f"{HERE}?") else HERE
    try:
        if what == _EXPORT:
            job_id = await exporting.start(rt, visit.who, text or None, name="People")
            return go(f"/messages/jobs/{job_id}")
        deed = _deed(fields, what)
        if fields.one("whom") == "all":
            about = f"{_DEEDS[deed.what]}: {text or 'everybody'}"[:200]
            return go(f"/messages/jobs/{await deeds.start(rt, visit.who, text or None, deed, about=about)}")
        done = await deeds.do(rt, visit.who, read_ids(fields.every("id")), deed)
    except (InvalidInput, Conflict, NotFound) as error:
        return go(back, flash=("error", "Nothing was done", error.message))
    if not done.people:
        return go(back, flash=("info", "Nothing changed", "Pick people whom it would change first."))
    return go(back, flash=("done", _told(done), "Undo it below, if it was not meant." if done.can_be_undone else ""))


@post(f"{HERE}/deeds/{{deed_id:uuid}}/undo", status_code=303)
async def undo(request: Http, visit: Visitor, deed_id: FromPath[UUID]) -> Redirect:
    """Take a deed back."""
    try:
        n = await deeds.undo(parts_of(request).rt, visit.who, deed_id)
    except Conflict as error:
        return go(HERE, flash=("info", "It stays as it is", error.message))
    return go(HERE, flash=("done", "It is undone", f"{n:,} people are as they were."))


@post(f"{HERE}/views", status_code=303)
async def save_view(request: Http, visit: Visitor) -> Redirect:
    """Keep what one looks at under a name."""
    fields = await read_form(request)
    sort = fields.one("sort")
    back = fields.one("back") if fields.one("back").startswith(f"{HERE}?") else HERE
    try:
        await views.save(
            parts_of(request).rt,
            visit.who,
            fields.one("name"),
            text=fields.one("filter"),
            columns=fields.one("columns").split(),
            sort=Sort(sort) if sort in set(Sort) else Sort.NEWEST,
        )
    except (InvalidInput, Conflict) as error:
        return go(back, flash=("error", "The view was not saved", error.message))
    return go(back, flash=("done", "The view is saved", "Find it under Views."))


@post(f"{HERE}/views/{{view_id:uuid}}/delete", status_code=303)
async def delete_view(request: Http, visit: Visitor, view_id: FromPath[UUID]) -> Redirect:
    """Delete a view."""
    await views.delete(parts_of(request).rt, visit.who, view_id)
    return go(HERE, flash=("done", "The view is deleted", ""))


def words_of(known: Catalog) -> list[str]:
    """Return what a filter can begin with, for whoever types one: subjects, fields, and the names of things."""
    names = [name if re.fullmatch(r'[^\s"=<>!(),]+', name) else f'"{name}"' for name in known.field_names()]
    things = [
        f'{kind} = "{one.name}"' if " " in one.name else f"{kind} = {one.name}"
        for kind, some in known.things.items()
        if kind in SUBJECTS
        for one in some
    ]
    return [*names, *SUBJECTS, *things[:200]]


async def _found(request: Http, visit: Visit, asked: Asked) -> tuple[Sequence[Found], Counted | None]:
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    if asked.is_number:
        try:
            contact = await people.get(rt, visit.who, asked.q)
        except (InvalidInput, NotFound):
            return [], None
        return [Found(contact, [])], None
    try:
        found = await filtered.page(
            rt, visit.who, asked.q, also=asked.also(), sort=asked.sort, after=cursor.after, limit=PAGE + 1
        )
    except CablegramError as error:
        asked.fault = error.message
        return [], None
    # Counting many takes longer than a page may; the page asks for it by itself.
    return found, Counted(len(found)) if len(found) <= PAGE and not cursor.after else None


def _asked(request: Http) -> Asked:
    query = request.query_params
    q, phone, said, sort = (query.get(name, "").strip() for name in ("q", "phone", "subscription", "sort"))
    columns = tuple(dict.fromkeys(query.getall("c", [])))[: views.MOST_COLUMNS] or _STANDARD
    order = Sort(sort) if sort in set(Sort) else Sort.NEWEST
    given: Query = [("q", q), ("phone", phone), ("subscription", said), *(("c", one) for one in query.getall("c", []))]
    kept = [(name, value) for name, value in [*given, ("sort", sort)] if value]
    return Asked(q, phone, said, columns, order, query=kept)


def _deed(fields: Fields, what: str) -> Deed:
    if what not in set(What):
        raise InvalidInput("nothing_to_do", "Choose what to do with them.")
    deed = What(what)
    value = fields.one("tag") if deed in {What.TAG, What.UNTAG} else fields.one("list")
    return Deed(deed, value)


def _told(done: Done) -> str:
    what = _DEEDS[done.deed.what] + (f" {done.deed.value}" if done.deed.what in {What.TAG, What.UNTAG} else "")
    return f"{what}: {done.people:,} {'person' if done.people == 1 else 'people'}"


def _address(view: views.View) -> str:
    pairs: list[tuple[str, Any]] = [("q", view.text), *(("c", one) for one in view.columns), ("sort", view.sort.value)]
    return f"{HERE}?{urlencode([(name, value) for name, value in pairs if value])}"


HANDLERS = (show, count, do, undo, save_view, delete_view)
