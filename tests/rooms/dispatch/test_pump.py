"""A pump's claims, as those see them who must know of every one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import traffic
from cablegram.accounts.access import Principal
from cablegram.connectors import configure
from cablegram.connectors.contract import Link, Outgoing
from cablegram.dispatch import sweep
from cablegram.dispatch.gate import Gate
from cablegram.dispatch.pump import Pump
from cablegram.dispatch.recorder import Recorder
from cablegram.inbound.receive import receive
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.runtime import Runtime
from dispatching import states, until_waiting


class Window:
    """A link's end that has room for some messages."""

    def __init__(self, connector_id: ConnectorId, room: int) -> None:
        self.connector_id = connector_id
        self._room = room
        self.sent: list[Outgoing] = []

    def room(self) -> int:
        return self._room - len(self.sent)

    def is_empty(self) -> bool:
        return not self.sent

    def send(self, messages: Sequence[Outgoing]) -> None:
        self.sent += messages


async def test_a_claim_on_its_way_is_never_taken_for_one_whose_answer_was_lost(rt: Runtime, shop: Principal) -> None:
    await traffic.accepted(rt, [traffic.draft(shop) for _ in range(3)])
    async with rt.db.connection() as conn:
        connector = await configure.simulated(conn)
    assert connector is not None
    gate, lives, recorder, window = Gate(), asyncio.Event(), Recorder(rt, receive), Window(connector.id, room=3)
    lives.set()
    pump = Pump(rt, cast("Link", window), recorder, lives=lives, seats=asyncio.Semaphore(2), gate=gate)

    async def put_back() -> int:
        async with gate.closed():
            return await sweep.requeue_unwritten(rt, 7, recorder.in_flight.keys())

    async with rt.db.transaction() as conn:
        await conn.execute("LOCK TABLE flight IN SHARE MODE")  # may be read, so nothing but the gate holds the sweep
        pumping = asyncio.create_task(pump.run(7))
        await until_waiting(rt)
        sweeping = asyncio.create_task(put_back())
        _, still = await asyncio.wait([sweeping], timeout=0.3)
        assert still
    assert await sweeping == 0
    assert len(window.sent) == len(recorder.in_flight) == 3
    assert await states(rt) == {"submitting": 3}
    pumping.cancel()
    await asyncio.gather(pumping, return_exceptions=True)
