"""A number is forgotten: what this room keeps of it goes, and what stood on the blacklist is told (L23)."""

from __future__ import annotations

from cablegram.consent import forget_store
from cablegram.consent.model import How
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn


async def forget(conn: Conn, account_id: AccountId, number: str) -> How | None:
    """Forget a number (digits of E.164); return how it had come to the blacklist, None where it was not there.

    The caller keeps that as a hash (`contacts/suppression.py`), and holds the account's balance.
    """
    return await forget_store.forget(conn, account_id, number)
