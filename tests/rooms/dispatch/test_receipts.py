"""Receipts find their messages in any form, at any time, in any order; what finds none waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.connectors.contract import Outcome, PartResult, Result, Verdict
from cablegram.connectors.model import IdForm
from cablegram.contacts import lists, members
from cablegram.dispatch import record, sweep
from cablegram.dispatch.model import Claimed, Pending
from cablegram.dispatch.record import Answered
from cablegram.kit.clock import SetClock
from cablegram.messages import story
from cablegram.runtime.runtime import Runtime
from dispatching import states

D, U, E, W = Outcome.DELIVERED, Outcome.UNDELIVERED, Outcome.EXPIRED, Outcome.ON_ITS_WAY
LONG = "a" * 161
NUMBER = traffic.NUMBER.removeprefix("+")


async def on_the_wire(
    rt: Runtime, who: Principal, count: int = 1, text: str = "Hello there", to: str = traffic.NUMBER
) -> list[Claimed]:
    await traffic.accepted(rt, [traffic.draft(who, text, to=to) for _ in range(count)])
    return await traffic.claimed(rt, count * 2)


async def taken_as(rt: Runtime, claim: Claimed, *ids: str) -> None:
    """Let the carrier take a message under ids of its own, one a part."""
    result = Result(claim.id, [PartResult(Verdict.TAKEN, one) for one in ids])
    async with rt.db.transaction() as conn:
        await record.results(conn, [Answered(result, claim)], now=rt.clock.now())


async def hear(rt: Runtime, claim: Claimed, *pending: Pending, form: IdForm = IdForm.UNKNOWN) -> None:
    await traffic.receive_all(rt, claim.connector_id, pending, form=form)


async def orphans(rt: Runtime) -> int:
    ((count,),) = await rows(rt, "SELECT count(*) FROM orphan_receipt")
    assert isinstance(count, int)
    return count


async def form(rt: Runtime) -> object:
    ((found,),) = await rows(rt, "SELECT receipt_id_form FROM connector")
    return found


@pytest.mark.req("R50", "R51")
@pytest.mark.parametrize(
    ("answered", "reported", "learned"),
    [
        ("1a2b3c", "1a2b3c", IdForm.SAME),
        ("1A2B3C", "1a2b3c", IdForm.SAME),
        ("0000012345", "12345", IdForm.SAME),
        ("12345", "0000012345", IdForm.SAME),
        ("1A2B3C", "1715004", IdForm.HEX_THEN_DECIMAL),
        ("001A2B3C", "0001715004", IdForm.HEX_THEN_DECIMAL),
        ("1715004", "1A2B3C", IdForm.DECIMAL_THEN_HEX),
        ("0001715004", "001a2b3c", IdForm.DECIMAL_THEN_HEX),
    ],
)
async def test_a_receipt_finds_its_message_however_the_carrier_writes_its_id(
    rt: Runtime, shop: Principal, answered: str, reported: str, learned: IdForm
) -> None:
    (claim,) = await on_the_wire(rt, shop)
    await taken_as(rt, claim, answered)
    await hear(rt, claim, traffic.receipt(rt, reported, number=NUMBER))
    assert await states(rt) == {"delivered": 1}
    assert await form(rt) == learned.value


async def test_a_carrier_s_form_is_trusted_first_but_not_alone(rt: Runtime, shop: Principal) -> None:
    plain, hexadecimal = await on_the_wire(rt, shop, 2)
    await taken_as(rt, plain, "1715004")
    await taken_as(rt, hexadecimal, "1a2b3c")
    # Both messages went to the same number; the form that is known decides.
    await hear(rt, plain, traffic.receipt(rt, "1715004", number=NUMBER), form=IdForm.HEX_THEN_DECIMAL)
    assert await rows(rt, "SELECT id FROM message WHERE state = 'delivered'") == [(hexadecimal.id,)]
    await hear(rt, plain, traffic.receipt(rt, "message-1", number=NUMBER), form=IdForm.HEX_THEN_DECIMAL)
    assert await orphans(rt) == 1
    await hear(rt, plain, traffic.receipt(rt, "01715004", U, number=NUMBER), form=IdForm.SAME)
    assert await states(rt) == {"delivered": 1, "undelivered": 1}


async def test_an_id_alone_is_not_enough_the_number_must_agree(rt: Runtime, shop: Principal) -> None:
    (claim,) = await on_the_wire(rt, shop)
    await taken_as(rt, claim, "1234")
    await hear(rt, claim, traffic.receipt(rt, "1234", number="34699999999"))
    assert (await states(rt), await orphans(rt)) == ({"submitted": 1}, 1)
    await hear(rt, claim, traffic.receipt(rt, "1234", number="600000118"))
    assert await states(rt) == {"delivered": 1}


async def test_an_id_that_was_used_before_means_the_newest_message(rt: Runtime, shop: Principal) -> None:
    old, new = await on_the_wire(rt, shop, 2)
    await taken_as(rt, old, "1234")
    await taken_as(rt, new, "1234")
    await hear(rt, old, traffic.receipt(rt, "1234", number=NUMBER))
    assert await rows(rt, "SELECT id FROM message WHERE state = 'delivered'") == [(new.id,)]


async def test_another_connector_s_receipt_with_the_same_id_is_not_ours(rt: Runtime, shop: Principal) -> None:
    (claim,) = await on_the_wire(rt, shop)
    await taken_as(rt, claim, "1234")
    await traffic.receive_all(rt, traffic.CONNECTOR, [traffic.receipt(rt, "1234", number=NUMBER)])
    assert await states(rt) == {"submitted": 1}


async def test_a_receipt_that_comes_before_our_record_of_the_id_waits_for_it(rt: Runtime, shop: Principal) -> None:
    (claim,) = await on_the_wire(rt, shop)
    await hear(rt, claim, traffic.receipt(rt, "0001A2B", number=NUMBER))
    assert await orphans(rt) == 1
    await taken_as(rt, claim, "1a2b")
    assert (await states(rt), await orphans(rt)) == ({"delivered": 1}, 0)


async def test_a_receipt_that_crossed_our_record_in_another_form_is_found_by_the_next_sweep(
    rt: Runtime, shop: Principal
) -> None:
    (claim,) = await on_the_wire(rt, shop)
    await hear(rt, claim, traffic.receipt(rt, "1715004", number=NUMBER))
    await taken_as(rt, claim, "1a2b3c")
    assert await states(rt) == {"submitted": 1}
    assert await sweep.match_orphans(rt, {}) == 1
    assert (await states(rt), await orphans(rt)) == ({"delivered": 1}, 0)
    assert await sweep.match_orphans(rt, {}) == 0


async def test_a_receipt_for_nobody_is_kept_ten_days(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    (claim,) = await on_the_wire(rt, shop)
    await hear(rt, claim, traffic.receipt(rt, "stranger", number="34699999999"))
    clock.move(timedelta(days=9, hours=23))
    await sweep.forget_orphans(rt)
    assert await sweep.match_orphans(rt, {}) == 0
    assert await orphans(rt) == 1
    clock.move(timedelta(hours=2))
    await sweep.forget_orphans(rt)
    assert await orphans(rt) == 0


async def test_a_crowd_of_strangers_does_not_stand_before_a_receipt_of_ours(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    (claim,) = await on_the_wire(rt, shop)
    await hear(rt, claim, *(traffic.receipt(rt, f"stranger-{n}", number="34699999999") for n in range(1200)))
    clock.move(timedelta(seconds=1))
    await hear(rt, claim, traffic.receipt(rt, "1715004", number=NUMBER))
    await taken_as(rt, claim, "1a2b3c")
    assert await sweep.match_orphans(rt, {}) == 1
    assert await states(rt) == {"delivered": 1}


@pytest.mark.req("R50")
@pytest.mark.parametrize(
    ("said", "state"),
    [
        ([D, D, D], "delivered"),
        ([W, D], "delivered"),
        ([U, D], "delivered"),
        ([D, U], "delivered"),
        ([E, W], "expired"),
        ([E, U], "undelivered"),
        ([W, W], "submitted"),
    ],
)
async def test_receipts_come_twice_late_and_out_of_order(
    rt: Runtime, shop: Principal, said: list[Outcome], state: str
) -> None:
    on_their_own, together = await on_the_wire(rt, shop, 2)
    await taken_as(rt, on_their_own, "1001")
    await taken_as(rt, together, "1002")
    for outcome in said:
        await hear(rt, on_their_own, traffic.receipt(rt, "1001", outcome, number=NUMBER))
    await hear(rt, together, *(traffic.receipt(rt, "1002", outcome, number=NUMBER) for outcome in said))
    assert await states(rt) == {state: 2}
    # Each is in the story, whatever it changed.
    kept = await rows(
        rt,
        "SELECT (SELECT count(*) FROM message_event WHERE kind = 'receipt') + count(*) FROM message"
        " WHERE receipt_at IS NOT NULL",
    )
    assert kept == [(2 * len(said),)]
    await assert_sums_hold(rt)


@pytest.mark.req("R50")
async def test_that_somebody_read_it_stands_in_the_story_of_a_message_whose_provider_says_so(
    rt: Runtime, shop: Principal
) -> None:
    read, delivered = await on_the_wire(rt, shop, 2)
    await taken_as(rt, read, "3001")
    await taken_as(rt, delivered, "3002")
    for claim, key in ((read, "3001"), (delivered, "3002")):
        await hear(rt, claim, traffic.receipt(rt, key, number=NUMBER))
    await hear(rt, read, replace(traffic.receipt(rt, "3001", number=NUMBER), words="read"))
    assert await states(rt) == {"delivered": 2}
    stories = [(await story.timeline(rt, shop, one.id))[1] for one in (read, delivered)]
    told = [[moment.detail for moment in one if moment.kind == "receipt"] for one in stories]
    assert [[("read" in line) for line in lines] for lines in told] == [[False, True], [False]]


@pytest.mark.req("R50")
@pytest.mark.parametrize("order", list(permutations([("2001", D), ("2002", U), ("2002", D)])))
async def test_parts_of_a_long_message_end_the_same_in_any_order(
    rt: Runtime, shop: Principal, order: tuple[tuple[str, Outcome], ...]
) -> None:
    (claim,) = await on_the_wire(rt, shop, text=LONG)
    await taken_as(rt, claim, "2001", "2002")
    for provider_id, outcome in order:
        await hear(rt, claim, traffic.receipt(rt, provider_id, outcome, number=NUMBER))
    assert await states(rt) == {"delivered": 1}


async def test_a_long_message_is_open_until_its_last_part_has_its_word(rt: Runtime, shop: Principal) -> None:
    (claim,) = await on_the_wire(rt, shop, text=LONG)
    await taken_as(rt, claim, "2001", "2002")
    await hear(rt, claim, traffic.receipt(rt, "2001", D, number=NUMBER))
    assert await states(rt) == {"submitted": 1}
    await hear(rt, claim, traffic.receipt(rt, "2002", E, number=NUMBER, error="027"))
    assert await states(rt) == {"expired": 1}
    assert await rows(rt, "SELECT error, part_states::text[] FROM message") == [("027", ["delivered", "expired"])]


async def test_receipts_after_days_are_taken(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    (claim,) = await on_the_wire(rt, shop)
    await taken_as(rt, claim, "1234")
    clock.move(timedelta(days=7))
    await hear(rt, claim, traffic.receipt(rt, "1234", number=NUMBER))
    assert await states(rt) == {"delivered": 1}


async def test_two_who_record_receipts_of_the_same_message_lose_none(rt: Runtime, shop: Principal) -> None:
    claims = await on_the_wire(rt, shop, 20, text=LONG)
    for number, claim in enumerate(claims):
        await taken_as(rt, claim, f"a-{number}", f"b-{number}")
    halves = [[traffic.receipt(rt, f"{half}-{number}", number=NUMBER) for number in range(20)] for half in ("a", "b")]
    await asyncio.gather(*(hear(rt, claims[0], *half) for half in halves))
    assert (await states(rt), await orphans(rt)) == ({"delivered": 20}, 0)


async def test_receipts_recorded_twice_are_kept_once(rt: Runtime, shop: Principal) -> None:
    (claim,) = await on_the_wire(rt, shop)
    stranger = traffic.receipt(rt, "stranger", number="34699999999")
    await hear(rt, claim, stranger)
    await hear(rt, claim, stranger)
    assert await orphans(rt) == 1


# --- messages in question ---


@pytest.mark.parametrize(
    ("number", "source", "head"), [(NUMBER, "", ""), ("600000118", "", "Hello"), (NUMBER, "tests", "Hello there")]
)
async def test_a_receipt_that_fits_one_message_in_question_settles_it(
    rt: Runtime, shop: Principal, number: str, source: str, head: str
) -> None:
    (claim,) = await on_the_wire(rt, shop)
    await traffic.answer(rt, [claim], Verdict.LOST)
    await hear(rt, claim, traffic.receipt(rt, "7777", number=number, source=source, head=head))
    assert await states(rt) == {"delivered": 1}
    # Its id is known from now on.
    await hear(rt, claim, traffic.receipt(rt, "7777", number=NUMBER))
    assert await orphans(rt) == 0


@pytest.mark.req("R143")
async def test_a_receipt_that_fits_a_message_in_question_and_says_the_number_is_dead_bounces_it(
    rt: Runtime, shop: Principal
) -> None:
    people = await lists.create(rt, shop, "people")
    await members.put(rt, shop, people.id, number=f"+{NUMBER}", variables={})
    (claim,) = await on_the_wire(rt, shop)
    await traffic.answer(rt, [claim], Verdict.LOST)
    dead = traffic.receipt(rt, "7777", Outcome.UNDELIVERED, error="001", number=NUMBER)
    await hear(rt, claim, replace(dead, words="UNDELIV 001"))
    assert await states(rt) == {"undelivered": 1}
    assert await rows(rt, "SELECT phone_status FROM contact") == [("bounced",)]


async def test_on_its_way_says_that_the_carrier_took_it(rt: Runtime, shop: Principal) -> None:
    (claim,) = await on_the_wire(rt, shop)
    await traffic.answer(rt, [claim], Verdict.LOST)
    await hear(rt, claim, traffic.receipt(rt, "7777", W, number=NUMBER))
    assert await rows(rt, "SELECT state::text, reason FROM message") == [("submitted", "resolved_by_receipt")]
    assert await rows(rt, "SELECT count(*) FROM flight") == [(0,)]


async def test_a_receipt_that_fits_two_in_question_settles_none(rt: Runtime, shop: Principal) -> None:
    claims = await on_the_wire(rt, shop, 2)
    await traffic.answer(rt, claims, Verdict.LOST)
    await hear(rt, claims[0], traffic.receipt(rt, "7777", number=NUMBER))
    assert (await states(rt), await orphans(rt)) == ({"unknown": 2}, 1)

    # One of them gets its late answer: then the receipt fits the other alone.
    await traffic.answer(rt, claims[:1], Verdict.TAKEN)
    assert await sweep.match_orphans(rt, {}) == 1
    assert await states(rt) == {"submitted": 1, "delivered": 1}


async def test_each_receipt_of_a_batch_settles_a_message_of_its_own(rt: Runtime, shop: Principal) -> None:
    first, second = await on_the_wire(rt, shop), await on_the_wire(rt, shop, text="Good bye")
    await traffic.answer(rt, first + second, Verdict.LOST)
    heads = ("Hello", "Good")
    await hear(rt, first[0], *(traffic.receipt(rt, f"id-{head}", number=NUMBER, head=head) for head in heads))
    assert await states(rt) == {"delivered": 2}


async def test_a_receipt_older_than_the_claim_is_of_another_message(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    early = traffic.receipt(rt, "7777", number=NUMBER)
    clock.move(timedelta(seconds=1))
    (claim,) = await on_the_wire(rt, shop)
    await traffic.answer(rt, [claim], Verdict.LOST)
    await hear(rt, claim, early)
    assert await states(rt) == {"unknown": 1}


async def test_a_receipt_corrects_what_was_given_up_and_charges_nothing(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    (claim,) = await on_the_wire(rt, shop, text=LONG)
    await traffic.answer(rt, [claim], Verdict.LOST, Verdict.LOST)
    clock.move(timedelta(days=4))
    await sweep.give_up(rt, after=timedelta(days=3))
    before = await rows(rt, "SELECT count(*), sum(amount) FROM posting")
    await traffic.answer(rt, [claim], Verdict.TAKEN, Verdict.TAKEN)
    await traffic.receive(rt, [claim], D)
    await traffic.receive(rt, [claim], D, part=2)
    assert await states(rt) == {"delivered": 1}
    assert await rows(rt, "SELECT count(*), sum(amount) FROM posting") == before
