"""One run: a mixed load, a death at each point of a chain, new lives that finish, and the judge's verdict."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg

from proving import load
from proving.clients import Told
from proving.ground import REQUESTS, WINDOW, Ground, Nursery, Site
from proving.judge import Verdict, judge
from proving.listening import faults, furnish, listening
from proving.orders import Order, deaths
from proving.planning import Chain, dice

_LOOK = 0.03
_LOOK_FOR_MOVES = 1.0
_MOST_PATIENCE = 10  # times: what moves in circles ends here
_KILLED = -signal.SIGKILL


@dataclass(slots=True)
class Result:
    """What came of a run; `fired`: the points at which something died, in that order."""

    chain: Chain
    fired: list[str]
    deaths: int
    seconds: float
    verdict: Verdict

    @property
    def most_unknown(self) -> int:
        """Return how many messages may be in question: two windows of each of the two links, for each death."""
        return 2 * (WINDOW + REQUESTS) * max(1, self.deaths)

    @property
    def faults(self) -> list[str]:
        """Return everything that must not be."""
        found = list(self.verdict.faults)
        if self.verdict.unknown > self.most_unknown:
            found.append(f"{self.verdict.unknown} messages are unknown, of at most {self.most_unknown}")
        return found


@dataclass(slots=True)
class _Lives:
    """The lives of the system in one run."""

    nursery: Nursery
    first: Order
    pid: int | None = None
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self) -> None:
        """Live again after each death, until the run is over."""
        order = self.first
        while True:
            self.pid = await self.nursery.bear(order)
            code = await self.nursery.mourn()
            self.pid = None  # it may be somebody else's from now on
            if self.is_over.is_set():
                return
            if code != _KILLED:
                raise AssertionError(f"the system ended by itself, with {code}: see {order.log}")
            order = replace(self.first, aims=deaths(Path(order.told))[-1].left, later=())

    async def end(self, living: asyncio.Task[None]) -> None:
        """End the last life."""
        self.is_over.set()
        while not living.done():
            if self.pid is not None:  # 0 would be all of us
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
            await asyncio.wait([living], timeout=_LOOK)


async def run(ground: Ground, nursery: Nursery, chain: Chain, number: int, *, patience: float) -> Result:
    """Do one run. Raises AssertionError when the system ends otherwise than by a kill."""
    site = ground.site(number, knows_form=chain.knows_form, strands=chain.strands)
    async with listening(wanted=chain.listens) as receiver:
        if receiver:
            furnish(site.url, ground.household.rich, receiver)
        result = await _run(ground, nursery, chain, site, patience=patience)
        if receiver:
            result.verdict.drift += faults(site.url, ground.household.rich, receiver)
    if not result.faults:
        ground.clear(site)
    return result


async def _run(ground: Ground, nursery: Nursery, chain: Chain, site: Site, *, patience: float) -> Result:
    began = time.monotonic()
    told = Told()
    order = Order(
        database_url=site.url,
        port=site.port,
        log=str(site.log),
        told=str(site.told),
        cluster=str(ground.cluster),
        aims=tuple(chain.first_aims),
        later=tuple(chain.later_aims),
        gives_up=chain.gives_up,
    )
    lives = _Lives(nursery, order)
    async with _living(ground, lives):
        is_late = await _is_late(ground, site, told, chain, patience=patience)
    died = [death.point for death in deaths(site.told)]
    verdict = judge(ground, site, told)
    if is_late:
        verdict.drift.append(f"it came to no end: nothing moved for {patience:.0f} s, or it moved in circles")
    fired = [point for point in died if point in chain.points]
    return Result(chain, fired, len(died), time.monotonic() - began, verdict)


async def _is_late(ground: Ground, site: Site, told: Told, chain: Chain, *, patience: float) -> bool:
    """Have the work done and wait for its end; tell whether our patience ended first."""
    chance = dice(chain.plans[0], "load")
    try:
        async with asyncio.timeout(None) as limit, _watching(limit, ground, site, patience):
            await load.work(ground, site, told, chance, slows=chain.slows, strands=chain.strands, by_job=chain.by_job)
            await _settled(site, told, gives_up=chain.gives_up)
    except TimeoutError:
        return True
    return False


@asynccontextmanager
async def _watching(limit: asyncio.Timeout, ground: Ground, site: Site, patience: float) -> AsyncGenerator[None]:
    """End a block when nothing has moved in it for a while; how long it takes as long as things move is no matter."""
    watching = asyncio.create_task(_watch(limit, ground, site, patience))
    try:
        yield
    finally:
        watching.cancel()


async def _watch(limit: asyncio.Timeout, ground: Ground, site: Site, patience: float) -> None:
    # Counted in looks that we came to take: on a machine with much else to do, we are late as all others are.
    seen, still = None, 0
    for _ in range(int(_MOST_PATIENCE * patience)):
        await asyncio.sleep(_LOOK_FOR_MOVES)
        now = ground.moves(site)
        seen, still = now, still + 1 if now == seen else 0
        if still * _LOOK_FOR_MOVES >= patience:
            break
    limit.reschedule(asyncio.get_running_loop().time())


@asynccontextmanager
async def _living(ground: Ground, lives: _Lives) -> AsyncGenerator[None]:
    """Keep the system and PostgreSQL alive for a block; what ends them otherwise than by a kill ends the block."""
    body = asyncio.current_task()
    assert body is not None
    living = asyncio.create_task(lives.live())
    serving = asyncio.create_task(keep_server(ground))

    def fail(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() and not lives.is_over.is_set():
            body.cancel()

    living.add_done_callback(fail)
    serving.add_done_callback(fail)
    try:
        yield
    finally:
        serving.cancel()
        await lives.end(living)
        for task in (living, serving):
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error
        if ground.is_server_dead():
            ground.restart_server()


async def keep_server(ground: Ground) -> None:
    """Start PostgreSQL again whenever it is dead, for ever."""
    while True:
        if ground.is_server_dead():
            ground.restart_server()
        await asyncio.sleep(_LOOK)


async def _settled(site: Site, told: Told, *, gives_up: bool) -> None:
    """Wait until every message has ended, every text has come, and all is told to who listens."""
    left: tuple[int, ...] = ()
    while left != (0, 0):
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(site.url, autocommit=True) as conn:
            while left != (0, 0):
                await asyncio.sleep(_LOOK)
                left = conn.execute(_OPEN, [gives_up, len(told.texts)]).fetchone() or ()


_OPEN = """
    SELECT (SELECT count(*) FROM message WHERE state IN ('scheduled', 'queued', 'submitting', 'submitted')
            OR (state = 'unknown' AND %s))
            + (SELECT count(*) FROM message_news) + (SELECT count(*) FROM webhook_queue)
            + (SELECT count(*) FROM event WHERE webhooks_at IS NULL),
        %s - (SELECT count(DISTINCT body) FROM inbound_text)
"""
