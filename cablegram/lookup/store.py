"""Statements of the lookup room."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.lookup.model import Network
from cablegram.runtime.database import Conn, copy_rows
from cablegram.runtime.queries import load

queries = load(__file__)


async def networks(conn: Conn) -> list[Network]:
    """Read all networks, in no order."""
    rows = await (await conn.execute(queries.networks)).fetchall()
    return [Network(*row) for row in rows]


async def delete_networks(conn: Conn) -> None:
    """Forget all networks."""
    await conn.execute(queries.delete_networks)


async def copy_networks(conn: Conn, networks: Sequence[Network]) -> None:
    """Write networks."""
    rows = [(one.mcc, one.mnc, one.name, one.country or None) for one in networks]
    await copy_rows(conn, queries.copy_networks, ["text", "text", "text", "text"], rows)
