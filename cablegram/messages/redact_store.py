"""Statements that take what messages said out of them (L23). Private to the room."""

from __future__ import annotations

from datetime import datetime

from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def redact_number(conn: Conn, account_id: AccountId, number: str, *, now: datetime) -> tuple[int, int]:
    """Empty the messages to a number that are over, and note the others; return how many of each."""
    asked = {"account_id": account_id, "number": number, "now": now}
    (row,) = await (await conn.execute(queries.redact_number, asked)).fetchall()
    return row[0], row[1]


async def redact_rest(conn: Conn, *, long_ago: datetime, limit: int) -> int:
    """Empty some of the noted ones that are over by now; return how many."""
    return (await conn.execute(queries.redact_rest, {"long_ago": long_ago, "limit": limit})).rowcount
