"""Who is in several lists together, for campaigns: read in slices that cost the same wherever they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import lists, store
from cablegram.contacts.model import Person
from cablegram.kit.ids import AccountId, ContactId, ListId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


async def reach(rt: Runtime, who: Principal, list_ids: Sequence[ListId]) -> int:
    """Return how many people are in lists together. Raises NotFound (`list_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await count_people(conn, who.account_id, list_ids)


async def people_after(
    conn: Conn, account_id: AccountId, list_ids: Sequence[ListId], *, after: ContactId | None, limit: int
) -> list[Person]:
    """Return the next people, each once however many lists they are in, in the order of their ids.

    Fewer than `limit` means that these are the last.
    """
    return await store.people_after(conn, account_id, list_ids, after=after, limit=limit)


async def people_of_numbers(conn: Conn, account_id: AccountId, numbers: Collection[str]) -> dict[str, Person]:
    """Return the contacts of numbers (digits of E.164), by number; who is no contact of the account is left out."""
    return {one.number: one for one in await store.people_of_numbers(conn, account_id, numbers)}


async def count_people(conn: Conn, account_id: AccountId, list_ids: Sequence[ListId]) -> int:
    """Count them. Raises NotFound (`list_not_found`)."""
    found = await lists.many(conn, account_id, list_ids)
    if len(found) == 1:
        return found[0].size
    return await store.count_people(conn, account_id, list_ids)
