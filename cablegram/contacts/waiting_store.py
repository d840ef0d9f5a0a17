"""Statements that wait for others who write contacts. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def wait_for_imports(conn: Conn, accounts: Sequence[AccountId]) -> None:
    """Wait until nobody else writes many contacts of these accounts, and keep it so."""
    await conn.execute(queries.wait_for_imports, {"accounts": list(accounts)})
