"""Pause a connector whose provider refuses our whole account: no message is at fault, and none may be lost by it."""

from __future__ import annotations

from datetime import datetime

from cablegram.connectors import store
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.database import Conn

_LONGEST = 500


async def pause(
    conn: Conn, connector_id: ConnectorId, reason: str, *, now: datetime, revision: int | None = None
) -> bool:
    """Let a connector carry nothing until somebody resumes it; `reason` is what its provider said.

    `revision` is the one that was refused, where that is known: a connector that was mended meanwhile is not paused for
    it. Dispatchers hear of it at commit. False when it was paused already, or is another by now.
    """
    said = (reason or "it did not say why")[:_LONGEST]
    paused = await store.pause(conn, connector_id, said, now=now, revision=revision)
    if paused is None:
        return False
    account_id, name = paused
    await store.announce_change(conn)
    await record(
        conn, [Event(Kind.CONNECTOR_PAUSED, account_id, connector_id, {"name": name, "reason": said})], now=now
    )
    return True
