"""Statements of the events room for readers, and about who listens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.events.model import Told
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def untaken_by_webhooks(conn: Conn, *, limit: int) -> list[Told]:
    """Read and lock events that webhooks have not taken."""
    return await _read(conn, queries.untaken_by_webhooks, limit)


async def untaken_by_alerts(conn: Conn, *, limit: int) -> list[Told]:
    """Read and lock events that alerts have not taken."""
    return await _read(conn, queries.untaken_by_alerts, limit)


async def _read(conn: Conn, statement: Any, limit: int) -> list[Told]:  # noqa: ANN401 - as queries give it
    rows = await (await conn.execute(statement, {"limit": limit})).fetchall()
    return [Told(*row) for row in rows]


async def take_by_webhooks(conn: Conn, ids: Sequence[UUID], now: datetime) -> None:
    """Mark events as taken."""
    await conn.execute(queries.take_by_webhooks, {"ids": list(ids), "now": now})


async def take_by_alerts(conn: Conn, ids: Sequence[UUID], now: datetime) -> None:
    """Mark events as taken."""
    await conn.execute(queries.take_by_alerts, {"ids": list(ids), "now": now})


async def listen(conn: Conn, account_id: AccountId, states: Sequence[str]) -> None:
    """Note that somebody outside wants an account's news, and of its messages these states."""
    await conn.execute(queries.listen, {"account_id": account_id, "states": list(states)})


async def stop_listening(conn: Conn, account_id: AccountId) -> None:
    """Note that nobody does any more."""
    await conn.execute(queries.stop_listening, {"account_id": account_id})
