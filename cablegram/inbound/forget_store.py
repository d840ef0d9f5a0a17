"""Statements that take a number out of what came in (L23). Private to the room."""

from __future__ import annotations

from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def forget(conn: Conn, account_id: AccountId, number: str) -> int:
    """Empty the texts of a number, and end its conversation; return how many texts."""
    asked = {"account_id": account_id, "number": number}
    await conn.execute(queries.forget_talk, asked)
    await conn.execute(queries.forget_answers, asked)
    await conn.execute(queries.forget_name, asked)
    return (await conn.execute(queries.forget_texts, asked)).rowcount
