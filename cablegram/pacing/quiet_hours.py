"""May a message go out now, by the clocks where its recipient may be; and if not, when (R109, R110, R147).

Where somebody is may be known only as several time zones; then a message goes out when all demands are met in all of
them. A demand is hours and the zones they count in: a law's hours, an account's, a campaign's schedule, all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum
from functools import lru_cache
from itertools import islice

from cablegram.pacing.hours import Hours
from cablegram.pacing.wall_clock import DAY, stretches

# Days that are looked at before "never": each day of the week twice, because the first may lose its hour to the start
# of summer time; and a day more at either end of a month, where the recipient's date is not that of UTC.
_LOOKED_AT = 17
_YEAR = 400  # days: months without hours are gone through no longer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Demand = tuple[Hours, str]
"""Hours, and a zone they have to be open in."""


class Why(StrEnum):
    """Why a message is dropped; the codes are part of the API."""

    OUTSIDE_HOURS = "outside_hours"  # now is not within the hours, and the sender wants no delay
    WINDOW_MISSED = "window_missed"  # its validity ends before the next opening
    EXPIRED = "expired"  # its validity has ended
    NEVER_OPEN = "never_open"  # no hour is open in all zones where the recipient may be
    HOUR_PAST = "hour_past"  # the hour of the day it was meant for is past where the recipient is


class WhenClosed(Enum):
    """What to do with a message outside the hours (R147)."""

    DELAY = "delay"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Go:
    """It may go out now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It may go out from `until` on and before `closes`, when it has to be asked again.

    `closes` is never later than the hours last, but may be earlier where they last for days.
    """

    until: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """It is not to go out any more."""

    why: Why


@dataclass(frozen=True, slots=True)
class Ask:
    """It is so late that somebody has to say whether it still goes out."""

    late: timedelta


def demands(*rules: tuple[Hours, Iterable[str]]) -> frozenset[Demand]:
    """Put together hours and the zones they count in. Hours that count nowhere are a ValueError: then nobody asked."""
    found = [(hours, tuple(zones)) for hours, zones in rules]
    if not all(zones for _, zones in found):
        raise ValueError("Hours need at least one zone to count in; where none is known, take the account's own.")
    return frozenset((hours, zone) for hours, zones in found for zone in zones)


def respected(hours: Hours, possible: tuple[str, ...], *, main: str, now: datetime) -> tuple[str, ...]:
    """Return the zones a schedule counts in: all possible ones, or `main` if it is never open in all of them (R109).

    `main` is the contact's own zone where that is known, else the main zone of the country.
    """
    return possible if possible and opening(demands((hours, possible)), now) else (main,)


def decide(
    asked: frozenset[Demand],
    now: datetime,
    *,
    when_closed: WhenClosed = WhenClosed.DELAY,
    valid_until: datetime | None = None,
) -> Go | Wait | Drop:
    """Say whether a message may go out now, must wait, or is dropped, because that is wanted or its validity ends."""
    if valid_until is not None and valid_until <= now:
        return Drop(Why.EXPIRED)
    found = opening(asked, now)
    if found is None:
        return Drop(Why.NEVER_OPEN)
    if found.until <= now:
        return Go()
    if when_closed is WhenClosed.DROP:
        return Drop(Why.OUTSIDE_HOURS)
    if valid_until is None:
        return found
    return Wait(found.until, min(found.closes, valid_until)) if found.until < valid_until else Drop(Why.WINDOW_MISSED)


def opening(asked: frozenset[Demand], now: datetime) -> Wait | None:
    """Return the time all demands are met in that lasts now, or the next one; None if there will be none.

    The time that lasts now is returned from now on. With nothing asked it is always open.
    """
    second = (now - _EPOCH) // timedelta(seconds=1)
    found: tuple[int, int] | None = None
    for opens, closes in _openings(asked, second):
        if found is None:
            found = opens, closes
        elif opens == found[1]:  # goes on after midnight in Greenwich
            found = found[0], closes
        else:
            break
    return None if found is None else Wait(max(now, _instant(found[0])), _instant(found[1]))


def _openings(asked: frozenset[Demand], second: int) -> Iterator[tuple[int, int]]:
    """Tell the openings that end after a second, in order, each cut where a UTC day ends."""
    today = second // DAY
    days = (_shared(asked, day) for day in range(today, today + _YEAR))
    for shared in islice((shared for shared in days if shared is not None), _LOOKED_AT):
        yield from (pair for pair in shared if pair[1] > second)


@lru_cache(maxsize=8192)
def _shared(asked: frozenset[Demand], day: int) -> tuple[tuple[int, int], ...] | None:
    """Return when in a UTC day all demands are met; None in a month in which one of them has no hours at all."""
    if not all(any(hours.may_be_open(near) for near in (day - 1, day, day + 1)) for hours, _ in asked):
        return None
    shared = [(day * DAY, (day + 1) * DAY)]
    for hours, zone in asked:
        shared = _both(shared, _open(hours, zone, day))
    return tuple(shared)


@lru_cache(maxsize=8192)
def _open(hours: Hours, zone: str, day: int) -> tuple[tuple[int, int], ...]:
    """Return when in a UTC day hours are open in one zone."""
    return tuple(
        (opens - offset, closes - offset)
        for start, end, offset in stretches(zone, day)
        for opens, closes in hours.walls(start + offset, end + offset)
    )


def _both(some: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    pairs = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return [(opens, closes) for opens, closes in pairs if opens < closes]


def _instant(second: int) -> datetime:
    return _EPOCH + timedelta(seconds=second)
