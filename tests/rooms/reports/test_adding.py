"""Reports say what a count of all messages says, at any moment and whatever happened to the messages."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal
from cablegram.connectors import configure
from cablegram.connectors.contract import Outcome, Verdict
from cablegram.connectors.model import IdForm
from cablegram.dispatch import failover_store
from cablegram.dispatch.model import Claimed
from cablegram.inbound import store as inbound
from cablegram.inbound.model import Heard, WholeText
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import SenderId, uuid7
from cablegram.messages import redact, settle
from cablegram.messages.model import Move, State
from cablegram.reports import adding, answer
from cablegram.reports.model import Dimension, Filters, Grain, Question, Report
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import Holder, Kind, Settings

NUMBERS = ("+34600000118", "+34600000119", "+447700900118", "+14155550118")
BY = (Dimension.COUNTRY, Dimension.CONNECTOR, Dimension.SENDER, Dimension.CLASS, Dimension.STATE, Dimension.CODE)
AT_ONCE = timedelta(0)

RAW = """
SELECT (accepted_at AT TIME ZONE %s)::date, country, coalesce(connector_id::text, ''), src, class::text, state::text,
    CASE WHEN state IN ('undelivered', 'expired', 'rejected', 'failed', 'cancelled', 'skipped')
        THEN coalesce(nullif(error, ''), reason, '') ELSE '' END,
    count(*), sum(segments), sum(CASE WHEN state = 'skipped' THEN 0 ELSE price END),
    coalesce(sum(price) FILTER (WHERE refund_id IS NOT NULL), 0)
FROM message WHERE account_id = %s GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=10_000)


def asked(*, grain: Grain = Grain.DAY, by: tuple[Dimension, ...] = BY, filters: Filters | None = None) -> Question:
    day = make.A_THURSDAY.date()
    return Question(day - timedelta(days=20), day + timedelta(days=10), grain, by, filters or Filters())


async def counted(rt: Runtime, who: Principal, zone: str = "UTC") -> Counter[object]:
    """Count all messages one by one, by everything."""
    found: Counter[object] = Counter()
    for *names, n, segments, charged, refunded in await _raw(rt, who, zone):
        key = tuple(names)
        found[key] += 0
        found[key, "n"], found[key, "charged"], found[key, "refunded"] = n, charged, refunded
        found[key, "segments"] = segments if names[-2] != "skipped" else 0
    return found


async def _raw(rt: Runtime, who: Principal, zone: str) -> list[tuple[Any, ...]]:
    async with rt.db.connection() as conn:
        return await (await conn.execute(RAW, [zone, who.account_id])).fetchall()


def told(report: Report) -> Counter[object]:
    """Write a report as `counted` does."""
    found: Counter[object] = Counter()
    for line in report.lines:
        key = (line.at, *line.values)
        found[key] += 0
        found[key, "n"], found[key, "charged"] = sum(line.states.values()), line.charged
        found[key, "refunded"], found[key, "segments"] = line.refunded, line.segments
    return found


async def assert_equal(rt: Runtime, who: Principal, zone: str = "UTC") -> None:
    report = await answer.summary(rt, who, asked())
    assert report.as_of is None
    assert (told(report), report.zone) == (await counted(rt, who, zone), zone)


