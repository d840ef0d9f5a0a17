"""The variables of one contact: read, set and deleted, all or one (R89)."""

from __future__ import annotations

from collections.abc import Mapping

from cablegram.accounts.access import Principal
from cablegram.contacts import people
from cablegram.contacts.model import Contact
from cablegram.contacts.people import Change
from cablegram.kit.errors import NotFound
from cablegram.runtime.runtime import Runtime


async def every(rt: Runtime, who: Principal, number: str) -> dict[str, str]:
    """Return a contact's variables. Raises as `people.get`."""
    return (await people.get(rt, who, number)).variables


async def one(rt: Runtime, who: Principal, number: str, name: str) -> str:
    """Return one. Raises as `people.get`, and NotFound (`variable_not_found`)."""
    found = await people.get(rt, who, number)
    if name not in found.variables:
        raise _no_such(found, name)
    return found.variables[name]


async def replace(rt: Runtime, who: Principal, number: str, variables: Mapping[str, str]) -> Contact:
    """Give a contact these variables and no others. Raises as `people.change`."""
    return await people.change(rt, who, number, Change(variables=variables, is_whole=True))


async def put(rt: Runtime, who: Principal, number: str, name: str, *, value: str) -> Contact:
    """Set one; the others stay. Raises as `people.change`."""
    return await people.change(rt, who, number, Change(variables={name: value}))


async def delete(rt: Runtime, who: Principal, number: str, name: str) -> Contact:
    """Delete one. Raises as `people.change`, and NotFound (`variable_not_found`)."""
    found = await people.get(rt, who, number)
    if name not in found.variables:
        raise _no_such(found, name)
    return await people.change(rt, who, number, Change(without=(name,)))


def _no_such(contact: Contact, name: str) -> NotFound:
    return NotFound("variable_not_found", f"The contact +{contact.number} has no variable {name[:60]!r}.")
