"""Measure how connectors fare, minute by minute, from what messages' rows say; and let rules know who falls short.

A minute is that in which messages were accepted. It is counted again as its receipts come in, less and less often;
what comes after an hour changes nothing any more. Nothing on the way of a message writes for this.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import ConnectorId, lowest_at
from cablegram.routing import health, rules, store
from cablegram.routing.health import Fared
from cablegram.routing.standing import Away
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

LONGEST = timedelta(days=7)
"""For how long it is remembered how connectors fared."""

_MINUTE = timedelta(minutes=1)
_AGES = (1, 2, 3, 5, 10, 15, 30, 60)  # minutes after which a minute is counted again
_DUE_AFTER = timedelta(minutes=10)  # what has no receipt by then counts as not delivered, until it has
_MOST = 20_000  # messages of a minute


async def measure(rt: Runtime) -> None:
    """Count the minutes whose turn it is, and see which connectors fall short of what rules ask of them."""
    now = rt.clock.now()
    this = now.replace(second=0, microsecond=0)
    for age in _AGES:
        await _count(rt, this - age * _MINUTE, now)
    async with rt.db.transaction() as conn:
        await store.hold_rules(conn)
        asking = [rule for rule in await store.rules(conn) if any(option.has_conditions for option in rule.options)]
        before = await store.unfit(conn)
        if asking or before:
            fared = await store.fared(conn, now - health.WINDOW)
            found = health.unfit(asking, fared, before, now=now)
            found = {key: since for key, since in found.items() if key[:2] in _asked(asking)}
            if found.keys() != before.keys():
                await store.put_unfit(conn, found)
                await rules.renew(conn)


async def forget(rt: Runtime) -> None:
    """Forget what nobody asks for any more."""
    async with rt.db.transaction() as conn:
        await store.forget_minutes(conn, rt.clock.now() - LONGEST)


async def of_connector(
    rt: Runtime, who: Principal, connector_id: UUID, *, past: timedelta = health.WINDOW
) -> list[Fared]:
    """Return how a connector fared lately, by country, the busiest first.

    Of the operator's connectors only to the operator: it is about everybody's messages. Raises NotFound
    (`connector_not_found`), NotAllowed (`scope_missing`).
    """
    async with rt.db.connection() as conn:
        await _may_see(conn, who, connector_id)
        return await store.fared(conn, rt.clock.now() - min(past, LONGEST), [ConnectorId(connector_id)])


async def away(rt: Runtime, who: Principal, connector_id: UUID) -> Away:
    """Tell whether a connector is away, since when and why. Raises as `of_connector`."""
    async with rt.db.connection() as conn:
        return await _may_see(conn, who, connector_id)


async def _may_see(conn: Conn, who: Principal, connector_id: UUID) -> Away:
    who.needs(Scope.READ)
    found = await store.payer_of(conn, connector_id)
    if found is None or found[0] not in (None, who.account_id):
        raise NotFound("connector_not_found", f"There is no connector {connector_id}.")
    if found[0] is None:
        who.needs(Scope.OPERATOR)
    return found[1]


async def _count(rt: Runtime, at: datetime, now: datetime) -> None:
    bounds = (lowest_at(at), lowest_at(at + _MINUTE))
    async with rt.db.transaction() as conn:
        await store.measure_minute(conn, at, bounds=bounds, due_before=now - _DUE_AFTER, limit=_MOST)


def _asked(asking: list[rules.Rule]) -> set[tuple[object, object]]:
    return {(rule.id, option.connector_id) for rule in asking for option in rule.options if option.has_conditions}
