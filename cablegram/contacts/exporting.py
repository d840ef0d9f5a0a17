"""Write a list, or all contacts, as the CSV file they could be imported from (R89, R90)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import export_store, lists, store
from cablegram.contacts.model import Person
from cablegram.kit import csvio
from cablegram.kit.ids import ContactId, ListId
from cablegram.runtime.runtime import Runtime

LISTS = "contact_lists"
"""The column of the names of lists."""
_SLICE = 1_000


async def export_csv(rt: Runtime, who: Principal, list_id: ListId) -> AsyncIterator[bytes]:
    """Yield a list's file piece by piece: number and the list's variables, in the order of contacts.

    Each piece is read for itself, so a large file holds no transaction; who joins meanwhile may be in it or not.
    Raises NotFound (`list_not_found`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        (found,) = await lists.many(conn, who.account_id, [list_id])
    yield csvio.write([["number", *found.variables]])
    last: ContactId | None = None
    while True:
        async with rt.db.connection() as conn:
            people = await store.people_after(conn, who.account_id, [list_id], after=last, limit=_SLICE)
        if people:
            yield csvio.write([_row(one, found.variables) for one in people])
        if len(people) < _SLICE:
            return
        last = people[-1].contact_id


async def export_all_csv(rt: Runtime, who: Principal, *, with_contact_lists: bool = False) -> AsyncIterator[bytes]:
    """Yield all contacts likewise: number, every variable that anybody may have, and the names of their lists if asked.

    Names of several lists stand in one cell, with semicolons between them.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        known = await export_store.variables_of_contacts(conn, who.account_id)
    variables = [one for one in known if one != LISTS or not with_contact_lists]
    yield csvio.write([["number", *variables, *([LISTS] if with_contact_lists else ())]])
    last: ContactId | None = None
    while True:
        async with rt.db.connection() as conn:
            people = await export_store.contacts_after(conn, who.account_id, after=last, limit=_SLICE)
            ids = [one.contact_id for one in people]
            on = await export_store.lists_of_contacts(conn, who.account_id, ids) if with_contact_lists else {}
        rows = [_row(one, variables) for one in people]
        if with_contact_lists:
            rows = [[*row, csvio.guard(on.get(one.contact_id, ""))] for row, one in zip(rows, people, strict=True)]
        if rows:
            yield csvio.write(rows)
        if len(people) < _SLICE:
            return
        last = people[-1].contact_id


def _row(one: Person, variables: Sequence[str]) -> list[str]:
    return [f"+{one.number}", *(csvio.guard(one.variables.get(name, "")) for name in variables)]
