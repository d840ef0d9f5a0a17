"""Report what happened, inside the transaction in which it happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.events import store
from cablegram.events.model import Event
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn


async def record(conn: Conn, events: Sequence[Event], *, now: datetime) -> None:
    """Record events; none is fine."""
    if events:
        await store.insert_events(conn, events, now)


async def story(
    conn: Conn, account_id: AccountId | None, subject: UUID, *, limit: int = 200
) -> list[tuple[datetime, str, dict[str, Any]]]:
    """Return what happened to a thing, oldest first: (when, kind, data)."""
    return await store.events_of_subject(conn, account_id, subject, limit=limit)
