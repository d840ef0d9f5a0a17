"""Statements about providers that sell numbers."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.connectors import store
from cablegram.connectors.breaker import Breaker
from cablegram.connectors.model import Connector
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def operators_connectors(conn: Conn) -> list[Connector]:
    """Read the operator's connectors that are switched on, oldest first."""
    ids = [row[0] for row in await (await conn.execute(queries.operators_connectors)).fetchall()]
    found = {one.id: one for one in await store.connectors_by_ids(conn, ids)}
    return [found[one] for one in ids if one in found]


async def breakers(conn: Conn, ids: Sequence[ConnectorId]) -> dict[ConnectorId, Breaker]:
    """Read what is known of providers; one that was never asked is left out."""
    cursor = await conn.execute(queries.breakers, {"ids": list(ids)})
    return {row[0]: Breaker(*row[1:]) for row in await cursor.fetchall()}


async def put_breaker(conn: Conn, connector_id: ConnectorId, breaker: Breaker) -> None:
    """Write what is known of a provider."""
    values = {
        "connector_id": connector_id,
        "is_closed": breaker.is_closed,
        "failures": breaker.failures,
        "wait": breaker.wait,
        "since": breaker.since,
        "until": breaker.until,
    }
    await conn.execute(queries.put_breaker, values)
