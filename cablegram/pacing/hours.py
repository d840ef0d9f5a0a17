"""Hours of the week at which messages may go out, or may not, by the clock on the recipient's wall (R109, R110, R147).

A window counts from its start to before its end; one that ends before it starts crosses midnight, and belongs to the
day it starts on. The clock on the wall decides, as it does for a law: an hour that the clock shows twice is open twice,
one that it leaves out is not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from cablegram.kit.errors import InvalidInput
from cablegram.pacing.wall_clock import DAY

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_MONTH = frozenset(range(1, 13))

_MINUTES = 24 * 60
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Span:
    """A window: minutes after midnight, `start` 0 to 1439, `end` up to 1440; an end before the start is tomorrow's."""

    start: int
    end: int

    def length(self) -> int:
        """Return how many minutes the clock shows from start to end."""
        return self.end - self.start if self.end > self.start else self.end - self.start + _MINUTES


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days of the year without hours: fixed ones as (month, day), and those that move as days after Easter Sunday."""

    fixed: frozenset[tuple[int, int]] = frozenset()
    after_easter: frozenset[int] = frozenset()

    def has(self, day: date) -> bool:
        """Say whether a day is one of them."""
        if (day.month, day.day) in self.fixed:
            return True
        return bool(self.after_easter) and (day - easter(day.year)).days in self.after_easter


@dataclass(frozen=True, slots=True)
class Hours:
    """Windows for each day of the week, Monday first, in some months, not on days off.

    With `are_quiet` they say when nothing may go out (do not disturb, R147), and all other hours are open.
    """

    week: tuple[tuple[Span, ...], ...]
    months: frozenset[int] = EVERY_MONTH
    days_off: DaysOff = DaysOff()
    are_quiet: bool = False

    def spans(self, day: int) -> tuple[Span, ...]:
        """Return the windows that start on a day, counted from 1970-01-01."""
        on = date.fromordinal(day + _EPOCH)
        is_off = on.month not in self.months or self.days_off.has(on)
        return () if is_off else self.week[on.weekday()]

    def walls(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return when, from one wall time to another, these hours are open: in order, joined where they touch."""
        named: list[tuple[int, int]] = []
        for day in range(start // DAY - 1, (end - 1) // DAY + 1):
            for span in self.spans(day):
                opens = day * DAY + span.start * 60
                named.append((max(start, opens), min(end, opens + span.length() * 60)))
        joined = _join([(opens, closes) for opens, closes in named if opens < closes])
        return _rest(joined, start, end) if self.are_quiet else joined

    def may_be_open(self, day: int) -> bool:
        """Say whether the month of a day, counted from 1970-01-01, is one with hours."""
        return self.are_quiet or self.months == EVERY_MONTH or date.fromordinal(day + _EPOCH).month in self.months


def span(start: str, end: str) -> Span:
    """Read a window: `span("21:00", "08:00")` crosses midnight, `span("00:00", "24:00")` is the whole day.

    Raises InvalidInput: `bad_time`; `empty_window` for equal ends, which might mean always or never.
    """
    found = Span(_minutes(start, is_end=False), _minutes(end, is_end=True))
    if start == end:
        message = f"The window from {start} to {end} has no length: for a whole day write from 00:00 to 24:00."
        raise InvalidInput("empty_window", message)
    return found


def every_day(start: str, end: str, *, are_quiet: bool = False) -> Hours:
    """Return the same window for each day of the week: `every_day("08:00", "21:00")`.

    Raises InvalidInput: `bad_time`, `empty_window`.
    """
    return Hours(((span(start, end),),) * 7, are_quiet=are_quiet)


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year (the computus of Meeus, Jones and Butcher)."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leaps, left = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    weekday = (32 + 2 * left + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    days = epact + weekday - 7 * late + 22  # of March, counted from its first
    return date(year, 3, 1) + timedelta(days=days - 1)


def _minutes(text: str, *, is_end: bool) -> int:
    if is_end and text == "24:00":
        return _MINUTES
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise InvalidInput("bad_time", f"{text[:20]!r} is no time of day: write 08:00 or 21:30, hours from 00 to 23.")
    return int(found[1]) * 60 + int(found[2])


def _join(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for opens, closes in sorted(found):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined


def _rest(found: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    edges = [start, *(edge for pair in found for edge in pair), end]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(opens, closes) for opens, closes in pairs if opens < closes]
