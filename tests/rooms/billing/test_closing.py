"""Days are closed once, and nothing of a closed day can change without being found."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import closing, credit_price, importing, journal, ledger, margins
from cablegram.billing.journal import Entry, Ledger, Leg
from cablegram.billing.margin_model import By, Span
from cablegram.billing.model import NewPosting, PostingKind
from cablegram.billing.pricing import Step
from cablegram.billing.version_model import NewVersion
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import ConnectorId, PostingId, time_of, uuid7
from cablegram.kit.money import MICRO
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime

ANN = operator("Ann")
THURSDAY = date(2026, 1, 15)
LOOSE = "SET LOCAL session_replication_role = replica"


async def give(rt: Runtime, who: Principal, credits_: int) -> None:
    async with rt.db.transaction() as conn:
        new = NewPosting(PostingId(uuid7()), who.account_id, PostingKind.BONUS, 0, credits_ * MICRO)
        await ledger.post(conn, [new], now=rt.clock.now())


async def by_hand(rt: Runtime, statement: str) -> None:
    async with rt.db.transaction() as conn:
        await conn.execute(LOOSE)
        await conn.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue]


@pytest.mark.req("R29")
async def test_every_day_that_is_over_is_closed_once_also_after_a_week_away(rt: Runtime, clock: SetClock) -> None:
    who = await make.account(rt)
    clock.move(timedelta(hours=12, minutes=9))
    assert await closing.close_days(rt) == []
    clock.move(timedelta(days=3, minutes=2))
    await give(rt, who, 5)
    assert await closing.last_closed(rt, ANN) == THURSDAY - timedelta(days=1), (
        "what was never closed is open from its first day"
    )

    told = await asyncio.gather(*(closing.close_days(rt) for _ in range(3)))

    assert sorted(day for days in told for day in days) == [THURSDAY + timedelta(days=n) for n in range(4)]
    closes = await closing.closes(rt, ANN)
    assert [one.postings for one in closes] == [1, 0, 0, 0]
    assert [one.previous for one in closes[1:]] == [one.hash for one in closes[:-1]]
    assert await closing.verify(rt, ANN) == (4, [])


async def test_a_clock_that_is_days_ahead_closes_nothing(database_url: str) -> None:
    ahead = SetClock(datetime.now(UTC))
    rt = make.runtime(database_url, ahead)
    await rt.db.open()
    who = await make.account(rt)
    ahead.move(timedelta(days=3))
    assert await closing.close_days(rt) == []
    ahead.move(timedelta(days=-3))
    await give(rt, who, 5)
    assert abs((await ledger.statement(rt, who))[0].at - ahead.now()) < timedelta(minutes=1)
    await rt.db.close()


@pytest.mark.req("R29")
async def test_what_comes_late_is_dated_behind_a_closed_day(rt: Runtime, clock: SetClock, who: Principal) -> None:
    early = clock.now()
    clock.move(timedelta(days=1))
    await closing.close_days(rt)
    async with rt.db.transaction() as conn:
        await ledger.grant(conn, who.account_id, 5, note="late", now=early)
        other = NewPosting(PostingId(uuid7()), who.account_id, PostingKind.BONUS, 0, 5, reference="x")
        await ledger.post(conn, [other], now=early)
    late = (await ledger.statement(rt, who))[0]
    assert late.at.date() == THURSDAY + timedelta(days=1)
    await rows(rt, "INSERT INTO account VALUES (gen_random_uuid(), 'New', 'US', true, now()) RETURNING id")
    with pytest.raises(psycopg.errors.RaiseException, match="stays closed"):
        await rows(rt, "UPDATE balance SET closed_until = '2026-01-01Z' RETURNING 1")
    assert await closing.verify(rt, ANN) == (1, [])


@pytest.mark.req("R29")
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE posting SET note = 'x' WHERE seq = 2", "postings 1 to 3 were changed"),
        ("UPDATE posting SET amount = amount + 1 WHERE seq = 2", "postings 1 to 3 were changed: bonus"),
        ("DELETE FROM posting WHERE seq = 3", "3 postings from 1 to 3 were closed, and now there are 2 from 1 to 2"),
        ("DELETE FROM posting", "its postings are gone"),
        ("UPDATE ledger_close_line SET balance = 1", "its own lines are other than were closed"),
        ("UPDATE ledger_close SET hash = previous WHERE day = '2026-01-15'", "the day before it is another"),
        ("DELETE FROM ledger_close_line; DELETE FROM ledger_close WHERE day = '2026-01-16'", "were never closed"),
        ("UPDATE journal_leg SET unit = 'USD'", "entries of the journal are other than were closed"),
        ("UPDATE posting SET at = at - interval '1 day' WHERE seq = 4", "3 postings from 1 to 3 were closed"),
    ],
)
async def test_a_row_that_was_changed_by_hand_is_found(
    rt: Runtime, clock: SetClock, who: Principal, statement: str, found: str
) -> None:
    await give(rt, who, 1)
    await give(rt, who, 2)
    async with rt.db.transaction() as conn:
        legs = (Leg(Ledger.PROCESSOR, "EUR", 500), Leg(Ledger.PAYMENT_CLEARING, "EUR", -500))
        assert await journal.enter(conn, [Entry("payment", "pi_1", legs)], now=clock.now()) == [True]
        assert await journal.enter(conn, [Entry("payment", "pi_1", legs)], now=clock.now()) == [False]
    clock.move(timedelta(days=1))
    await give(rt, who, 3)
    clock.move(timedelta(days=2))
    await closing.close_days(rt)
    assert await closing.verify(rt, ANN) == (3, [])

    await by_hand(rt, statement)

    _, faults = await closing.verify(rt, ANN)
    assert any(found in str(fault) for fault in faults), faults


@pytest.mark.parametrize(
    "legs",
    [
        (Leg(Ledger.PROCESSOR, "EUR", 500), Leg(Ledger.PAYMENT_CLEARING, "EUR", -499)),
        (Leg(Ledger.PROCESSOR, "EUR", 500), Leg(Ledger.PAYMENT_CLEARING, "USD", -500)),
        (Leg(Ledger.PROCESSOR, "EUR", 500),),
    ],
)
async def test_an_entry_that_does_not_balance_is_refused_by_the_database(rt: Runtime, legs: tuple[Leg, ...]) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="does not balance"):
        async with rt.db.transaction() as conn:
            await journal.enter(conn, [Entry("payment", "pi_1", legs)], now=rt.clock.now())


async def test_an_entry_without_legs_is_refused_by_the_database(rt: Runtime) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="has no legs"):
        await rows(rt, "INSERT INTO journal_entry VALUES (gen_random_uuid(), now(), 'a', 'b') RETURNING id")
    async with rt.db.transaction() as conn:
        assert await journal.enter(conn, [Entry("payment", "pi_1", ())], now=rt.clock.now()) == [False]


async def both_count(rt: Runtime, day: date) -> list[int]:
    """Have two workers count a day, neither of which writes before the other has looked."""
    async with rt.db.transaction() as conn:
        await conn.execute("LOCK TABLE margin_count IN EXCLUSIVE MODE")
        counts = [asyncio.create_task(margins.count_day(rt, day)) for _ in range(2)]
        for _ in range(1_000):
            waiting = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if (await rows(rt, waiting))[0][0] == 2:
                break
    return await asyncio.gather(*counts)


async def test_what_is_in_question_and_what_carriers_are_owed_stands_in_the_books_of_the_day(
    rt: Runtime, clock: SetClock, who: Principal
) -> None:
    await traffic.open_ways(rt)
    drafts = [traffic.draft(who, text) for text in ("Hello there", "Hello " * 40, "How are you")]
    first, long, doubtful = await traffic.accepted(rt, drafts)
    (connector_id,) = await rows(rt, "SELECT DISTINCT connector_id FROM message")
    file = b"prefix,country,name,price\n34,ES,Spain,0.01\n3460,ES,Spain mobile,0.02\n"
    new = NewVersion(connector_id=ConnectorId(UUID(str(connector_id[0]))), currency="eur")
    await importing.import_csv(rt, ANN, file, new=new)
    await traffic.move(rt, [first, long, doubtful], State.SUBMITTING)
    await traffic.move(rt, [first, long], State.SUBMITTED)
    await traffic.move(rt, [doubtful], State.UNKNOWN)
    await rows(
        rt, "INSERT INTO flight SELECT id, connector_id, 1, true FROM message WHERE state = 'unknown' RETURNING id"
    )
    day = time_of(first).date()
    # Ids carry the machine's own time; an hour into the next day, whatever hour it is.
    clock.move(time_of(first).replace(hour=1, minute=0) - clock.now() + timedelta(days=1))
    price = drafts[2].price

    assert await both_count(rt, day) == [1, 1]
    assert await closing.close_day(rt, day)

    legs = await rows(rt, "SELECT ledger, unit, amount FROM journal_leg ORDER BY unit, ledger")
    assert legs == [
        ("carrier_cost", "EUR", -60_000), ("carrier_payable", "EUR", 60_000),
        ("in_question", "credit", price), ("revenue", "credit", -price),
    ]  # fmt: skip
    span = Span(day, day + timedelta(days=1))
    await credit_price.set_prices(rt, ANN, None, currency="EUR", steps=[Step(0, 12_000)])
    (margin,) = await margins.report(rt, ANN, By.COUNTRY, span)
    earned = drafts[0].price + drafts[1].price
    assert (margin.what, margin.messages, margin.segments) == ("ES", 2, 3)
    assert (margin.revenue, margin.cost, margin.worth) == (earned, 60_000, earned * 12_000 // MICRO)
    assert margin.margin == earned * 12_000 // MICRO - 60_000
    for by, name in ((By.CONNECTOR, "Simulated carrier"), (By.DAY, day.isoformat())):
        assert [one.what for one in await margins.report(rt, ANN, by, span)] == [name]

    await traffic.move(rt, [doubtful], State.FAILED)
    clock.move(timedelta(days=1))
    await closing.close_until(rt, clock.now())
    assert await rows(rt, "SELECT sum(amount)::bigint FROM journal_leg WHERE ledger = 'in_question'") == [(0,)]
    assert await closing.verify(rt, ANN) == (2, [])
    with pytest.raises(InvalidInput):
        await margins.report(rt, ANN, By.DAY, Span(day, day))
