"""Statements that take a number out of what this room keeps (L23). Private to the room."""

from __future__ import annotations

from cablegram.consent.model import How
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def forget(conn: Conn, account_id: AccountId, number: str) -> How | None:
    """Delete all that is kept of a number; return how it had come to the blacklist."""
    asked = {"account_id": account_id, "number": number}
    await conn.execute(queries.forget_reviews, asked)
    await conn.execute(queries.forget_messages, asked)
    row = await (await conn.execute(queries.forget_entry, asked)).fetchone()
    return How(row[0]) if row else None
