"""Housekeeping of the inbound room: hand on texts that lack parts for too long, forget what nothing belongs to."""

from __future__ import annotations

from datetime import timedelta

from cablegram.billing.prices import Prices
from cablegram.inbound import callback_store, parts, receive, store
from cablegram.runtime.runtime import Runtime

_LOOKED_BACK = timedelta(days=1)  # by the guard against loops
_AT_ONCE = 2_000


async def hand_on(rt: Runtime, prices: Prices) -> int:
    """Take in texts that have waited long enough for a part, some hundreds at a time; return how many.

    A part that comes after all makes its text longer (`parts.join`), and nobody is charged or told again.
    """
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        whole = await parts.expire(conn, now)
        await receive.take_in(conn, whole, prices=prices, now=now)
    return len(whole)


async def forget(rt: Runtime) -> None:
    """Drop parts that no other can belong to any more, answers that no guard looks back to, keys of calls long gone."""
    while True:
        async with rt.db.transaction() as conn:
            now = rt.clock.now()
            gone = await parts.forget(conn, now)
            gone += await store.forget_answers(conn, now - _LOOKED_BACK, limit=_AT_ONCE)
            # As long as calls are kept: one that is played again must find what was taken in.
            kept = timedelta(days=rt.settings.exchange_days + 1)
            gone += await callback_store.forget(conn, now - kept, limit=_AT_ONCE)
        if not gone:
            return
