"""Find the ways out that accounts may use, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable

from cablegram.kit.ids import AccountId
from cablegram.routing import store
from cablegram.routing.choose import Ways
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn


def routes(conn: Conn, account_ids: Iterable[AccountId]) -> Reply[Ways]:
    """Return what these accounts can choose from. The question goes along with the next that is awaited."""
    return store.ways(conn, account_ids).then(Ways)
