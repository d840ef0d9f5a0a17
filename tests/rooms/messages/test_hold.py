"""Who may be in the queue: a paused campaign's messages are not, whoever tries to put them there, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.connectors.contract import Verdict
from cablegram.dispatch import sweep
from cablegram.dispatch.model import Claimed
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import CampaignId
from cablegram.kit.money import MICRO
from cablegram.messages import hold
from cablegram.runtime.runtime import Runtime
from dispatching import states, until_waiting

SPRING = traffic.campaign()
OTHER = traffic.campaign()


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=1000)


@pytest.fixture
async def hot(rt: Runtime, clock: SetClock) -> AsyncIterator[Runtime]:
    runtime = make.runtime(rt.db.url, clock, hot=True)
    await runtime.db.open()
    yield runtime
    await runtime.db.close()


async def sold(rt: Runtime, who: Principal, size: int, campaign: CampaignId = SPRING) -> None:
    """Accept messages of a campaign."""
    await traffic.accepted(rt, [traffic.draft(who, campaign_id=campaign) for _ in range(size)])


async def pause(rt: Runtime, who: Principal, campaign: CampaignId = SPRING) -> int:
    async with rt.db.transaction() as conn:
        return await hold.pause(conn, who.account_id, campaign)


async def resume(rt: Runtime, who: Principal, campaign: CampaignId = SPRING) -> int:
    async with rt.db.transaction() as conn:
        return await hold.resume(conn, who.account_id, campaign)


async def cancel(rt: Runtime, who: Principal, campaign: CampaignId = SPRING) -> int:
    async with rt.db.transaction() as conn:
        return await hold.cancel(conn, who.account_id, campaign, now=rt.clock.now())


async def where(rt: Runtime, campaign: CampaignId = SPRING) -> tuple[object, object]:
    """Count a campaign's messages in the queue and aside."""
    ((queue, held),) = await rows(
        rt,
        "SELECT (SELECT count(*) FROM queue WHERE campaign_id = asked.id),"
        " (SELECT count(*) FROM held WHERE campaign_id = asked.id) FROM (VALUES (%s)) AS asked (id)",
        campaign,
    )
    return queue, held


@pytest.mark.req("R100")
async def test_a_pause_takes_the_campaign_s_messages_out_and_resume_puts_them_back(
    rt: Runtime, shop: Principal
) -> None:
    await sold(rt, shop, 3)
    await sold(rt, shop, 2, OTHER)

    assert await pause(rt, shop) == 3
    assert await where(rt) == (0, 3)
    assert await where(rt, OTHER) == (2, 0)
    assert len(await traffic.claimed(rt, 10)) == 2

    assert await resume(rt, shop) == 3
    assert await where(rt) == (3, 0)
    assert len(await traffic.claimed(rt, 10)) == 3


async def test_pausing_and_resuming_twice_changes_nothing(rt: Runtime, shop: Principal) -> None:
    await sold(rt, shop, 2)
    assert [await pause(rt, shop), await pause(rt, shop)] == [2, 0]
    assert [await resume(rt, shop), await resume(rt, shop)] == [2, 0]
    assert await where(rt) == (2, 0)


async def test_what_is_accepted_for_a_paused_campaign_waits_aside(rt: Runtime, shop: Principal) -> None:
    await pause(rt, shop)
    await sold(rt, shop, 2)
    assert await where(rt) == (0, 2)
    assert await states(rt) == {"queued": 2}


@pytest.mark.req("R100")
async def test_a_cancelled_campaign_gets_everything_back_that_no_link_has(rt: Runtime, shop: Principal) -> None:
    await sold(rt, shop, 4)
    (gone,) = await traffic.claimed(rt, 1)
    await pause(rt, shop)
    assert await cancel(rt, shop) == 3
    assert await states(rt) == {"submitting": 1, "cancelled": 3}
    assert await where(rt) == (0, 0)

    # The carrier asks for time for the one on the wire: it waits aside, and is withdrawn when asked again.
    await traffic.answer(rt, [gone], Verdict.THROTTLED)
    assert await where(rt) == (0, 1)
    assert await cancel(rt, shop) == 1
    assert await states(rt) == {"cancelled": 4}
    assert await ledger.balance(rt, shop) == 1000 * MICRO
    await assert_sums_hold(rt)


async def test_nobody_cancels_another_account_s_messages(rt: Runtime, shop: Principal) -> None:
    await sold(rt, shop, 2)
    stranger = await make.account(rt)
    assert await cancel(rt, stranger) == 0
    assert await where(rt) == (2, 0)


