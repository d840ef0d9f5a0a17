"""A healthy system passes; a fault planted in any source is found, and the row is named."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.audit.model import Report
from cablegram.audit.prove import audit
from cablegram.audit.store import SENTENCES
from cablegram.connectors.contract import Incoming, Outcome, Verdict
from cablegram.dispatch import record, sweep
from cablegram.dispatch.recorder import Text
from cablegram.enrollment.open import give_senders
from cablegram.inbound.receive import receive
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import CampaignId, uuid7
from cablegram.messages import hold, tally
from cablegram.runtime.queries import Queries
from cablegram.runtime.runtime import Runtime
from testbed import Server
from traffic import draft

FAULTS = Queries((Path(__file__).with_name("faults.sql")).read_text(encoding="utf-8"), "faults.sql")


@dataclass
class Busy:
    """A system with messages in every state that there is, of a campaign and of none."""

    rt: Runtime
    who: Principal
    campaign: CampaignId


@pytest.fixture(scope="module")
async def made(pg: Server) -> AsyncIterator[tuple[str, Principal, CampaignId]]:
    """Make the busy system once; each test gets a copy."""
    url, its_clock = pg.migrated(), make.clock()
    rt = make.runtime(url, its_clock)
    await rt.db.open()
    who, campaign = await make.account(rt), traffic.campaign()
    await _be_busy(rt, its_clock, who, campaign)
    await rt.db.close()
    yield url, who, campaign
    pg.drop(url)


@pytest.fixture
async def busy(pg: Server, made: tuple[str, Principal, CampaignId], clock: SetClock) -> AsyncIterator[Busy]:
    url = pg.copy(made[0])
    rt = make.runtime(url, clock)
    await rt.db.open()
    yield Busy(rt, *made[1:])
    await rt.db.close()
    pg.drop(url)


async def _be_busy(rt: Runtime, clock: SetClock, who: Principal, campaign: CampaignId) -> None:
    await traffic.open_ways(rt)
    await give_senders(rt)
    other, paused, stopped = await make.account(rt), traffic.campaign(), traffic.campaign()
    await traffic.accepted(rt, [draft(who, f"Message {n}") for n in range(12)])
    await traffic.accepted(rt, [draft(who, "To a list", campaign_id=campaign) for _ in range(4)])
    await _answer_all(rt, clock, await traffic.claimed(rt, 12))
    nobody = draft(who, "To nobody", to="monkeys", campaign_id=campaign)
    more = [draft(who, "Later", campaign_id=paused), draft(who, "Never", campaign_id=stopped), draft(other)]
    await traffic.accepted(rt, [nobody, *more])
    async with rt.db.transaction() as conn:
        await hold.pause(conn, who.account_id, paused)
        assert await hold.cancel(conn, who.account_id, stopped, now=clock.now()) == 1
    await _write_in(rt, who)
    clock.move(timedelta(minutes=1))
    await tally.fold(rt)
    clock.move(timedelta(days=31))
    assert not await tally.fold_old(rt)
    await traffic.accepted(rt, [draft(who, "After the counts were folded")])


async def _answer_all(rt: Runtime, clock: SetClock, taken: list[traffic.Claimed]) -> None:
    """Give twelve claimed messages every fate that a message can have."""
    await traffic.answer(rt, taken[:5], Verdict.TAKEN)
    for one, outcome in zip(taken, (Outcome.DELIVERED, Outcome.UNDELIVERED, Outcome.EXPIRED), strict=False):
        await traffic.receive(rt, [one], outcome)
    await traffic.receive(rt, taken[1:2], Outcome.DELIVERED)  # late, and better
    await traffic.answer(rt, taken[5:6], Verdict.REFUSED)
    await traffic.answer(rt, taken[6:7], Verdict.THROTTLED)
    await traffic.answer(rt, taken[7:8], Verdict.TEMPORARY)
    async with rt.db.transaction() as conn:
        assert await record.lost(conn, taken[8:11], reason="no_answer", now=clock.now()) == 3
    clock.move(timedelta(days=4))
    assert await sweep.give_up(rt, after=timedelta(days=3)) == 3
    await traffic.answer(rt, taken[8:9], Verdict.TAKEN)  # it had gone out after all, and stays paid back
    assert await sweep.release_due(rt) == 2  # those for which the carrier had asked for time
    again = await traffic.claimed(rt, 1)
    async with rt.db.transaction() as conn:
        assert await record.lost(conn, again, reason="no_answer", now=clock.now()) == 1


async def _write_in(rt: Runtime, who: Principal) -> None:
    [(address,)] = await rows(rt, "SELECT address FROM sender WHERE account_id = %s", who.account_id)
    [(connector,)] = await rows(rt, "SELECT id FROM connector")
    texts = [
        Text(uuid7(), connector, Incoming("34600000118", to, "Hello"), rt.clock.now())  # pyright: ignore[reportArgumentType] - as SQL gave them
        for to in (str(address), str(address), "99999")
    ]
    async with rt.db.transaction() as conn:
        await receive(conn, texts)


async def plant(rt: Runtime, fault: LiteralString) -> str:
    """Plant a fault with all guards off, and return what it says the audit has to name."""
    async with await psycopg.AsyncConnection.connect(rt.db.url) as conn:
        await conn.execute("ALTER TABLE posting DISABLE TRIGGER USER")
        await conn.execute("ALTER TABLE balance DISABLE TRIGGER USER")
        await conn.execute("ALTER TABLE posting DROP CONSTRAINT posting_covered")
        await conn.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        await conn.execute("ALTER TABLE journal_leg DISABLE TRIGGER USER")
        await conn.execute("ALTER TABLE message DROP CONSTRAINT message_check")
        found = await (await conn.execute(fault)).fetchall()
    return str(found[0][0])


def off(report: Report) -> set[str]:
    return {check.name for check in report.checks if not check.is_ok}


async def test_a_healthy_system_has_nothing_off(busy: Busy) -> None:
    report = await audit(busy.rt)
    assert [row for check in report.checks for row in check.rows] == []
    assert report.is_ok
    totals = {state: total.n for state, total in report.totals().items()}
    assert totals == {
        "delivered": 2, "expired": 1, "submitted": 3, "rejected": 1, "queued": 8, "failed": 2, "unknown": 1,
        "submitting": 1, "cancelled": 1, "skipped": 1,
    }  # fmt: skip


async def test_an_empty_system_has_nothing_off(rt: Runtime) -> None:
    report = await audit(rt)
    assert (report.is_ok, report.sums) == (True, ())


async def test_sums_are_given_by_account_and_campaign(busy: Busy) -> None:
    sums = {(one.account_id, one.campaign_id): one for one in (await audit(busy.rt)).sums}
    of_campaign = sums[busy.who.account_id, busy.campaign]
    assert (of_campaign.accepted.n, of_campaign.by_state["queued"].n, of_campaign.by_state["skipped"].n) == (4, 4, 1)
    plain = sums[busy.who.account_id, None]
    assert plain.accepted.n == sum(some.n for some in plain.by_state.values()) == 13
    assert (plain.refunded.n, plain.refunded.amount) == (4, 4 * plain.by_state["rejected"].amount)


@pytest.mark.parametrize("fault", FAULTS.names())
async def test_a_planted_fault_is_found_and_named(busy: Busy, fault: str) -> None:
    statement = getattr(FAULTS, fault)
    named = await plant(busy.rt, statement)
    report = await audit(busy.rt)

    contradicted = re.match(r"-- contradicts: (.*)", statement)
    assert contradicted
    assert off(report) == set(contradicted[1].split())
    assert not report.is_ok
    assert named in " ".join(str(row) for check in report.checks for row in check.rows)


def test_a_fault_is_planted_against_every_sentence() -> None:
    planted = {word for fault in FAULTS.names() for word in getattr(FAULTS, fault).splitlines()[0].split()[2:]}
    assert planted == {sentence.name for sentence in SENTENCES} | {"consent", "closed"}


async def test_no_more_than_twenty_rows_are_named_and_all_are_counted(rt: Runtime, who: Principal) -> None:
    await traffic.open_ways(rt)
    await traffic.accepted(rt, [draft(who) for _ in range(25)])
    await plant(rt, "DELETE FROM queue RETURNING id")
    (check,) = [one for one in (await audit(rt)).checks if not one.is_ok]
    assert (check.name, check.count, len(check.rows)) == ("waiting", 25, 20)
    assert check.rows[0].account_id == who.account_id


async def test_an_audit_changes_nothing_and_can_not(busy: Busy) -> None:
    before = await rows(busy.rt, "SELECT count(*), max(xmin::text) FROM message")
    await audit(busy.rt)
    assert await rows(busy.rt, "SELECT count(*), max(xmin::text) FROM message") == before
