"""One run: a mixed load, a death at a chosen point, a new life that finishes, and the judge's verdict."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import psycopg

from cablegram.runtime.failpoints import POINTS
from proving import load
from proving.clients import Told
from proving.ground import REQUESTS, WINDOW, Ground, Nursery, Site
from proving.judge import Verdict, judge
from proving.listening import faults, furnish, listening
from proving.orders import Order

_LOOK = 0.03
_LOOK_FOR_MOVES = 1.0
_MOST_PATIENCE = 10  # times: what moves in circles ends here
_KILLED = -signal.SIGKILL

# Points that only a second life passes, or that every life passes at its very start: another death goes before.
_AFTER_A_DEATH = {
    **dict.fromkeys(("sweep.dead_found", "sweep.flights_read", "sweep.named_unknown"), "link.answers_read"),
    **dict.fromkeys(("sweep.taken_over", "sweep.requeued", "receipts.fitted"), "link.answers_read"),
    **dict.fromkeys(("dispatch.registered", "dispatch.locked", "dispatch.link_owned"), "wire.written"),
    **dict.fromkeys(("tally.folded", "upkeep.days_made"), "recorder.recorded"),
    "give_up.settled": "claim.committed",
}
_BY_ALL_FORMS = frozenset({"receipts.matched", "receipts.applied"})
_GIVES_UP = frozenset({"give_up.settled"})
_STRANDED = frozenset({"failover.moved", "failover.told"})
_SLOW = frozenset({"results.requeued", "sweep.released"})
# Passed dozens of times in a run, and at least so often; the others once or a few times.
_OFTEN = {
    "desk": 6,
    "accept": 3,
    "http": 6,
    "webhook.sent": 6,
    **dict.fromkeys(("claim", "wire", "link", "recorder", "results.taken", "results.recorded"), 10),
}
_ONCE = frozenset({"results.requeued", "recorder.texts_recorded"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen in a run; the same plan brings the same load and the same point, though not the same moment."""

    point: str
    seed: int
    kills_server: bool = False


@dataclass(slots=True)
class Result:
    """What came of a run."""

    plan: Plan
    hit: int
    deaths: int
    has_fired: bool
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
    orders: list[Order]
    last: Order
    deaths: int = 0
    pid: int | None = None
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self) -> None:
        """Live again after each death, until the run is over."""
        while True:
            order = self.orders.pop(0) if self.orders else self.last
            self.pid = await self.nursery.bear(order)
            code = await self.nursery.mourn()
            self.pid = None  # it may be somebody else's from now on
            if self.is_over.is_set():
                return
            if code != _KILLED:
                raise AssertionError(f"the system ended by itself, with {code}: see {order.log}")
            self.deaths += 1

    async def end(self, living: asyncio.Task[None]) -> None:
        """End the last life."""
        self.is_over.set()
        while not living.done():
            if self.pid is not None:  # 0 would be all of us
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
            await asyncio.wait([living], timeout=_LOOK)


async def run(ground: Ground, nursery: Nursery, plan: Plan, number: int, *, patience: float) -> Result:
    """Do one run. Raises AssertionError when the system ends otherwise than by a kill."""
    site = ground.site(number, knows_form=_knows_form(plan), strands=plan.point in _STRANDED)
    async with listening(wanted=plan.point.startswith("webhook.")) as receiver:
        if receiver:
            furnish(site.url, ground.household.rich, receiver)
        result = await _run(ground, nursery, plan, site, patience=patience)
        if receiver:
            result.verdict.drift += faults(site.url, ground.household.rich, receiver)
    if not result.faults:
        ground.clear(site)
    return result


