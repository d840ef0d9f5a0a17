"""What is written down for people to see never ends what sends."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

import traffic
from books import rows
from cablegram.connectors import configure
from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.dispatch.exchanges import Exchanges
from cablegram.kit.ids import uuid7
from cablegram.runtime.runtime import Runtime


async def test_an_exchange_that_no_database_holds_is_dropped_aloud_and_others_are_kept(rt: Runtime) -> None:
    await traffic.open_ways(rt)
    async with rt.db.transaction() as conn:
        connector = await configure.simulated(conn)
    assert connector is not None
    exchanges = Exchanges(rt)
    writing = asyncio.create_task(exchanges.run())
    with capture_logs() as said:
        for verdict in ("half \ud83d", "taken"):
            at = rt.clock.now()
            exchanges.note(Exchange(uuid7(), connector.id, Kind.SEND, at, 1, (), "POST", "", "", 200, "", verdict))
            await exchanges.finish(10)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert await rows(rt, "SELECT verdict FROM exchange") == [("taken",)]
    assert [one["count"] for one in said if one["log_level"] == "warning"] == [1]
