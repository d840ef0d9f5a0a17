"""Statements about versions of tariffs. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.billing.tariffs import Tariff
from cablegram.billing.version_model import NewVersion, Version
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.database import Conn, copy_rows
from cablegram.runtime.queries import load

queries = load(__file__)

_TYPES = ["int8", "text", "text", "text", "int8", "bool"]


async def hold(conn: Conn) -> int:
    """Let nobody else change versions until the transaction ends, and let every process look anew after it."""
    cursor = await conn.execute(queries.hold_versions)
    return (await cursor.fetchall())[0][0]


async def look(conn: Conn) -> int:
    """Let nobody else change versions until the transaction ends; what accounts pay stays as every process knows it."""
    cursor = await conn.execute(queries.look_at_versions)
    return (await cursor.fetchall())[0][0]


async def add(conn: Conn, new: NewVersion, tariffs: Sequence[Tariff], *, by: str, now: datetime) -> int:
    """Write a version with its rows; return its id."""
    values = {
        "connector_id": new.connector_id,
        "currency": new.currency,
        "name": new.name,
        "valid_from": new.valid_from or now,
        "prefixes": len(tariffs),
        "countries": len({one.country for one in tariffs}),
        "is_demo": any(one.is_demo for one in tariffs),
        "made_at": now,
        "made_by": by,
    }
    version_id: int = (await (await conn.execute(queries.insert_version, values)).fetchall())[0][0]
    rows = [(version_id, one.prefix, one.country, one.name, one.price, one.is_demo) for one in tariffs]
    await copy_rows(conn, queries.copy_tariffs, _TYPES, rows)
    return version_id


async def versions(conn: Conn, connector_id: ConnectorId | None) -> list[Version]:
    """Read the versions of the accounts' tariff (None) or of a carrier's, the latest date first."""
    rows = await (await conn.execute(queries.versions, {"connector_id": connector_id})).fetchall()
    return [Version(*row) for row in rows]


async def version(conn: Conn, version_id: int) -> Version | None:
    """Read a version."""
    row = await (await conn.execute(queries.version, {"id": version_id})).fetchone()
    return Version(*row) if row else None


async def of_carriers(
    conn: Conn, since: datetime, until: datetime, connector_id: ConnectorId | None = None
) -> list[Version]:
    """Read the carriers' versions that were in force at some time within a span, by connector and date."""
    values = {"since": since, "until": until, "connector_id": connector_id}
    return [Version(*row) for row in await (await conn.execute(queries.carrier_versions, values)).fetchall()]


async def withdraw(conn: Conn, version_id: int, now: datetime) -> None:
    """Take a version back."""
    await conn.execute(queries.withdraw, {"id": version_id, "now": now})


async def rows_of(conn: Conn, version_id: int) -> list[Tariff]:
    """Read the rows of a version, by prefix."""
    return [Tariff(*row) for row in await (await conn.execute(queries.rows_of, {"id": version_id})).fetchall()]
