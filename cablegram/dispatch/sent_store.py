"""Statements that find our own messages by what a provider says of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from cablegram.dispatch.model import Sent
from cablegram.kit.ids import AccountId, ConnectorId, MessageId
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)
_IDS = Statement(queries.ids)


async def ids(conn: Conn, connector_id: ConnectorId, keys: Sequence[str]) -> dict[int, MessageId]:
    """Find the messages of canonical ids, by place."""
    rows = await conn.later(_IDS, connector_id=value("uuid", connector_id), keys=array("text", keys))
    return {place - 1: message_id for place, message_id in rows}


async def by_ids(conn: Conn, ids: Sequence[MessageId]) -> dict[int, Sent]:
    """Read whose messages these are, from whom and to whom, by place."""
    cursor = await conn.execute(queries.by_ids, {"ids": list(ids)})
    return {place - 1: Sent(*rest) for place, *rest in await cursor.fetchall()}


async def last_to(
    conn: Conn,
    connector_id: ConnectorId,
    asked: Sequence[tuple[str, str]],
    *,
    accounts: Sequence[AccountId] | None,
    since: UUID,
) -> dict[int, Sent]:
    """Find the newest message to each number, by place: (number, sender or "")."""
    values = {
        "connector_id": connector_id,
        "numbers": [number for number, _ in asked],
        "senders": [sender for _, sender in asked],
        "accounts": None if accounts is None else list(accounts),
        "since": since,
    }
    cursor = await conn.execute(queries.last_to, values)
    return {place - 1: Sent(*rest) for place, *rest in await cursor.fetchall()}
