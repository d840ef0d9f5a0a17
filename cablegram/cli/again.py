"""Do a step again and again: the loop of each task of a process that works in the background.

What one task fails by ends no other: it is logged, counted (`cablegram_task_failures_total`) and tried again
after a pause that doubles. What goes on failing is told to the operators, once a day of each process for as long as it
lasts.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping

from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Unavailable
from cablegram.kit.storable import storable
from cablegram.runtime import Runtime

RETRY = 1.0
"""Seconds after which a step that names its own pauses is tried again once the database was away."""

LONGEST_PAUSE = 300.0
"""Seconds between two tries of what goes on failing."""

TOLD_AFTER = 3
"""Failures in a row after which the operators are told."""

_TOLD_EVERY = 86_400.0  # seconds
_MOST_TOLD = 300  # characters of what went wrong
_DOUBLINGS = 10  # beyond them a pause is the longest anyway; a failure is counted for as long as a process lives


class Care:
    """Minds how one task does, from try to try."""

    def __init__(self, rt: Runtime, task: str) -> None:
        self._rt = rt
        self._task = task
        self._failures = 0
        self._told_at = self._rests_until = -math.inf

    @property
    def is_resting(self) -> bool:
        """Tell whether it failed so lately that it is left alone."""
        return self._rt.clock.monotonic() < self._rests_until

    def worked(self) -> None:
        """Note that it did its work."""
        self._failures = 0

    async def failed(self, error: Exception) -> float:
        """Note that it failed by what nobody expected; return for how many seconds to leave it alone."""
        rt, now = self._rt, self._rt.clock.monotonic()
        self._failures += 1
        rt.log.error("a task failed", task=self._task, in_a_row=self._failures, exc_info=error)
        rt.meters.count("task_failures", self._task)
        if self._failures >= TOLD_AFTER and now - self._told_at >= _TOLD_EVERY:
            try:
                await self._tell(error)
                self._told_at = now
            except Exception as why:  # noqa: BLE001 - the next failure tells; whatever it is, it ends no process
                rt.log.warning("operators can't be told yet", task=self._task, error=str(why))
        pause = min(RETRY * 2.0 ** min(self._failures - 1, _DOUBLINGS), LONGEST_PAUSE)
        self._rests_until = now + pause
        return pause

    async def _tell(self, error: Exception) -> None:
        said = storable(f"{type(error).__name__}: {error}"[:_MOST_TOLD])
        facts = {"task": self._task, "error": said, "count": self._failures}
        async with self._rt.db.transaction() as conn:
            await record(conn, [Event(Kind.TASK_FAILING, None, None, facts)], now=self._rt.clock.now())


async def again(rt: Runtime, task: str, step: Callable[[], Awaitable[float | None]], *, every: float = RETRY) -> None:
    """Do a step until cancelled, with the pause (seconds) that it returns between two; None: `every`.

    `task` is what people call it. Whatever the step raises is minded here, and no other task ends for it; while the
    database is away the next try is after `every`. A step that never returns did its work if it ran for longer than the
    longest pause.
    """
    care = Care(rt, task)
    while True:
        pause: float | None = None
        began = rt.clock.monotonic()
        try:
            pause = await step()
            care.worked()
        except Unavailable as error:
            rt.log.warning("work waits for the database", task=task, error=error.message)
        except Exception as error:  # noqa: BLE001 - whatever it is, others work on
            if rt.clock.monotonic() - began > LONGEST_PAUSE:
                care.worked()
            pause = max(every, await care.failed(error))
        await asyncio.sleep(every if pause is None else pause)


def in_turn(rt: Runtime, deeds: Mapping[str, Callable[[Runtime], Awaitable[object]]]) -> Callable[[], Awaitable[None]]:
    """Return a step that does some deeds one after the other; what one of them fails by keeps no other from its turn.

    Whichever failed is passed over until its pause is over. The step raises Unavailable.
    """
    cares = {task: Care(rt, task) for task in deeds}

    async def step() -> None:
        for task, deed in deeds.items():
            if cares[task].is_resting:
                continue
            try:
                await deed(rt)
                cares[task].worked()
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the others have their turn
                await cares[task].failed(error)

    return step
