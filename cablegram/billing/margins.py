"""Count what each day's messages brought and cost, and report the margins. The hot path pays nothing for it.

A day is counted when it is closed, from rows of messages, and again as long as messages of it may still move. It is the
day of acceptance, and so are the prices.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import costing, margin_store, version_store
from cablegram.billing.close_model import start_of
from cablegram.billing.costing import Costed, Key
from cablegram.billing.margin_model import By, Margin, Span
from cablegram.billing.tariffs import TariffBook
from cablegram.kit.errors import InvalidInput
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_MOST_DAYS = 400


async def count_day(rt: Runtime, day: date) -> int:
    """Count a day, in place of what was counted before; return how many of its messages may still move."""
    since, until = start_of(day), start_of(day + timedelta(days=1))
    async with rt.db.transaction() as conn:
        # Before prices are read: another worker waits, and who brings prices for the day opens it again afterwards.
        await margin_store.hold_day(conn, day, rt.clock.now())
        versions = await version_store.of_carriers(conn, since, until)
        books = {one.id: await _book(conn, one.id) for one in versions}
        digits = max((book.digits for book in books.values()), default=0)
        # Hour by hour, so that what is held in memory stays small.
        hours = [since + timedelta(hours=n) for n in range(24)]
        moments = costing.boundaries(versions, since, until, hours)
        sums: dict[Key, Costed] = {}
        still = 0
        for begin, end in pairwise(moments):
            traffic = await margin_store.traffic(conn, begin, end, digits=digits)
            still += costing.add(sums, traffic, costing.books_at(versions, books, begin))
        await margin_store.put_day(conn, day, sums, still=still, now=rt.clock.now())
    return still


async def count_open(rt: Runtime, *, before: date) -> None:
    """Count days again whose messages could still move when they were counted last."""
    async with rt.db.connection() as conn:
        days = await margin_store.open_days(conn)
    for day in days:
        if day < before:
            await count_day(rt, day)


async def report(rt: Runtime, who: Principal, by: By, span: Span) -> list[Margin]:
    """Return margins by day, connector, country or account: the newest day or the highest revenue first, 1,000 at most.

    Raises InvalidInput (`bad_span`) unless the span has 1 to 400 days.
    """
    who.needs(Scope.OPERATOR)
    if not timedelta() < span.until - span.since <= timedelta(days=_MOST_DAYS):
        raise InvalidInput("bad_span", f"Ask for 1 to {_MOST_DAYS} days: the last one must not be before the first.")
    async with rt.db.connection() as conn:
        found = await margin_store.report(conn, by, span)
        if by is By.DAY:
            return sorted(found, key=lambda one: one.what, reverse=True)
        if by is By.COUNTRY:
            return found
        names = await margin_store.names(conn, by, [one.what for one in found])
    return [replace(one, what=names.get(one.what, one.what)) for one in found]


async def reopen(conn: Conn, since: datetime) -> None:
    """Let days be counted again from a moment on: a carrier's prices of then were brought only now."""
    await margin_store.reopen(conn, since.date())


async def _book(conn: Conn, version_id: int) -> TariffBook:
    return TariffBook(await version_store.rows_of(conn, version_id), 0)
