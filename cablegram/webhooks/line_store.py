"""Statements of the webhooks room about what is made, waits and is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cablegram.kit.ids import AccountId, DeliveryId, EndpointId, uuid7s
from cablegram.runtime.copying import block, column
from cablegram.runtime.database import Conn, copy_block
from cablegram.runtime.queries import load
from cablegram.webhooks.model import Due, Form, Off, Target, Told, Transport
from cablegram.webhooks.telling import Item, Text

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class Listener:
    """An endpoint, and what it wants to hear of."""

    id: EndpointId
    account_id: AccountId
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fresh:
    """Events of one endpoint in their order, from the number after `sequence` on."""

    listener: Listener
    sequence: int
    items: Sequence[Item]
    is_enabled: bool
    is_stream: bool


async def is_there_news(conn: Conn) -> tuple[bool, bool]:
    """Tell whether anybody listens, and whether there is something to tell."""
    row = await (await conn.execute(queries.is_there_news)).fetchone()
    return (row[0], row[1]) if row else (False, False)


async def try_to_make(conn: Conn) -> bool:
    """Be the one who makes deliveries until this transaction ends, unless somebody else is."""
    row = await (await conn.execute(queries.try_to_make)).fetchone()
    return bool(row and row[0])


async def listeners(conn: Conn, accounts: Collection[AccountId]) -> list[Listener]:
    """Read the endpoints of accounts, those that are off as well."""
    rows = await (await conn.execute(queries.listeners, {"accounts": list(accounts)})).fetchall()
    return [Listener(row[0], row[1], tuple(row[2])) for row in rows]


async def number(conn: Conn, wanted: Mapping[EndpointId, int]) -> dict[EndpointId, int]:
    """Take so many numbers for each endpoint; return the number before the first. Who is gone is not among them."""
    values = {"endpoints": list(wanted), "ns": list(wanted.values())}
    return {row[0]: row[1] for row in await (await conn.execute(queries.number, values)).fetchall()}


@dataclass(frozen=True, slots=True)
class Jumped:
    """A line whose numbers go on from elsewhere; `last` is the one before."""

    id: EndpointId
    account_id: AccountId
    url: str
    last: int


async def jump(conn: Conn, sequence: int) -> list[Jumped]:
    """Let all lines go on from a number, as far as they are below it."""
    rows = await (await conn.execute(queries.jump, {"sequence": sequence})).fetchall()
    return [Jumped(*row) for row in rows]


async def on_and_how(conn: Conn, endpoints: Collection[EndpointId]) -> dict[EndpointId, tuple[bool, bool]]:
    """Return of endpoints whether they are on, and whether each is a stream."""
    rows = await (await conn.execute(queries.on_and_how, {"endpoints": list(endpoints)})).fetchall()
    return {row[0]: (row[1], row[2] == Transport.STREAM) for row in rows}


async def insert_fresh(conn: Conn, fresh: Sequence[Fresh], now: datetime) -> list[UUID]:
    """Write events, and where they wait; return their ids."""
    ids = iter(uuid7s(sum(len(one.items) for one in fresh)))
    rows = [
        (next(ids), one.listener, one.sequence + place, item)
        for one in fresh
        for place, item in enumerate(one.items, 1)
    ]
    if not rows:
        return []
    await copy_block(
        conn,
        queries.copy_events,
        block(
            [
                column("uuid", [event_id for event_id, *_ in rows]),
                column("uuid", [listener.id for _, listener, *_ in rows]),
                column("uuid", [listener.account_id for _, listener, *_ in rows]),
                column("int8", [sequence for *_, sequence, _ in rows]),
                column("text", [item.kind for *_, item in rows]),
                column("timestamptz", [item.at for *_, item in rows]),
                column("uuid", [item.subject for *_, item in rows]),
                column("text", [item.data for *_, item in rows]),
            ],
            fields=8,
        ),
    )
    on = {one.listener.id for one in fresh if one.is_enabled and not one.is_stream}
    off = {one.listener.id for one in fresh if not one.is_enabled and not one.is_stream}
    await queue(conn, [(listener.id, event_id) for event_id, listener, *_ in rows if listener.id in on], now)
    kept = [(listener.id, event_id) for event_id, listener, *_ in rows if listener.id in off]
    if kept:
        columns = [column("uuid", [one for one, _ in kept]), column("uuid", [one for _, one in kept])]
        await copy_block(conn, queries.copy_missed, block(columns, fields=2))
    return [event_id for event_id, *_ in rows]


async def queue(conn: Conn, waiting: Sequence[tuple[EndpointId, UUID]], now: datetime) -> None:
    """Let events wait for their first attempt."""
    if waiting:
        columns = [
            column("uuid", [endpoint_id for endpoint_id, _ in waiting]),
            column("timestamptz", [now] * len(waiting)),
            column("uuid", [event_id for _, event_id in waiting]),
            column("int2", [0] * len(waiting)),
        ]
        await copy_block(conn, queries.copy_queue, block(columns, fields=4))


async def texts(conn: Conn, ids: Collection[UUID]) -> dict[UUID, Text]:
    """Read texts that came in, each with the message that it most likely answers."""
    rows = await (await conn.execute(queries.texts, {"ids": list(ids)})).fetchall()
    return {row[0]: Text(*row) for row in rows}


async def campaign_names(conn: Conn, ids: Collection[UUID]) -> dict[UUID, str]:
    """Read the names of campaigns."""
    rows = await (await conn.execute(queries.campaign_names, {"ids": list(ids)})).fetchall()
    return {row[0]: row[1] for row in rows}


async def new_worker(conn: Conn) -> int:
    """Return a number for a worker, and hold the lock that shows that it lives for as long as this session does."""
    row = await (await conn.execute(queries.new_worker)).fetchone()
    worker: int = row[0] if row else 0
    await conn.execute(queries.hold_worker_lock, {"worker": worker})
    return worker


async def still_here(conn: Conn) -> None:
    """Raise what psycopg raises where the session is gone."""
    await conn.execute(queries.still_here)


async def own(conn: Conn, worker: int, *, now: datetime, limit: int) -> None:
    """Take lines that have something due."""
    await conn.execute(queries.own, {"worker": worker, "now": now, "limit": limit})


async def targets(conn: Conn, worker: int) -> list[Target]:
    """Read the endpoints that are a worker's."""
    rows = await (await conn.execute(queries.targets, {"worker": worker})).fetchall()
    return [Target(row[0], row[1], Transport(row[2]), Form(row[3]), *row[4:]) for row in rows]


