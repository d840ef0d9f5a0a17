"""`cablegram lists`: contact lists, made, named, joined and deleted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from cablegram.accounts.access import Principal
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment, table
from cablegram.contacts import lists, members
from cablegram.contacts.model import ContactList
from cablegram.kit.errors import NotFound
from cablegram.runtime.runtime import Runtime

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]
_List = Annotated[str, Parameter(help="Name or id.")]


def create(
    name: str, /, *, description: str = "", account: _Account = None, place: Place = HERE, json: AsJson = False
) -> None:
    """Make an empty list."""

    async def deed(rt: Runtime) -> ContactList:
        _, who = await choosing.acting(rt, account)
        return await lists.create(rt, who, name, description=description)

    made = act(place, deed)
    say(f"The list {made.name} is made ({made.id}).", asdict(made), as_json=json)


def list_lists(*, limit: int = 50, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """List contact lists, newest first."""

    async def deed(rt: Runtime) -> list[ContactList]:
        _, who = await choosing.acting(rt, account)
        return await lists.page(rt, who, limit=limit)

    found = act(place, deed)
    rows = [(one.name, f"{one.size:,}", ", ".join(one.variables), moment(one.created_at)) for one in found]
    text = table(("name", "people", "variables", "made (UTC)"), rows) if rows else "There is no contact list yet."
    say(text, [asdict(one) for one in found], as_json=json)


def change(
    which: _List,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Change a list's name or description."""

    async def deed(rt: Runtime) -> ContactList:
        _, who = await choosing.acting(rt, account)
        found = await _there(rt, who, which)
        return await lists.change(rt, who, found.id, name=name, description=description)

    changed = act(place, deed)
    say(f"The list {changed.name} is saved.", asdict(changed), as_json=json)


def join(
    which: _List, others: list[str], /, *, account: _Account = None, place: Place = HERE, json: AsJson = False
) -> None:
    """Put the people of other lists on a list, each once."""

    async def deed(rt: Runtime) -> int:
        _, who = await choosing.acting(rt, account)
        found = await _there(rt, who, which)
        ids = [(await _there(rt, who, one)).id for one in others]
        return await members.add_all(rt, who, found.id, from_ids=ids)

    joined = act(place, deed)
    say(f"{many(joined, 'contact')} joined the list.", {"joined": joined}, as_json=json)


def delete(which: _List, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Delete a list; its people stay contacts."""

    async def deed(rt: Runtime) -> ContactList:
        _, who = await choosing.acting(rt, account)
        found = await _there(rt, who, which)
        await lists.delete(rt, who, found.id)
        return found

    gone = act(place, deed)
    say(f"The list {gone.name} is deleted; its people stay.", {"id": gone.id}, as_json=json)


async def _there(rt: Runtime, who: Principal, which: str) -> ContactList:
    found = await choosing.contact_list(rt, who, which)
    if found is None:
        raise NotFound("list_not_found", f"The account has no contact list {which}.")
    return found
