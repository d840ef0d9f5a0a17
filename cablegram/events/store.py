"""Statements of the events room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from cablegram.events.model import Event, Told
from cablegram.kit.ids import AccountId, uuid7s
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def insert_events(conn: Conn, events: Sequence[Event], now: datetime) -> None:
    """Write events in the order given."""
    await conn.execute(
        queries.insert_events,
        {
            "ids": uuid7s(len(events)),
            "ats": [now] * len(events),
            "accounts": [event.account_id for event in events],
            "kinds": [event.kind.value for event in events],
            "subjects": [event.subject for event in events],
            "data": [Jsonb(event.data) for event in events],
        },
    )


async def events_of_subject(
    conn: Conn, account_id: AccountId | None, subject: UUID, *, limit: int
) -> list[tuple[datetime, str, dict[str, Any]]]:
    """Read what happened to a thing: (when, kind, data), oldest first."""
    cursor = await conn.execute(
        queries.events_of_subject, {"account_id": account_id, "subject": subject, "limit": limit}
    )
    return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]


async def page_of_subjects(
    conn: Conn, account_id: AccountId, subjects: Collection[UUID], *, after: UUID | None, limit: int
) -> list[Told]:
    """Read what happened to some things, newest first."""
    asked = {"account_id": account_id, "subjects": list(subjects), "after": after, "limit": limit}
    return [Told(*row) for row in await (await conn.execute(queries.page_of_subjects, asked)).fetchall()]


async def forget_subjects(conn: Conn, account_id: AccountId, subjects: Collection[UUID]) -> None:
    """Delete what happened to some things."""
    await conn.execute(queries.forget_subjects, {"account_id": account_id, "subjects": list(subjects)})


async def forget_numbers(conn: Conn, account_id: AccountId, numbers: Collection[str]) -> None:
    """Take numbers, and what was said of them, out of what happened to other things."""
    await conn.execute(queries.forget_numbers, {"account_id": account_id, "numbers": list(numbers)})
    shown = [f"+{number}" for number in numbers]
    await conn.execute(queries.forget_clicks, {"account_id": account_id, "shown": shown})
