"""Who is in an audience: read in slices, counted, checked.

Nothing is kept of an audience but its words. Who is in it is asked anew for each slice, in the order of contacts, so
that a person is judged once, as they are when their turn comes; who came after the start is left out.
"""

from __future__ import annotations

from datetime import datetime

from cablegram.audiences import store
from cablegram.audiences.model import Audience
from cablegram.contacts import audience as of_lists
from cablegram.contacts import lists
from cablegram.contacts.model import Person
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import AccountId, ContactId
from cablegram.runtime.database import Conn

_LARGEST_STRIDE = 32_000  # contacts that one statement looks at where few of them are in the audience


async def people_after(
    conn: Conn, account_id: AccountId, audience: Audience, *, after: ContactId | None, until: datetime, limit: int
) -> list[Person]:
    """Return the next people of an audience who were there at `until`, each once, in the order of their ids.

    Fewer than `limit` means that these are the last. Raises as `check`.
    """
    if audience.is_lists_alone:  # they are kept as they are while something goes through them: nobody came since
        return await of_lists.people_after(conn, account_id, audience.list_ids, after=after, limit=limit)
    await check(conn, account_id, audience)
    found: list[Person] = []
    stride = limit
    while True:
        slice_ = await store.people_of_lists(conn, account_id, audience, after=after, until=until, limit=stride)
        found += slice_.people
        if len(found) >= limit or slice_.looked_at < stride:
            return found[:limit]
        after, stride = slice_.last, min(2 * stride, _LARGEST_STRIDE)


async def count(conn: Conn, account_id: AccountId, audience: Audience) -> int:
    """Count the people who are in an audience now. Raises as `check`."""
    if audience.is_lists_alone:
        return await of_lists.count_people(conn, account_id, audience.list_ids)
    await check(conn, account_id, audience)
    return await store.count_of_lists(conn, account_id, audience)


async def check(conn: Conn, account_id: AccountId, audience: Audience) -> None:
    """See that all is there that an audience names.

    Raises NotFound (`list_not_found`, `segment_not_found`, `program_not_found`).
    """
    await lists.many(conn, account_id, audience.all_list_ids)
    if audience.all_segment_ids:
        raise NotFound("segment_not_found", f"The account has no segment {audience.all_segment_ids[0]}.")
    if audience.program_id:
        raise NotFound("program_not_found", f"The account has no program {audience.program_id}.")
