"""Counts of an account, for screens."""

from __future__ import annotations

from datetime import timedelta

import make
import traffic
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
