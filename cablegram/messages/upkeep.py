"""Housekeeping of the messages room, run from time to time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from cablegram.consent import gather
from cablegram.kit.ids import time_of, uuid7
from cablegram.messages import idempotency, refused, store, times_store
from cablegram.runtime import Runtime
from cablegram.runtime.failpoints import reach

_DAYS_AHEAD = 3
_TIMES_KEPT = timedelta(days=30)  # since a message ended: for whoever asks why it went when it did
_AT_ONCE = 2_000


async def prepare_days(rt: Runtime) -> None:
    """Make the partitions of today and the next days, before the first message of a day has to."""
    # Ids carry the machine's own time, whatever clock the rest of the house goes by.
    today = time_of(uuid7()).date()
    async with rt.db.transaction() as conn:
        await store.make_partitions(conn, [today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD + 1)])
        reach("upkeep.days_made")


async def forget_keys(rt: Runtime) -> None:
    """Drop idempotency keys that are older than a day."""
    async with rt.db.transaction() as conn:
        await idempotency.forget(conn, now=rt.clock.now())


async def forget_what_went(rt: Runtime) -> None:
    """Drop what the duplicate guard and the caps look back to no more, and what was refused a week ago."""
    is_more = True
    while is_more:
        async with rt.db.transaction() as conn:
            now = rt.clock.now()
            is_more = await gather.forget(conn, now=now)
            is_more = await refused.forget(conn, now=now) or is_more


async def forget_times(rt: Runtime) -> None:
    """Drop what messages were told about their time that ended a month ago; those that still wait keep it."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with rt.db.transaction() as conn:
            after = await times_store.forget_timings(conn, after, rt.clock.now() - _TIMES_KEPT, limit=_AT_ONCE)
