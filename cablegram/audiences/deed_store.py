"""Statements about deeds on many people. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.audiences.compiling import Condition
from cablegram.audiences.deed_model import Deed, Done, What
from cablegram.audiences.store import with_condition
from cablegram.kit.ids import AccountId, ContactId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_LOWEST = UUID(int=0)
People = list[tuple[ContactId, str]]
"""(id, number) of contacts."""


async def ids_of(conn: Conn, account_id: AccountId, people: Sequence[UUID], condition: Condition) -> People:
    """Return those of some contacts of whom a condition holds."""
    values = {**condition.values, "account_id": account_id, "contact_ids": list(people)}
    rows = await (await conn.execute(with_condition(queries.ids_of, condition), values)).fetchall()
    return [(row[0], row[1]) for row in rows]


async def put_deed(conn: Conn, account_id: AccountId, deed_id: UUID, deed: Deed, *, by: str, now: datetime) -> None:
    """Write that something is done; twice is as good as once."""
    values = {"deed_id": deed_id, "account_id": account_id, "what": deed.what.value, "value": deed.value}
    await conn.execute(queries.put_deed, {**values, "by": by, "now": now})


async def put_people(conn: Conn, deed_id: UUID, people: Sequence[ContactId]) -> None:
    """Write whom it changed."""
    await conn.execute(queries.put_people, {"deed_id": deed_id, "contact_ids": list(people)})


async def get_deed(conn: Conn, account_id: AccountId, deed_id: UUID) -> Done | None:
    """Read what was done."""
    row = await (await conn.execute(queries.get_deed, {"account_id": account_id, "deed_id": deed_id})).fetchone()
    return _done(row) if row else None


async def newest_deeds(conn: Conn, account_id: AccountId, *, limit: int) -> list[Done]:
    """Read what was done last."""
    cursor = await conn.execute(queries.newest_deeds, {"account_id": account_id, "limit": limit})
    return [_done(row) for row in await cursor.fetchall()]


async def people_of_deed(
    conn: Conn, account_id: AccountId, deed_id: UUID, *, after: ContactId | None, limit: int
) -> People:
    """Read the next people whom a deed changed."""
    values = {"account_id": account_id, "deed_id": deed_id, "after": after or _LOWEST, "limit": limit}
    return [(row[0], row[1]) for row in await (await conn.execute(queries.people_of_deed, values)).fetchall()]


async def mark_undone(conn: Conn, account_id: AccountId, deed_id: UUID, *, now: datetime) -> None:
    """Write that a deed was taken back."""
    await conn.execute(queries.mark_undone, {"account_id": account_id, "deed_id": deed_id, "now": now})


async def forget_deeds(conn: Conn, before: datetime) -> int:
    """Delete some deeds that nobody can undo any more; return how many."""
    return (await conn.execute(queries.forget_deeds, {"before": before})).rowcount


def _done(row: Sequence[Any]) -> Done:
    return Done(row[0], Deed(What(row[1]), row[2]), *row[3:])
