"""Statements about reports that are kept. Private to the room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from cablegram.kit.ids import AccountId, SavedReportId
from cablegram.reports.model import Kept, Pace, Saved
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_read = msgspec.json.Decoder(Kept).decode


async def insert(conn: Conn, new: Saved) -> bool:
    """Keep a report; False where the account has one of that name."""
    values = {
        "id": new.id,
        "account_id": new.account_id,
        "name": new.name,
        "question": msgspec.json.encode(new.kept).decode(),
        "pace": new.pace,
        "user_ids": list(new.user_ids),
        "next_at": new.next_at,
        "by": new.created_by,
        "now": new.created_at,
    }
    return await (await conn.execute(queries.insert, values)).fetchone() is not None


async def count(conn: Conn, account_id: AccountId) -> int:
    """Count an account's reports."""
    ((n,),) = await (await conn.execute(queries.count, {"account_id": account_id})).fetchall()
    return n


async def page(conn: Conn, account_id: AccountId, *, only: SavedReportId | None = None, limit: int) -> list[Saved]:
    """Read an account's reports by name, or one of them."""
    values = {"account_id": account_id, "id": only, "limit": limit}
    return [_saved(row) for row in await (await conn.execute(queries.page, values)).fetchall()]


async def delete(conn: Conn, account_id: AccountId, report_id: SavedReportId) -> bool:
    """Forget a report; False where there is none such."""
    values = {"account_id": account_id, "id": report_id}
    return await (await conn.execute(queries.delete, values)).fetchone() is not None


async def due(conn: Conn, now: datetime) -> Saved | None:
    """Hold a report that is to be mailed by now."""
    row = await (await conn.execute(queries.due, {"now": now})).fetchone()
    return _saved(row) if row else None


async def mailed(conn: Conn, one: Saved, *, next_at: datetime, last_at: datetime | None) -> None:
    """Write down when a report was mailed, and when it is next."""
    values = {"account_id": one.account_id, "id": one.id, "next_at": next_at, "last_at": last_at}
    await conn.execute(queries.mailed, values)


async def account_name(conn: Conn, account_id: AccountId) -> str:
    """Read what an account is called."""
    ((name,),) = await (await conn.execute(queries.account_name, {"account_id": account_id})).fetchall()
    return name


def _saved(row: tuple[Any, ...]) -> Saved:
    report_id, account_id, name, question, pace, *rest = row
    return Saved(report_id, account_id, name, _read(question), Pace(pace) if pace else None, *rest)
