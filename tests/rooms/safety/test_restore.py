"""A drill: what was sent after the backup is not sent again after the restore, until the operator says so."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

import crowd
import make
import traffic
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.api.exposition import families
from cablegram.audit.prove import audit
from cablegram.campaigns import find, lifecycle
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Campaign, CampaignState
from cablegram.connectors.contract import Verdict
from cablegram.dispatch import sweep
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, Refused
from cablegram.kit.seal import Seal
from cablegram.messages import upkeep
from cablegram.migrations.runner import migrate
from cablegram.overview import look
from cablegram.runtime import postgres_tools
from cablegram.runtime.runtime import Runtime
from cablegram.safety import halt, resume
from cablegram.safety.model import Gone, Standstill
from cablegram.simulators.options import CarrierOptions, Outcomes
from cablegram.simulators.serve import running
from dispatching import carrier, dispatching, states, until_all, until_link
from testbed import Server

OPERATOR = operator("tests")
LONG = timedelta(days=3650)


@asynccontextmanager
async def restored(pg: Server, rt: Runtime, folder: Path) -> AsyncGenerator[Runtime]:
    """Give a runtime on a copy of the database, made by backup and restore."""
    file = folder / "backup"
    postgres_tools.dump(rt.db.url, file)
    url = pg.empty(f"restored_{folder.name}")
    try:
        async with opened(url, file, rt) as copy:
            yield copy
    finally:
        pg.drop(url)


@asynccontextmanager
async def opened(url: str, file: Path, rt: Runtime) -> AsyncGenerator[Runtime]:
    postgres_tools.load(url, file)
    migrate(url, allow_unsafe=True, is_restoring=True)
    clock = SetClock(rt.clock.now() + timedelta(hours=1))
    copy = make.runtime(url, clock)
    await copy.db.open()
    try:
        yield copy
    finally:
        await copy.db.close()


@dataclass(slots=True)
class UnderWay:
    """An installation in the middle of its work."""

    who: Principal
    going: Campaign
    paused: Campaign


@pytest.fixture
async def under_way(rt: Runtime) -> UnderWay:
    """Give one with a campaign that runs, one that is paused, and messages in every state that is not final."""
    await upkeep.prepare_days(rt)
    who = await crowd.shop(rt)
    going = await crowd.campaign(rt, who, (await crowd.crowd(rt, who, 8)).id, name="going")
    paused = await crowd.campaign(rt, who, (await crowd.crowd(rt, who, 3, start=50, name="more")).id, name="paused")
    for one in (going, paused):
        await lifecycle.start(rt, who, one.id)
    await FanOut(slice_size=5).step(rt, going.id)
    await FanOut().step(rt, paused.id)
    await lifecycle.pause(rt, who, paused.id)
    await traffic.accepted(rt, [traffic.draft(who, to=f"+3460000020{digit}") for digit in range(6)])
    first, second, third = [await traffic.claimed(rt, 1) for _ in range(3)]
    await traffic.answer(rt, first, Verdict.TAKEN)
    await traffic.answer(rt, second, Verdict.THROTTLED)
    assert third
    return UnderWay(who, going, paused)


async def test_what_was_under_way_stands_still_until_the_operator_says_so(
    pg: Server, rt: Runtime, under_way: UnderWay, tmp_path: Path
) -> None:
    assert await states(rt) == {"queued": 12, "submitting": 1, "submitted": 1}
    async with restored(pg, rt, tmp_path) as copy:
        found = await halt.halt(copy)
        assert (found.held, found.unknown, found.campaigns) == (12, 1, 1)
        assert await resume.standing(copy, OPERATOR) == found
        assert await states(copy) == {"scheduled": 12, "unknown": 1, "submitted": 1}
        assert await rows(copy, "SELECT DISTINCT reason FROM message WHERE state = 'scheduled'") == [("after_restore",)]
        assert (await audit(copy)).is_ok

        # No time, no link and nobody but the operator lets go of anything that is of before the backup.
        assert isinstance(copy.clock, SetClock)
        copy.clock.move(LONG)
        assert await sweep.release_due(copy) == 0
        assert await traffic.claimed(copy, 50) == []
        going = await find.get(copy, under_way.who, under_way.going.id)
        assert (going.state, going.reason) == (CampaignState.PAUSED, "after_restore")
        for one in (under_way.going, under_way.paused):
            with pytest.raises(Conflict) as caught:
                await lifecycle.resume(copy, under_way.who, one.id)
            assert caught.value.code == "held_after_restore"

        # What is new goes out.
        (fresh,) = await traffic.accepted(copy, [traffic.draft(under_way.who, to="+34600000300")])
        people = await crowd.crowd(copy, under_way.who, 1, start=90, name="new people")
        await lifecycle.start(
            copy, under_way.who, (await crowd.campaign(copy, under_way.who, people.id, name="new")).id
        )
        assert [one.id for one in await traffic.claimed(copy, 50)] == [fresh]

        assert await resume.resume(copy, OPERATOR) == Gone(released=12, campaigns=1)
        assert await states(copy) == {"queued": 12, "submitting": 1, "unknown": 1, "submitted": 1}
        assert (await find.get(copy, under_way.who, under_way.going.id)).state is CampaignState.RUNNING
        assert len(await traffic.claimed(copy, 50)) == 9, "the paused campaign's three wait for its owner"
        await lifecycle.resume(copy, under_way.who, under_way.paused.id)
        assert len(await traffic.claimed(copy, 50)) == 3
        assert await resume.standing(copy, OPERATOR) is None
        with pytest.raises(Conflict) as caught:
            await resume.resume(copy, OPERATOR)
        assert caught.value.code == "nothing_held"
        assert (await audit(copy)).is_ok


async def test_held_messages_can_be_cancelled_and_are_refunded(
    pg: Server, rt: Runtime, under_way: UnderWay, tmp_path: Path
) -> None:
    async with restored(pg, rt, tmp_path) as copy:
        await halt.halt(copy)
        assert await resume.resume(copy, OPERATOR, cancels=True) == Gone(cancelled=12)
        assert await states(copy) == {"cancelled": 12, "unknown": 1, "submitted": 1}
        assert await rows(copy, "SELECT count(*) FROM message WHERE state = 'cancelled' AND refund_id IS NULL") == [
            (0,)
        ]
        assert (await find.get(copy, under_way.who, under_way.going.id)).state is CampaignState.PAUSED
        assert (await audit(copy)).is_ok


async def test_a_campaign_can_be_stopped_for_good_while_its_messages_are_held(
    pg: Server, rt: Runtime, under_way: UnderWay, tmp_path: Path
) -> None:
    async with restored(pg, rt, tmp_path) as copy:
        await halt.halt(copy)
        await lifecycle.cancel(copy, under_way.who, under_way.going.id)
        assert await states(copy) == {"cancelled": 5, "scheduled": 7, "unknown": 1, "submitted": 1}
        assert await resume.resume(copy, OPERATOR) == Gone(released=7)
        assert (await audit(copy)).is_ok


async def test_holding_again_holds_nothing_twice(pg: Server, rt: Runtime, under_way: UnderWay, tmp_path: Path) -> None:
    async with restored(pg, rt, tmp_path) as copy:
        await halt.halt(copy)
        again = await halt.halt(copy)
        assert again == Standstill(again.since, held=12, unknown=0, campaigns=0)
        assert (await audit(copy)).is_ok
        held = [one for one in families(await look.watched(copy, OPERATOR), "x") if one.name == "cablegram_queue_aside"]
        assert [sample.value for sample in held[0].samples] == [12]
    assert under_way


async def test_no_process_starts_on_a_database_whose_restore_was_broken_off(
    pg: Server, rt: Runtime, tmp_path: Path
) -> None:
    async with restored(pg, rt, tmp_path) as copy:
        with pytest.raises(Conflict) as caught:
            migrate(copy.db.url, allow_unsafe=True)
        assert caught.value.code == "restore_underway"
        postgres_tools.finish_restore(copy.db.url)
        assert migrate(copy.db.url, allow_unsafe=True) == []


async def test_a_restore_replaces_nothing_and_a_backup_overwrites_nothing(rt: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    postgres_tools.dump(rt.db.url, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == [file.name]  # noqa: PTH208 - a test may block
    for deed, code in ((postgres_tools.dump, "file_exists"), (postgres_tools.load, "database_not_empty")):
        with pytest.raises(Conflict) as caught:
            deed(rt.db.url, file)
        assert caught.value.code == code


async def test_a_file_that_is_no_backup_leaves_the_database_empty(pg: Server, tmp_path: Path) -> None:
    url = pg.empty("for_bad_files")
    try:
        for name, content, code in (
            ("text", b"-- SELECT 1;", "bad_file"),
            ("broken", b"PGDMP\x01\x10\x00 and then nothing", "restore_failed"),
        ):
            (tmp_path / name).write_bytes(content)
            with pytest.raises(Exception) as caught:  # noqa: PT011 - which error it is, its code says
                postgres_tools.load(url, tmp_path / name)
            assert getattr(caught.value, "code", None) == code
        with pytest.raises(Refused):
            postgres_tools.load(url, tmp_path / "none")
        with psycopg.connect(url) as conn:
            assert conn.execute("SELECT to_regnamespace('cablegram_restore')").fetchone() == (None,)
    finally:
        pg.drop(url)


async def test_connectors_that_another_key_sealed_are_named(rt: Runtime) -> None:
    await make.simulated_connector(rt, name="Sealed")
    assert await halt.locked_out(rt) == []
    other = Runtime(rt.settings, rt.db, Seal(bytes(range(32))), rt.clock)
    assert await halt.locked_out(other) == ["Sealed"]


async def test_a_carrier_sees_nothing_twice_that_was_sent_after_the_backup(
    pg: Server, rt: Runtime, tmp_path: Path
) -> None:
    await upkeep.prepare_days(rt)
    who = await make.account(rt, credits=5000, default_country="ES")
    journal = tmp_path / "journal"
    options = CarrierOptions(
        smpp_port=0, http_port=0, outcomes=Outcomes(0, 0, 0), receipt_delay=(0, 0.01), journal=journal
    )
    async with running(options) as peer:
        await carrier(rt, peer.smpp_port)
        await traffic.accepted(rt, [traffic.draft(who, to=f"+3460000020{digit}") for digit in range(5)])
        async with restored(pg, rt, tmp_path) as copy:  # of this moment: nothing is sent yet
            async with dispatching(rt):
                await until_all(rt, delivered=5)
            await halt.halt(copy)
            async with dispatching(copy):
                await until_link(copy, "bound")
                await traffic.accepted(copy, [traffic.draft(who, to="+34600000300")])
                await until_all(copy, scheduled=5, delivered=1)
            await resume.resume(copy, OPERATOR, cancels=True)
            assert (await audit(copy)).is_ok
    numbers = [line.split('"to":"')[1].split('"')[0] for line in journal.read_text().splitlines()]
    assert sorted(numbers) == sorted(set(numbers))
    assert len(numbers) == 6
