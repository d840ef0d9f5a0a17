"""Statements of the routing room."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, ConnectorId, RouteId
from cablegram.routing.choose import Way
from cablegram.routing.model import Option, Policy, Rule, Scope, Strategy
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_WAYS = Statement(queries.ways)

Row = tuple[Any, ...]


def ways(conn: Conn, account_ids: Iterable[AccountId]) -> Reply[tuple[list[Way], UUID | None]]:
    """Read the connectors these accounts may use, and the revision of the rules; None where there are none."""

    def read(rows: list[Row]) -> tuple[list[Way], UUID | None]:
        found = [Way(connector_id, account_id, *_traits(written)) for connector_id, account_id, written, _ in rows]
        return found, rows[0][3] if rows else None

    return conn.later(_WAYS, account_ids=array("uuid", account_ids)).then(read)


@lru_cache(maxsize=256)
def _traits(written: str) -> tuple[bool, bool, bool, int | None, bool, bool, int | None, tuple[str, ...]]:
    """Read what is said of a connector, in the order of the fields of `Way`."""
    is_simulated, is_up, carries_media, usable, is_tested, is_away, fee, needs = written.split(" ")
    return (
        is_simulated == "t",
        is_up == "t",
        carries_media == "t",
        None if usable == "-" else int(usable),
        is_tested == "t",
        is_away == "t",
        None if fee == "-" else int(fee),
        tuple(needs.split(",")) if needs else (),
    )


async def book(conn: Conn) -> list[Rule]:
    """Read all rules that are switched on."""
    return [_rule(row) for row in await (await conn.execute(queries.book)).fetchall()]


async def policy(conn: Conn) -> tuple[Policy, UUID | None]:
    """Read what holds for all routing, and the revision."""
    row = await (await conn.execute(queries.policy)).fetchone()
    if row is None:
        raise LookupError("the row of `routing` is gone")
    return Policy(row[1], row[2], row[3]), row[0]


def _rule(row: Row) -> Rule:
    route_id, account_id, name, position, prefixes, countries, senders, classes, accounts, strategy = row[:10]
    is_enabled, created_at, options, unfit = row[10:]
    return Rule(
        id=RouteId(route_id),
        account_id=account_id,
        name=name,
        scope=Scope(tuple(prefixes), frozenset(countries), frozenset(senders), frozenset(classes), frozenset(accounts)),
        strategy=Strategy(strategy),
        options=tuple(Option(ConnectorId(UUID(one[0])), *one[1:]) for one in options),
        position=position,
        is_enabled=is_enabled,
        created_at=created_at,
        unfit=frozenset((ConnectorId(UUID(connector_id)), country) for connector_id, country in unfit),
    )
