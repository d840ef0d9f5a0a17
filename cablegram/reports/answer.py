"""Answer reports: from sums that are kept, whatever was sent, and from the little that is not in them yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import InvalidInput, Unavailable
from cablegram.kit.ids import AccountId, time_of
from cablegram.reports import asked_store as store
from cablegram.reports.adding import country_of
from cablegram.reports.asked_store import Group, Place
from cablegram.reports.calendar import span
from cablegram.reports.cells import Change, heard
from cablegram.reports.delays import percentile
from cablegram.reports.lines import fresh, lines_of
from cablegram.reports.model import (
    FAILED,
    MOST_DAYS,
    MOST_DAYS_BY_HOUR,
    OTHERS,
    Delay,
    Dimension,
    Grain,
    OptOuts,
    Question,
    Report,
)
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_FRESH = 5_000
"""Messages that are counted while somebody waits: some milliseconds. Of more the report says as of when it is."""

_TRIES = 5
_NAMED = (Dimension.CONNECTOR, Dimension.CAMPAIGN)


async def summary(rt: Runtime, who: Principal, asked: Question) -> Report:
    """Return how much went out and came in, and what became of it.

    Raises InvalidInput (`bad_range`).
    """
    who.needs(Scope.READ)
    return await of_account(rt, who.account_id, asked)


async def of_account(rt: Runtime, account_id: AccountId, asked: Question) -> Report:
    """Return the same for who has seen by themselves who may read it."""
    check(asked)
    async with rt.db.connection() as conn:
        for _ in range(_TRIES):
            place = await store.place(conn, account_id)
            groups, changes = await _read(conn, account_id, asked, place)
            if (await store.place(conn, account_id)).look == place.look:
                break
        else:
            message = "What is counted changed while it was read, again and again. Ask once more."
            raise Unavailable("database_crowded", message)
        if changes is not None:
            groups += fresh(changes, asked, ZoneInfo(place.zone))
        lines, total = lines_of(groups)
        names = await _names(conn, account_id, asked, {line.values for line in lines})
    as_of = None if changes is not None else _as_of(place)
    return Report(asked, place.zone, lines, total, as_of, names)


async def delivery(rt: Runtime, who: Principal, asked: Question) -> tuple[Report, list[Delay]]:
    """Return what of it was delivered, by whatever is asked, and how long each connector took.

    How long is known of what was counted: it may be some minutes behind. Raises as `summary`.
    """
    found = await summary(rt, who, asked)
    async with rt.db.connection() as conn:
        steps = await store.delays(conn, who.account_id, asked)
        known = await store.names(conn, who.account_id, [UUID(one) for one in steps if one])
    found.names |= known
    took = [
        Delay(one, sum(its.values()), percentile(its, 50), percentile(its, 95))
        for one, its in sorted(steps.items(), key=lambda item: -sum(item[1].values()))
    ]
    return found, took


async def errors(rt: Runtime, who: Principal, asked: Question) -> Report:
    """Return what did not arrive, by code and connector or as asked. Raises as `summary`."""
    states = tuple(sorted(set(asked.filters.states or FAILED) & FAILED)) or tuple(sorted(FAILED))
    by = asked.by or (Dimension.CODE, Dimension.CONNECTOR)
    filters = msgspec.structs.replace(asked.filters, states=states)
    return await summary(rt, who, msgspec.structs.replace(asked, by=by, filters=filters))


async def opt_outs(rt: Runtime, who: Principal, asked: Question) -> tuple[list[OptOuts], str]:
    """Return who said no, by day, way and what it is about, and the zone of the days. Raises as `summary`."""
    who.needs(Scope.READ)
    check(asked)
    async with rt.db.connection() as conn:
        zone = (await store.place(conn, who.account_id)).zone
        moments = span(asked.since, asked.until, ZoneInfo(zone))
        return await store.opt_outs(conn, who.account_id, moments, zone=zone, now=rt.clock.now()), zone


async def zone_of(rt: Runtime, who: Principal) -> str:
    """Return where the account wants its days counted."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.zone_chosen(conn, who.account_id)


async def choose_zone(rt: Runtime, who: Principal, zone: str) -> None:
    """Count the account's days as they are in a zone; what was counted is counted anew within seconds.

    Raises InvalidInput (`bad_time_zone`).
    """
    who.needs(Scope.ACCOUNT)
    if zone not in available_timezones():
        message = f"There is no time zone {zone!r}. Give one of the IANA database, such as Europe/Madrid."
        raise InvalidInput("bad_time_zone", message)
    async with rt.db.transaction() as conn:
        await store.choose_zone(conn, who.account_id, zone)


def check(asked: Question) -> None:
    """Raise InvalidInput (`bad_range`) where a question is about no days, or too many. Pure."""
    days = (asked.until - asked.since).days + 1
    most = MOST_DAYS_BY_HOUR if asked.grain is Grain.HOUR else MOST_DAYS
    if days < 1:
        raise InvalidInput("bad_range", "The last day is before the first.")
    if days > most:
        raise InvalidInput("bad_range", f"At most {most} days fit into a report by {asked.grain}; these are {days:,}.")


async def _read(
    conn: Conn, account_id: AccountId, asked: Question, place: Place
) -> tuple[list[Group], list[Change] | None]:
    """Read what was counted and what was not; None of that where it is too much."""
    if asked.grain is Grain.HOUR:
        moments = span(asked.since, asked.until, ZoneInfo(place.zone))
        groups = await store.by_hour(conn, account_id, asked, moments, zone=place.zone)
    else:
        groups = await store.by_day(conn, account_id, asked)
    most = MOST_FRESH
    changes = await store.tail(conn, account_id, place.messages, most=most)
    if sum(one.sums.messages for one in changes) == most:
        return groups, None
    corrections = await store.moved(conn, account_id, place.messages, most=most)
    if len(corrections) == 2 * most:
        return groups, None
    texts = await store.text_tail(conn, account_id, place.texts, most=most)
    if len(texts) >= most:
        return groups, None
    return groups, [*changes, *corrections, *heard(texts, country_of)]


def _as_of(place: Place) -> datetime:
    return min(place.counted_at, time_of(place.messages), time_of(place.texts))


async def _names(
    conn: Conn, account_id: AccountId, asked: Question, values: Iterable[tuple[str, ...]]
) -> dict[str, str]:
    places = [place for place, by in enumerate(asked.by) if by in _NAMED]
    ids = {UUID(one[place]) for one in values for place in places if one[place] not in ("", OTHERS)}
    return dict(await store.names(conn, account_id, ids)) if ids else {}
