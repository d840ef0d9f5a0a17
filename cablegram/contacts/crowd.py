"""Deeds on many contacts at once, each a move inside somebody's transaction; tags have theirs (tags.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.accounts.access import Principal
from cablegram.contacts import crowd_store, lists, store
from cablegram.contacts.model import PhoneStatus
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.ids import ContactId, ListId
from cablegram.runtime.database import Conn

_PATIENCE = "20s"  # how long this waits for an import of the same account


async def join(conn: Conn, who: Principal, list_id: ListId, people: Sequence[ContactId]) -> int:
    """Put contacts on a list; return how many were not on it.

    Raises NotFound (`list_not_found`), Conflict (`list_in_use`).
    """
    return await _change_list(conn, who, list_id, people, is_join=True)


async def leave(conn: Conn, who: Principal, list_id: ListId, people: Sequence[ContactId]) -> int:
    """Take contacts off a list; return how many were on it. Raises as `join`."""
    return await _change_list(conn, who, list_id, people, is_join=False)


async def set_phone_status(
    conn: Conn,
    who: Principal,
    people: Sequence[ContactId],
    *,
    before: PhoneStatus,
    status: PhoneStatus,
    now: datetime,
) -> int:
    """Give contacts of one phone status another one; return how many changed."""
    n = await crowd_store.set_phone_status(conn, who.account_id, people, before=before, status=status, now=now)
    if n:
        facts = {"people": n, "phone_status": status.value, "by": who.name}
        await record(conn, [Event(Kind.CONTACT_CHANGED, who.account_id, None, facts)], now=now)
    return n


async def _change_list(
    conn: Conn, who: Principal, list_id: ListId, people: Sequence[ContactId], *, is_join: bool
) -> int:
    await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
    held = await lists.hold_free(conn, who.account_id, list_id)
    change = crowd_store.join_list if is_join else crowd_store.leave_list
    n = await change(conn, who.account_id, list_id, people)
    size = held.size + (n if is_join else -n)
    await store.set_contents(conn, who.account_id, list_id, size=size, variables=held.variables, imported_at=None)
    return n
