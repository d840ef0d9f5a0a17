"""Statements of the routing room."""

from __future__ import annotations

from collections.abc import Iterable

from cablegram.kit.ids import AccountId
from cablegram.routing.choose import Way
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def ways(conn: Conn, account_ids: Iterable[AccountId]) -> list[Way]:
    """Read the connectors these accounts may use."""
    cursor = await conn.execute(queries.ways, {"account_ids": list(account_ids)})
    return [Way(*row) for row in await cursor.fetchall()]
