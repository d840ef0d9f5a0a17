"""Do a step again and again: the loop of each task of a process that works in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from cablegram.kit.errors import Unavailable
from cablegram.runtime import Runtime

RETRY = 1.0
"""Seconds after which a step that names its own pauses is tried again once the database was away."""


async def again(
    rt: Runtime,
    step: Callable[[], Awaitable[float | None]],
    *,
    waits: str,
    every: float = RETRY,
    fails: str = "",
    pause_after_failure: float | None = None,
) -> None:
    """Do a step until cancelled, with the pause (seconds) that it returns between two; None: `every`.

    While the database is away the log says `waits`, and the next try is after `every`. With `fails` the log says so of
    what nobody expected, and no other task ends for it; without, it is raised.
    """
    while True:
        pause: float | None = None
        try:
            pause = await step()
        except Unavailable as error:
            rt.log.warning(waits, error=error.message)
        except Exception:
            if not fails:
                raise
            rt.log.exception(fails)
            pause = pause_after_failure
        await asyncio.sleep(every if pause is None else pause)
