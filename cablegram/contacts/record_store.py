"""Statements about the whole record of a person: the lists they are on, two records that become one, the end of one.

Private to the room.
"""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.kit.ids import AccountId, ContactId, ListId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def lists_of(conn: Conn, account_id: AccountId, contact_id: ContactId) -> list[tuple[ListId, str]]:
    """Read the lists that somebody is on: id and name."""
    cursor = await conn.execute(queries.lists_of, {"account_id": account_id, "contact_id": contact_id})
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def join_lists(conn: Conn, account_id: AccountId, *, kept: ContactId, gone: ContactId) -> None:
    """Put a contact on all lists that another is on, and take that one off them."""
    both = {"account_id": account_id, "kept": kept, "gone": gone}
    joined = [row[0] for row in await (await conn.execute(queries.join_lists, both)).fetchall()]
    await conn.execute(queries.grow_lists, {"account_id": account_id, "list_ids": joined})
    await leave_lists(conn, account_id, gone)


async def leave_lists(conn: Conn, account_id: AccountId, contact_id: ContactId) -> None:
    """Take a contact off all lists."""
    await conn.execute(queries.leave_lists, {"account_id": account_id, "contact_id": contact_id})


async def delete_contact(conn: Conn, account_id: AccountId, contact_id: ContactId) -> None:
    """Delete a contact, who is on no list any more."""
    await conn.execute(queries.delete_contact, {"account_id": account_id, "contact_id": contact_id})


async def set_tags(conn: Conn, account_id: AccountId, contact_id: ContactId, tags: Sequence[str]) -> None:
    """Write a contact's tags."""
    await conn.execute(queries.set_tags, {"account_id": account_id, "contact_id": contact_id, "tags": list(tags)})


async def copy_members(conn: Conn, account_id: AccountId, list_id: ListId, from_ids: Sequence[ListId]) -> int:
    """Put the people of several lists on another, too; return how many were not on it."""
    asked = {"account_id": account_id, "list_id": list_id, "from_ids": list(from_ids)}
    (row,) = await (await conn.execute(queries.copy_members, asked)).fetchall()
    return row[0]
