"""Statements about people who said no elsewhere than to us, and came back. Private to the room."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from cablegram.kit.ids import AccountId, ContactId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def opt_out(
    conn: Conn, told: Collection[tuple[AccountId, str]], *, source: str, now: datetime
) -> list[tuple[AccountId, ContactId, str]]:
    """Write that people are not subscribed; return (account, contact, number) of whom it was not known."""
    cursor = await conn.execute(queries.opt_out, {**_pairs(told), "source": source, "now": now})
    return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]


async def come_back(
    conn: Conn, told: Collection[tuple[AccountId, str]], *, after: str, source: str, now: datetime
) -> list[tuple[AccountId, ContactId, str]]:
    """Write that people are subscribed of whom a source said that they are not; return (account, contact, number)."""
    cursor = await conn.execute(queries.come_back, {**_pairs(told), "after": after, "source": source, "now": now})
    return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]


def _pairs(told: Collection[tuple[AccountId, str]]) -> dict[str, Any]:
    return {"accounts": [account_id for account_id, _ in told], "numbers": [number for _, number in told]}
