"""Look at balances off the way of messages, and report which crossed (R26): once for each crossing."""

from __future__ import annotations

from cablegram.alerts import store
from cablegram.alerts.crossing import cross
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.runtime.runtime import Runtime


async def watch(rt: Runtime) -> int:
    """Report balances that crossed since the last look, and return how many; down and up between two is not seen."""
    now = rt.clock.now()
    told: list[Event] = []
    async with rt.db.transaction() as conn:
        for account_id, balance, below, was in await store.crossed(conn):
            level, kind = cross(was, balance, below)
            if level == was or not await store.move_balance(conn, account_id, was=was, level=level) or kind is None:
                continue
            facts = {"balance": balance}
            if kind is Kind.BALANCE_LOW and below is not None:
                facts["threshold"] = below
            told.append(Event(kind, account_id, account_id, facts))
        await record(conn, told, now=now)
    return len(told)
