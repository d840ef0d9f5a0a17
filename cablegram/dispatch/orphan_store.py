"""Statements about receipts whose message is not known yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cablegram.connectors.contract import Outcome, Trouble
from cablegram.dispatch.model import Pending
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def insert(
    conn: Conn, connector_id: ConnectorId, receipts: Sequence[Pending], provider_ids: Sequence[str]
) -> None:
    """Keep receipts whose message is not known yet, each under its canonical id."""
    values = {
        "connector_id": connector_id,
        "ids": [receipt.id for receipt in receipts],
        "provider_ids": list(provider_ids),
        "sources": [receipt.source for receipt in receipts],
        "numbers": [receipt.number for receipt in receipts],
        "outcomes": [receipt.outcome.value for receipt in receipts],
        "errors": [receipt.error for receipt in receipts],
        "heads": [receipt.head for receipt in receipts],
        "moments": [receipt.arrived_at for receipt in receipts],
        "words": [receipt.words for receipt in receipts],
        "troubles": [receipt.trouble.value if receipt.trouble else None for receipt in receipts],
    }
    await conn.execute(queries.insert, values)


async def waiting_for(conn: Conn, connector_id: ConnectorId, provider_ids: Sequence[str]) -> list[Pending]:
    """Read receipts that waited for these ids."""
    values = {"connector_id": connector_id, "provider_ids": list(provider_ids)}
    cursor = await conn.execute(queries.waiting_for, values)
    return [_pending(row[1:]) for row in await cursor.fetchall()]


async def young(conn: Conn, since: datetime, *, limit: int) -> list[tuple[ConnectorId, Pending]]:
    """Read receipts that came lately and still wait, by connector."""
    cursor = await conn.execute(queries.young, {"since": since, "limit": limit})
    return [(row[0], _pending(row[1:])) for row in await cursor.fetchall()]


def _pending(row: tuple[Any, ...]) -> Pending:
    receipt_id, provider_id, source, number, outcome, error, head, arrived_at, words, trouble = row
    kept = words or f"{outcome} {error}".strip()  # of those from before words were kept
    said = Trouble(trouble) if trouble else None
    return Pending(receipt_id, provider_id, Outcome(outcome), error, source, number, head, arrived_at, kept, said)


async def delete(conn: Conn, receipts: Sequence[Pending]) -> None:
    """Drop receipts that found their message."""
    await conn.execute(queries.delete, {"ids": [receipt.id for receipt in receipts]})


async def drop_before(conn: Conn, before: datetime) -> int:
    """Drop receipts that waited too long; return how many."""
    return (await conn.execute(queries.drop_before, {"before": before})).rowcount
