"""What waits for a connector that is away goes by the next one of its rule, once; nothing on the wire is touched."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.audit.prove import audit
from cablegram.connectors import configure
from cablegram.connectors.model import Connector
from cablegram.dispatch import store
from cablegram.dispatch.failover import Failover
from cablegram.dispatch.turns import Turns
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import MessageId
from cablegram.messages import hold, story
from cablegram.routing import measure, rules
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.grant import NewSender
from dispatching import until_waiting
from routes import ANN, carrier, link, rule, waiting

Pair = tuple[Connector, Connector]


@pytest.fixture
async def carriers(rt: Runtime, shop: Principal) -> Pair:  # noqa: ARG001 - the account comes first
    """Give two carriers of the operator's, tested and up; so is the simulated one."""
    async with rt.db.connection() as conn:
        simulated = await configure.simulated(conn)
    assert simulated is not None
    await link(rt, simulated, "bound")
    return await carrier(rt, "First"), await carrier(rt, "Second")


async def look(rt: Runtime, clock: SetClock, *, after: int = 31) -> int:
    """Look at connectors now and after some seconds; return how many messages moved."""
    failover = Failover()
    moved = await failover.turn(rt)
    clock.move(timedelta(seconds=after))
    return moved + await failover.turn(rt)


async def send(rt: Runtime, who: Principal, count: int = 1) -> list[MessageId]:
    return await traffic.accepted(rt, [traffic.draft(who) for _ in range(count)])


async def claim(rt: Runtime, connector: Connector, most: int) -> int:
    async with rt.db.transaction() as conn:
        claimed = await store.claim(
            conn, connector.id, 9, room=most, is_window_empty=False, after=Turns().after, now=rt.clock.now()
        )
    return len(claimed)


async def test_what_waits_moves_after_the_patience_and_new_messages_choose_the_other_at_once(
    rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair
) -> None:
    first, second = carriers
    await rule(rt, first, second, countries=["ES"])
    ids = await send(rt, shop, 5)
    assert await claim(rt, first, 2) == 2
    await link(rt, first, "down")
    assert await look(rt, clock, after=29) == 0
    assert await waiting(rt) == {"First": 3}
    assert await look(rt, clock, after=2) == 3
    await send(rt, shop)
    assert await waiting(rt) == {"Second": 4}
    assert await rows(rt, "SELECT DISTINCT connector_id FROM flight") == [(first.id,)], "what is on the wire stays"
    _, lines = await story.timeline(rt, shop, ids[-1])
    assert ("rerouted", "from First to Second: its link is down") in [(one.kind, one.detail) for one in lines]
    away = await measure.away(rt, ANN, first.id)
    assert (away.since, away.why) == (rt.clock.now(), "its link is down")
    assert (await measure.away(rt, ANN, second.id)).since is None
    assert await rows(rt, "SELECT data FROM event WHERE kind = 'connector.away'") == [
        ({"name": "First", "why": "its link is down"},)
    ]
    assert (await audit(rt)).is_ok
    assert await claim(rt, second, 10) == 4
    assert await rows(rt, "SELECT id FROM flight GROUP BY id HAVING count(*) > 1") == []


async def test_one_that_is_back_gets_new_messages_after_its_rest_and_those_that_moved_stay(
    rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair
) -> None:
    first, second = carriers
    await rule(rt, first, second)
    await send(rt, shop)
    await link(rt, first, "throttled")
    assert await look(rt, clock) == 1
    await link(rt, first, "bound")
    assert await look(rt, clock, after=59) == 0
    await send(rt, shop)
    assert await waiting(rt) == {"Second": 2}
    assert await look(rt, clock, after=1) == 0
    await send(rt, shop)
    assert await waiting(rt) == {"First": 1, "Second": 2}
    assert await rows(rt, "SELECT data FROM event WHERE kind = 'connector.back'") == [({"name": "First"},)]


async def test_without_a_rule_messages_wait_unless_the_operator_lets_them_fail_over(
    rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair
) -> None:
    first, second = carriers
    await send(rt, shop)
    await link(rt, first, "down")
    assert await look(rt, clock) == 0
    assert await rows(rt, "SELECT away_since FROM connector WHERE away_since IS NOT NULL") == []
    await rule(rt, second, countries=["FR"])
    assert await look(rt, clock) == 0
    await rules.set_policy(rt, ANN, fails_over=True)
    assert await look(rt, clock, after=1) == 1
    assert await waiting(rt) == {"Second": 1}
    await link(rt, second, "refused")
    assert await look(rt, clock) == 0, "a real carrier's messages never go to the simulated one"


async def test_messages_stay_with_their_payer_and_with_connectors_that_carry_them(
    rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair
) -> None:
    first, second = carriers
    await rules.set_policy(rt, ANN, fails_over=True)
    other = await make.account(rt, credits=100)
    own = await carrier(rt, "Own", owner=other)
    bound = await make.account(rt, credits=100, open_senders=False)
    await grant.add(rt, operator("Ann", bound.account_id), NewSender("Bound", connector_ids=(first.id,)))
    await send(rt, shop)
    await send(rt, other)
    drafts = [traffic.draft(bound) for _ in range(2)]
    for one in drafts:
        one.sender = "Bound"
    await traffic.accepted(rt, drafts)
    assert await waiting(rt) == {"First": 3, "Own": 1}
    await link(rt, first, "down")
    await link(rt, own, "down")
    assert await look(rt, clock) == 1
    assert await waiting(rt) == {"First": 2, "Second": 1, "Own": 1}
    spare = await carrier(rt, "Spare", owner=other)
    assert await look(rt, clock, after=1) == 1
    assert await waiting(rt) == {"First": 2, "Second": 1, "Spare": 1}
    assert spare.id != second.id


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE connector SET is_enabled = false WHERE id = %s RETURNING id",
        "UPDATE connector SET paused_at = now(), paused_reason = 'no funds' WHERE id = %s RETURNING id",
    ],
)
async def test_one_that_is_switched_off_or_refused_is_left_at_once(
    rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair, change: str
) -> None:
    first, second = carriers
    await rule(rt, first, second)
    await send(rt, shop)
    await rows(rt, change, first.id)
    assert await look(rt, clock, after=1) == 1
    assert await waiting(rt) == {"Second": 1}


