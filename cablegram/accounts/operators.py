"""Who runs the installation, for rooms that have something to tell them."""

from __future__ import annotations

from cablegram.accounts import store
from cablegram.accounts.model import User
from cablegram.runtime.database import Conn


async def all_of_them(conn: Conn) -> list[User]:
    """Return the operators, oldest first."""
    return await store.operators(conn)
