"""Statements of how an account stands: from where it may be called, whether it may do anything, who did what in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def access_list(conn: Conn, account_id: AccountId) -> list[dict[str, Any]] | None:
    """Read from where an account's keys may call."""
    row = await (await conn.execute(queries.access_list, {"account_id": account_id})).fetchone()
    return row[0] if row else None


async def put_access_list(conn: Conn, account_id: AccountId, entries: Sequence[dict[str, Any]]) -> bool:
    """Write from where an account's keys may call; False when there is no such account."""
    asked = {"account_id": account_id, "entries": Jsonb(list(entries))}
    return await (await conn.execute(queries.put_access_list, asked)).fetchone() is not None
