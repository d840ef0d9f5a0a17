"""What the operator sees of the whole installation."""

from __future__ import annotations

from datetime import timedelta

import pytest

import make
import traffic
from cablegram.accounts.access import Principal
from cablegram.accounts.access import operator as as_operator
from cablegram.connectors import configure
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import NotAllowed
from cablegram.messages import hold, upkeep
from cablegram.messages.model import State
from cablegram.overview import look
from cablegram.overview.model import Load
from cablegram.runtime.runtime import Runtime

OPERATOR = as_operator("tests")


@pytest.fixture
async def sender(rt: Runtime) -> Principal:
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    return await make.account(rt, default_country="ES")


async def test_what_waits_what_flies_and_what_is_in_question_is_counted_by_connector(
    rt: Runtime, sender: Principal
) -> None:
    campaign = traffic.campaign()
    ids = await traffic.accepted(rt, [traffic.draft(sender, to=f"+3460000011{digit}") for digit in range(6)])
    await traffic.accepted(rt, [traffic.draft(sender, campaign_id=campaign)])
    async with rt.db.transaction() as conn:
        await hold.pause(conn, sender.account_id, campaign)
    async with rt.db.transaction() as conn:
        await conn.execute("DELETE FROM queue WHERE id = ANY(%s)", [ids[:3]])
        connector = (await configure.page(rt, OPERATOR))[0].id
        for message_id, is_unknown in ((ids[0], False), (ids[1], False), (ids[2], True)):
            await conn.execute(
                "INSERT INTO flight (id, connector_id, dispatcher_id, is_unknown) VALUES (%s, %s, 1, %s)",
                [message_id, connector, is_unknown],
            )
    assert await look.loads(rt, OPERATOR) == {connector: Load(queued=4, in_flight=2, unknown=1)}


async def test_only_the_last_fifteen_minutes_are_the_pulse(rt: Runtime, sender: Principal, clock: SetClock) -> None:
    ids = await traffic.accepted(rt, [traffic.draft(sender, to=f"+3460000011{digit}") for digit in range(4)])
    await traffic.move(rt, ids[:1], State.SUBMITTING, State.SUBMITTED, State.DELIVERED)
    clock.move(look.WINDOW + timedelta(seconds=1))
    noon = rt.clock.now()
    await traffic.move(rt, ids[1:], State.SUBMITTING, State.SUBMITTED)
    await traffic.move(rt, ids[1:3], State.DELIVERED)
    pulse = await look.pulse(rt, OPERATOR)
    (seen,) = pulse.traffic
    assert (seen.account_id, seen.submitted, seen.delivered, seen.handled, seen.accepted) == (
        sender.account_id, 3, 2, 2, 0,
    )  # fmt: skip
    assert await look.sent_since(rt, OPERATOR, noon - timedelta(hours=1)) == {sender.account_id: 4}


async def test_a_dispatcher_is_alive_as_long_as_its_session_holds_the_lock(rt: Runtime) -> None:
    async with rt.db.connection() as conn:
        for pid in (11, 12):
            await conn.execute("INSERT INTO dispatcher (started_at, host, pid) VALUES (now(), 'here', %s)", [pid])
        await conn.execute("SELECT pg_advisory_lock(7411, (SELECT id FROM dispatcher WHERE pid = 11))")
        found = await look.processes(rt, OPERATOR)
        assert [(one.pid, one.is_alive) for one in found] == [(11, True), (12, False)]
        await conn.execute("SELECT pg_advisory_unlock_all()")
    assert not any(one.is_alive for one in await look.processes(rt, OPERATOR))


async def test_the_database_tells_what_it_is(rt: Runtime) -> None:
    facts = await look.facts(rt, OPERATOR)
    assert int(facts.version.split(".")[0]) >= 15
    assert facts.size > 1_000_000


async def test_nobody_but_the_operator_looks(rt: Runtime, sender: Principal) -> None:
    for deed in (look.pulse, look.loads, look.processes, look.facts):
        with pytest.raises(NotAllowed):
            await deed(rt, sender)
    with pytest.raises(NotAllowed):
        await look.sent_since(rt, sender, rt.clock.now())
