"""A pump's claims, as those see them who must know of every one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import traffic
from cablegram.accounts.access import Principal
from cablegram.connectors import configure
from cablegram.connectors.contract import Link, Outgoing, Verdict
from cablegram.connectors.model import IdForm
from cablegram.dispatch import record, sweep
from cablegram.dispatch.gate import Gate
from cablegram.dispatch.pump import Pump
from cablegram.dispatch.recorder import Recorder
from cablegram.inbound.receive import receive
from cablegram.kit.ids import ConnectorId, time_of
from cablegram.runtime.runtime import Runtime
from dispatching import states, until_all, until_waiting


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
    pump = Pump(rt, cast("Link", window), recorder, window=3, lives=lives, seats=asyncio.Semaphore(2), gate=gate)

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


async def test_messages_of_every_day_are_claimed_whatever_the_day_of_the_last_claim(
    rt: Runtime, shop: Principal
) -> None:
    first, second, third = await traffic.accepted(rt, [traffic.draft(shop) for _ in range(3)])
    oldest = await traffic.make_older(rt, first, days=3)
    async with rt.db.connection() as conn:
        connector = await configure.simulated(conn)
    assert connector is not None
    lives, window = asyncio.Event(), Window(connector.id, room=10)
    lives.set()
    seats = asyncio.Semaphore(2)
    pump = Pump(rt, cast("Link", window), Recorder(rt, receive), window=10, lives=lives, seats=seats, gate=Gate())
    pumping = asyncio.create_task(pump.run(7))
    await until_all(rt, submitting=3)
    assert [one.id for one in window.sent] == [oldest, second, third]

    fresh, later = await traffic.accepted(rt, [traffic.draft(shop) for _ in range(2)])
    yesterday = await traffic.make_older(rt, fresh, days=1)
    pump.wake()
    await until_all(rt, submitting=5)
    assert {one.id for one in window.sent[3:]} == {yesterday, later}
    pumping.cancel()


async def test_receipts_about_messages_of_several_days_find_them(rt: Runtime, shop: Principal) -> None:
    first, _ = await traffic.accepted(rt, [traffic.draft(shop) for _ in range(2)])
    await traffic.make_older(rt, first, days=1)
    claims = await traffic.claimed(rt, 2)
    await traffic.answer(rt, claims, Verdict.TAKEN)
    heard = [traffic.receipt(rt, one.id.hex, number=traffic.NUMBER) for one in claims]
    async with rt.db.transaction() as conn:
        today = time_of(claims[1].id).date()
        form, now = IdForm.SAME, rt.clock.now()
        await record.receipts(conn, claims[0].connector_id, heard, form=form, now=now, day=today)
    assert await states(rt) == {"delivered": 2}
