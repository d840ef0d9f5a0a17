"""Close the books of each day that is over, once, and prove later that nothing of it was changed.

A closed day gets no more postings: the database dates what comes late behind it. So an account's statement of a closed
time never changes. Days are found by what is not closed yet, so an installation that was away for a month closes them
all, one after the other. A day that only our own clock has left behind stays open.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import close_model, close_store, journal, journal_store, margins
from cablegram.billing.close_model import Close, Fault
from cablegram.billing.journal import Entry, Ledger, Leg
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

_MOST_DAYS = 31
_SLICE = 100
_LEAST = timedelta(microseconds=1)


async def close_days(rt: Runtime) -> list[date]:
    """Close days that are over, 31 at most, and count what their messages brought and cost; return them."""
    async with rt.db.connection() as conn:
        # A day is over when two clocks say so: what a closed day keeps out stays out, and one clock may be days ahead.
        now = min(rt.clock.now(), await close_store.database_now(conn))
    return await close_until(rt, now)


async def close_until(rt: Runtime, now: datetime) -> list[date]:
    """Close the days that are over at a moment, as `close_days` does for the present one."""
    async with rt.db.connection() as conn:
        last = await close_store.last(conn)
        first = None if last else await close_store.first_day(conn)
    due = close_model.due(last.day if last else None, first, now, most=_MOST_DAYS)
    if due:
        await margins.count_open(rt, before=due[0])
    closed: list[date] = []
    for day in due:
        await margins.count_day(rt, day)
        if await close_day(rt, day):
            closed.append(day)
    return closed


async def close_day(rt: Runtime, day: date) -> Close | None:
    """Close a day that is over; None: somebody else has done it meanwhile."""
    until = close_model.start_of(day + timedelta(days=1))
    async with rt.db.transaction() as conn:
        # By itself, so that nobody who sends waits while the day is added up. Entries of the journal do wait: whoever
        # makes one does it before locking a balance.
        await close_store.mark(conn, until)
    reach("day.marked")
    async with rt.db.transaction() as conn:
        await close_store.let_one_close(conn)
        last = await close_store.last(conn)
        if last is not None and last.day >= day:
            return None
        await _book(conn, day, until)
        reach("day.booked")
        lines, entries = await close_store.lines(conn, day), await close_store.entries(conn, day)
        previous = last.hash if last else close_model.BEGINNING
        close = Close(
            day=day,
            made_at=rt.clock.now(),
            postings=sum(one.postings for one in lines),
            entries=entries,
            previous=previous,
            hash=close_model.hash_of(previous, day, entries, lines),
        )
        await close_store.insert(conn, close, lines)
    return close


async def _book(conn: Conn, day: date, until: datetime) -> None:
    """Enter at the day's end what carriers are owed by now, and what is in question: what differs from the books."""
    entries = [
        Entry(
            "in_question",
            f"{day} {account_id}",
            (
                Leg(Ledger.IN_QUESTION, "credit", now - booked, account_id),
                Leg(Ledger.REVENUE, "credit", booked - now, account_id),
            ),
        )
        for account_id, now, booked in await journal_store.in_question(conn)
    ]
    entries += [
        Entry(
            "carrier_cost",
            f"{day} {connector_id} {currency}",
            (
                Leg(Ledger.CARRIER_PAYABLE, currency, counted - booked, connector_id=connector_id),
                Leg(Ledger.CARRIER_COST, currency, booked - counted, connector_id=connector_id),
            ),
        )
        for connector_id, currency, counted, booked in await journal_store.carrier_costs(conn)
    ]
    await journal.enter(conn, entries, now=until - _LEAST)


async def closes(rt: Runtime, who: Principal, *, after: date | None = None, limit: int = 50) -> list[Close]:
    """Return closed days in their order, to the operator."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await close_store.after(conn, after, limit=limit)


async def last_closed(rt: Runtime, who: Principal) -> date | None:
    """Return the day to whose end nothing is open, to the operator; None: there was never anything to close."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        found = await close_store.last(conn)
        first = None if found else await close_store.first_day(conn)
    return found.day if found else first - timedelta(days=1) if first else None


async def verify(rt: Runtime, who: Principal) -> tuple[int, list[Fault]]:
    """Count the closed days, and name whatever is not as it was when they were closed. For the operator."""
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        return await check(conn)


async def check(conn: Conn) -> tuple[int, list[Fault]]:
    """Count the closed days, and compare each with what stands in the books; one day at a time is held in memory."""
    count, previous, faults = 0, close_model.BEGINNING, list[Fault]()
    expected: date | None = None
    while found := await close_store.after(conn, expected, limit=_SLICE):
        for close in found:
            if expected is not None and close.day != expected + timedelta(days=1):
                faults.append(Fault(close.day, None, "the days before it were never closed, or are gone"))
            kept, lines = await close_store.kept(conn, close.day), await close_store.lines(conn, close.day)
            entries = await close_store.entries(conn, close.day)
            faults += close_model.compare(close, previous, kept, lines, entries)
            previous, expected = close.hash, close.day
            count += 1
    return count, faults
