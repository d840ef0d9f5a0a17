"""Counts of an account, for screens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest

import make
import traffic
from books import rows
from cablegram.kit.clock import SetClock
from cablegram.messages import tally, upkeep
from cablegram.messages.model import Count, State
from cablegram.runtime.runtime import Runtime

SPAIN = 2_000_000


async def test_what_moved_since_a_moment_is_what_each_state_gained(rt: Runtime, clock: SetClock) -> None:
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    who = await make.account(rt, default_country="ES")
    ids = await traffic.accepted(rt, [traffic.draft(who, to=f"+3460000011{digit}") for digit in range(3)])
    clock.move(timedelta(hours=1))
    moment = rt.clock.now()
    await traffic.move(rt, ids[:2], State.SUBMITTING, State.SUBMITTED)
    await traffic.accepted(rt, [traffic.draft(who)])
    gained = {state: count.n for state, count in (await tally.since(rt, who, moment)).items() if count.n}
    assert gained == {State.QUEUED: -1, State.SUBMITTED: 2}
    assert sum(gained.values()) == 1
    standing = await tally.standing(rt, who)
    assert standing == {State.QUEUED: Count(2, 2 * SPAIN), State.SUBMITTED: Count(2, 2 * SPAIN)}
    assert await tally.standing(rt, await make.account(rt)) == {}


def sums(found: Sequence[tuple[object, ...]]) -> Counter[tuple[object, ...]]:
    """Add up what rows of the log say, moves in and out apart."""
    total: Counter[tuple[object, ...]] = Counter()
    for _, account_id, campaign_id, state, n, amount in found:
        assert isinstance(n, int)
        assert isinstance(amount, int)
        total[account_id, campaign_id, state, n > 0, "n"] += n
        total[account_id, campaign_id, state, n > 0, "amount"] += amount
    return total


async def test_the_log_of_counts_grows_coarser_with_age_and_its_sums_stay(rt: Runtime, clock: SetClock) -> None:
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    who, campaign_id = await make.account(rt), traffic.campaign()
    for _ in range(3):
        for campaign in (None, campaign_id):
            some = await traffic.accepted(rt, [traffic.draft(who, campaign_id=campaign)])
            await traffic.move(rt, some, State.SUBMITTING, State.SUBMITTED)
            clock.move(timedelta(seconds=13.5))
    log = "SELECT at, account_id, campaign_id, state::text, n, amount FROM progress"
    written = await rows(rt, log)

    async def after(**age: float) -> tuple[set[int], int]:
        """Fold so much later; return the seconds into the day at which rows stand, and how many rows there are."""
        clock.move(timedelta(**age))
        await tally.fold(rt)
        assert not await tally.fold_old(rt)
        found = await rows(rt, log)
        assert sums(found) == sums(written)
        midnights = {at: datetime.combine(at, time(), UTC) for at, *_ in found if isinstance(at, datetime)}
        return {int((at - midnight).total_seconds()) for at, midnight in midnights.items()}, len(found)

    begun = make.clock().now()
    minute = begun.hour * 60 + begun.minute
    seconds, many = await after(minutes=10)
    assert len(seconds) > 2
    assert (await after(hours=23))[0] == seconds
    minutes, fewer = await after(hours=1)
    assert minutes <= {minute * 60, (minute + 1) * 60}
    assert fewer < many
    assert (await after(days=28))[0] == minutes
    hours, fewest = await after(days=1)
    assert hours == {0, begun.hour * 3600}
    assert fewest <= fewer
    assert (await after(days=400)) == (hours, fewest)


@pytest.mark.parametrize(("hours", "seconds"), [(0, 1), (23.9, 1), (24, 60), (24 * 29.9, 60), (24 * 30, 3600)])
def test_what_is_old_is_told_in_coarser_steps(hours: float, seconds: int) -> None:
    now = make.clock().now()
    assert tally.grain(now - timedelta(hours=hours), now) == seconds
