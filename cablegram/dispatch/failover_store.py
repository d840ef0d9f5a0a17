"""Statements that move what waits for one connector to others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from cablegram.dispatch.model import Place, Stranded
from cablegram.kit.ids import ConnectorId, MessageId
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_REROUTE = Statement(queries.reroute)
_FIRST = Place(-1, 0, MessageId(UUID(int=0)))


async def stranded(conn: Conn, connector_id: ConnectorId, begin: Place | None, *, limit: int) -> list[Stranded]:
    """Read a slice of what waits for a connector, behind a place or from the beginning, in the order of places."""
    start = begin or _FIRST
    values = {
        "connector_id": connector_id,
        "lane": start.lane,
        "share": start.share,
        "id": start.id,
        "limit": limit,
    }
    rows = await (await conn.execute(queries.stranded, values)).fetchall()
    return [Stranded(Place(*row[:3]), *row[3:]) for row in rows]


async def reroute(
    conn: Conn, connector_id: ConnectorId, moves: Sequence[tuple[Place, ConnectorId]]
) -> dict[MessageId, ConnectorId]:
    """Move places in the queue, and their messages, from a connector to others; return those that were still there."""
    rows = await conn.later(
        _REROUTE,
        connector_id=value("uuid", connector_id),
        lanes=array("int2", [place.lane for place, _ in moves]),
        shares=array("int2", [place.share for place, _ in moves]),
        ids=array("uuid", [place.id for place, _ in moves]),
        connectors=array("uuid", [to for _, to in moves]),
    )
    return {MessageId(message_id): ConnectorId(to) for message_id, to in rows}


async def names_of(conn: Conn, ids: Collection[ConnectorId]) -> dict[ConnectorId, str]:
    """Return the names of connectors."""
    rows = await (await conn.execute(queries.names_of, {"ids": list(ids)})).fetchall()
    return {ConnectorId(connector_id): name for connector_id, name in rows}
