"""Statements about codes that several accounts share. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.kit.ids import AccountId, ConnectorId, SenderId, uuid7
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def lend(
    conn: Conn,
    account_id: AccountId,
    address: str,
    *,
    country: str,
    connector_ids: Sequence[ConnectorId],
    now: datetime,
) -> SenderId | None:
    """Write that an account sends from a code with others; None where it has that code for itself."""
    values = {
        "sender_id": uuid7(),
        "account_id": account_id,
        "address": address,
        "country": country,
        "connector_ids": list(connector_ids),
        "now": now,
    }
    row = await (await conn.execute(queries.lend, values)).fetchone()
    return SenderId(row[0]) if row else None