async def test_what_the_carrier_asked_time_for_waits_for_it_also_after_a_resume(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await sold(rt, shop, 2)
    claims = await traffic.claimed(rt, 2)
    await traffic.answer(rt, claims, Verdict.TEMPORARY)
    assert await where(rt) == (0, 2)
    assert await resume(rt, shop) == 0
    assert await sweep.release_due(rt) == 0

    clock.move(timedelta(seconds=1))
    assert await sweep.release_due(rt) == 2
    assert await where(rt) == (2, 0)


async def test_time_that_is_over_brings_nothing_of_a_paused_campaign_back(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await sold(rt, shop, 1)
    await sold(rt, shop, 1, OTHER)
    await traffic.answer(rt, await traffic.claimed(rt, 2), Verdict.TEMPORARY)
    await pause(rt, shop)
    clock.move(timedelta(minutes=1))

    assert await sweep.release_due(rt) == 1
    assert (await where(rt), await where(rt, OTHER)) == ((0, 1), (1, 0))
    assert await resume(rt, shop) == 1
    assert await where(rt) == (1, 0)


async def test_what_waits_for_its_time_waits_for_a_pause_that_is_on_its_way(
    rt: Runtime, hot: Runtime, shop: Principal, clock: SetClock
) -> None:
    await sold(rt, shop, 1)
    await traffic.answer(rt, await traffic.claimed(rt, 1), Verdict.TEMPORARY)
    clock.move(timedelta(minutes=1))
    async with rt.db.transaction() as conn:
        await hold.pause(conn, shop.account_id, SPRING)
        release = asyncio.create_task(sweep.release_due(hot))
        await until_waiting(rt)
    await release
    assert await where(rt) == (0, 1)


@pytest.mark.parametrize("verdict", [Verdict.THROTTLED, Verdict.TEMPORARY, Verdict.UNWRITTEN])
async def test_what_a_link_gives_back_waits_for_a_pause_that_is_on_its_way(
    rt: Runtime, hot: Runtime, shop: Principal, clock: SetClock, verdict: Verdict
) -> None:
    await sold(rt, shop, 1)
    claims = await traffic.claimed(rt, 1)
    async with rt.db.transaction() as conn:
        await hold.pause(conn, shop.account_id, SPRING)
        given_back = asyncio.create_task(traffic.answer(hot, claims, verdict))
        await until_waiting(rt)
    await given_back
    assert await where(rt) == (0, 1)
    clock.move(timedelta(minutes=1))
    await sweep.release_due(hot)
    assert await where(rt) == (0, 1)


async def test_a_pause_waits_for_a_batch_that_is_being_accepted_and_takes_it_out(
    rt: Runtime, hot: Runtime, shop: Principal
) -> None:
    await sold(rt, shop, 1)
    claims = await traffic.claimed(rt, 1)
    async with hot.db.transaction() as conn:
        await hold.enqueue(conn, [claims[0].waiting()])
        pausing = asyncio.create_task(pause(rt, shop))
        await until_waiting(rt)
    assert await pausing == 1
    assert await where(rt) == (0, 1)


@pytest.mark.req("R100")
async def test_after_a_pause_no_claim_of_the_campaign_commits(rt: Runtime, hot: Runtime, shop: Principal) -> None:
    await sold(rt, shop, 120)
    taken: list[Claimed] = []
    paused = asyncio.Event()

    async def pump() -> None:
        while claims := await traffic.claimed(hot, 2):
            taken.extend(claims)
            if len(taken) >= 20:
                paused.set()

    async def press() -> int:
        await paused.wait()
        held = await pause(rt, shop)
        ((claimed,),) = await rows(rt, "SELECT count(*) FROM message WHERE state = 'submitting'")
        assert held + claimed == 120  # pyright: ignore[reportOperatorIssue]
        return held

    held, *_ = await asyncio.gather(press(), pump(), pump(), pump())
    assert held
    assert len(taken) == len({one.id for one in taken}) == 120 - held
    assert await where(rt) == (0, held)


async def test_a_cancel_and_a_link_s_answers_never_wait_for_each_other_in_a_circle(
    rt: Runtime, hot: Runtime, shop: Principal
) -> None:
    await sold(rt, shop, 3)
    refused, put_off = await traffic.claimed(rt, 2)
    async with rt.db.transaction() as conn:
        await ledger.lock_balances(conn, [shop.account_id])
        # A refund waits for the balance; the campaign must be locked by then, as who cancels locks it first, too.
        told = [(refused, Verdict.REFUSED), (put_off, Verdict.THROTTLED)]
        answering = asyncio.create_task(traffic.answers(hot, told))
        await until_waiting(rt)
        cancelling = asyncio.create_task(cancel(rt, shop))
        await until_waiting(rt, sessions=2)
    await answering
    assert await cancelling == 2
    assert await states(rt) == {"rejected": 1, "cancelled": 2}
    assert await ledger.balance(rt, shop) == 1000 * MICRO
    await assert_sums_hold(rt)