async def _run(ground: Ground, nursery: Nursery, plan: Plan, site: Site, *, patience: float) -> Result:
    began = time.monotonic()
    chance = _dice(plan, "death")
    told = Told()
    hit = _hit(plan, chance)
    blank = Order(site.url, site.port, str(site.log), str(site.told))
    gives_up = plan.point in _GIVES_UP
    armed = replace(blank, arm=f"{plan.point}:{hit}", gives_up=gives_up)
    if plan.kills_server:
        armed = replace(armed, postmaster=ground.postmaster)
    before = _AFTER_A_DEATH.get(plan.point)
    orders = [replace(blank, arm=f"{before}:{chance.randint(2, 4)}"), armed] if before else [armed]
    lives = _Lives(nursery, orders, replace(blank, gives_up=gives_up))
    async with _living(ground, lives):
        is_late = await _is_late(ground, site, told, plan, patience=patience)
    has_fired = site.told.exists() and f"{plan.point}:{hit}" in site.told.read_text().splitlines()
    verdict = judge(ground, site, told)
    if is_late:
        verdict.drift.append(f"it came to no end: nothing moved for {patience:.0f} s, or it moved in circles")
    return Result(plan, hit, lives.deaths + plan.kills_server, has_fired, time.monotonic() - began, verdict)


async def _is_late(ground: Ground, site: Site, told: Told, plan: Plan, *, patience: float) -> bool:
    """Have the work done and wait for its end; tell whether our patience ended first."""
    chance = _dice(plan, "load")
    try:
        async with asyncio.timeout(None) as limit, _watching(limit, ground, site, patience):
            is_stranded = plan.point in _STRANDED
            slows, by_job = plan.point in _SLOW, plan.point.startswith("job.")
            await load.work(ground, site, told, chance, slows=slows, strands=is_stranded, by_job=by_job)
            await _settled(site, told, gives_up=plan.point in _GIVES_UP)
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
    serving = asyncio.create_task(_keep_server(ground))

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


async def _keep_server(ground: Ground) -> None:
    while True:
        if ground.is_server_dead():
            ground.restart_server()
        await asyncio.sleep(_LOOK)


async def _settled(site: Site, told: Told, *, gives_up: bool) -> None:
    """Wait until every message has ended, every text has come, and all is told to who listens."""
    left: tuple[int, ...] = ()
    while left != (0, 0):
        await asyncio.sleep(_LOOK)
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(site.url, autocommit=True) as conn:
            row = conn.execute(_OPEN, [gives_up, len(told.texts)]).fetchone()
            left = row or ()


_OPEN = """
    SELECT (SELECT count(*) FROM message WHERE state IN ('scheduled', 'queued', 'submitting', 'submitted')
            OR (state = 'unknown' AND %s))
            + (SELECT count(*) FROM message_news) + (SELECT count(*) FROM webhook_queue)
            + (SELECT count(*) FROM event WHERE webhooks_at IS NULL),
        %s - (SELECT count(DISTINCT body) FROM inbound_text)
"""


def _dice(plan: Plan, what: str) -> random.Random:
    return random.Random(f"{plan.point}/{plan.seed}/{what}")  # noqa: S311 - to be repeated, not to be guessed


def _knows_form(plan: Plan) -> bool:
    """Tell whether receipts are read in a form that was learned before, or have to be tried in all of them."""
    return plan.point == "receipts.landed" or (plan.seed % 2 == 1 and plan.point not in _BY_ALL_FORMS)


def _hit(plan: Plan, chance: random.Random) -> int:
    """Choose how often the point is passed before it is the end."""
    if plan.point in _AFTER_A_DEATH or plan.point in _ONCE:
        return 1
    most = _OFTEN.get(plan.point) or _OFTEN.get(plan.point.partition(".")[0], 1)
    return chance.randint(1, most)


def plan_of(point: str, seed: int, *, server_every: int = 10) -> Plan:
    """Return the run of a point and a seed; in a tenth of them PostgreSQL is the victim, at other points each time."""
    place = list(POINTS).index(point)
    return Plan(point, seed, kills_server=(place + seed) % server_every == 0 and point not in _AFTER_A_DEATH)


def plans(seed: int) -> list[Plan]:
    """Return a plan for each point, but those of payments and rents: tests of their own have them."""
    return [plan_of(point, seed) for point in POINTS if not point.startswith(("payment.", "rental.", "plan."))]
