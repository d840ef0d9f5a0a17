"""Forget a person who asks for it (L23): what waits to be told of them is told to nobody."""

from __future__ import annotations

from collections.abc import Collection

from cablegram.alerts import store
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn


async def forget(conn: Conn, account_id: AccountId, numbers: Collection[str]) -> None:
    """Take numbers, and what they wrote, out of what waits to be told; how often something happened stays."""
    await store.forget_numbers(conn, account_id, numbers)
