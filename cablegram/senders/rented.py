"""Senders that are rented: what whoever keeps the rentals does to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cablegram.kit.ids import AccountId, SenderId
from cablegram.runtime.database import Conn
from cablegram.senders import store


async def take_back(conn: Conn, account_id: AccountId, rental_id: UUID) -> SenderId | None:
    """Take a rented sender away, with how it answered; the caller holds the account's balance.

    What was accepted from it before goes out. None: the account has it no more.
    """
    return await store.delete_rented(conn, account_id, rental_id)


async def suspend(conn: Conn, account_id: AccountId, rental_id: UUID, *, since: datetime | None) -> None:
    """Let a rented sender send nothing from a moment on; None: it sends again. It hears either way.

    The caller holds the account's balance, and so whoever accepts messages sees one or the other.
    """
    await store.suspend(conn, account_id, rental_id, since)
