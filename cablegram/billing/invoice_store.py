"""Statements about carriers' invoices. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cablegram.billing.invoice_model import Invoice
from cablegram.billing.reconciling import Difference, Kind
from cablegram.kit.ids import ConnectorId, MessageId, lowest_at
from cablegram.runtime.database import Conn, copy_rows
from cablegram.runtime.queries import load

queries = load(__file__)

_LONGEST_WAIT = timedelta(days=31)  # between acceptance and the carrier
_TYPES = ["uuid", "int4", "text", "int4", "uuid", "text", "text", "text", "int8"]

SentRow = tuple[MessageId, str | None, str, datetime, datetime, int]
"""A message, the carrier's id, the number, when the carrier took it, when it was accepted, its segments."""


async def sent(conn: Conn, connector_id: ConnectorId, since: datetime, until: datetime) -> list[SentRow]:
    """Read what a carrier took within a time."""
    values = {
        "connector_id": connector_id,
        "first": lowest_at(since - _LONGEST_WAIT),
        "last": lowest_at(until),
        "since": since,
        "until": until,
    }
    rows: list[Any] = await (await conn.execute(queries.sent, values)).fetchall()
    return rows


async def parts(conn: Conn, connector_id: ConnectorId, ids: Sequence[str]) -> list[tuple[str, MessageId]]:
    """Read whose parts ids are; ids in canonical form."""
    rows: list[Any] = await (
        await conn.execute(queries.parts, {"connector_id": connector_id, "ids": list(ids)})
    ).fetchall()
    return rows


async def insert(conn: Conn, one: Invoice, differences: Sequence[Difference]) -> None:
    """Write what came of comparing an invoice."""
    values = {name: getattr(one, name) for name in one.__slots__}
    await conn.execute(queries.insert_invoice, values)
    rows = [
        (one.id, place, each.kind.value, each.line, each.message_id, each.number, each.theirs, each.ours, each.amount)
        for place, each in enumerate(differences, start=1)
    ]
    await copy_rows(conn, queries.copy_differences, _TYPES, rows)


async def page(conn: Conn, after: UUID | None, *, limit: int) -> list[Invoice]:
    """Read invoices, newest first."""
    rows = await (await conn.execute(queries.invoices, {"after": after, "limit": limit})).fetchall()
    return [Invoice(*row) for row in rows]


async def get(conn: Conn, invoice_id: UUID) -> Invoice | None:
    """Read one."""
    row = await (await conn.execute(queries.invoice, {"id": invoice_id})).fetchone()
    return Invoice(*row) if row else None


async def differences(conn: Conn, invoice_id: UUID, *, after: int, limit: int) -> list[Difference]:
    """Read differences in the order of the lines, behind a place."""
    values = {"id": invoice_id, "after": after, "limit": limit}
    rows = await (await conn.execute(queries.differences, values)).fetchall()
    return [Difference(Kind(row[0]), *row[1:]) for row in rows]
