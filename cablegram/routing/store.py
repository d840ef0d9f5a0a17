"""Statements of the routing room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from cablegram.accounts.access import NO_ACCOUNT
from cablegram.kit.ids import AccountId, ConnectorId, RouteId
from cablegram.routing.choose import Way
from cablegram.routing.health import DELAYS, Fared, Unfit
from cablegram.routing.model import Option, Policy, Rule, Scope, Strategy
from cablegram.routing.reasons import Known
from cablegram.routing.standing import Away, Standing, Watched
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


async def rules(conn: Conn, payers: Iterable[AccountId | None] | None = None) -> list[Rule]:
    """Read the rules of some payers, None being the operator; or all rules."""
    asked = None if payers is None else [payer or NO_ACCOUNT for payer in payers]
    rows = await (await conn.execute(queries.rules, {"payers": asked})).fetchall()
    return [_rule(row) for row in rows]


async def policy(conn: Conn) -> tuple[Policy, UUID | None]:
    """Read what holds for all routing, and the revision."""
    row = await (await conn.execute(queries.policy)).fetchone()
    if row is None:
        raise LookupError("the row of `routing` is gone")
    return Policy(row[1], row[2], row[3]), row[0]


async def hold_rules(conn: Conn) -> None:
    """Keep others from changing rules until the transaction ends."""
    await conn.execute(queries.hold_rules)


async def put_rule(conn: Conn, rule: Rule) -> None:
    """Write a rule, new or changed, with its connectors; a changed one keeps its place."""
    scope = rule.scope
    values = {
        "id": rule.id,
        "account_id": rule.account_id,
        "position": rule.position,
        "name": rule.name,
        "is_enabled": rule.is_enabled,
        "prefixes": list(scope.prefixes),
        "countries": sorted(scope.countries),
        "senders": sorted(scope.senders),
        "classes": sorted(scope.classes),
        "accounts": sorted(scope.accounts),
        "strategy": rule.strategy.value,
        "created_at": rule.created_at,
    }
    await conn.execute(queries.insert_rule, values)
    await conn.execute(queries.drop_options, {"id": rule.id})
    for place, option in enumerate(rule.options):
        await conn.execute(queries.insert_option, {"id": rule.id, "place": place, **_columns(option)})


def _columns(option: Option) -> dict[str, object]:
    return {
        "connector_id": option.connector_id,
        "weight": option.weight,
        "cost": option.cost,
        "least_accepted": option.least_accepted,
        "least_delivered": option.least_delivered,
    }


async def delete_rule(conn: Conn, rule_id: RouteId) -> None:
    """Delete a rule."""
    await conn.execute(queries.delete_rule, {"id": rule_id})


async def number_rules(conn: Conn, ids: Sequence[RouteId]) -> None:
    """Give rules their places in this order: 1, 2, 3 ..."""
    await conn.execute(queries.number_rules, {"ids": list(ids)})


async def save_policy(conn: Conn, policy: Policy) -> None:
    """Write what holds for all routing."""
    values = {"fails_over": policy.fails_over, "patience": policy.patience, "rest": policy.rest}
    await conn.execute(queries.save_policy, values)


async def renew(conn: Conn, revision: UUID) -> bool:
    """Let everybody read the rules again; return whether there is anything to know of them."""
    row = await (await conn.execute(queries.renew, {"revision": revision})).fetchone()
    return row is not None and row[0] is not None


async def connectors_of(conn: Conn, payer: AccountId | None) -> dict[ConnectorId, tuple[str, bool]]:
    """Return the connectors of the operator (None) or of an account: their names, and whether they are switched on."""
    rows = await (await conn.execute(queries.connectors_of, {"payer": payer})).fetchall()
    return {ConnectorId(connector_id): (name, is_enabled) for connector_id, name, is_enabled in rows}


async def known(conn: Conn, payer: AccountId | None) -> list[Known]:
    """Read all connectors of the operator (None) or of an account, switched on or not, and whether they are away."""
    rows = await (await conn.execute(queries.known, {"payer": payer})).fetchall()
    return [Known(ConnectorId(row[0]), *row[1:]) for row in rows]


async def accounts_among(conn: Conn, ids: Iterable[AccountId]) -> set[AccountId]:
    """Return those of some accounts that there are."""
    rows = await (await conn.execute(queries.accounts_among, {"ids": list(ids)})).fetchall()
    return {AccountId(row[0]) for row in rows}


async def take_turn(conn: Conn) -> bool:
    """Take the turn of looking at connectors until the transaction ends; False while somebody else has it."""
    row = await (await conn.execute(queries.take_turn)).fetchone()
    return row is not None and row[0]


async def standings(conn: Conn) -> list[Watched]:
    """Read all connectors and what is known of how they stand."""
    found: list[Watched] = []
    for row in await (await conn.execute(queries.standings)).fetchall():
        connector_id, account_id, name, is_simulated, is_enabled, paused_reason = row[:6]
        known = Standing(*row[6:12])
        found.append(Watched(connector_id, account_id, name, is_simulated, is_enabled, paused_reason, known, row[12]))
    return found


async def keep_standing(conn: Conn, connector_id: ConnectorId, standing: Standing) -> None:
    """Remember how a connector stands, but for since when it is away; forget one of which there is nothing to say."""
    if standing.is_ordinary:
        await conn.execute(queries.forget_standing, {"connector_id": connector_id})
        return
    values = {
        "connector_id": connector_id,
        "bad_since": standing.bad_since,
        "good_since": standing.good_since,
        "falls": standing.falls,
        "returned_at": standing.returned_at,
        "why": standing.why,
    }
    await conn.execute(queries.keep_standing, values)


async def mark_away(conn: Conn, connector_id: ConnectorId, away_since: datetime | None) -> None:
    """Let messages choose others than a connector from now on; with None, let them choose it again."""
    await conn.execute(queries.mark_away, {"connector_id": connector_id, "away_since": away_since})


async def forget_standings(conn: Conn) -> None:
    """Forget that connectors are away: nobody chooses others any more."""
    await conn.execute(queries.forget_standings)


async def measure_minute(
    conn: Conn, at: datetime, *, bounds: tuple[UUID, UUID], due_before: datetime, limit: int
) -> None:
    """Count how the messages with ids between bounds fared, of a minute; what was counted before goes."""
    await conn.execute(queries.clear_minute, {"at": at})
    values = {
        "at": at,
        "low": bounds[0],
        "high": bounds[1],
        "due_before": due_before,
        "limit": limit,
        "delays": [float(one) for one in DELAYS],
    }
    await conn.execute(queries.measure_minute, values)


async def forget_minutes(conn: Conn, before: datetime) -> None:
    """Forget how messages fared before a moment."""
    await conn.execute(queries.forget_minutes, {"before": before})


async def fared(conn: Conn, since: datetime, connector_ids: Iterable[ConnectorId] | None = None) -> list[Fared]:
    """Read how messages fared since a moment, by connector and country."""
    ids = None if connector_ids is None else list(connector_ids)
    rows = await (await conn.execute(queries.fared, {"since": since, "connector_ids": ids})).fetchall()
    return [Fared(*row) for row in rows]


async def unfit(conn: Conn) -> dict[Unfit, datetime]:
    """Read which connectors of rules fall short, where and since when."""
    rows = await (await conn.execute(queries.unfit)).fetchall()
    return {(RouteId(row[0]), ConnectorId(row[1]), row[2]): row[3] for row in rows}


async def put_unfit(conn: Conn, found: Mapping[Unfit, datetime]) -> None:
    """Write which connectors of rules fall short, in place of what was there."""
    await conn.execute(queries.drop_unfit)
    values = {
        "routes": [route_id for route_id, _, _ in found],
        "connectors": [connector_id for _, connector_id, _ in found],
        "countries": [country for _, _, country in found],
        "moments": list(found.values()),
    }
    await conn.execute(queries.put_unfit, values)


async def payer_of(conn: Conn, connector_id: UUID) -> tuple[AccountId | None, Away] | None:
    """Return whose a connector is, the operator's (None) or an account's, and since when it is away; None: no such."""
    row = await (await conn.execute(queries.payer_of, {"id": connector_id})).fetchone()
    return None if row is None else (row[0], Away(row[1], row[2]))


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
