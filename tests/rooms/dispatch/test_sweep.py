"""What nobody asks for: taking over from the dead, putting back what was never written, giving up what nobody knows."""

from __future__ import annotations

from datetime import timedelta

import pytest

import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.connectors.contract import Verdict
from cablegram.dispatch import store, sweep
from cablegram.kit.clock import SetClock
from cablegram.kit.money import MICRO
from cablegram.messages.model import State
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from dispatching import states, until

LONG = "a" * 161


async def registered(rt: Runtime, conn: Conn) -> int:
    """Register a dispatcher that lives as long as this connection."""
    dispatcher_id = await store.new_dispatcher_id(conn)
    assert await store.hold_dispatcher_lock(conn, dispatcher_id)
    await store.register_dispatcher(conn, dispatcher_id, "tests", 1, now=rt.clock.now())
    return dispatcher_id


async def until_dead(rt: Runtime, dispatcher_id: int) -> None:
    """Wait until its session is over for the server too, which takes a moment longer than closing it."""
    locks = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = 7411 AND objid::bigint = %s"
    await until(lambda: rows(rt, locks, dispatcher_id), lambda held: not held)


async def test_what_a_dead_dispatcher_had_on_the_wire_is_in_question(rt: Runtime, shop: Principal) -> None:
    await traffic.accepted(rt, [traffic.draft(shop) for _ in range(5)])
    async with rt.db.session() as living:
        ours = await registered(rt, living)
        async with rt.db.session() as dying:
            theirs = await registered(rt, dying)
            await traffic.claimed(rt, 3, dispatcher_id=theirs)
            assert await sweep.take_over(rt, ours) == 0  # it lives
        await traffic.claimed(rt, 1, dispatcher_id=ours)
        await until_dead(rt, theirs)
        assert await sweep.take_over(rt, ours) == 3
        assert await states(rt) == {"unknown": 3, "submitting": 1, "queued": 1}
        assert await sweep.take_over(rt, ours) == 0
    assert await rows(rt, "SELECT DISTINCT reason FROM message WHERE state = 'unknown'") == [("dispatcher_died",)]
    assert await rows(rt, "SELECT data FROM event WHERE kind = 'messages.unknown'") == [
        ({"count": 3, "dispatcher": theirs},)
    ]
    assert await ledger.balance(rt, shop) < 5000 * MICRO


async def test_more_than_one_batch_of_a_dead_dispatcher_is_taken_over(rt: Runtime, shop: Principal) -> None:
    await traffic.accepted(rt, [traffic.draft(shop) for _ in range(1300)])
    async with rt.db.session() as dying:
        theirs = await registered(rt, dying)
        assert len(await traffic.claimed(rt, 1300, dispatcher_id=theirs)) == 1300
    await until_dead(rt, theirs)
    assert await sweep.take_over(rt, theirs + 1) == 1300


async def test_two_who_take_over_take_each_message_once(rt: Runtime, shop: Principal) -> None:
    await traffic.accepted(rt, [traffic.draft(shop) for _ in range(3)])
    async with rt.db.session() as dying:
        theirs = await registered(rt, dying)
        await traffic.claimed(rt, 3, dispatcher_id=theirs)
    await until_dead(rt, theirs)
    async with rt.db.transaction() as conn:
        assert await store.dead_dispatchers(conn, 999) == [theirs]
        assert await sweep.take_over(rt, 998) == 0  # somebody is at it
    assert await sweep.take_over(rt, 998) == 3


async def test_a_dispatcher_can_t_be_two(rt: Runtime) -> None:
    async with rt.db.session() as one, rt.db.session() as other:
        dispatcher_id = await registered(rt, one)
        assert not await store.hold_dispatcher_lock(other, dispatcher_id)
        assert await store.hold_link_lock(one, traffic.CONNECTOR, 0)
        assert not await store.hold_link_lock(other, traffic.CONNECTOR, 0)
        assert await store.hold_link_lock(other, traffic.CONNECTOR, 1)
        await store.free_link_lock(one, traffic.CONNECTOR, 0)
        assert await store.hold_link_lock(other, traffic.CONNECTOR, 0)