async def test_nothing_moves_to_one_that_is_untested_or_down_or_lacks_what_messages_bring(
    rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair
) -> None:
    first, second = carriers
    await rule(rt, first, second)
    await send(rt, shop)
    await link(rt, first, "down")
    await rows(rt, "UPDATE connector SET tested_at = NULL WHERE id = %s RETURNING id", second.id)
    assert await look(rt, clock) == 0
    await rows(rt, "UPDATE connector SET tested_at = now(), needs = '{name}' WHERE id = %s RETURNING id", second.id)
    assert await look(rt, clock) == 0
    await rows(rt, "UPDATE connector SET needs = '{}' WHERE id = %s RETURNING id", second.id)
    await link(rt, second, "connecting")
    assert await look(rt, clock, after=1) == 0
    await link(rt, second, "bound")
    assert await look(rt, clock, after=1) == 1


async def test_more_than_a_slice_moves_and_what_can_t_is_passed_over(
    rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cablegram.dispatch.failover._SLICE", 2)
    monkeypatch.setattr("cablegram.dispatch.failover._SLICES", 2)
    first, second = carriers
    await rule(rt, first, second, senders=["Tests"])
    stuck = [traffic.draft(shop) for _ in range(5)]
    for one in stuck:
        one.sender = "Other"
    await traffic.accepted(rt, stuck)
    await send(rt, shop, 5)
    await link(rt, first, "down")
    failover = Failover()
    await failover.turn(rt)
    clock.move(timedelta(seconds=31))
    moved = [await failover.turn(rt) for _ in range(6)]
    assert sum(moved) == 5
    assert max(moved) <= 4
    assert await waiting(rt) == {"First": 5, "Second": 5}


async def test_what_could_not_be_moved_is_looked_at_again_after_a_rest(
    rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair
) -> None:
    first, second = carriers
    await rule(rt, first, second)
    await send(rt, shop)
    await link(rt, first, "down")
    await link(rt, second, "down")
    failover = Failover()
    await failover.turn(rt)
    clock.move(timedelta(seconds=31))
    assert await failover.turn(rt) == 0
    await link(rt, second, "bound")
    await rows(rt, "UPDATE connector SET away_since = NULL WHERE id = %s RETURNING id", second.id)
    await rows(rt, "DELETE FROM connector_standing WHERE connector_id = %s RETURNING connector_id", second.id)
    clock.move(timedelta(seconds=4))
    assert await failover.turn(rt) == 0
    clock.move(timedelta(seconds=1))
    assert await failover.turn(rt) == 1


@pytest.mark.req("R62")
async def test_a_withdrawal_of_a_number_and_a_move_wait_for_one_another(
    rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair
) -> None:
    first, second = carriers
    await rule(rt, first, second)
    await send(rt, shop, 3)
    await link(rt, first, "down")
    await Failover().turn(rt)
    clock.move(timedelta(seconds=31))
    async with rt.db.transaction() as conn:
        await hold.withdraw_numbers(conn, [(shop.account_id, traffic.NUMBER.strip("+"))], now=rt.clock.now())
        moving = asyncio.create_task(Failover().turn(rt))
        await until_waiting(rt)
    assert await moving == 0
    assert await waiting(rt) == {}
    assert await rows(rt, "SELECT DISTINCT state::text FROM message") == [("cancelled",)]


async def test_a_claim_that_has_a_place_keeps_it(rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair) -> None:
    first, second = carriers
    await rule(rt, first, second)
    await send(rt, shop, 3)
    await link(rt, first, "down")
    await Failover().turn(rt)
    clock.move(timedelta(seconds=31))
    async with rt.db.transaction() as conn:
        claimed = await store.claim(
            conn, first.id, 9, room=2, is_window_empty=False, after=Turns().after, now=rt.clock.now()
        )
        assert await Failover().turn(rt) == 1
    assert len(claimed) == 2
    assert await waiting(rt) == {"Second": 1}
    assert await rows(rt, "SELECT connector_id, count(*) FROM flight GROUP BY 1") == [(first.id, 2)]
    assert (await audit(rt)).is_ok


async def test_when_the_last_rule_goes_nobody_is_away_any_more(
    rt: Runtime, shop: Principal, clock: SetClock, carriers: Pair
) -> None:
    first, second = carriers
    made = await rule(rt, first, second)
    await link(rt, first, "down")
    await look(rt, clock)
    assert await rows(rt, "SELECT count(away_since) FROM connector") == [(1,)]
    await rules.remove(rt, ANN, made.id)
    assert await rows(rt, "SELECT count(away_since) FROM connector") == [(0,)]
    assert await rows(rt, "SELECT count(*) FROM connector_standing") == [(0,)]
    await send(rt, shop)
    assert await waiting(rt) == {"Second": 1}, "as without rules: of equals the one that is up"
