"""Statements about views of the table of people. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from cablegram.audiences import filter_json
from cablegram.audiences.filter_model import Filter
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_read_filter = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class Kept:
    """A view as it is kept."""

    id: UUID
    name: str
    filter: Filter | None
    columns: list[str]
    sort: str


async def insert_view(conn: Conn, account_id: AccountId, new: Kept, *, by: str, now: datetime) -> None:
    """Write a view; one of the same name is replaced."""
    written = msgspec.json.encode(filter_json.write(new.filter)).decode() if new.filter else None
    values = {"view_id": new.id, "account_id": account_id, "name": new.name, "filter": written, "columns": new.columns}
    await conn.execute(queries.insert_view, {**values, "sort": new.sort, "by": by, "now": now})


async def views(conn: Conn, account_id: AccountId, *, limit: int) -> Sequence[Kept]:
    """Read views by name."""
    cursor = await conn.execute(queries.views, {"account_id": account_id, "limit": limit})
    return [
        Kept(row[0], row[1], filter_json.read(_read_filter(row[2])) if row[2] else None, row[3], row[4])
        for row in await cursor.fetchall()
    ]


async def count_views(conn: Conn, account_id: AccountId) -> int:
    """Count them."""
    return (await (await conn.execute(queries.count_views, {"account_id": account_id})).fetchall())[0][0]


async def delete_view(conn: Conn, account_id: AccountId, view_id: UUID) -> bool:
    """Delete a view; tell whether it was there."""
    return bool((await conn.execute(queries.delete_view, {"account_id": account_id, "view_id": view_id})).rowcount)
