"""Statements of the webhooks room about endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.kit.ids import AccountId, EndpointId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.webhooks.model import Endpoint, EndpointChange, Form, NewEndpoint, Transport

queries = load(__file__)


async def insert_endpoint(
    conn: Conn,
    account_id: AccountId,
    endpoint_id: EndpointId,
    new: NewEndpoint,
    *,
    kinds: Sequence[str],
    secret: bytes,
    by: str,
    now: datetime,
) -> None:
    """Write an endpoint and its line."""
    values = {
        "endpoint_id": endpoint_id,
        "account_id": account_id,
        "transport": new.transport.value,
        "form": new.form.value,
        "name": new.name,
        "url": new.url,
        "topic": new.topic,
        "kinds": list(kinds),
        "secret": secret,
        "is_callback": new.is_callback,
        "by": by,
        "now": now,
    }
    await conn.execute(queries.insert_endpoint, values)


async def lock_account(conn: Conn, account_id: AccountId) -> None:
    """Let nobody else make, change or delete endpoints of an account until this transaction ends."""
    await conn.execute(queries.lock_account, {"account_id": account_id})


async def of_account(conn: Conn, account_id: AccountId) -> list[Endpoint]:
    """Read all endpoints of an account, oldest first."""
    rows = await (await conn.execute(queries.of_account, {"account_id": account_id})).fetchall()
    return [_endpoint(row) for row in rows]


async def get_endpoint(conn: Conn, account_id: AccountId, endpoint_id: UUID) -> Endpoint | None:
    """Read one endpoint."""
    values = {"account_id": account_id, "endpoint_id": endpoint_id}
    row = await (await conn.execute(queries.get_endpoint, values)).fetchone()
    return _endpoint(row) if row else None


def _endpoint(row: Sequence[object]) -> Endpoint:
    values = list(row)
    values[2], values[3] = Transport(str(row[2])), Form(str(row[3]))
    values[7] = tuple(row[7])  # pyright: ignore[reportArgumentType] - an array of texts
    return Endpoint(*values)  # pyright: ignore[reportArgumentType] - the columns stand in the order of the fields


async def secret_of(conn: Conn, account_id: AccountId, endpoint_id: EndpointId) -> bytes:
    """Read an endpoint's secret, sealed; b"" where it is gone."""
    values = {"account_id": account_id, "endpoint_id": endpoint_id}
    row = await (await conn.execute(queries.secret_of, values)).fetchone()
    return row[0] if row else b""


async def change_endpoint(conn: Conn, account_id: AccountId, endpoint_id: EndpointId, wanted: EndpointChange) -> None:
    """Change what is given."""
    values = {
        "account_id": account_id,
        "endpoint_id": endpoint_id,
        "name": wanted.name,
        "url": wanted.url,
        "kinds": None if wanted.kinds is None else list(wanted.kinds),
        "form": wanted.form.value if wanted.form else None,
    }
    await conn.execute(queries.change_endpoint, values)


async def rotate(conn: Conn, account_id: AccountId, endpoint_id: EndpointId, secret: bytes, *, until: datetime) -> None:
    """Give an endpoint another secret; the one before signs as well until a moment."""
    values = {"account_id": account_id, "endpoint_id": endpoint_id, "secret": secret, "until": until}
    await conn.execute(queries.rotate, values)


async def drop_old_secrets(conn: Conn, now: datetime) -> None:
    """Forget secrets that sign nothing any more."""
    await conn.execute(queries.drop_old_secrets, {"now": now})


async def delete_endpoint(conn: Conn, account_id: AccountId, endpoint_id: EndpointId) -> bool:
    """Delete an endpoint with what waits for it; tell whether it was there."""
    values = {"account_id": account_id, "endpoint_id": endpoint_id}
    return await (await conn.execute(queries.delete_endpoint, values)).fetchone() is not None


async def silent_streams(conn: Conn, before: datetime) -> list[tuple[AccountId, EndpointId]]:
    """Read some streams that nobody has listened to since a moment."""
    rows = await (await conn.execute(queries.silent_streams, {"before": before})).fetchall()
    return [(row[0], row[1]) for row in rows]


async def hear(conn: Conn, endpoint_id: EndpointId, now: datetime, *, each: timedelta) -> None:
    """Note that somebody listens to a stream, unless that was noted just now."""
    await conn.execute(queries.hear, {"endpoint_id": endpoint_id, "now": now, "before": now - each})
