"""Who is in an audience: read in slices, counted, checked.

Nothing is kept of an audience but its words. Who is in it is asked anew for each slice, in the order of contacts, so
that a person is judged once, as they are when their turn comes; who came after the start is left out.
"""

from __future__ import annotations

from datetime import datetime

from cablegram.audiences import membership, segments, store
from cablegram.audiences.membership import Filters
from cablegram.audiences.model import Audience
from cablegram.audiences.store import Slice
from cablegram.contacts import audience as of_lists
from cablegram.contacts import lists
from cablegram.contacts.model import Person
from cablegram.kit.ids import AccountId, ContactId
from cablegram.programs import people as of_programs
from cablegram.runtime.database import Conn

_LARGEST_STRIDE = 32_000  # contacts that one statement looks at where few of them are in the audience


async def people_after(
    conn: Conn,
    account_id: AccountId,
    audience: Audience,
    *,
    after: ContactId | None,
    until: datetime,
    limit: int,
    now: datetime | None = None,
) -> list[Person]:
    """Return the next people of an audience who were there at `until`, each once, in the order of their ids.

    Fewer than `limit` means that these are the last. `now` is what days in segments are counted from; None: `until`.
    Raises as `check`.
    """
    if audience.is_lists_alone:  # they are kept as they are while something goes through them: nobody came since
        return await of_lists.people_after(conn, account_id, audience.list_ids, after=after, limit=limit)
    filters = await check(conn, account_id, audience)
    turn = _Turn(conn, account_id, audience, filters, until=until, now=now or until)
    found: list[Person] = []
    stride = limit
    while True:
        slice_ = await turn.ahead(after, stride)
        found += slice_.people
        if len(found) >= limit or slice_.looked_at < stride:
            return found[:limit]
        after, stride = slice_.last, max(limit, min(2 * stride, _LARGEST_STRIDE))


async def count(conn: Conn, account_id: AccountId, audience: Audience, *, now: datetime | None = None) -> int:
    """Count the people who are in an audience, inside a transaction; `now` None: by the database's clock.

    Raises as `check`.
    """
    if audience.is_lists_alone:
        return await of_lists.count_people(conn, account_id, audience.list_ids)
    filters = await check(conn, account_id, audience)
    await store.plan_for_all(conn, patience=0)
    at = now or await store.database_time(conn)
    condition = membership.inside(audience, filters, now=at, until=at)
    return await store.count_contacts(conn, account_id, condition) or 0


async def check(conn: Conn, account_id: AccountId, audience: Audience) -> Filters:
    """See that all is there that an audience names; return the filters of its segments.

    Raises NotFound (`list_not_found`, `segment_not_found`, `program_not_found`).
    """
    if audience.all_list_ids:
        await lists.many(conn, account_id, audience.all_list_ids)
    if audience.program_id:
        await of_programs.many(conn, account_id, [audience.program_id])
    found = await segments.many(conn, account_id, audience.all_segment_ids) if audience.all_segment_ids else []
    return {one.id: one.filter for one in found}


class _Turn:
    """Looks at the next contacts among whom an audience's people are."""

    def __init__(
        self,
        conn: Conn,
        account_id: AccountId,
        audience: Audience,
        filters: Filters,
        *,
        until: datetime,
        now: datetime,
    ) -> None:
        self._conn = conn
        self._account_id = account_id
        self._audience = audience
        self._until = until
        # Where all come from lists and programs, theirs are the only people that have to be looked at.
        way = membership.inside if audience.segment_ids else membership.among_members
        self._condition = way(audience, filters, now=now, until=until)

    async def ahead(self, after: ContactId | None, limit: int) -> Slice:
        """Return those of the next `limit` who are in the audience."""
        if self._audience.segment_ids:
            return await store.people_of_account(
                self._conn, self._account_id, self._condition, after=after, until=self._until, limit=limit
            )
        return await store.people_of_lists(
            self._conn,
            self._account_id,
            list_ids=self._audience.list_ids,
            program_id=self._audience.program_id,
            condition=self._condition,
            after=after,
            until=self._until,
            limit=limit,
        )
