"""Messages in question that are sent again where the operator chose so: once, counted apart, and never by default."""

from __future__ import annotations

from datetime import timedelta

import pytest

import traffic
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.audit.prove import audit
from cablegram.connectors.contract import Outcome, Verdict
from cablegram.dispatch.model import Claimed
from cablegram.dispatch.resend import TOLD, send_again
from cablegram.kit.clock import SetClock
from cablegram.messages import hold, story, tally
from cablegram.messages.model import LANES, MessageClass
from cablegram.runtime.runtime import Runtime
from cablegram.safety import halt, suspension
from dispatching import states

EACH = list(LANES)
OTP, TRANSACTIONAL = MessageClass.OTP, MessageClass.TRANSACTIONAL
pytestmark = pytest.mark.req("R37")


async def lost(rt: Runtime, clock: SetClock, who: Principal, count: int = 1, text: str = "Hello") -> list[Claimed]:
    """Send messages whose answers never come, and let some time pass."""
    await traffic.accepted(rt, [traffic.draft(who, text) for _ in range(count)])
    return await lose(rt, clock, count)


async def lose(rt: Runtime, clock: SetClock, count: int = 1, *verdicts: Verdict) -> list[Claimed]:
    claims = await traffic.claimed(rt, count)
    await traffic.answer(rt, claims, *(verdicts or (Verdict.LOST,)))
    clock.move(timedelta(seconds=11))
    return claims


async def test_what_is_in_question_is_sent_again_once_where_the_operator_chose_so(
    rt: Runtime, clock: SetClock, shop: Principal
) -> None:
    claims = await lost(rt, clock, shop, 3)
    assert await send_again(rt, []) == 0
    assert await send_again(rt, [OTP]) == 0
    assert await states(rt) == {"unknown": 3}
    assert await send_again(rt, [OTP, TRANSACTIONAL]) == 3
    assert await states(rt) == {"queued": 3}
    assert (await audit(rt)).is_ok

    await lose(rt, clock, 3)
    assert await send_again(rt, EACH) == 0, "once, and no more"
    assert await states(rt) == {"unknown": 3}
    doubt, resent = await tally.in_doubt(rt, shop)
    assert (doubt.n, resent) == (3, 3)
    _, told = await story.timeline(rt, shop, claims[0].id)
    assert [one.detail for one in told if one.kind == "resent"] == [TOLD]
    assert await rows(rt, "SELECT data FROM event WHERE kind = 'messages.resent'") == [({"count": 3},)]
    assert (await audit(rt)).is_ok


async def test_the_audit_sees_a_message_that_was_sent_again_in_silence(
    rt: Runtime, clock: SetClock, shop: Principal
) -> None:
    await lost(rt, clock, shop)
    await send_again(rt, EACH)
    await rows(rt, "DELETE FROM resend RETURNING message_id")
    assert [check.name for check in (await audit(rt)).checks if not check.is_ok] == ["resent"]


async def test_a_message_is_given_time_before_it_is_sent_again(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    await lost(rt, clock, shop)
    clock.move(timedelta(seconds=-2))
    assert await send_again(rt, EACH) == 0


async def test_a_message_of_which_a_part_was_taken_is_not_sent_again(
    rt: Runtime, clock: SetClock, shop: Principal
) -> None:
    await traffic.accepted(rt, [traffic.draft(shop, "a" * 161) for _ in range(2)])
    await traffic.answer(rt, await traffic.claimed(rt, 2), Verdict.TAKEN, Verdict.LOST)
    await traffic.answer(rt, await traffic.claimed(rt, 2), Verdict.LOST, Verdict.LOST)
    clock.move(timedelta(seconds=11))
    assert await send_again(rt, EACH) == 1


async def test_nothing_of_a_suspended_account_is_sent_again(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    await lost(rt, clock, shop)
    await suspension.suspend(rt, operator("Ann"), shop.account_id)
    assert await send_again(rt, EACH) == 0
    await suspension.resume(rt, operator("Ann"), shop.account_id)
    assert await send_again(rt, EACH) == 1


async def test_nothing_of_a_paused_campaign_is_sent_again(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    campaign = traffic.campaign()
    await traffic.accepted(rt, [traffic.draft(shop, campaign_id=campaign)])
    await lose(rt, clock)
    async with rt.db.transaction() as conn:
        await hold.pause(conn, shop.account_id, campaign)
    assert await send_again(rt, EACH) == 0
    async with rt.db.transaction() as conn:
        await hold.resume(conn, shop.account_id, campaign)
    assert await send_again(rt, EACH) == 1


async def test_a_late_answer_to_the_first_copy_tells_nothing_bad_of_the_second(
    rt: Runtime, clock: SetClock, shop: Principal
) -> None:
    first = await lost(rt, clock, shop)
    await send_again(rt, EACH)
    for verdict in (Verdict.TAKEN, Verdict.REFUSED, Verdict.THROTTLED):
        await traffic.answer(rt, first, verdict)
    assert await states(rt) == {"queued": 1}
    second = await traffic.claimed(rt, 1)
    for verdict in (Verdict.TAKEN, Verdict.REFUSED, Verdict.THROTTLED):
        await traffic.answer(rt, first, verdict)
    assert await states(rt) == {"submitting": 1}, "it waits for its own answer"
    await traffic.answer(rt, second, Verdict.LOST)
    await traffic.answer(rt, first, Verdict.REFUSED)
    assert await states(rt) == {"unknown": 1}
    await traffic.answer(rt, first, Verdict.TAKEN)
    assert await states(rt) == {"submitted": 1}
    assert (await audit(rt)).is_ok


async def test_a_long_message_that_goes_in_one_piece_the_second_time_is_delivered_by_one_receipt(
    rt: Runtime, clock: SetClock, shop: Principal
) -> None:
    await traffic.accepted(rt, [traffic.draft(shop, "x" * 200)])
    await lose(rt, clock, 2, Verdict.LOST, Verdict.LOST)  # segments
    assert await send_again(rt, EACH) == 1
    second = await traffic.claimed(rt, 2)
    await traffic.answer(rt, second, Verdict.TAKEN)  # by a gateway over HTTP, to which it was moved
    await traffic.receive(rt, second, Outcome.DELIVERED)
    assert await states(rt) == {"delivered": 1}


async def test_what_a_restore_finds_in_question_is_not_sent_again(
    rt: Runtime, clock: SetClock, shop: Principal
) -> None:
    await lost(rt, clock, shop)
    await halt.halt(rt)
    assert await send_again(rt, EACH) == 0
    await lost(rt, clock, shop)
    assert await send_again(rt, EACH) == 1
