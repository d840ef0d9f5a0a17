"""Add messages and texts up for reports, behind their way: nothing on it waits for this, or writes for it as a rule.

Messages are read once, in the order of their ids, when they are two minutes old, and counted as what they are then.
Most have their receipt by that time. Whoever moves one later says what it was, in the statement that moves it, and it
is taken out as that and put in as what it is. So that no move falls between the two ways, the line below which moves
are told is drawn first, and counting follows it when nobody is left who began before and may not have seen it.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cablegram.kit.ids import lowest_at, time_of, uuid7
from cablegram.numbers import e164
from cablegram.reports import store
from cablegram.reports.cells import add_up, heard
from cablegram.reports.store import Place, Read
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

LAG = timedelta(minutes=2)
"""A message is counted when it is as old. Clocks of several machines may differ by no more: ids carry the time of their
own, and one that is made below the line is counted by nobody."""

SLICE = 20_000  # messages in one transaction
SHARE = 0.1  # of its time that a process spends on this at most, while there is much to add up


async def step(rt: Runtime, *, lag: timedelta = LAG, limit: int = SLICE) -> bool:
    """Add the next messages and texts up, and what moved since; return whether there is more to do at once."""
    async with rt.db.connection() as conn:
        await store.date_line(conn)
    async with rt.db.transaction() as conn:
        place = await store.hold_place(conn)
        if place is None:
            return False
        has_more = await _add(conn, rt, place, limit)
        if (chosen := await store.zone_wanted(conn)) is not None:
            await store.make_days(conn, *chosen)
        # Ids tell of their own clock, which need not be the runtime's.
        await store.draw_line(conn, lowest_at(time_of(uuid7()) - lag))
    return has_more


async def _add(conn: Conn, rt: Runtime, place: Place, limit: int) -> bool:
    now = rt.clock.now()
    until = place.line if place.is_safe else place.messages
    changes, read = await store.changes(conn, after=place.messages, until=until, limit=limit)
    heard_until = max(place.texts, place.line if place.is_safe else place.texts)
    texts, heard_read = await store.text_changes(conn, after=place.texts, until=heard_until, limit=limit)
    changes += heard(texts, country_of)
    if changes:
        zones = await store.zones(conn, {one.cell.account_id for one in changes})
        await store.add(conn, add_up(changes, {one: ZoneInfo(zone) for one, zone in zones.items()}, usual=UTC))
    has_more = limit in (read.rows, read.corrections, heard_read.rows, heard_read.corrections)
    is_up_to_date = limit not in (read.corrections, heard_read.corrections)
    await store.move_place(
        conn,
        messages=_next(read, until, limit),
        texts=_next(heard_read, heard_until, limit),
        counted_at=now if is_up_to_date else None,
    )
    return has_more


def _next(read: Read, until: UUID, limit: int) -> UUID:
    """Return below which id everything is counted now."""
    return UUID(int=read.last.int + 1) if read.last is not None and read.rows == limit else until


def country_of(number: str) -> str:
    """Return the country of whoever wrote a text, two letters; empty where it is no telephone number. Pure."""
    (found,) = e164.parse_many([f"+{number.lstrip('+')}"])
    return "" if isinstance(found, e164.BadNumber) else found.country
