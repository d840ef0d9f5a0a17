"""Statements about buying credits by itself. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId
from cablegram.payments.auto_model import AutoRecharge
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def get_auto(conn: Conn, account_id: AccountId) -> AutoRecharge | None:
    """Read what an account wants bought by itself."""
    row = await (await conn.execute(queries.get_auto, {"account_id": account_id})).fetchone()
    return _auto(row) if row else None


async def put_auto(conn: Conn, auto: AutoRecharge, *, by: str, now: datetime) -> None:
    """Write what an account wants bought by itself, and begin anew."""
    values = {
        "account_id": auto.account_id,
        "is_enabled": auto.is_enabled,
        "below": auto.below,
        "credits": auto.credits,
        "money": auto.money,
        "most_a_day": auto.most_a_day,
        "most_a_month": auto.most_a_month,
        "changed_by": by,
        "now": now,
    }
    await conn.execute(queries.put_auto, values)


async def due(conn: Conn, *, now: datetime, limit: int) -> list[AccountId]:
    """Return accounts for which something may be to do."""
    cursor = await conn.execute(queries.due, {"now": now, "limit": limit})
    return [row[0] for row in await cursor.fetchall()]


async def claim(conn: Conn, account_id: AccountId) -> tuple[AutoRecharge, int] | None:
    """Lock an account's wish and return it with its balance; None where another process has it, or it is off."""
    row = await (await conn.execute(queries.claim, {"account_id": account_id})).fetchone()
    return (_auto(row[:-1]), row[-1]) if row else None


async def arm(conn: Conn, account_id: AccountId) -> None:
    """Let the next fall count."""
    await conn.execute(queries.arm, {"account_id": account_id})


async def begin(conn: Conn, account_id: AccountId, crossing: UUID) -> None:
    """Write which fall is being dealt with."""
    await conn.execute(queries.begin, {"account_id": account_id, "crossing": crossing})


async def give_up(conn: Conn, account_id: AccountId, *, retry_at: datetime, trouble: str, counts: bool) -> None:
    """Let a fall be, until a moment; `counts`: as one for which no card paid."""
    asked = {"account_id": account_id, "retry_at": retry_at, "trouble": trouble, "counts": int(counts)}
    await conn.execute(queries.give_up, asked)


async def end(conn: Conn, account_id: AccountId, crossing: UUID) -> None:
    """Write that a fall was dealt with."""
    await conn.execute(queries.end, {"account_id": account_id, "crossing": crossing})


def _auto(row: Sequence[Any]) -> AutoRecharge:
    return AutoRecharge(*row)
