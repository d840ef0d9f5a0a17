"""One run of errands: processes that pay, rent or do chores, killed at the points of a chain; and what was found."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from proving import chores_done, paid, rented
from proving.errands import DATABASE_WAS_AWAY, Errands
from proving.ground import Ground
from proving.judge import Verdict
from proving.orders import Armed, Death, deaths
from proving.planning import Chain, dice, errand_of
from proving.runs import Result, keep_server
from stripe_at_home import Door

_SHELF = 30  # numbers that the simulated provider has of a kind; some it does not sell, or with a broken answer
_BY_ITSELF = 0.3  # of those who buy credits
_ENDS = {0, -signal.SIGKILL, DATABASE_WAS_AWAY}


class World(Protocol):
    """What errands are about."""

    async def come_after(self, turn: int) -> None:
        """Do what those who died left, at the time of this turn."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """Who goes on errands of each kind, and the address of a Stripe: started when they are first wanted."""

    payers: Callable[[], Errands]
    tenants: Callable[[], Errands]
    servants: Callable[[], Errands]
    stripe: Callable[[], str]


@dataclass(frozen=True, slots=True)
class _Scene:
    world: World
    errands: Errands
    errand: Callable[[int], dict[str, Any]]  # of a turn
    faults: Callable[[list[str]], Coroutine[Any, Any, list[str]]]  # after deaths at these points


async def run(ground: Ground, means: Means, chain: Chain, number: int) -> Result:
    """Do one run. Raises AssertionError when an errand ends otherwise than by a kill."""
    began = time.monotonic()
    told = ground.told(number)
    serving = asyncio.create_task(keep_server(ground))  # to the end: a server that was killed may not be dead yet
    try:
        async with _scene(means, chain, ground.empty(number)) as scene:
            died, turn = await _die(ground, scene, chain, told)
            for later in (1, 2):
                await scene.world.come_after(turn + later)
            fired = [death.point for death in died]
            verdict = Verdict(drift=await scene.faults(fired))
    finally:
        serving.cancel()
    result = Result(chain, fired, len(died), time.monotonic() - began, verdict)
    if not result.faults:
        told.unlink(missing_ok=True)
        ground.drop(number)
    return result


async def _die(ground: Ground, scene: _Scene, chain: Chain, told: Path) -> tuple[list[Death], int]:
    """Send one after the other, until all points of the chain were reached; return the deaths and the last turn."""
    aims, turn = tuple(plan.aim for plan in chain.plans), 0
    died: list[Death] = []
    for turn in range(_turns(chain)):
        armed = Armed(told=str(told), cluster=str(ground.cluster), aims=aims)
        code = await scene.errands.end_of(scene.errand(turn), armed)
        assert code in _ENDS, f"turn {turn} ended by itself, with {code}"
        died = deaths(told)
        aims = died[-1].left if died else aims
        if not aims:
            break
    return died, turn


def _turns(chain: Chain) -> int:
    return 2 * len(chain.plans) + 1  # some come to their end: a point may only be passed by who finds something to do


@asynccontextmanager
async def _scene(means: Means, chain: Chain, url: str) -> AsyncGenerator[_Scene]:
    chance, turns = dice(chain.plans[0], "load"), _turns(chain)
    kind = errand_of(chain.plans[0].point)
    if kind == "chores":
        async with chores_done.chores_of(url) as chores:
            yield _Scene(chores, means.servants(), chores.told, chores.faults)
        return
    if kind == "payment":
        by_itself = [chance.random() < _BY_ITSELF for _ in range(turns)]
        async with Door(means.stripe()).open() as door:
            await door.ask("DELETE", "/_config/data")
            async with paid.till(url, door) as till:
                yield _Scene(
                    till,
                    means.payers(),
                    lambda turn: till.told(turn, by_itself=by_itself[turn]),
                    lambda _: till.faults(),
                )
        return
    first = rented.OF_PROVIDER // 100 * 100
    numbers = [first + place for place in chance.sample(range(_SHELF), turns)]
    async with rented.house(url, turns=turns) as house:
        yield _Scene(
            house,
            means.tenants(),
            lambda turn: house.told(turn, of_provider=numbers[turn]),
            lambda _: house.faults(),
        )