class World:
    """Messages of one account, and all that may happen to them."""

    def __init__(self, rt: Runtime, clock: SetClock, who: Principal, seed: int) -> None:
        self.rt, self.clock, self.who = rt, clock, who
        self.chance = random.Random(seed)  # noqa: S311 - no secret, and the same each time
        self.on_the_wire: list[Claimed] = []
        self.taken: list[Claimed] = []

    async def accept(self) -> None:
        await traffic.accepted(
            self.rt,
            [
                traffic.draft(self.who, "Hello " * self.chance.choice((1, 40)), to=self.chance.choice(NUMBERS))
                for _ in range(self.chance.randint(1, 6))
            ],
        )

    async def go_out(self) -> None:
        self.on_the_wire += await traffic.claimed(self.rt, self.chance.randint(1, 8))

    async def be_answered(self) -> None:
        claims = self.on_the_wire[: self.chance.randint(1, 12)]
        del self.on_the_wire[: len(claims)]
        verdicts = [self.chance.choice((Verdict.TAKEN, Verdict.TAKEN, Verdict.REFUSED, Verdict.LOST)) for _ in claims]
        for claim, verdict in zip(claims, verdicts, strict=True):
            await traffic.answer(self.rt, [claim], *[verdict] * claim.segments)
            self.taken += [claim] if verdict is Verdict.TAKEN else []

    async def hear(self) -> None:
        """Take receipts: also second ones, which correct what was said before, and such as name no number."""
        some = self.chance.sample(self.taken, min(len(self.taken), 4))
        ids = [one.id for one in some]
        found = await rows(self.rt, "SELECT id, dst FROM message WHERE id = ANY (%s)", ids)
        numbers = {row[0]: str(row[1]) for row in found}
        for one in some:
            outcome = self.chance.choice((Outcome.DELIVERED, Outcome.UNDELIVERED, Outcome.EXPIRED))
            pending = [
                traffic.receipt(
                    self.rt,
                    traffic.provider_id(one, part),
                    outcome,
                    error="" if outcome is Outcome.DELIVERED else "027",
                    number=self.chance.choice(("", numbers[one.id])),
                )
                for part in range(1, one.segments + 1)
            ]
            await traffic.receive_all(self.rt, one.connector_id, pending, form=IdForm.SAME)

    async def give_up(self) -> None:
        """Fail what is in question, with a refund, or cancel what waits; at times slowly, while others add up."""
        found = await rows(
            self.rt, "SELECT id FROM message WHERE state IN ('unknown', 'queued') ORDER BY id DESC LIMIT 8"
        )
        found = self.chance.sample(found, min(len(found), 2))
        async with self.rt.db.transaction() as conn:
            stood = await settle.standing(conn, [row[0] for row in found])  # pyright: ignore[reportArgumentType]
            moves = [
                Move(one.id, one.version, one.state, State.FAILED, "outcome_unknown")
                if one.state is State.UNKNOWN
                else Move(one.id, one.version, one.state, State.EXPIRED, "too_late")
                for one in stood
            ]
            await settle.settle(conn, moves, now=self.rt.clock.now())
            ids = [one.id for one in stood if one.state is State.QUEUED]
            await conn.execute("DELETE FROM queue WHERE id = ANY (%s)", [ids])
            for _ in range(self.chance.choice((0, 4))):
                await self.count()

    async def reroute(self) -> None:
        """Move the first that wait to a connector from which nobody takes them."""
        async with self.rt.db.transaction() as conn:
            connector = await configure.simulated(conn)
            assert connector is not None
            waiting = await failover_store.stranded(conn, connector.id, None, limit=2)
            await failover_store.reroute(conn, connector.id, [(one.place, traffic.CONNECTOR) for one in waiting])

    async def forget(self) -> None:
        async with self.rt.db.transaction() as conn:
            number = self.chance.choice(NUMBERS).removeprefix("+")
            await redact.number(conn, self.who.account_id, number, now=self.rt.clock.now())

    async def count(self) -> None:
        await adding.step(self.rt, lag=AT_ONCE, limit=self.chance.choice((3, 50)))

    async def wait(self) -> None:
        self.clock.move(timedelta(minutes=self.chance.choice((1, 20, 600))))

    async def live(self, moves: int) -> AsyncIterator[None]:
        deeds = (
            *(self.accept, self.accept, self.go_out, self.be_answered, self.hear, self.hear),
            *(self.give_up, self.reroute, self.wait, self.count, self.count, self.count),
        )
        for _ in range(moves):
            await self.chance.choice(deeds)()
            yield


@pytest.mark.req("R111", "R44")
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_report_is_what_a_count_of_all_messages_is_at_any_moment(
    rt: Runtime, clock: SetClock, shop: Principal, seed: int
) -> None:
    world = World(rt, clock, shop, seed)
    async for _ in world.live(60):
        await assert_equal(rt, shop)
    # And when all is counted that was not, nothing is read from messages any more.
    for _ in range(40):
        await world.count()
    assert await rows(rt, "SELECT count(*) FROM report_correction") == [(0,)]
    ((corrected,),) = await rows(rt, "SELECT last_value FROM report_correction_seq_seq")
    assert int(str(corrected)) > 5
    await assert_equal(rt, shop)
    await world.forget()
    await assert_equal(rt, shop)


