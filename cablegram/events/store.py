"""Statements of the events room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from cablegram.events.model import Event
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