async def test_a_claim_whose_answer_was_lost_goes_back_and_a_known_one_stays(rt: Runtime, shop: Principal) -> None:
    await traffic.accepted(rt, [traffic.draft(shop) for _ in range(4)])
    known, lost = await traffic.claimed(rt, 2, dispatcher_id=7), await traffic.claimed(rt, 1, dispatcher_id=7)
    assert await sweep.requeue_unwritten(rt, 7, {one.id for one in known}) == 1
    assert await states(rt) == {"submitting": 2, "queued": 2}
    assert await rows(rt, "SELECT reason FROM message WHERE id = %s", lost[0].id) == [("claim_unanswered",)]
    (again,) = await traffic.claimed(rt, 1, dispatcher_id=8)
    assert again.id == lost[0].id
    assert await sweep.requeue_unwritten(rt, 7, {one.id for one in known}) == 0


async def test_what_is_in_question_is_not_taken_for_unwritten(rt: Runtime, shop: Principal) -> None:
    await traffic.accepted(rt, [traffic.draft(shop)])
    await traffic.answer(rt, await traffic.claimed(rt, 1, dispatcher_id=7), Verdict.LOST)
    assert await sweep.requeue_unwritten(rt, 7, set()) == 0
    assert await states(rt) == {"unknown": 1}


@pytest.mark.req("R18")
async def test_after_three_days_a_message_in_question_is_given_up_and_refunded(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await traffic.accepted(rt, [traffic.draft(shop) for _ in range(2)])
    await traffic.answer(rt, await traffic.claimed(rt, 1, dispatcher_id=7), Verdict.LOST)
    clock.move(timedelta(days=2))
    await traffic.answer(rt, await traffic.claimed(rt, 1, dispatcher_id=7), Verdict.LOST)
    assert await sweep.give_up(rt, after=timedelta(days=3)) == 0
    clock.move(timedelta(days=1, seconds=1))
    assert await sweep.give_up(rt, after=timedelta(days=3)) == 1
    assert await states(rt) == {"failed": 1, "unknown": 1}
    assert await rows(rt, "SELECT reason FROM message WHERE state = 'failed'") == [("outcome_unknown",)]
    assert await rows(rt, "SELECT count FROM posting WHERE kind = 'refund'") == [(1,)]
    await assert_sums_hold(rt)


@pytest.mark.req("R18")
async def test_what_was_taken_in_part_is_given_up_without_a_refund(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await traffic.accepted(rt, [traffic.draft(shop, LONG), traffic.draft(shop, LONG)])
    taken, lost = await traffic.claimed(rt, 4, dispatcher_id=7)
    await traffic.answer(rt, [taken], Verdict.TAKEN, Verdict.LOST)
    await traffic.answer(rt, [lost], Verdict.LOST, Verdict.LOST)
    clock.move(timedelta(days=4))
    assert await sweep.give_up(rt, after=timedelta(days=3)) == 2
    assert await rows(rt, "SELECT state::text, refund_id IS NULL FROM message ORDER BY id") == [
        (State.UNDELIVERED.value, True),
        (State.FAILED.value, False),
    ]
    assert await rows(rt, "SELECT count(*) FROM flight") == [(0,)]


async def test_the_dead_are_buried_once_what_they_left_is_in_question(rt: Runtime, shop: Principal) -> None:
    await traffic.accepted(rt, [traffic.draft(shop)])
    async with rt.db.session() as one, rt.db.session() as other:
        idle, busy = await registered(rt, one), await registered(rt, other)
        await traffic.claimed(rt, 1, dispatcher_id=busy)
    await until_dead(rt, idle)
    await until_dead(rt, busy)
    async with rt.db.session() as living:
        lives, ours = await registered(rt, living), await registered(rt, living)
        assert await sweep.take_over(rt, ours) == 1
    assert await rows(rt, "SELECT id FROM dispatcher ORDER BY id") == [(lives,), (ours,)]
    assert await rows(rt, "SELECT data ->> 'dispatcher' FROM event WHERE kind = 'messages.unknown'") == [(str(busy),)]


async def test_one_that_was_buried_and_lives_again_is_missed_when_it_dies(rt: Runtime, shop: Principal) -> None:
    await traffic.accepted(rt, [traffic.draft(shop)])
    async with rt.db.session() as first:
        theirs = await registered(rt, first)
    await until_dead(rt, theirs)
    assert await sweep.take_over(rt, theirs + 1) == 0
    async with rt.db.session() as second:
        assert await store.hold_dispatcher_lock(second, theirs)
        await store.register_dispatcher(second, theirs, "tests", 1, now=rt.clock.now())
        await traffic.claimed(rt, 1, dispatcher_id=theirs)
    await until_dead(rt, theirs)
    assert await sweep.take_over(rt, theirs + 1) == 1
