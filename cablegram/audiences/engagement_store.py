"""Statements that fold messages and texts into what people did. Private to the room."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from cablegram.audiences.store import counted
from cablegram.kit.ids import ContactId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

What = Literal["message", "text"]


async def make_places(conn: Conn) -> None:
    """Begin at the beginning, where nothing was ever read."""
    await conn.execute(queries.make_places)


async def join(conn: Conn, *, kept: ContactId, gone: ContactId) -> None:
    """Give a contact what another did, where that was later."""
    await conn.execute(queries.join, {"kept": kept, "gone": gone})


async def hold_place(conn: Conn, what: What) -> UUID | None:
    """Hold the place where reading goes on; None: somebody else reads, or nothing was ever read."""
    row = await (await conn.execute(queries.hold_place, {"what": what})).fetchone()
    return row[0] if row else None


async def move_place(conn: Conn, what: What, last_id: UUID) -> None:
    """Move the place that is held."""
    await conn.execute(queries.move_place, {"what": what, "last_id": last_id})


async def read_messages(
    conn: Conn, *, after: UUID, before: UUID, look_at: datetime, limit: int
) -> tuple[int, UUID | None]:
    """Fold the next messages; return how many there were, and the last."""
    values = {"after": after, "before": before, "look_at": look_at, "limit": limit}
    return await counted(conn, queries.read_messages, values)


async def read_texts(conn: Conn, *, after: UUID, before: UUID, limit: int) -> tuple[int, UUID | None]:
    """Fold the next texts; return as `read_messages`."""
    return await counted(conn, queries.read_texts, {"after": after, "before": before, "limit": limit})


async def read_clicks(conn: Conn, *, limit: int) -> int:
    """Fold links that people opened; return how many."""
    return (await counted(conn, queries.read_clicks, {"limit": limit}))[0]


async def look_again(conn: Conn, *, now: datetime, limit: int) -> int:
    """Fold what became of messages that were not at their end; return at how many was looked."""
    return (await counted(conn, queries.look_again, {"now": now, "limit": limit}))[0]
