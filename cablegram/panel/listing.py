"""One list by hand: its name, people put on it or taken off one by one, and the people of other lists (R90)."""

from __future__ import annotations

from uuid import UUID

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.contacts import lists, members
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import ListId
from cablegram.numbers.format import international
from cablegram.panel.forms import read_form
from cablegram.panel.pages import go
from cablegram.panel.visit import Http, Visitor, parts_of

_MOST_LISTS = 200  # that are offered


@post("/contacts/{list_id:uuid}/change", status_code=303)
async def change(request: Http, visit: Visitor, list_id: FromPath[UUID]) -> Redirect:
    """Give a list another name or description."""
    given, here = await read_form(request), f"/contacts/{list_id}"
    try:
        new = await lists.change(
            parts_of(request).rt,
            visit.who,
            ListId(list_id),
            name=given.one("name"),
            description=given.one("description"),
        )
    except CablegramError as error:
        return go(here, flash=("error", "The list stays as it is", error.message))
    return go(here, flash=("done", f"The list {new.name} is saved", ""))


@post("/contacts/{list_id:uuid}/people", status_code=303)
async def add(request: Http, visit: Visitor, list_id: FromPath[UUID]) -> Redirect:
    """Put somebody on a list."""
    given, here = await read_form(request), f"/contacts/{list_id}"
    try:
        put = await members.put(
            parts_of(request).rt, visit.who, ListId(list_id), number=given.one("number"), variables={}
        )
    except CablegramError as error:
        return go(here, flash=("error", "Nobody was put on the list", error.message))
    return go(here, flash=("done", f"{international(put.number)} is on the list", ""))


@post("/contacts/{list_id:uuid}/people/remove", status_code=303)
async def remove(request: Http, visit: Visitor, list_id: FromPath[UUID]) -> Redirect:
    """Take somebody off a list."""
    given, here = await read_form(request), f"/contacts/{list_id}"
    try:
        await members.remove(parts_of(request).rt, visit.who, ListId(list_id), number=given.one("number"))
    except CablegramError as error:
        return go(here, flash=("error", "The list stays as it is", error.message))
    return go(here, flash=("done", "One person left the list", "They are still a contact."))


@post("/contacts/{list_id:uuid}/join", status_code=303)
async def join(request: Http, visit: Visitor, list_id: FromPath[UUID]) -> Redirect:
    """Put the people of another list on this one."""
    given, here = await read_form(request), f"/contacts/{list_id}"
    rt = parts_of(request).rt
    others = {str(one.id): one for one in await lists.page(rt, visit.who, limit=_MOST_LISTS)}
    other = others.get(given.one("other"))
    if other is None:
        return go(here, flash=("info", "Choose a list first", ""))
    try:
        joined = await members.add_all(rt, visit.who, ListId(list_id), from_ids=[other.id])
    except CablegramError as error:
        return go(here, flash=("error", "The list stays as it is", error.message))
    return go(here, flash=("done", f"{joined:,} people of {other.name} joined the list", ""))


HANDLERS = (change, add, remove, join)
