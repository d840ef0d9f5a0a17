"""The dispatcher over wires that misbehave: to the carrier, and to PostgreSQL. Nothing is lost, nothing goes twice."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.runtime.database import PATIENCE, Database
from cablegram.runtime.runtime import Runtime
from cablegram.simulators.options import CarrierOptions, Outcomes
from cablegram.simulators.serve import running
from dispatching import LinkSettings, carrier, dispatching, states, until, until_all, until_link
from peers.faults import Connection, Proxy, faulty, faulty_database, lengths

WINDOW = 10


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    return await make.account(rt, credits=5000)


@asynccontextmanager
async def carried(rt: Runtime, journal: Path, **settings: int) -> AsyncGenerator[Proxy]:
    """Run the simulated carrier behind a wire of ours, with a connector that leads through it."""
    options = CarrierOptions(
        smpp_port=0, http_port=0, receipt_delay=(0, 0.02), outcomes=Outcomes(0, 0, 0), journal=journal
    )
    async with running(options) as peer, faulty(peer.smpp_port) as proxy:
        given: LinkSettings = {"window": WINDOW, "response_seconds": settings.get("response_seconds", 60)}
        await carrier(rt, proxy.port, **given)
        yield proxy


def taken(journal: Path) -> list[str]:
    """Return the numbers whose messages the carrier took."""
    lines = journal.read_text().splitlines() if journal.exists() else []
    return [line.split('"to":"')[1].split('"')[0] for line in lines if '"taken":true' in line]


async def send(rt: Runtime, who: Principal, count: int, *, first: int = 0) -> None:
    drafts = [traffic.draft(who, f"Hello number {n}", to=f"+34600000{first + n:03d}") for n in range(count)]
    await traffic.accepted(rt, drafts)


async def until_settled(rt: Runtime, *, deadline: float = 30) -> dict[str, int]:
    """Wait until no message waits or is on the wire."""
    return await until(
        lambda: states(rt), lambda seen: not seen.keys() & {"queued", "submitting", "submitted"}, deadline=deadline
    )


# --- to the carrier ---


@pytest.mark.parametrize(("piece", "delay"), [(1, 0.0), (7, 0.0005), (65536, 0.05)])
async def test_a_wire_that_dribbles_or_takes_its_time_loses_nothing(
    rt: Runtime, shop: Principal, tmp_path: Path, piece: int, delay: float
) -> None:
    async with carried(rt, tmp_path / "j") as proxy, dispatching(rt):
        proxy.wire.piece, proxy.wire.delay = piece, delay
        await send(rt, shop, 30)
        await until_all(rt, delivered=30)
    assert len(taken(tmp_path / "j")) == 30


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_resets_at_any_byte_double_nothing_and_name_what_is_in_question(
    rt: Runtime, shop: Principal, tmp_path: Path, seed: int
) -> None:
    async with carried(rt, tmp_path / "j") as proxy:
        proxy.wire.resets = lengths(seed, 3, most=2500)
        async with dispatching(rt):
            await send(rt, shop, 60)
            seen = await until_settled(rt)
    numbers = taken(tmp_path / "j")
    assert len(numbers) == len(set(numbers)), "the carrier got a message twice"
    assert sum(seen.values()) == 60
    assert seen.get("unknown", 0) <= 3 * WINDOW
    assert seen["delivered"] + seen.get("unknown", 0) == 60
    await assert_sums_hold(rt)


async def test_a_wire_that_swallows_everything_costs_a_window_at_most(
    rt: Runtime, shop: Principal, tmp_path: Path
) -> None:
    async with carried(rt, tmp_path / "j", response_seconds=1) as proxy, dispatching(rt):
        await send(rt, shop, 1)
        await until_all(rt, delivered=1)
        proxy.wire.flows.clear()
        await send(rt, shop, 40, first=100)
        await until_link(rt, "down")
        # That the link is down is written apart from what became of its messages.
        in_question = (await until(lambda: states(rt), lambda seen: seen.get("unknown")))["unknown"]
        assert 1 <= in_question <= WINDOW
        proxy.wire.flows.set()
        proxy.cut()
        seen = await until_settled(rt)
        assert seen["delivered"] + seen.get("unknown", 0) == 41
    numbers = taken(tmp_path / "j")
    assert len(numbers) == len(set(numbers)), "the carrier got a message twice"
    await assert_sums_hold(rt)


async def test_a_wire_that_closes_by_halves_is_made_anew(rt: Runtime, shop: Principal, tmp_path: Path) -> None:
    async with carried(rt, tmp_path / "j") as proxy, dispatching(rt):
        await until_link(rt, "bound")
        proxy.half_close()
        await until_link(rt, "down")
        await send(rt, shop, 5)
        await until_all(rt, delivered=5)


# --- to PostgreSQL ---


@asynccontextmanager
async def through(rt: Runtime, *, patience: float = PATIENCE) -> AsyncGenerator[tuple[Proxy, Runtime]]:
    """Lend a runtime whose database is reached over a wire of ours."""
    async with faulty_database(rt.db.url) as (proxy, url):
        database = Database(url, size=4, name="through", patience=patience)
        await database.open()
        yield proxy, replace(rt, db=database)
        await database.close()


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_dispatcher_whose_database_breaks_away_again_and_again_finishes(
    rt: Runtime, shop: Principal, tmp_path: Path, seed: int
) -> None:
    async with carried(rt, tmp_path / "j"), through(rt) as (proxy, far):
        proxy.wire.resets = lengths(seed, 6, most=60_000)
        async with dispatching(far):
            await send(rt, shop, 100)
            for _ in range(3):
                before = proxy.carried
                await until(lambda: _carried(proxy), lambda now, past=before: now > past + 10_000)
                proxy.cut()
            seen = await until_settled(rt)
    numbers = taken(tmp_path / "j")
    assert len(numbers) == len(set(numbers)), "the carrier got a message twice"
    assert sum(seen.values()) == 100
    assert seen["delivered"] + seen.get("unknown", 0) == 100
    await assert_sums_hold(rt)


async def test_a_dispatcher_waits_while_its_database_says_nothing(rt: Runtime, shop: Principal, tmp_path: Path) -> None:
    async with carried(rt, tmp_path / "j"), through(rt) as (proxy, far), dispatching(far):
        await send(rt, shop, 5)
        await until_all(rt, delivered=5)
        proxy.wire.flows.clear()
        await send(rt, shop, 20, first=100)
        assert (await states(rt))["queued"] >= 10  # what was claimed meanwhile is at most a window
        assert len(taken(tmp_path / "j")) <= 5 + WINDOW
        proxy.wire.flows.set()
        await until_all(rt, delivered=25)
    assert await rows(rt, "SELECT count(*) FROM message WHERE state = 'unknown'") == [(0,)]


async def test_a_dispatcher_lets_go_of_a_database_that_hangs_and_goes_on_when_it_is_back(
    rt: Runtime, shop: Principal, tmp_path: Path
) -> None:
    async with carried(rt, tmp_path / "j"), through(rt, patience=0.5) as (proxy, far):
        idle = len(proxy.connections)
        async with dispatching(far):
            await send(rt, shop, 5)
            await until_all(rt, delivered=5)
            in_use = proxy.connections[idle:]
            proxy.wire.answers.clear()  # what it asks is done, and it does not hear so
            await send(rt, shop, 20, first=100)
            await until(lambda: _held(in_use), lambda held: not held)
            assert len(taken(tmp_path / "j")) == 5  # whatever it claimed, it does not know of
            proxy.wire.answers.set()
            await until_all(rt, delivered=25)
    numbers = taken(tmp_path / "j")
    assert len(numbers) == len(set(numbers)), "the carrier got a message twice"
    await assert_sums_hold(rt)


async def _held(connections: Sequence[Connection]) -> int:
    """Return how many of these the near end has not hung up."""
    return sum(not one.near_reader.at_eof() for one in connections)


async def _carried(proxy: Proxy) -> int:
    return proxy.carried
