"""The installation in figures: sums that stay right while the log of counts is folded, lanes, processes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

import make
import traffic
from cablegram.accounts.access import Principal
from cablegram.accounts.access import operator as as_operator
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import NotAllowed
from cablegram.messages import tally, upkeep
from cablegram.messages.model import State
from cablegram.overview import look, report, store
from cablegram.runtime.runtime import Runtime
from dispatching import until

OPERATOR = as_operator("tests")


@pytest.fixture
async def sender(rt: Runtime) -> Principal:
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    return await make.account(rt, default_country="ES")


async def test_sums_are_the_same_before_and_after_the_log_is_folded_and_added_up(
    rt: Runtime, sender: Principal, clock: SetClock
) -> None:
    clock.move(timedelta(milliseconds=300))
    ids = await traffic.accepted(rt, [traffic.draft(sender, to=f"+3460000011{digit}") for digit in range(6)])
    await traffic.move(rt, ids[:4], State.SUBMITTING, State.SUBMITTED)
    await traffic.move(rt, ids[:3], State.DELIVERED)
    for minutes in (0, 1, 5, 0, 30):
        clock.move(timedelta(minutes=minutes))
        await tally.fold(rt)
        await report.tidy(rt)
        seen = await look.watched(rt, OPERATOR)
        assert seen.accepted == 6
        assert {state: n for state, n in seen.standing.items() if n} == {
            State.QUEUED: 2, State.SUBMITTED: 1, State.DELIVERED: 3,
        }  # fmt: skip
        assert {state: n for state, n in seen.came.items() if n} == {
            State.QUEUED: 6, State.SUBMITTING: 4, State.SUBMITTED: 4, State.DELIVERED: 3,
        }  # fmt: skip
    async with rt.db.connection() as conn:
        ((added,),) = await (await conn.execute("SELECT sum(grew) FROM total")).fetchall()
    assert added == 6, "the log was never added up"


async def test_a_transaction_that_is_still_open_keeps_its_time_out_of_the_sums(
    rt: Runtime, sender: Principal, clock: SetClock
) -> None:
    async with rt.db.transaction() as conn:
        ((began,),) = await (await conn.execute("SELECT now()")).fetchall()
        clock.move(began - rt.clock.now() + timedelta(days=1))
        await report.tidy(rt)
        async with rt.db.connection() as other:
            ((until_,),) = await (await other.execute("SELECT until FROM total_until")).fetchall()
    assert until_ < began
    assert sender


async def test_a_lane_says_how_many_wait_and_since_when(rt: Runtime, sender: Principal) -> None:
    other = await make.account(rt, default_country="ES")
    first = await traffic.accepted(rt, [traffic.draft(sender), traffic.draft(sender, to="+34600000119")])
    await traffic.accepted(rt, [traffic.draft(other)])
    (lane,) = (await look.watched(rt, OPERATOR)).lanes
    assert (lane.lane, lane.waiting) == (1, 3)
    assert lane.oldest.timestamp() * 1000 == pytest.approx(min(first).int >> 80, abs=1)


async def test_a_process_is_seen_while_it_says_so_and_gone_when_it_ends(rt: Runtime) -> None:
    rt.meters.count("answers", "x", "taken", n=3)
    task = asyncio.create_task(report.keep_reporting(rt, "dispatch", every=0.01))

    async def names() -> list[tuple[str, bool, float]]:
        found = (await look.watched(rt, OPERATOR)).reports
        return [(one.name, one.lives, sum(figure.value for figure in one.figures.counts)) for one in found]

    await until(names, lambda seen: seen == [("dispatch", True, 3.0)])
    rt.meters.count("answers", "x", "taken", n=2)
    await until(names, lambda seen: seen == [("dispatch", True, 5.0)])
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await names() == []


async def test_a_process_that_ended_without_a_word_is_called_silent_and_forgotten_in_an_hour(rt: Runtime) -> None:
    async with rt.db.connection() as conn:
        for minutes in (1, 61):
            await conn.execute(
                "INSERT INTO process (id, name, host, pid, started_at, seen_at, figures) VALUES "
                "(gen_random_uuid(), 'work', 'here', 7, now(), now() - %s, '{}')",
                [timedelta(minutes=minutes)],
            )
    await report.tidy(rt)
    assert [one.lives for one in (await look.watched(rt, OPERATOR)).reports] == [False]


async def test_only_the_operator_sees_figures(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotAllowed):
        await look.watched(rt, who)


async def test_a_full_lane_is_counted_up_to_a_limit(
    rt: Runtime, sender: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await traffic.accepted(rt, [traffic.draft(sender, to=f"+3460000011{digit}") for digit in range(6)])
    monkeypatch.setattr(store, "_MOST", 4)
    assert [lane.waiting for lane in (await look.watched(rt, OPERATOR)).lanes] == [4]
