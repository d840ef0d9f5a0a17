"""Statements of the journal. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.kit.ids import AccountId, ConnectorId, uuid7
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

LegRow = tuple[str, AccountId | None, ConnectorId | None, str, int]


async def insert(conn: Conn, kind: str, reference: str, legs: Sequence[LegRow], *, note: str, at: datetime) -> bool:
    """Write an entry with its legs, unless its reference stands there; tell whether it is new. No legs: no entry."""
    if not legs:
        return False
    values = {"id": uuid7(), "at": at, "kind": kind, "reference": reference, "note": note}
    row = await (await conn.execute(queries.insert_entry, values)).fetchone()
    if row is None:
        return False
    columns = list(zip(*legs, strict=True))
    names = ("ledgers", "accounts", "connectors", "units", "amounts")
    await conn.execute(
        queries.insert_legs, {"id": row[0], **{name: list(column) for name, column in zip(names, columns, strict=True)}}
    )
    return True


async def in_question(conn: Conn) -> list[tuple[AccountId, int, int]]:
    """Read by account what its messages in question cost, and what stands in the books as that (micro-credits)."""
    rows = await (await conn.execute(queries.in_question)).fetchall()
    return [(row[0], int(row[1]), int(row[2])) for row in rows]


async def carrier_costs(conn: Conn) -> list[tuple[ConnectorId, str, int, int]]:
    """Read by connector and currency what was counted as costs, and what is booked (millionths)."""
    rows = await (await conn.execute(queries.carrier_costs)).fetchall()
    return [(row[0], row[1], int(row[2]), int(row[3])) for row in rows]
