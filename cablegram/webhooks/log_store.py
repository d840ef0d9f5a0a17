"""Statements of the webhooks room for those who look for events and attempts, and to send events again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, DeliveryId, EndpointId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.webhooks.model import Attempt, Delivery, Pulse, Standing, Wanted

queries = load(__file__)


async def page_of_deliveries(
    conn: Conn, account_id: AccountId, endpoint_id: EndpointId, wanted: Wanted, *, before: int | None, limit: int
) -> list[Delivery]:
    """Read events of an endpoint that fit, newest first."""
    values = wanted.values() | {
        "account_id": account_id,
        "endpoint_id": endpoint_id,
        "before": before,
        "standing": wanted.standing.value if wanted.standing else None,
        "limit": limit,
    }
    is_open = wanted.standing not in {None, Standing.DELIVERED}
    statement = queries.page_of_open if is_open else queries.page_of_deliveries
    # Not prepared: each search is planned for what it asks.
    rows = await (await conn.execute(statement, values, prepare=False)).fetchall()
    return [_delivery(row) for row in rows]


async def undelivered(conn: Conn, account_id: AccountId, endpoint_id: EndpointId, *, limit: int) -> list[Delivery]:
    """Read what was missed and what is tried in vain, newest first."""
    values = {"account_id": account_id, "endpoint_id": endpoint_id, "limit": limit}
    return [_delivery(row) for row in await (await conn.execute(queries.undelivered, values)).fetchall()]


def _delivery(row: Sequence[Any]) -> Delivery:
    values = list(row)
    values[7] = Standing(row[7])
    return Delivery(*values)


async def attempts(conn: Conn, account_id: AccountId, delivery_id: UUID) -> list[Attempt]:
    """Read the attempts of an event, newest first."""
    values = {"account_id": account_id, "delivery_id": delivery_id}
    return [Attempt(*row) for row in await (await conn.execute(queries.attempts, values)).fetchall()]


async def exists(conn: Conn, account_id: AccountId, endpoint_id: EndpointId, delivery_id: UUID) -> bool:
    """Tell whether an endpoint has an event."""
    values = {"account_id": account_id, "endpoint_id": endpoint_id, "delivery_id": delivery_id}
    row = await (await conn.execute(queries.event_exists, values)).fetchone()
    return bool(row and row[0])


async def counts(conn: Conn, endpoints: Collection[EndpointId]) -> dict[EndpointId, tuple[int, int]]:
    """Count what waits for endpoints and what they missed; over 100,000 are 100,000."""
    rows = await (await conn.execute(queries.counts, {"endpoints": list(endpoints)})).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


async def pulses(conn: Conn, endpoints: Collection[EndpointId], since: datetime) -> dict[EndpointId, list[Pulse]]:
    """Read how endpoints fared since a moment, an hour each; hours in which nothing was sent are missing."""
    rows = await (await conn.execute(queries.pulses, {"endpoints": list(endpoints), "since": since})).fetchall()
    found: dict[EndpointId, list[Pulse]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Pulse(*row[1:]))
    return found


async def next_to_replay(
    conn: Conn,
    account_id: AccountId,
    endpoint_id: EndpointId,
    wanted: Wanted,
    *,
    after: int,
    last: int,
    limit: int,
) -> list[tuple[DeliveryId, int]]:
    """Read the next events to be sent again, with their numbers."""
    values = wanted.values() | {
        "account_id": account_id,
        "endpoint_id": endpoint_id,
        "after": after,
        "last": last,
        "missed_only": wanted.standing is Standing.MISSED,
        "limit": limit,
    }
    rows = await (await conn.execute(queries.next_to_replay, values, prepare=False)).fetchall()
    return [(row[0], row[1]) for row in rows]


async def requeue(conn: Conn, endpoint_id: EndpointId, ids: Sequence[UUID], now: datetime) -> int:
    """Let events be sent again, from the beginning of the schedule; return how many."""
    values = {"endpoint_id": endpoint_id, "ids": list(ids), "now": now}
    return (await conn.execute(queries.requeue, values)).rowcount


async def hurry(conn: Conn, endpoint_id: EndpointId, ids: Sequence[UUID], now: datetime) -> int:
    """Let events that wait for their next attempt go at once; return how many."""
    values = {"endpoint_id": endpoint_id, "ids": list(ids), "now": now}
    return (await conn.execute(queries.hurry, values)).rowcount


async def after(
    conn: Conn, account_id: AccountId, endpoint_id: EndpointId, sequence: int, *, limit: int
) -> list[tuple[UUID, int, str, datetime, str]]:
    """Read events after a number: (id, number, kind, when, data)."""
    values = {"account_id": account_id, "endpoint_id": endpoint_id, "after": sequence, "limit": limit}
    return [
        (row[0], row[1], row[2], row[3], row[4]) for row in await (await conn.execute(queries.after, values)).fetchall()
    ]


async def forget_events(conn: Conn, before: UUID, *, limit: int) -> int:
    """Delete some events older than an id, with what belongs to them; return how many."""
    return (await conn.execute(queries.forget_events, {"before": before, "limit": limit})).rowcount


async def forget_pulses(conn: Conn, before: datetime) -> None:
    """Delete hours before a moment."""
    await conn.execute(queries.forget_pulses, {"before": before})
