"""Carriers' answers are recorded: moves, refunds, ids, what goes back to the queue; twice says nothing new."""

from __future__ import annotations

from datetime import timedelta

import pytest

import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.connectors.contract import Outcome, Verdict
from cablegram.dispatch import record, sweep
from cablegram.dispatch.model import Claimed
from cablegram.dispatch.record import Answered
from cablegram.kit.clock import SetClock
from cablegram.kit.money import MICRO
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime
from dispatching import states

TAKEN, REFUSED, THROTTLED, TEMPORARY, LOST, UNWRITTEN, TURNED_AWAY = Verdict
LONG = "a" * 161  # two parts


async def on_the_wire(rt: Runtime, who: Principal, count: int = 1, text: str = "Hello there") -> list[Claimed]:
    await traffic.accepted(rt, [traffic.draft(who, text) for _ in range(count)])
    return await traffic.claimed(rt, count * 2)


async def recorded(rt: Runtime, *answered: Answered) -> None:
    async with rt.db.transaction() as conn:
        await record.results(conn, answered, now=rt.clock.now())


async def rested(rt: Runtime, clock: SetClock) -> None:
    """Let the time pass that carriers asked for."""
    clock.move(timedelta(seconds=1))
    await sweep.release_due(rt)


async def parts(rt: Runtime) -> list[object]:
    return [states for (states,) in await rows(rt, "SELECT part_states::text[] FROM message ORDER BY id")]


@pytest.mark.req("R18")
async def test_what_the_carrier_took_is_submitted_and_its_ids_are_kept(rt: Runtime, shop: Principal) -> None:
    claims = await on_the_wire(rt, shop, 2)
    await traffic.answer(rt, claims, TAKEN)
    assert await states(rt) == {"submitted": 2}
    assert await rows(rt, "SELECT provider_id, message_id, part FROM submission ORDER BY message_id") == [
        (one.id.hex.lstrip("0"), one.id, 1) for one in claims
    ]
    assert await rows(rt, "SELECT count(*) FROM flight") == [(0,)]
    assert await ledger.balance(rt, shop) < 5000 * MICRO


@pytest.mark.req("R18")
async def test_what_the_carrier_refused_is_given_back(rt: Runtime, shop: Principal) -> None:
    await traffic.answer(rt, await on_the_wire(rt, shop, 3), REFUSED)
    assert await states(rt) == {"rejected": 3}
    assert await ledger.balance(rt, shop) == 5000 * MICRO
    assert await rows(rt, "SELECT DISTINCT reason, error FROM message") == [("carrier_refused", "ESME_RTHROTTLED")]
    await assert_sums_hold(rt)