async def let_go(conn: Conn, worker: int, endpoints: Collection[EndpointId]) -> None:
    """Leave lines to whoever wants them."""
    await conn.execute(queries.let_go, {"worker": worker, "endpoints": list(endpoints)})


async def due(
    conn: Conn, worker: int, rooms: Mapping[EndpointId, int], *, busy: Collection[DeliveryId], now: datetime
) -> list[Due]:
    """Read what is to be sent to endpoints that are a worker's, as much as each has room for."""
    values = {
        "worker": worker,
        "endpoints": list(rooms),
        "rooms": list(rooms.values()),
        "busy": list(busy),
        "now": now,
    }
    return [Due(*row) for row in await (await conn.execute(queries.due, values)).fetchall()]


async def record(conn: Conn, told: Sequence[Told]) -> None:
    """Write attempts down, and what they mean for what waits."""
    values = {
        "endpoints": [one.due.endpoint_id for one in told],
        "ids": [one.due.id for one in told],
        "keys": [one.due.next_at for one in told],
        "tries": [one.due.tries + 1 for one in told],
        "ats": [one.at for one in told],
        "oks": [one.outcome.is_ok for one in told],
        "statuses": [one.outcome.status for one in told],
        "times": [one.outcome.milliseconds for one in told],
        "answers": [one.outcome.answer for one in told],
        "errors": [one.outcome.error for one in told],
        "nexts": [one.again_at for one in told],
    }
    await conn.execute(queries.record, values)


async def feel(
    conn: Conn, counts: Mapping[EndpointId, tuple[int, int]], now: datetime
) -> dict[EndpointId, datetime | None]:
    """Add what was taken and what failed; return since when each takes nothing."""
    values = {
        "endpoints": list(counts),
        "takens": [taken for taken, _ in counts.values()],
        "faileds": [failed for _, failed in counts.values()],
        "now": now,
    }
    return {row[0]: row[1] for row in await (await conn.execute(queries.feel, values)).fetchall()}


async def lock_line(conn: Conn, endpoint_id: EndpointId) -> bool:
    """Lock an endpoint's line; tell whether it is there."""
    return (await conn.execute(queries.lock_line, {"endpoint_id": endpoint_id})).rowcount == 1


async def switch_off(conn: Conn, endpoint_id: EndpointId, reason: Off, now: datetime) -> tuple[AccountId, str] | None:
    """Switch an endpoint off; return whose it is and its address, None where it is off already."""
    values = {"endpoint_id": endpoint_id, "reason": reason.value, "now": now}
    row = await (await conn.execute(queries.switch_off, values)).fetchone()
    return (row[0], row[1]) if row else None


async def switch_on(conn: Conn, endpoint_id: EndpointId) -> None:
    """Switch an endpoint on; it begins with a clean slate."""
    await conn.execute(queries.switch_on, {"endpoint_id": endpoint_id})
