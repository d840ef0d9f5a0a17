"""Find the ways out that accounts may use, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable

from cablegram.kit.ids import AccountId
from cablegram.routing import store
from cablegram.routing.choose import Ways
from cablegram.runtime.database import Conn


async def routes(conn: Conn, account_ids: Iterable[AccountId]) -> Ways:
    """Return what these accounts can choose from."""
    return Ways(await store.ways(conn, account_ids))
