"""Statements about traffic, its costs and margins. Private to the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cablegram.billing.costing import Costed, Key, Traffic
from cablegram.billing.margin_model import By, Margin, Span, Weight
from cablegram.kit.ids import AccountId, lowest_at
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def open_days(conn: Conn) -> list[date]:
    """Read the days whose messages may still move."""
    return [row[0] for row in await (await conn.execute(queries.open_days)).fetchall()]


async def reopen(conn: Conn, day: date) -> None:
    """Let days from one on be counted again."""
    await conn.execute(queries.reopen, {"day": day})


async def traffic(conn: Conn, since: datetime, until: datetime, *, digits: int) -> list[Traffic]:
    """Read what was accepted within a span, by the first digits of its numbers."""
    values = {"first": lowest_at(since), "last": lowest_at(until), "digits": digits}
    rows = await (await conn.execute(queries.traffic, values)).fetchall()
    return [Traffic(*row[:4], *map(int, row[4:])) for row in rows]


async def hold_day(conn: Conn, day: date, now: datetime) -> None:
    """Let nobody else count a day until the transaction ends."""
    await conn.execute(queries.hold_day, {"day": day, "now": now})


async def put_day(conn: Conn, day: date, sums: Mapping[Key, Costed], *, still: int, now: datetime) -> None:
    """Write a day's sums in place of those that were there."""
    await conn.execute(queries.forget_day, {"day": day})
    values = {
        "day": day,
        "accounts": [key[0] for key in sums],
        "connectors": [key[1] for key in sums],
        "countries": [key[2] for key in sums],
        "currencies": [key[3] for key in sums],
        "messages": [one.messages for one in sums.values()],
        "segments": [one.segments for one in sums.values()],
        "revenues": [one.revenue for one in sums.values()],
        "costs": [one.cost for one in sums.values()],
        "without": [one.without_cost for one in sums.values()],
    }
    await conn.execute(queries.insert_day, values)
    await conn.execute(queries.note_count, {"day": day, "now": now, "open": still})


async def report(conn: Conn, by: By, span: Span) -> list[Margin]:
    """Read margins by one thing."""
    values = {
        "by": by.value,
        "since": span.since,
        "until": span.until,
        "connector_id": span.connector_id,
        "country": span.country,
        "account_id": span.account_id,
    }
    rows = await (await conn.execute(queries.report, values)).fetchall()
    return [Margin(*row) for row in rows]


async def names(conn: Conn, by: By, ids: Sequence[str]) -> dict[str, str]:
    """Read the names of accounts or connectors."""
    statement = queries.account_names if by is By.ACCOUNT else queries.connector_names
    rows = await (await conn.execute(statement, {"ids": [UUID(one) for one in ids]})).fetchall()
    return {str(row[0]): row[1] for row in rows}


async def account_names(conn: Conn, ids: Sequence[AccountId]) -> dict[AccountId, str]:
    """Read the names of accounts."""
    return dict(await (await conn.execute(queries.account_names, {"ids": list(ids)})).fetchall())


async def weights(
    conn: Conn, since: datetime, until: datetime, *, digits: int, account_id: AccountId | None
) -> list[Weight]:
    """Read charged traffic that was accepted within a span, by the first digits of its numbers."""
    values: dict[str, Any] = {
        "first": lowest_at(since),
        "last": lowest_at(until),
        "digits": digits,
        "account_id": account_id,
    }
    return [Weight(*row) for row in await (await conn.execute(queries.weights, values)).fetchall()]
