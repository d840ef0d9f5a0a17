"""See how connectors stand, and remember it: who is away, and who is back. One process at a time does so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.routing import standing, store
from cablegram.routing.standing import Standing, Watched
from cablegram.runtime.database import Conn


async def look(conn: Conn, *, now: datetime) -> list[Watched]:
    """Look at all connectors and note what changed; return those that are away, none while another one looks.

    Where there is neither a rule nor failover, nobody is away and nothing is looked at.
    """
    policy, revision = await store.policy(conn)
    if revision is None or not await store.take_turn(conn):
        return []
    away: list[Watched] = []
    for one in await store.standings(conn):
        seen = standing.look(one.links, is_enabled=one.is_enabled, paused_reason=one.paused_reason)
        then = standing.after(one.standing, seen, policy, now=now)
        if then != one.standing:
            await _note(conn, one, then, now=now)
        if then.is_away:
            away.append(replace(one, standing=then))
    return away


async def _note(conn: Conn, one: Watched, then: Standing, *, now: datetime) -> None:
    await store.keep_standing(conn, one.connector_id, then)
    if then.is_away is one.standing.is_away:
        return
    await store.mark_away(conn, one.connector_id, then.away_since)
    kind = Kind.CONNECTOR_AWAY if then.is_away else Kind.CONNECTOR_BACK
    facts = {"name": one.name, "why": then.why} if then.is_away else {"name": one.name}
    await record(conn, [Event(kind, one.account_id, one.connector_id, facts)], now=now)
