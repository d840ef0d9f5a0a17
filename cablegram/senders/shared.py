"""Codes that several accounts share, each for its programs alone (R67)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.kit.errors import Conflict
from cablegram.kit.ids import AccountId, ConnectorId, SenderId
from cablegram.runtime.database import Conn
from cablegram.senders import shared_store


async def lend(
    conn: Conn,
    account_id: AccountId,
    address: str,
    *,
    country: str,
    connector_ids: Sequence[ConnectorId],
    now: datetime,
) -> SenderId:
    """Let an account send from a code that it shares with others; nothing without a program goes from it.

    Raises Conflict (`sender_exists`) where the account has that code for itself.
    """
    lent = await shared_store.lend(conn, account_id, address, country=country, connector_ids=connector_ids, now=now)
    if lent is None:
        message = (
            f"The account has {address} as a sender of its own, so it can't share it. Take that sender away first."
        )
        raise Conflict("sender_exists", message)
    return lent
