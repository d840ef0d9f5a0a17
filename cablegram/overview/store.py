"""Statements of the overview room."""

from __future__ import annotations

from datetime import datetime

from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.messages.model import State
from cablegram.overview.model import Facts, Load, Process
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def loads(conn: Conn) -> dict[ConnectorId, Load]:
    """Read what waits and flies, by connector; one without either is left out."""
    found: dict[ConnectorId, Load] = {}
    for connector_id, queued in await (await conn.execute(queries.waiting)).fetchall():
        found.setdefault(connector_id, Load()).queued = queued
    for connector_id, in_flight, unknown in await (await conn.execute(queries.flying)).fetchall():
        its = found.setdefault(connector_id, Load())
        its.in_flight, its.unknown = in_flight, unknown
    return found


async def moved_since(conn: Conn, since: datetime) -> list[tuple[AccountId, State, int, int]]:
    """Read what moved: (account, state, messages that came into it, by how many it grew)."""
    cursor = await conn.execute(queries.moved_since, {"since": since})
    return [(row[0], State(row[1]), row[2], row[3]) for row in await cursor.fetchall()]


async def processes(conn: Conn) -> list[Process]:
    """Read the newest dispatchers."""
    return [Process(*row) for row in await (await conn.execute(queries.processes)).fetchall()]


async def facts(conn: Conn) -> Facts:
    """Read what the database is."""
    ((version, size, since),) = await (await conn.execute(queries.facts)).fetchall()
    return Facts(version, size, since)
