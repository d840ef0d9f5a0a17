"""Statements of the routing room."""

from __future__ import annotations

from collections.abc import Iterable

from cablegram.kit.ids import AccountId
from cablegram.routing.choose import Way
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_WAYS = Statement(queries.ways)


def ways(conn: Conn, account_ids: Iterable[AccountId]) -> Reply[list[Way]]:
    """Read the connectors these accounts may use."""
    return conn.later(_WAYS, account_ids=array("uuid", account_ids)).then(lambda rows: [Way(*row) for row in rows])
