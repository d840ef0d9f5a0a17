"""Statements about what was said between us and providers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.kit.ids import ConnectorId, MessageId
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)
_KEEP = Statement(queries.keep)


def keep(conn: Conn, exchanges: Sequence[Exchange]) -> None:
    """Write exchanges; they go along with what is sent next."""
    conn.later(
        _KEEP,
        ids=array("uuid", [one.id for one in exchanges]),
        connectors=array("uuid", [one.connector_id for one in exchanges]),
        kinds=array("text", [one.kind.value for one in exchanges]),
        moments=array("timestamptz", [one.at for one in exchanges]),
        took=array("int4", [one.took_ms for one in exchanges]),
        messages=array("text", [",".join(map(str, one.message_ids)) for one in exchanges]),
        methods=array("text", [one.method for one in exchanges]),
        urls=array("text", [one.url for one in exchanges]),
        requests=array("text", [one.request for one in exchanges]),
        statuses=array("int2", [one.status for one in exchanges]),
        answers=array("text", [one.answer for one in exchanges]),
        verdicts=array("text", [one.verdict for one in exchanges]),
    )


async def page(
    conn: Conn,
    connector_id: ConnectorId,
    before: UUID | None,
    *,
    message_id: UUID | None,
    kind: Kind | None,
    limit: int,
) -> list[Exchange]:
    """Read a connector's exchanges, newest first."""
    values = {
        "connector_id": connector_id,
        "before": before,
        "message_id": message_id,
        "kind": kind.value if kind else None,
        "limit": limit,
    }
    return [_exchange(row) for row in await (await conn.execute(queries.page, values)).fetchall()]


async def of_message(
    conn: Conn,
    connector_id: ConnectorId,
    message_id: MessageId,
    *,
    spans: Sequence[tuple[datetime, datetime]],
    calls: Sequence[datetime],
    limit: int,
) -> list[Exchange]:
    """Read what was said about a message in spans of time, and by calls of these moments; oldest first."""
    values = {
        "connector_id": connector_id,
        "message_id": message_id,
        "since": [since for since, _ in spans],
        "until": [until for _, until in spans],
        "moments": list(calls),
        "limit": limit,
    }
    return [_exchange(row) for row in await (await conn.execute(queries.of_message, values)).fetchall()]


async def get(conn: Conn, exchange_id: UUID) -> Exchange | None:
    """Read one exchange."""
    row = await (await conn.execute(queries.get, {"id": exchange_id})).fetchone()
    return _exchange(row) if row else None


async def judge(conn: Conn, exchange_id: UUID, verdict: str, message_ids: Sequence[MessageId]) -> None:
    """Write what we make of an exchange now, and the messages that it is about, if any are known."""
    await conn.execute(queries.judge, {"id": exchange_id, "verdict": verdict, "messages": list(message_ids)})


async def forget(conn: Conn, before: datetime, *, limit: int) -> int:
    """Drop exchanges from before a moment; return how many."""
    return (await conn.execute(queries.forget, {"before": before, "limit": limit})).rowcount


def _exchange(row: tuple[Any, ...]) -> Exchange:
    exchange_id, connector_id, kind, at, took_ms, message_ids, *said = row
    return Exchange(exchange_id, connector_id, Kind(kind), at, took_ms, tuple(message_ids), *said)
