"""A number is forgotten: the texts that came from it are emptied, its conversation ends (L23)."""

from __future__ import annotations

from cablegram.inbound import forget_store, talk_store
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn


async def forget(conn: Conn, account_id: AccountId, number: str) -> int:
    """Forget a number (digits of E.164); return how many texts are empty now."""
    await talk_store.forget(conn, account_id, number)
    return await forget_store.forget(conn, account_id, number)
