"""Statements about many contacts at once. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.contacts.model import PhoneStatus
from cablegram.kit.ids import AccountId, ContactId, ListId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def join_list(conn: Conn, account_id: AccountId, list_id: ListId, people: Sequence[ContactId]) -> int:
    """Put contacts on a list; return how many were not on it."""
    values = {"account_id": account_id, "list_id": list_id, "contact_ids": list(people)}
    return (await conn.execute(queries.join_list, values)).rowcount


async def leave_list(conn: Conn, account_id: AccountId, list_id: ListId, people: Sequence[ContactId]) -> int:
    """Take contacts off a list; return how many were on it."""
    values = {"account_id": account_id, "list_id": list_id, "contact_ids": list(people)}
    return (await conn.execute(queries.leave_list, values)).rowcount


async def set_phone_status(
    conn: Conn,
    account_id: AccountId,
    people: Sequence[ContactId],
    *,
    before: PhoneStatus,
    status: PhoneStatus,
    now: datetime,
) -> int:
    """Give contacts of one status another one; return how many changed."""
    values = {"account_id": account_id, "contact_ids": list(people), "before": before.value, "status": status.value}
    return (await conn.execute(queries.set_phone_status, {**values, "now": now})).rowcount
