"""Hours in which laws and carriers let marketing texts go out, from a table with its source and date in each row.

A help, and not legal advice: the table says what somebody read in the named source on the named day. Laws change, and
have exceptions that no table knows. An account switches it on; its own hours may only be narrower.

    country,state,days,from,to,days_off,law,source,consulted,note
    US,TX,sun,12:00,21:00,,Tex. Bus. & Com. Code 301.051,https://...,2026-11-22,
    FR,,mon-sat,08:00,22:00,05-01 easter+39,...

Rows of a country without a state hold in all of it, those of a state on top of them; rows of one place add up to its
week, and a day that none of them names is closed. `days_off` are month-day, or days after Easter Sunday.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from cablegram.kit.csvio import CsvReader, Row
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.pacing.hours import DAYS, DaysOff, Hours, Span, span

COLUMNS = ["country", "state", "days", "from", "to", "days_off", "law", "source", "consulted", "note"]

_SHORT = [name[:3] for name in DAYS]
_DAYS = re.compile(rf"({'|'.join(_SHORT)})(?:-({'|'.join(_SHORT)}))?")
_DAY_OFF = re.compile(r"(?:([0-9]{2}-[0-9]{2})|easter([+-][0-9]{1,3}))")
_PLACE = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row comes from: the law's name and section, the page that was read, when, and what to know about it."""

    law: str
    page: str
    consulted: date
    note: str


@dataclass(frozen=True, slots=True)
class CallingWindow:
    """The hours of a country, or of a state on top of its country's; `state` is empty for a whole country."""

    country: str
    state: str
    hours: Hours
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    country: str
    state: str
    days: frozenset[int]
    span: Span
    days_off: DaysOff
    source: Source


@dataclass(frozen=True, slots=True)
class CallingWindows:
    """A table of calling windows."""

    windows: tuple[CallingWindow, ...]

    def of(self, country: str, states: tuple[str, ...] = ()) -> tuple[CallingWindow, ...]:
        """Return the windows that hold for somebody, the country's first; all of them have to be kept.

        `states` are those they may be in: where none is known it may be any, and the windows of all states hold.
        """
        return tuple(
            window
            for window in self.windows
            if window.country == country and (not window.state or not states or window.state in states)
        )


@cache
def shipped() -> CallingWindows:
    """Return the table that comes with Cablegram, `calling_windows.csv` beside this file."""
    return read(resources.files("cablegram.pacing").joinpath("calling_windows.csv").read_bytes())


def read(data: bytes) -> CallingWindows:
    """Read a table (CSV, UTF-8).

    Raises InvalidInput: `bad_calling_windows`, with a fault for each line found wrong; `csv_...` where reading can't
    go on.
    """
    reader = CsvReader(most_columns=len(COLUMNS))
    rows = [*reader.feed(data), *reader.close()]
    if not rows or rows[0][1] != COLUMNS:
        raise _refused([_fault(1, f"the first line must be {','.join(COLUMNS)}.")])
    faults: list[Fault] = []
    places: dict[tuple[str, str], list[_Line]] = defaultdict(list)
    for row in rows[1:]:
        try:
            line = _line(row)
        except (InvalidInput, ValueError) as error:
            faults.append(_fault(row[0], str(error)))
        else:
            places[line.country, line.state].append(line)
    if faults:
        raise _refused(faults)
    return CallingWindows(tuple(_window(country, state, places[country, state]) for country, state in sorted(places)))


def _line(row: Row) -> _Line:
    if len(row[1]) != len(COLUMNS):
        raise ValueError(f"there are {len(row[1])} fields, not {len(COLUMNS)}.")
    country, state, days, start, end, days_off, law, page, consulted, note = row[1]
    if not _PLACE.fullmatch(country) or (state and not _PLACE.fullmatch(state)):
        raise ValueError("country and state are two capital letters each; the state may be empty.")
    if not law or not page.startswith(("http://", "https://")):
        raise ValueError("a row names its law and the address of the page where it was read.")
    source = Source(law, page, date.fromisoformat(consulted), note)
    return _Line(country, state, _days(days), span(start, end), _days_off(days_off), source)


def _days(text: str) -> frozenset[int]:
    found = _DAYS.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:20]!r} are no days: write mon-fri, or sun.")
    first = _SHORT.index(found[1])
    last = _SHORT.index(found[2] or found[1])
    if last < first:
        raise ValueError(f"{text!r} goes backwards: a week begins with mon.")
    return frozenset(range(first, last + 1))


def _days_off(text: str) -> DaysOff:
    fixed: set[tuple[int, int]] = set()
    after_easter: set[int] = set()
    for word in text.split():
        found = _DAY_OFF.fullmatch(word)
        if found is None:
            raise ValueError(f"{word[:20]!r} is no day off: write 12-25, or easter+1.")
        if found[2]:
            after_easter.add(int(found[2]))
        else:
            day = date.fromisoformat(f"2024-{found[1]}")  # a leap year has them all
            fixed.add((day.month, day.day))
    return DaysOff(frozenset(fixed), frozenset(after_easter))


def _window(country: str, state: str, lines: list[_Line]) -> CallingWindow:
    week = tuple(tuple(line.span for line in lines if day in line.days) for day in range(7))
    fixed = frozenset[tuple[int, int]]().union(*(line.days_off.fixed for line in lines))
    after_easter = frozenset[int]().union(*(line.days_off.after_easter for line in lines))
    sources = tuple(dict.fromkeys(line.source for line in lines))
    return CallingWindow(country, state, Hours(week, days_off=DaysOff(fixed, after_easter)), sources)


def _fault(line: int, what: str) -> Fault:
    return Fault(f"lines.{line}", "bad_calling_window", f"Line {line}: {what}")


def _refused(faults: list[Fault]) -> InvalidInput:
    message = f"The calling windows were not taken. {faults[0].message}"
    return InvalidInput("bad_calling_windows", message, faults=faults)
