"""Statements for an account that the operator suspends."""

from __future__ import annotations

from typing import LiteralString

from cablegram.kit.ids import AccountId, CampaignId
from cablegram.messages.model import Locked, State
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.safety.model import Aside

queries = load(__file__)


async def hold_aside(conn: Conn, account_id: AccountId, share: int, *, limit: int) -> list[Aside]:
    """Keep messages of an account aside that were so until some moment."""
    return await _set_aside(conn, queries.hold_account_aside, account_id, share, limit=limit)


async def hold_queued(conn: Conn, account_id: AccountId, share: int, *, limit: int) -> list[Aside]:
    """Take messages of an account out of the queue and keep them aside."""
    return await _set_aside(conn, queries.hold_account_queued, account_id, share, limit=limit)


async def _set_aside(conn: Conn, query: LiteralString, account_id: AccountId, share: int, *, limit: int) -> list[Aside]:
    rows = await (await conn.execute(query, {"account_id": account_id, "share": share, "limit": limit})).fetchall()
    return [Aside(row[0], row[1], State(row[2])) for row in rows]


async def held_of(conn: Conn, account_id: AccountId, share: int, *, limit: int) -> list[Locked]:
    """Lock a slice of what a suspension holds."""
    asked = {"account_id": account_id, "share": share, "limit": limit}
    rows = await (await conn.execute(queries.held_of, asked)).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


async def campaigns_held_of(conn: Conn, account_id: AccountId, share: int) -> set[CampaignId | None]:
    """Read of which campaigns a suspension holds messages."""
    cursor = await conn.execute(queries.campaigns_held_of, {"account_id": account_id, "share": share})
    return {row[0] for row in await cursor.fetchall()}


async def running_of(conn: Conn, account_id: AccountId) -> list[CampaignId]:
    """Read which campaigns of an account run."""
    return [row[0] for row in await (await conn.execute(queries.running_of, {"account_id": account_id})).fetchall()]


async def suspended_of(conn: Conn, account_id: AccountId) -> list[CampaignId]:
    """Read which campaigns a suspension paused."""
    return [row[0] for row in await (await conn.execute(queries.suspended_of, {"account_id": account_id})).fetchall()]
