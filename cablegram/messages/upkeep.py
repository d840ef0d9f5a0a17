"""Housekeeping of the messages room, run from time to time."""

from __future__ import annotations

from datetime import timedelta

from cablegram.consent import gather
from cablegram.kit.ids import time_of, uuid7
from cablegram.messages import idempotency, refused, store
from cablegram.runtime import Runtime
from cablegram.runtime.failpoints import reach

_DAYS_AHEAD = 3


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
