"""Statements about closed days. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from cablegram.billing.close_model import Close, Line, start_of
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def database_now(conn: Conn) -> datetime:
    """Read the database's own clock."""
    return (await (await conn.execute(queries.database_now)).fetchall())[0][0]


async def last(conn: Conn) -> Close | None:
    """Read the last closed day."""
    row = await (await conn.execute(queries.last_close)).fetchone()
    return Close(*row) if row else None


async def first_day(conn: Conn) -> date | None:
    """Read the day of the first posting."""
    return (await (await conn.execute(queries.first_day)).fetchall())[0][0]


async def let_one_close(conn: Conn) -> None:
    """Wait until nobody else closes days or writes into the journal; until the transaction ends, nobody does."""
    await conn.execute(queries.let_one_close)


async def mark(conn: Conn, until: datetime) -> None:
    """Let nothing more be posted before a moment."""
    await conn.execute(queries.mark_closed, {"until": until})


async def lines(conn: Conn, day: date) -> list[Line]:
    """Read what the postings of a day say today."""
    cursor = await conn.execute(queries.lines, _span(day))
    return [_line(row) for row in await cursor.fetchall()]


async def entries(conn: Conn, day: date) -> bytes:
    """Read the digest of the journal's entries of a day."""
    return (await (await conn.execute(queries.entries_digest, _span(day))).fetchall())[0][0]


async def insert(conn: Conn, close: Close, lines: Sequence[Line]) -> None:
    """Write a closed day."""
    values = {
        "day": close.day,
        "made_at": close.made_at,
        "postings": close.postings,
        "entries": close.entries,
        "previous": close.previous,
        "hash": close.hash,
    }
    await conn.execute(queries.insert_close, values)
    rows = [
        {
            "day": close.day,
            "account_id": one.account_id,
            "first_seq": one.first_seq,
            "last_seq": one.last_seq,
            "postings": one.postings,
            "balance": one.balance,
            "sums": one.sums,
            "blocks": list(one.blocks),
        }
        for one in lines
    ]
    if rows:
        async with conn.cursor() as cursor:
            await cursor.executemany(queries.insert_lines, rows)


async def after(conn: Conn, day: date | None, *, limit: int) -> list[Close]:
    """Read closed days behind a day, in their order."""
    cursor = await conn.execute(queries.closes_after, {"after": day, "limit": limit})
    return [Close(*row) for row in await cursor.fetchall()]


async def kept(conn: Conn, day: date) -> list[Line]:
    """Read the lines that were written when a day was closed."""
    return [_line(row) for row in await (await conn.execute(queries.kept_lines, {"day": day})).fetchall()]


def _span(day: date) -> dict[str, Any]:
    return {"day": day, "since": start_of(day), "until": start_of(day + timedelta(days=1))}


def _line(row: Sequence[Any]) -> Line:
    return Line(row[0], row[1], row[2], row[3], row[4], row[5], tuple(bytes(block) for block in row[6]))
