"""Read what happened and nobody has passed on yet, each event once for each reader. The reader's transaction.

It is safe whatever the order of commits: an event that commits late is found at the next look, for what says that it
was taken stands with the event and not in a mark of how far somebody came. Two who read at once get different events.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cablegram.events import reader_store
from cablegram.events.model import Told
from cablegram.runtime.database import Conn


class Reader(StrEnum):
    """Who passes on what happened: to customers' servers, or to people by mail."""

    WEBHOOKS = "webhooks"
    ALERTS = "alerts"


async def untaken(conn: Conn, reader: Reader, limit: int) -> list[Told]:
    """Return events that a reader has not taken, oldest first, locked until this transaction ends.

    Of accounts that nobody outside listens to (`events.listening`), webhooks get nothing.
    """
    if reader is Reader.WEBHOOKS:
        return await reader_store.untaken_by_webhooks(conn, limit=limit)
    return await reader_store.untaken_by_alerts(conn, limit=limit)


async def take(conn: Conn, reader: Reader, ids: Sequence[UUID], now: datetime) -> None:
    """Say that a reader has taken events; none is fine."""
    if not ids:
        return
    if reader is Reader.WEBHOOKS:
        await reader_store.take_by_webhooks(conn, ids, now)
    else:
        await reader_store.take_by_alerts(conn, ids, now)
