"""Statements of spending caps."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from cablegram.billing.spending import Cap
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def capped(conn: Conn) -> frozenset[AccountId]:
    """Read which accounts have a cap."""
    return frozenset(row[0] for row in await (await conn.execute(queries.capped)).fetchall())


async def hold_caps(conn: Conn, account_ids: Collection[AccountId]) -> dict[AccountId, Cap]:
    """Lock caps and read them."""
    cursor = await conn.execute(queries.hold_caps, {"account_ids": list(account_ids)})
    return {row[0]: Cap(*row) for row in await cursor.fetchall()}


async def put_spent(conn: Conn, cap: Cap) -> None:
    """Write what was spent of a cap."""
    await conn.execute(
        queries.put_spent,
        {
            "account_id": cap.account_id,
            "day": cap.day,
            "spent_day": cap.spent_day,
            "month": cap.month,
            "spent_month": cap.spent_month,
            "told_day": cap.told_day,
            "told_month": cap.told_month,
        },
    )


async def put_cap(
    conn: Conn, account_id: AccountId, *, per_day: int | None, per_month: int | None, day_at: datetime
) -> None:
    """Write a cap, with what was spent since the day and its month began."""
    month_at = day_at.replace(day=1)
    await conn.execute(
        queries.put_cap,
        {
            "account_id": account_id,
            "per_day": per_day,
            "per_month": per_month,
            "day": day_at.date(),
            "day_at": day_at,
            "month": month_at.date(),
            "month_at": month_at,
        },
    )


async def delete_cap(conn: Conn, account_id: AccountId) -> None:
    """Take a cap away."""
    await conn.execute(queries.delete_cap, {"account_id": account_id})


async def cap(conn: Conn, account_id: AccountId) -> Cap | None:
    """Read a cap."""
    row = await (await conn.execute(queries.cap, {"account_id": account_id})).fetchone()
    return Cap(*row) if row else None
