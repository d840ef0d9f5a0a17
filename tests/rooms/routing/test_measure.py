"""How connectors fared is counted from messages' rows, minute by minute; rules leave out who falls short."""

from __future__ import annotations

from datetime import timedelta

import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.connectors import configure
from cablegram.connectors.contract import Outcome, Verdict
from cablegram.connectors.model import Connector
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import NotAllowed, NotFound
from cablegram.kit.ids import time_of, uuid7
from cablegram.routing import measure
from cablegram.routing.health import Fared
from cablegram.routing.model import Option
from cablegram.runtime.runtime import Runtime
from routes import ANN, carrier, link, rule, waiting


@pytest.fixture
def clock() -> SetClock:
    """Give a clock that stands at this moment, which ids tell; early in its minute."""
    return SetClock(time_of(uuid7()).replace(second=5))


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=5_000, default_country="ES")


async def simulated(rt: Runtime) -> Connector:
    async with rt.db.connection() as conn:
        found = await configure.simulated(conn)
    assert found is not None
    await link(rt, found, "bound")
    await rows(rt, "UPDATE connector SET tested_at = now() WHERE id = %s RETURNING id", found.id)
    return found


async def sent(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    """Send thirty: six are refused, twelve delivered after four seconds, six not, six nobody hears of."""
    await traffic.accepted(rt, [traffic.draft(shop) for _ in range(30)])
    claims = await traffic.claimed(rt, 30)
    await traffic.answer(rt, claims[:6], Verdict.REFUSED)
    await traffic.answer(rt, claims[6:], Verdict.TAKEN)
    clock.move(timedelta(seconds=4))
    await traffic.receive(rt, claims[6:18], Outcome.DELIVERED)
    await traffic.receive(rt, claims[18:24], Outcome.UNDELIVERED)


async def test_a_minute_is_counted_and_again_when_more_is_known(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    way = await simulated(rt)
    await sent(rt, shop, clock)
    await measure.measure(rt)
    assert await measure.of_connector(rt, ANN, way.id) == [], "the minute is not over"
    clock.move(timedelta(minutes=1))
    await measure.measure(rt)
    await measure.measure(rt)
    (fared,) = await measure.of_connector(rt, ANN, way.id)
    delays = [0, 0, 12, *[0] * 10]
    assert fared == Fared(way.id, "ES", answered=30, accepted=24, due=18, delivered=12, delays=delays)
    assert fared.p95 == pytest.approx(4.85, abs=0.01)
    clock.move(timedelta(minutes=14))
    await measure.measure(rt)
    (fared,) = await measure.of_connector(rt, ANN, way.id)
    assert (fared.due, fared.delivered) == (24, 12), "what has no receipt after ten minutes counts"
    clock.move(timedelta(hours=1))
    assert await measure.of_connector(rt, ANN, way.id) == []
    assert await measure.of_connector(rt, ANN, way.id, past=timedelta(days=2)) == [fared]
    clock.move(timedelta(days=7))
    await measure.forget(rt)
    assert await rows(rt, "SELECT count(*) FROM route_health") == [(0,)]


async def test_a_rule_leaves_out_a_connector_that_delivers_too_little_and_comes_back_to_it(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    way, second = await simulated(rt), await carrier(rt, "Second")
    await rule(rt, Option(way.id, least_delivered=90), second)
    await sent(rt, shop, clock)
    clock.move(timedelta(minutes=1))
    await measure.measure(rt)
    await traffic.accepted(rt, [traffic.draft(shop)])
    assert await waiting(rt) == {"Simulated carrier": 1}, "twelve of eighteen prove nothing"
    clock.move(timedelta(minutes=14))
    await measure.measure(rt)
    await traffic.accepted(rt, [traffic.draft(shop), traffic.draft(shop, to="+33612345678")])
    assert await waiting(rt) == {"Simulated carrier": 2, "Second": 1}, "in the one country alone"
    clock.move(timedelta(hours=1))
    await measure.measure(rt)
    await traffic.accepted(rt, [traffic.draft(shop)])
    assert await waiting(rt) == {"Simulated carrier": 3, "Second": 1}


async def test_only_the_operator_sees_how_its_connectors_fare_and_an_account_its_own(
    rt: Runtime, shop: Principal
) -> None:
    way, own = await simulated(rt), await carrier(rt, "Own", owner=shop)
    assert await measure.of_connector(rt, shop, own.id) == []
    with pytest.raises(NotAllowed):
        await measure.of_connector(rt, shop, way.id)
    other = await make.account(rt)
    with pytest.raises(NotFound, match="There is no connector"):
        await measure.of_connector(rt, other, own.id)
    assert await measure.of_connector(rt, operator("Ann", shop.account_id), own.id) == []