async def test_a_throttled_message_rests_and_is_claimed_again(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    claims = await on_the_wire(rt, shop)
    await traffic.answer(rt, claims, THROTTLED)
    assert await states(rt) == {"queued": 1}
    assert await traffic.claimed(rt, 1) == []
    await rested(rt, clock)
    (again,) = await traffic.claimed(rt, 1)
    assert (again.id, again.attempts) == (claims[0].id, 2)


async def test_a_busy_carrier_is_given_time_and_more_each_time(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    await traffic.accepted(rt, [traffic.draft(shop)])
    for seconds in (0.5, 1, 2, 4, 8, 16, 32, 64, 120):
        (claim,) = await traffic.claimed(rt, 1)
        await traffic.answer(rt, [claim], TEMPORARY)
        clock.move(timedelta(seconds=seconds - 0.01))
        assert await sweep.release_due(rt) == 0
        clock.move(timedelta(seconds=0.02))
        assert await sweep.release_due(rt) == 1
    await traffic.answer(rt, await traffic.claimed(rt, 1), TEMPORARY)
    assert await states(rt) == {"failed": 1}
    assert await ledger.balance(rt, shop) == 5000 * MICRO


async def test_what_was_never_written_goes_back_and_is_not_in_question(rt: Runtime, shop: Principal) -> None:
    await traffic.answer(rt, await on_the_wire(rt, shop, 2), UNWRITTEN)
    assert await states(rt) == {"queued": 2}
    assert await rows(rt, "SELECT count(*) FROM flight") == [(0,)]


@pytest.mark.parametrize(("verdict", "attempts"), [(UNWRITTEN, 0), (TURNED_AWAY, 0), (THROTTLED, 1), (TEMPORARY, 1)])
async def test_what_was_never_tried_for_its_own_sake_has_its_attempt_back(
    rt: Runtime, shop: Principal, verdict: Verdict, attempts: int
) -> None:
    await traffic.answer(rt, await on_the_wire(rt, shop), verdict)
    assert await rows(rt, "SELECT state::text, attempts FROM message") == [("queued", attempts)]


async def test_what_nobody_can_say_about_is_unknown_and_stays_charged(rt: Runtime, shop: Principal) -> None:
    claims = await on_the_wire(rt, shop)
    await traffic.answer(rt, claims, LOST)
    assert await states(rt) == {"unknown": 1}
    assert await rows(rt, "SELECT id, is_unknown FROM flight") == [(claims[0].id, True)]
    assert await traffic.claimed(rt, 5) == []
    assert await ledger.balance(rt, shop) < 5000 * MICRO


@pytest.mark.parametrize(("verdict", "state"), [(TAKEN, "submitted"), (REFUSED, "rejected"), (THROTTLED, "rejected")])
async def test_a_late_answer_settles_it(rt: Runtime, shop: Principal, verdict: Verdict, state: str) -> None:
    claims = await on_the_wire(rt, shop)
    await traffic.answer(rt, claims, LOST)
    await traffic.answer(rt, claims, verdict)
    assert await states(rt) == {state: 1}
    assert await rows(rt, "SELECT count(*) FROM flight") == [(0,)]
    await assert_sums_hold(rt)


async def test_the_taken_parts_of_a_broken_message_keep_their_ids(rt: Runtime, shop: Principal) -> None:
    claims = await on_the_wire(rt, shop, text=LONG)
    await traffic.answer(rt, claims, TAKEN, LOST)
    assert await states(rt) == {"unknown": 1}
    assert await parts(rt) == [["submitted", "unknown"]]
    await traffic.receive(rt, claims, Outcome.DELIVERED)
    assert await parts(rt) == [["delivered", "unknown"]]

    # The second part's answer comes after all, then its receipt.
    await traffic.answer(rt, claims, TAKEN, TAKEN)
    assert (await states(rt), await parts(rt)) == ({"submitted": 1}, [["delivered", "submitted"]])
    await traffic.receive(rt, claims, Outcome.DELIVERED, part=2)
    assert await states(rt) == {"delivered": 1}
    assert await rows(rt, "SELECT part FROM submission ORDER BY part") == [(1,), (2,)]


async def test_any_part_taken_means_no_refund(rt: Runtime, shop: Principal) -> None:
    claims = await on_the_wire(rt, shop, text=LONG)
    before = await ledger.balance(rt, shop)
    await traffic.answer(rt, claims, TAKEN, REFUSED)
    assert await states(rt) == {"submitted": 1}
    await traffic.receive(rt, claims, Outcome.DELIVERED)
    assert await states(rt) == {"undelivered": 1}
    assert await ledger.balance(rt, shop) == before


async def test_all_parts_refused_is_rejected_with_refund(rt: Runtime, shop: Principal) -> None:
    await traffic.answer(rt, await on_the_wire(rt, shop, text=LONG), REFUSED, REFUSED)
    assert await states(rt) == {"rejected": 1}
    assert await ledger.balance(rt, shop) == 5000 * MICRO


@pytest.mark.parametrize("verdict", list(Verdict))
async def test_answers_recorded_twice_are_recorded_once(rt: Runtime, shop: Principal, verdict: Verdict) -> None:
    claims = await on_the_wire(rt, shop, 2)
    await traffic.answer(rt, claims, verdict)
    once = await _all(rt)
    await traffic.answer(rt, claims, verdict)
    assert await _all(rt) == once
    await assert_sums_hold(rt)


async def _all(rt: Runtime) -> list[list[tuple[object, ...]]]:
    """Return everything that an answer leaves."""
    statements = [
        "SELECT message::text FROM message ORDER BY 1",
        "SELECT queue::text FROM queue UNION ALL SELECT held::text FROM held ORDER BY 1",
        "SELECT flight::text FROM flight UNION ALL SELECT submission::text FROM submission ORDER BY 1",
        "SELECT message_event::text FROM message_event ORDER BY 1",
        "SELECT posting::text FROM posting UNION ALL SELECT progress::text FROM progress ORDER BY 1",
    ]
    return [await rows(rt, statement) for statement in statements]


@pytest.mark.parametrize("verdict", [THROTTLED, TEMPORARY, UNWRITTEN])
async def test_an_answer_recorded_again_says_nothing_about_the_next_claim(
    rt: Runtime, shop: Principal, clock: SetClock, verdict: Verdict
) -> None:
    claims = await on_the_wire(rt, shop)
    await traffic.answer(rt, claims, verdict)
    await rested(rt, clock)
    again = await traffic.claimed(rt, 1)
    assert again[0].id == claims[0].id

    # The first commit was in doubt, so its answer comes once more. It must not put back what is on the wire.
    await traffic.answer(rt, claims, verdict)
    assert await states(rt) == {"submitting": 1}
    assert await rows(rt, "SELECT count(*) FROM queue") == [(0,)]
    await traffic.answer(rt, again, TAKEN)
    assert await states(rt) == {"submitted": 1}


async def test_an_answer_finds_a_message_that_was_given_up_meanwhile(rt: Runtime, shop: Principal) -> None:
    claims = await on_the_wire(rt, shop)
    await traffic.move(rt, [claims[0].id], State.UNKNOWN)
    await traffic.move(rt, [claims[0].id], State.FAILED, reason="outcome_unknown")
    refunded = await ledger.balance(rt, shop)
    await traffic.answer(rt, claims, TAKEN)
    assert await states(rt) == {"submitted": 1}
    assert await ledger.balance(rt, shop) == refunded
    await assert_sums_hold(rt)


async def test_answers_of_one_batch_may_say_different_things(rt: Runtime, shop: Principal) -> None:
    claims = await on_the_wire(rt, shop, len(Verdict))
    await recorded(rt, *(traffic.answered(one, verdict) for one, verdict in zip(claims, Verdict, strict=True)))
    assert await states(rt) == {"submitted": 1, "rejected": 1, "queued": 4, "unknown": 1}
    assert await rows(rt, "SELECT count(*) FROM queue") == [(2,)]
    assert await rows(rt, "SELECT count(*) FROM held") == [(2,)]
    await assert_sums_hold(rt)


async def test_a_message_that_is_gone_stops_nobody(rt: Runtime, shop: Principal) -> None:
    gone, stays = await on_the_wire(rt, shop, 2)
    await rows(rt, "DELETE FROM message WHERE id = %s RETURNING id", gone.id)
    await traffic.answer(rt, [gone, stays], TAKEN)
    assert await states(rt) == {"submitted": 1}


async def test_no_answers_are_no_work(rt: Runtime) -> None:
    await recorded(rt)
