"""Look at the whole installation, as the operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.messages.model import State
from cablegram.overview import store
from cablegram.overview.model import Facts, Lane, Load, Process, Pulse, Stopped, Traffic, Watched
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

WINDOW = timedelta(minutes=15)
_PATIENCE = timedelta(seconds=20)  # a process that says nothing for so long is taken for gone
_SETTLED = frozenset({State.DELIVERED, State.UNDELIVERED, State.EXPIRED, State.REJECTED, State.FAILED})


async def pulse(rt: Runtime, who: Principal) -> Pulse:
    """Return what waits and flies now, and what moved in the last 15 minutes."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        found = await _loads(conn)
        moved = await store.moved_since(conn, rt.clock.now() - WINDOW)
    return Pulse(WINDOW.total_seconds(), found, traffic(moved))


async def loads(rt: Runtime, who: Principal) -> dict[ConnectorId, Load]:
    """Return what waits and flies, by connector."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await _loads(conn)


async def sent_since(rt: Runtime, who: Principal, since: datetime) -> dict[AccountId, int]:
    """Return how many messages each account handed in from a moment on; one without any is left out."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        moved = await store.moved_since(conn, since)
    return {one.account_id: one.accepted for one in traffic(moved)}


async def processes(rt: Runtime, who: Principal) -> list[Process]:
    """Return the dispatchers of the last time, the living ones first."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        found = await store.processes(conn)
    return sorted(found, key=lambda one: not one.is_alive)


async def facts(rt: Runtime, who: Principal) -> Facts:
    """Return what the database says of itself."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.facts(conn)


async def stopped(rt: Runtime, who: Principal) -> Stopped | None:
    """Return since when all sending stands still by the operator's word; None while it goes on.

    Everybody is told that it does; who did it and why, only the operator.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.stopped(conn)
    return found if found is None or who.is_operator else Stopped(found.since, "", "")


async def watched(rt: Runtime, who: Principal) -> Watched:
    """Return the installation in figures, all of one moment; what it costs does not grow with what was ever sent."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        totals, lanes, aside = await store.totals(conn), await store.lanes(conn), await store.aside(conn)
        return Watched(
            at=rt.clock.now(),
            came={state: totals.get(state, (0, 0))[0] for state in State},
            standing={state: totals.get(state, (0, 0))[1] for state in State},
            lanes=lanes,
            aside=aside,
            loads=loads_of(lanes, aside, await store.flights(conn)),
            ways=await store.connectors(conn),
            links=await store.links(conn),
            reports=await store.reports(conn, patience=_PATIENCE),
            dispatchers=await store.living_dispatchers(conn),
            database=(await store.facts(conn)).size,
            stopped=await store.stopped(conn),
            resent=await store.resent(conn),
        )


async def _loads(conn: Conn) -> dict[ConnectorId, Load]:
    return loads_of(await store.lanes(conn), await store.aside(conn), await store.flights(conn))


def loads_of(
    lanes: Iterable[Lane], aside: Mapping[ConnectorId, int], flights: Mapping[ConnectorId, tuple[int, int]]
) -> dict[ConnectorId, Load]:
    """Add up what waits and flies by connector; one without either is left out. Pure."""
    found: dict[ConnectorId, Load] = {}
    for lane in lanes:
        found.setdefault(lane.connector_id, Load()).queued += lane.waiting
    for connector_id, waiting in aside.items():
        found.setdefault(connector_id, Load()).queued += waiting
    for connector_id, (in_flight, unknown) in flights.items():
        its = found.setdefault(connector_id, Load())
        its.in_flight, its.unknown = in_flight, unknown
    return found


def traffic(moved: Iterable[tuple[AccountId, State, int, int]]) -> list[Traffic]:
    """Add moves up by account, the busiest first. Pure.

    A move takes from one state what it adds to another, so the growth of all states together is what is new.
    """
    found: dict[AccountId, Traffic] = {}
    for account_id, state, came, grew in moved:
        its = found.setdefault(account_id, Traffic(account_id))
        its.accepted += grew if state is not State.SKIPPED else 0
        its.submitted += came if state is State.SUBMITTED else 0
        its.delivered += grew if state is State.DELIVERED else 0
        its.handled += grew if state in _SETTLED else 0
    return sorted(found.values(), key=lambda one: (-one.submitted, -one.accepted))
