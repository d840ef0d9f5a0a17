"""Statements about providers that know names."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.connectors import store
from cablegram.connectors.model import Connector
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def connectors(conn: Conn, kinds: Sequence[str], account_ids: Sequence[AccountId]) -> list[Connector]:
    """Read the connectors of some kinds that are switched on, of these accounts and the operator's, oldest first."""
    values = {"kinds": list(kinds), "accounts": list(account_ids)}
    ids = [row[0] for row in await (await conn.execute(queries.connectors, values)).fetchall()]
    found = {one.id: one for one in await store.connectors_by_ids(conn, ids)}
    return [found[one] for one in ids if one in found]
