"""Play a STOP against everything else that can happen at the same time, thousands of times.

    python -m proving.stops                                    two thousand interleavings, a minute or so
    python -m proving.stops --interleavings 100000             the long form, by as many processes as there are cores
    python -m proving.stops --interleavings 1 --seed 4711      one again, as it was

An interleaving is a STOP, up to three other deeds beside it on connections of their own (one may lose its connection in
the midst), and an order in which their round trips to PostgreSQL take place; all of it comes from its seed. After each,
no message to that number may have been claimed whose commit came after the STOP's; and every message must stand where
its state says, with its refund. And no two may wait for each other in a circle: PostgreSQL would break one of them off.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path

from cablegram.runtime.embedded import Embedded
from proving.saying import say
from proving.stop_deeds import DEEDS
from proving.stop_world import LANES, World
from testbed import Server

_A_WORLD = 1_000  # interleavings in one database: looking through it would take ever longer
_DEATHS = 0.1
_EARLY = 0.5  # of the time a STOP begins before the others have come far
_STEPS_BEFORE = 12


async def interleave(world: World, seed: int) -> list[str]:
    """Play one interleaving; return what is wrong afterwards."""
    chance = random.Random(seed)  # noqa: S311 - to be played again
    await world.begin_round()
    others = [name for name in DEEDS if name != "stop"]
    wanted = [chance.choice(others) for _ in range(LANES - 1)]
    if "start" in wanted and chance.random() > _DEATHS:
        wanted = [name if name != "start" else "claim" for name in wanted]
    lanes = chance.sample(world.lanes, LANES)
    stopping, lanes = lanes[0], lanes[1:]
    for lane, name in zip(lanes, wanted, strict=True):
        await lane.begin(DEEDS[name])
        for _ in range(chance.randrange(_STEPS_BEFORE)):
            if not lane.is_idle:
                await lane.step()
    await stopping.begin(DEEDS["stop"])
    if chance.random() < _DEATHS:
        for _ in range(chance.randrange(_STEPS_BEFORE)):
            await _step(world, chance)
        await chance.choice(lanes).die()
    while any(not lane.is_idle for lane in world.lanes):
        await _step(world, chance)
    found = await world.end_round()
    return [f"seed {seed} ({', '.join(wanted)}): {fault}" for fault in found]


async def _step(world: World, chance: random.Random) -> None:
    busy = [lane for lane in world.lanes if not lane.is_idle]
    if busy:
        await chance.choice(busy).step()


async def play(url: str, seeds: range) -> tuple[Counter[str], int]:
    """Play interleavings in one fresh database; return what was wrong, and how many deeds were broken off."""
    world = World(url)
    await world.open()
    wrong: Counter[str] = Counter()
    try:
        for seed in seeds:
            wrong.update(await interleave(world, seed))
    finally:
        await world.close()
    return wrong, world.sent_back


def _played(url: str, seeds: range) -> tuple[Counter[str], int]:
    """Play interleavings in a process of its own."""
    return asyncio.run(play(url, seeds))


def _worlds(server: Server, asked: argparse.Namespace) -> Iterator[tuple[int, Counter[str], int]]:
    """Play all that was asked for, each world in a database of its own; yield what came of each, as it ends."""
    last = asked.seed + asked.interleavings
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(asked.processes, mp_context=context) as pool:
        urls: dict[Future[tuple[Counter[str], int]], tuple[str, range]] = {}
        for first in range(asked.seed, last, _A_WORLD):
            seeds = range(first, min(first + _A_WORLD, last))
            url = server.migrated()
            urls[pool.submit(_played, url, seeds)] = (url, seeds)
            if len(urls) > asked.processes:
                yield _end(server, urls)
        while urls:
            yield _end(server, urls)


def _end(
    server: Server, urls: dict[Future[tuple[Counter[str], int]], tuple[str, range]]
) -> tuple[int, Counter[str], int]:
    """Wait for one world to end, and drop its database; return how many interleavings it was and what came of them."""
    done = next(as_completed(urls))
    url, seeds = urls.pop(done)
    wrong, sent_back = done.result()
    server.drop(url)
    return len(seeds), wrong, sent_back


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m proving.stops", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--interleavings", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first one; each next one has the next")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many play, each in its worlds")
    return parser.parse_args()


def main() -> int:
    """Play them and say what was found; 1 if anything was wrong."""
    asked = _arguments()
    os.environ["CABLEGRAM_TEST_UNSAFE_DATABASE"] = "1"
    folder = Path(tempfile.mkdtemp(prefix="cablegram-stops-"))
    embedded = Embedded(folder, for_tests=True)
    server = Server(embedded.start())
    began, played = time.monotonic(), 0
    wrong, broken_off = Counter[str](), 0
    try:
        for count, found, sent_back in _worlds(server, asked):
            played += count
            wrong += found
            broken_off += sent_back
            seconds = time.monotonic() - began
            say(
                f"{played:>9,} interleavings, {wrong.total()} faults, {broken_off:,} deeds broken off, {seconds:,.0f} s"
            )
    finally:
        server.close()
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)
    for fault in sorted(wrong)[:20]:
        say(fault)
    return 1 if wrong or broken_off else 0


if __name__ == "__main__":
    sys.exit(main())
