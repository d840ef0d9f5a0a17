"""What one task of `work` fails by ends no other: it is counted, tried again later, and told to the operators."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from books import rows
from cablegram.cli.again import LONGEST_PAUSE, TOLD_AFTER, Care, again, in_turn
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Unavailable
from cablegram.runtime.meters import Figure
from cablegram.runtime.runtime import Runtime

TOLD = "SELECT data->>'task', data->>'count', alerts_at IS NULL FROM event WHERE kind = 'task.failing' ORDER BY id"


async def test_a_task_that_fails_is_tried_again_while_another_works_on(rt: Runtime) -> None:
    failed, worked = asyncio.Event(), asyncio.Event()
    turns = 0

    async def broken() -> None:
        failed.set()
        raise ValueError("1 is not 2")

    async def sound() -> float:
        nonlocal turns
        turns += failed.is_set()
        if turns == 3:
            worked.set()
        return 0.0

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        tasks = [group.create_task(again(rt, "broken", broken)), group.create_task(again(rt, "sound", sound))]
        await worked.wait()
        assert not any(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
    assert rt.meters.figures().counts == [Figure("task_failures", ("broken",), 1)]


async def test_the_pause_doubles_up_to_five_minutes_and_begins_anew_once_it_worked(rt: Runtime) -> None:
    care = Care(rt, "closing of days")
    pauses = [await care.failed(ValueError("x")) for _ in range(12)]
    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert pauses[-1] == LONGEST_PAUSE
    care.worked()
    assert await care.failed(ValueError("x")) == 1.0


async def test_operators_are_told_of_what_goes_on_failing_once_a_day(rt: Runtime, clock: SetClock) -> None:
    care = Care(rt, "closing of days")
    for _ in range(TOLD_AFTER - 1):
        await care.failed(ValueError("x"))
    assert await rows(rt, TOLD) == []
    for _ in range(5):
        await care.failed(ValueError("x"))
    assert await rows(rt, TOLD) == [("closing of days", "3", True)]
    clock.move(timedelta(days=1))
    await care.failed(ValueError("x"))
    assert await rows(rt, TOLD) == [("closing of days", "3", True), ("closing of days", "8", True)]


async def test_what_fails_for_days_ends_nothing_whatever_it_says(rt: Runtime) -> None:
    care = Care(rt, "closing of days")
    # A number doubled so often is no number any more.
    pauses = [await care.failed(ValueError("\0 \ud800")) for _ in range(1_100)]
    assert pauses[-1] == LONGEST_PAUSE
    assert await rows(rt, TOLD) == [("closing of days", str(TOLD_AFTER), True)]


async def test_what_ran_for_long_before_it_failed_is_no_task_that_goes_on_failing(
    rt: Runtime, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cablegram.cli.again.RETRY", 0.0)
    ran = 0

    async def seldom_broken() -> None:
        nonlocal ran
        ran += 1
        clock.move(timedelta(seconds=LONGEST_PAUSE + 1))
        if ran > 2 * TOLD_AFTER:
            raise asyncio.CancelledError
        raise ValueError("once a day")

    with pytest.raises(asyncio.CancelledError):
        await again(rt, "webhooks", seldom_broken, every=0.0)
    assert await rows(rt, TOLD) == []


async def test_what_one_deed_fails_by_keeps_no_other_from_its_turn(rt: Runtime, clock: SetClock) -> None:
    done: list[str] = []

    async def broken(_: Runtime) -> None:
        raise KeyError("day")

    async def sound(_: Runtime) -> None:
        done.append("sound")

    step = in_turn(rt, {"broken": broken, "sound": sound})
    await step()
    await step()
    assert done == ["sound", "sound"]
    assert rt.meters.figures().counts == [Figure("task_failures", ("broken",), 1)]
    clock.move(timedelta(seconds=1))
    await step()
    assert done == ["sound", "sound", "sound"]
    assert rt.meters.figures().counts == [Figure("task_failures", ("broken",), 2)]

    async def away(_: Runtime) -> None:
        raise Unavailable("database_unreachable", "The database is away.")

    with pytest.raises(Unavailable):
        await in_turn(rt, {"away": away, "sound": sound})()
    assert done == ["sound", "sound", "sound"]
