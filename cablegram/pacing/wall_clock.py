"""What the clocks on the wall show: offsets of a time zone and when they change, in whole seconds.

Instants are seconds since 1970 in UTC; wall time is seconds since 1970 as the clock on the wall counts them. Between
two changes of a zone's offset the two differ by a constant, so that a question about wall time becomes arithmetic on
*stretches*: no time is skipped and none is asked for twice, whatever a government does to its clocks (an hour that
does not exist or comes twice, half an hour on Lord Howe, a whole day left out in Samoa).
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, count
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cablegram.kit.errors import InvalidInput

DAY = 86_400
_FARTHEST = 26 * 3600  # seconds: more than any clock on Earth was ever ahead of or behind another


class Stretch(NamedTuple):
    """A time in which a zone's offset from UTC stays the same: from `start` to before `end`; wall = UTC + offset."""

    start: int
    end: int
    offset: int


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name.

    Raises InvalidInput (`unknown_zone`).
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder of the database is an OSError
        message = f"{name[:40]!r} is no time zone: write a name of the IANA database, such as Europe/Madrid."
        raise InvalidInput("unknown_zone", message) from error


@lru_cache(maxsize=8192)
def stretches(name: str, day: int) -> tuple[Stretch, ...]:
    """Return the stretches of a UTC day, counted from 1970-01-01, in order.

    A zone changes its offset at most once in such a day; none has done so twice since 1970.
    """
    where = zone(name)
    start, end = day * DAY, (day + 1) * DAY
    before, after = _offset(where, start), _offset(where, end - 1)
    if before == after:
        return (Stretch(start, end, before),)
    low, high = start, end - 1  # before the change, and not before it
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(where, middle) == before else (low, middle)
    return Stretch(start, high, before), Stretch(high, end, after)


def strikes(name: str, wall: int) -> int:
    """Return the first instant at which the zone's clock shows a wall time, or has gone past one that it left out."""
    since = (wall - _FARTHEST) // DAY
    following = chain.from_iterable(stretches(name, day) for day in count(since))
    reached = ((max(stretch.start, wall - stretch.offset), stretch.end) for stretch in following)
    return next(instant for instant, end in reached if instant < end)


def _offset(where: ZoneInfo, instant: int) -> int:
    ahead = datetime.fromtimestamp(instant, UTC).astimezone(where).utcoffset()
    return int(ahead.total_seconds()) if ahead is not None else 0
