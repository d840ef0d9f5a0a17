"""Runs in one process, one after the other: the ground, the nursery and all other means stay open between them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

from proving import errand_runs, errands
from proving.errand_runs import Means
from proving.ground import Ground, Nursery
from proving.planning import Chain
from proving.runs import Result, run
from stripe_at_home import localstripe

T = TypeVar("T")


class Keeper:
    """Does runs on a ground."""

    def __init__(self, runner: asyncio.Runner, ground: Ground, nursery: Nursery, means: Means, patience: float) -> None:
        self._runner = runner
        self._ground = ground
        self._nursery = nursery
        self._means = means
        self._patience = patience
        self._count = 0

    def run(self, chain: Chain) -> Result:
        """Do one run. Raises AssertionError when the system ends by itself."""
        self._count += 1
        if self._ground.is_server_dead():  # what went wrong before is no matter of this run
            self._ground.restart_server()
        if chain.plans[0].is_errand:
            return self._runner.run(errand_runs.run(self._ground, self._means, chain, self._count))
        return self._runner.run(run(self._ground, self._nursery, chain, self._count, patience=self._patience))


@contextmanager
def keeping(folder: Path, *, patience: float = 60.0) -> Generator[Keeper]:
    """Open a ground in a folder for a block; `patience`: for how many seconds nothing at all may move in a run."""
    ground = Ground(folder)
    stack = AsyncExitStack()
    with asyncio.Runner() as runner, ExitStack() as later:

        def once(open_it: Callable[[], AbstractContextManager[T]]) -> Callable[[], T]:
            return cache(lambda: later.enter_context(open_it()))

        means = Means(
            payers=once(lambda: errands.of("proving.paying")),
            tenants=once(lambda: errands.of("proving.renting")),
            servants=once(lambda: errands.of("proving.chores")),
            stripe=once(localstripe),
        )
        try:
            nursery = runner.run(stack.enter_async_context(ground.nursery()))  # it imports while PostgreSQL is made
            ground.open()
            runner.run(nursery.is_ready())
            yield Keeper(runner, ground, nursery, means, patience)
        finally:
            runner.run(stack.aclose())
            ground.close()
