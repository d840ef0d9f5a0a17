"""Statements about what providers have told us once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.kit.ids import ConnectorId
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)
_CLAIM = Statement(queries.claim)

Key = tuple[ConnectorId, str]


async def claim(conn: Conn, keys: Sequence[Key], *, now: datetime) -> set[Key]:
    """Write keys, each once; return those that were not there."""
    rows = await conn.later(
        _CLAIM,
        connectors=array("uuid", [one[0] for one in keys]),
        keys=array("text", [one[1] for one in keys]),
        now=value("timestamptz", now),
    )
    return {(ConnectorId(row[0]), row[1]) for row in rows}


async def release(conn: Conn, keys: Sequence[Key]) -> None:
    """Drop keys again: what they stand for was not heeded."""
    values = {"connectors": [one[0] for one in keys], "keys": [one[1] for one in keys]}
    await conn.execute(queries.release, values)


async def forget(conn: Conn, before: datetime, *, limit: int) -> int:
    """Drop keys from before a moment; return how many."""
    return (await conn.execute(queries.forget, {"before": before, "limit": limit})).rowcount
