"""Statements of how an account stands: from where it may be called, whether it may do anything, who did what in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.accounts.model import Action, Sought
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def access_list(conn: Conn, account_id: AccountId) -> list[dict[str, Any]] | None:
    """Read from where an account's keys may call."""
    row = await (await conn.execute(queries.access_list, {"account_id": account_id})).fetchone()
    return row[0] if row else None


async def bounds(conn: Conn, account_id: AccountId) -> tuple[list[dict[str, Any]], bool] | None:
    """Read from where an account may be called, and whether it is suspended."""
    return await (await conn.execute(queries.bounds, {"account_id": account_id})).fetchone()


async def put_access_list(conn: Conn, account_id: AccountId, entries: Sequence[dict[str, Any]]) -> bool:
    """Write from where an account's keys may call; False when there is no such account."""
    asked = {"account_id": account_id, "entries": json.dumps(list(entries))}
    return await (await conn.execute(queries.put_access_list, asked)).fetchone() is not None


async def suspended(conn: Conn) -> list[AccountId]:
    """Read which accounts are suspended."""
    return [row[0] for row in await (await conn.execute(queries.suspended)).fetchall()]


async def suspend(conn: Conn, account_id: AccountId, why: str, now: datetime) -> bool:
    """Write that an account is suspended; False when it was."""
    cursor = await conn.execute(queries.suspend, {"account_id": account_id, "why": why, "now": now})
    return await cursor.fetchone() is not None


async def unsuspend(conn: Conn, account_id: AccountId) -> bool:
    """Write that an account is not suspended; False when it was not."""
    cursor = await conn.execute(queries.unsuspend, {"account_id": account_id})
    return await cursor.fetchone() is not None


async def actions(
    conn: Conn, account_id: AccountId | None, sought: Sought, after: UUID | None, *, limit: int
) -> list[Action]:
    """Read what was done in an account, or everywhere, newest first."""
    asked = {
        "account_id": account_id,
        "after": after,
        "kind": sought.kind,
        "done_by": sought.done_by,
        "since": sought.since,
        "until": sought.until,
        "limit": limit,
    }
    return [Action(*row) for row in await (await conn.execute(queries.actions, asked)).fetchall()]


async def choice(conn: Conn, name: str) -> str | None:
    """Read what the operator chose; None: nothing."""
    row = await (await conn.execute(queries.choice, {"name": name})).fetchone()
    return row[0] if row else None


async def put_choice(conn: Conn, name: str, value: str | None, by: str, now: datetime) -> None:
    """Write what the operator chose; None: nothing any more."""
    if value is None:
        await conn.execute(queries.drop_choice, {"name": name})
    else:
        await conn.execute(queries.put_choice, {"name": name, "value": value, "by": by, "now": now})
