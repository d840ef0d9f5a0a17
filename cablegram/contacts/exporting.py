"""Write a list as the CSV file it could be imported from (R90)."""

from __future__ import annotations

from collections.abc import AsyncIterator

from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import lists, store
from cablegram.kit import csvio
from cablegram.kit.ids import ContactId, ListId
from cablegram.runtime.runtime import Runtime

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
        rows = [
            [f"+{one.number}", *(csvio.guard(one.variables.get(name, "")) for name in found.variables)]
            for one in people
        ]
        if rows:
            yield csvio.write(rows)
        if len(people) < _SLICE:
            return
        last = people[-1].contact_id
