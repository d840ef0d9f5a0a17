"""Statements of the routing room."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

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
    return conn.later(_WAYS, account_ids=array("uuid", account_ids)).then(
        lambda rows: [Way(connector_id, account_id, *_traits(written)) for connector_id, account_id, written in rows]
    )


@lru_cache(maxsize=256)
def _traits(written: str) -> tuple[bool, bool, bool, int | None]:
    """Read what is said of a connector: whether it is simulated, is up, carries media; by what its gateway bills."""
    is_simulated, is_up, carries_media, *usable = written.split(" ")
    return is_simulated == "t", is_up == "t", carries_media == "t", int(usable[0]) if usable else None
