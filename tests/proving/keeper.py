"""Runs in one process, one after the other: the ground and the nursery stay open between them."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from proving.ground import Ground, Nursery
from proving.planning import Chain
from proving.runs import Result, run


class Keeper:
    """Does runs on a ground."""

    def __init__(self, runner: asyncio.Runner, ground: Ground, nursery: Nursery, patience: float) -> None:
        self._runner = runner
        self._ground = ground
        self._nursery = nursery
        self._patience = patience
        self._count = 0

    def run(self, chain: Chain) -> Result:
        """Do one run. Raises AssertionError when the system ends by itself."""
        self._count += 1
        return self._runner.run(run(self._ground, self._nursery, chain, self._count, patience=self._patience))


@contextmanager
def keeping(folder: Path, *, patience: float = 60.0) -> Generator[Keeper]:
    """Open a ground in a folder for a block; `patience`: for how many seconds nothing at all may move in a run."""
    ground = Ground(folder)
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        try:
            nursery = runner.run(stack.enter_async_context(ground.nursery()))  # it imports while PostgreSQL is made
            ground.open()
            runner.run(nursery.is_ready())
            yield Keeper(runner, ground, nursery, patience)
        finally:
            runner.run(stack.aclose())
            ground.close()
