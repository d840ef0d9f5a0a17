"""Statements about tags. Private to the room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from cablegram.kit.ids import AccountId, ContactId, ListId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_LOWEST = UUID(int=0)


async def contacts_of_numbers(conn: Conn, account_id: AccountId, numbers: Collection[str]) -> dict[str, ContactId]:
    """Read the contacts of numbers, by number."""
    cursor = await conn.execute(queries.contacts_of_numbers, {"account_id": account_id, "numbers": list(numbers)})
    return {row[1]: row[0] for row in await cursor.fetchall()}


async def members_after(
    conn: Conn, account_id: AccountId, list_id: ListId, *, after: ContactId | None, limit: int
) -> list[ContactId]:
    """Read the next people of a list."""
    asked = {"account_id": account_id, "list_id": list_id, "after": after or _LOWEST, "limit": limit}
    return [row[0] for row in await (await conn.execute(queries.members_after, asked)).fetchall()]


async def change_tags(
    conn: Conn,
    account_id: AccountId,
    contact_ids: Sequence[ContactId],
    *,
    add: Sequence[str],
    remove: Sequence[str],
    most: int,
    now: datetime,
) -> list[ContactId]:
    """Give people tags and take others away; return whom that changed."""
    values = {"account_id": account_id, "ids": list(contact_ids), "most": most, "now": now}
    cursor = await conn.execute(queries.change_tags, {**values, "add": list(add), "remove": list(remove)})
    return [row[0] for row in await cursor.fetchall()]


async def note_tags(conn: Conn, account_id: AccountId, names: Sequence[str], *, now: datetime) -> None:
    """Remember that the account has these tags."""
    await conn.execute(queries.note_tags, {"account_id": account_id, "names": list(names), "now": now})


async def tags(conn: Conn, account_id: AccountId) -> list[tuple[str, int]]:
    """Read the account's tags, and how many people have each."""
    cursor = await conn.execute(queries.tags, {"account_id": account_id})
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def delete_tag(conn: Conn, account_id: AccountId, name: str) -> bool:
    """Forget a tag; False when the account has none of that name."""
    return (await conn.execute(queries.delete_tag, {"account_id": account_id, "name": name})).rowcount == 1


async def people_of_tag(conn: Conn, account_id: AccountId, name: str, *, limit: int) -> list[ContactId]:
    """Read some of those who have a tag."""
    cursor = await conn.execute(queries.people_of_tag, {"account_id": account_id, "name": name, "limit": limit})
    return [row[0] for row in await cursor.fetchall()]


async def tags_of(conn: Conn, account_id: AccountId, contact_id: ContactId) -> list[str]:
    """Read a person's tags."""
    row = await (await conn.execute(queries.tags_of, {"account_id": account_id, "contact_id": contact_id})).fetchone()
    return row[0] if row else []