@pytest.mark.req("R111")
async def test_each_move_of_messages_that_are_counted_is_told(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    """One after the other, each by a statement of its own, with all that was before counted."""

    async def assert_told() -> None:
        await assert_equal(rt, shop)
        for _ in range(3):
            await adding.step(rt, lag=AT_ONCE)
        assert await rows(rt, "SELECT count(*) FROM report_correction") == [(0,)]
        await assert_equal(rt, shop)

    world = World(rt, clock, shop, 5)
    await traffic.accepted(rt, [traffic.draft(shop) for _ in range(3)])
    await assert_told()
    claims = await traffic.claimed(rt, 1)
    await assert_told()
    await traffic.answer(rt, claims, Verdict.TAKEN)
    await assert_told()
    said = traffic.receipt(rt, traffic.provider_id(claims[0]), number=traffic.NUMBER.removeprefix("+"))
    await traffic.receive_all(rt, claims[0].connector_id, [said], form=IdForm.SAME)
    await assert_told()
    await world.reroute()
    await assert_told()
    await world.give_up()
    await assert_told()


@pytest.mark.req("R111")
async def test_a_move_that_began_before_the_line_was_drawn_is_waited_for(rt: Runtime, shop: Principal) -> None:
    for _ in range(3):
        await adding.step(rt, lag=AT_ONCE)
    ids = await traffic.accepted(rt, [traffic.draft(shop)])
    async with rt.db.transaction() as conn:
        (one,) = await settle.standing(conn, ids)
        await settle.settle(conn, [Move(one.id, one.version, one.state, State.EXPIRED, "late")], now=rt.clock.now())
        for _ in range(3):
            await adding.step(rt, lag=AT_ONCE)
        await assert_equal(rt, shop)
    await assert_equal(rt, shop)


@pytest.mark.req("R111", "R20")
async def test_texts_that_come_in_are_counted_also_when_parts_come_late(rt: Runtime, shop: Principal) -> None:
    """A text whose parts were waited for is written down under the id of its arrival, when others were counted."""
    early, late = uuid7(), uuid7()
    for _ in range(4):
        await adding.step(rt, lag=AT_ONCE)
    async with rt.db.transaction() as conn:
        heard = [_heard(rt, shop, early, "+34600000118"), _heard(rt, shop, late, "+447700900118")]
        inbound.insert_texts(conn, heard)
    for _ in range(3):
        assert await _received(rt, shop) == {"ES": (1, 2), "GB": (1, 2)}
        await adding.step(rt, lag=AT_ONCE)
    async with rt.db.transaction() as conn:
        await inbound.amend_texts(conn, [(early, "all of it", 3)])
    for _ in range(3):
        assert await _received(rt, shop) == {"ES": (1, 3), "GB": (1, 2)}
        await adding.step(rt, lag=AT_ONCE)


def _heard(rt: Runtime, who: Principal, text_id: UUID, number: str) -> Heard:
    text = WholeText(
        text_id, traffic.CONNECTOR, number.removeprefix("+"), "1000", "some of it", rt.clock.now(), parts=2
    )
    return Heard(text, Holder("1000", who.account_id, SenderId(uuid7()), Kind.NUMBER, Settings(), []))


async def _received(rt: Runtime, who: Principal) -> dict[str, tuple[int, int]]:
    report = await answer.summary(rt, who, asked(grain=Grain.MONTH, by=(Dimension.COUNTRY,)))
    return {line.values[0]: (line.received, line.received_segments) for line in report.lines}


@pytest.mark.req("R111")
async def test_days_are_those_of_the_zone_that_the_account_chose(rt: Runtime, clock: SetClock, shop: Principal) -> None:
    """Midnight of Kathmandu is 18:15 UTC: no hour of UTC, but a quarter of one."""
    world = World(rt, clock, shop, 3)
    for minutes in (0, 6 * 60 + 14, 1, 24 * 60):
        clock.move(timedelta(minutes=minutes))
        await world.accept()
    for _ in range(4):
        await world.count()
    await answer.choose_zone(rt, shop, "Asia/Kathmandu")
    await world.count()
    await assert_equal(rt, shop, "Asia/Kathmandu")
    by_hour = await answer.summary(rt, shop, Question(make.A_THURSDAY.date(), make.A_THURSDAY.date(), Grain.HOUR))
    assert [line.at.isoformat() for line in by_hour.lines if line.at] == [
        "2026-01-15T11:15:00+00:00",
        "2026-01-15T17:15:00+00:00",
    ]


async def test_more_than_is_counted_at_once_says_as_of_when_a_report_is(
    rt: Runtime, clock: SetClock, shop: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(rt, clock, shop, 4)
    await world.accept()
    for _ in range(3):
        await world.count()
    told_before = (await answer.summary(rt, shop, asked())).total.messages
    monkeypatch.setattr(answer, "MOST_FRESH", 3)
    await traffic.accepted(rt, [traffic.draft(shop) for _ in range(4)])
    report = await answer.summary(rt, shop, asked())
    assert (report.total.messages, report.as_of is not None) == (told_before, True)
