"""Runs in one process, one after the other: the ground and the nursery stay open between them."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from proving.ground import Ground, Nursery
from proving.runs import Plan, Result, run


class Keeper:
    """Does runs on a ground."""

    def __init__(self, runner: asyncio.Runner, ground: Ground, nursery: Nursery) -> None:
        self._runner = runner
        self._ground = ground
        self._nursery = nursery
        self._count = 0

    def run(self, plan: Plan) -> Result:
        """Do one run. Raises AssertionError or TimeoutError when it does not come to its end."""
        self._count += 1
        return self._runner.run(run(self._ground, self._nursery, plan, self._count))


@contextmanager
def keeping(folder: Path) -> Generator[Keeper]:
    """Open a ground in a folder for a block."""
    ground = Ground(folder)
    stack = AsyncExitStack()
    try:
        ground.open()
        with asyncio.Runner() as runner:
            try:
                yield Keeper(runner, ground, runner.run(stack.enter_async_context(ground.nursery())))
            finally:
                runner.run(stack.aclose())
    finally:
        ground.close()
