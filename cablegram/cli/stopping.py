"""How a long-running command ends: SIGTERM or Ctrl-C cancels it, and it finishes what it must."""

from __future__ import annotations

import asyncio
import contextlib
import signal


async def until_stopped(task: asyncio.Task[None]) -> None:
    """Run a task until it ends or we are asked to stop; what it raises by itself is raised here."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
