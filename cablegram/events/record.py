"""Report what happened, inside the transaction in which it happened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.events import store
from cablegram.events.model import Event, Told
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


async def page(
    conn: Conn, account_id: AccountId, subjects: Collection[UUID], *, after: UUID | None = None, limit: int
) -> list[Told]:
    """Return what happened to some things of an account, newest first; a next page starts after the last of this."""
    return await store.page_of_subjects(conn, account_id, subjects, after=after, limit=limit)


async def forget(conn: Conn, account_id: AccountId, subjects: Collection[UUID], *, numbers: Collection[str]) -> None:
    """Forget a person (L23): what happened to these things goes, and what else names these numbers loses them."""
    await store.forget_subjects(conn, account_id, subjects)
    await store.forget_numbers(conn, account_id, numbers)
