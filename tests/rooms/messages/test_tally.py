"""The log of counts: its sums are the messages, before and after it is folded."""

from __future__ import annotations

from datetime import timedelta

import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import CampaignId
from cablegram.messages import tally
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime

SPRING = traffic.campaign()
A_MOMENT = timedelta(milliseconds=130)


@pytest.fixture
async def shop(rt: Runtime, clock: SetClock) -> Principal:
    await traffic.open_ways(rt)
    clock.move(A_MOMENT)  # off the second, as a running system nearly always is
    return await make.account(rt, credits=1000)


async def counts(rt: Runtime, who: Principal, campaign: CampaignId | None = None) -> dict[State, tuple[int, int]]:
    async with rt.db.connection() as conn:
        found = await tally.counts(conn, who.account_id, campaign)
    return {state: (count.n, count.amount) for state, count in found.items()}


async def log_rows(rt: Runtime) -> int:
    ((count,),) = await rows(rt, "SELECT count(*) FROM progress")
    assert isinstance(count, int)
    return count


async def busy(rt: Runtime, who: Principal, clock: SetClock) -> None:
    """Let messages of a campaign and of none come and go, a batch every 130 ms."""
    for _ in range(8):
        ids = await traffic.accepted(rt, [traffic.draft(who, campaign_id=SPRING), traffic.draft(who)])
        clock.move(A_MOMENT)
        await traffic.move(rt, ids, State.SUBMITTING, State.SUBMITTED)
        clock.move(A_MOMENT)
        await traffic.move(rt, ids[:1], State.DELIVERED)


async def test_folding_keeps_every_sum_and_leaves_a_row_a_second(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    await busy(rt, shop, clock)
    before = await counts(rt, shop), await counts(rt, shop, SPRING)
    size = await log_rows(rt)
    clock.move(timedelta(seconds=6))

    await tally.fold(rt)
    assert (await counts(rt, shop), await counts(rt, shop, SPRING)) == before
    assert before[1] == {State.DELIVERED: before[1][State.DELIVERED]}
    assert await log_rows(rt) < size / 2
    assert await rows(rt, "SELECT count(*) FROM progress WHERE at <> date_trunc('second', at)") == [(0,)]


async def test_what_is_folded_is_left_alone_afterwards(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    await busy(rt, shop, clock)
    clock.move(timedelta(seconds=6))
    await tally.fold(rt)
    before = await rows(rt, "SELECT ctid, xmin FROM progress ORDER BY ctid")
    await tally.fold(rt)
    assert await rows(rt, "SELECT ctid, xmin FROM progress ORDER BY ctid") == before


async def test_rows_of_the_last_seconds_are_not_folded_yet(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    await busy(rt, shop, clock)
    size = await log_rows(rt)
    await tally.fold(rt)
    assert await log_rows(rt) == size


async def test_two_who_fold_at_the_same_time_fold_each_row_once(rt: Runtime, shop: Principal, clock: SetClock) -> None:
    await busy(rt, shop, clock)
    before = await counts(rt, shop)
    clock.move(timedelta(seconds=6))
    async with rt.db.transaction() as conn:
        await conn.execute("SELECT 1 FROM progress LIMIT 5 FOR UPDATE")
        await tally.fold(rt)
    await tally.fold(rt)
    assert await counts(rt, shop) == before


async def test_counts_are_an_account_s_own(rt: Runtime, shop: Principal) -> None:
    other = await make.account(rt)
    await traffic.accepted(rt, [traffic.draft(shop), traffic.draft(other), traffic.draft(other)])
    assert (await counts(rt, shop))[State.QUEUED][0] == 1
    assert (await counts(rt, other))[State.QUEUED][0] == 2


async def test_what_became_of_a_campaign_is_counted_by_second_country_and_reason(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    start = clock.now()
    drafts = [
        traffic.draft(shop, to=number, campaign_id=SPRING)
        for number in ("+34600000118", "+34600000119", "+12015550123", "+34912345678")
    ]
    ids = await traffic.accepted(rt, drafts)
    await traffic.move(rt, ids[:2], State.SUBMITTING, State.SUBMITTED)
    clock.move(timedelta(seconds=2))
    await traffic.move(rt, ids[:1], State.DELIVERED)

    async with rt.db.connection() as conn:
        series = await tally.series(conn, shop.account_id, SPRING, since=start - timedelta(hours=1))
        countries = await tally.by_country(conn, shop.account_id, SPRING)
        skipped = await tally.skipped(conn, shop.account_id, SPRING)
    second = start.replace(microsecond=0)
    assert series == [(second, State.SUBMITTED, 2), (second + timedelta(seconds=2), State.DELIVERED, 1)]
    assert {(country, state, n) for country, state, n, _, _ in countries} == {
        ("ES", State.DELIVERED, 1),
        ("ES", State.SUBMITTED, 1),
        ("US", State.QUEUED, 1),
        ("", State.SKIPPED, 1),
    }
    assert skipped == {"number_landline": 1}
