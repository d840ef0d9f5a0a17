"""When texts may go out, as a form asks it and as a person reads it: hours of the week, and the next openings. Pure.

The form has a window for every day and, where some days differ, two windows of their own for each; a schedule with
more, which came by API, has its further ones shown beside them. What the form sends is a schedule as `pacing.schedule`
reads it, by the clock on the recipient's wall (R109).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from cablegram.numbers.e164 import Number
from cablegram.numbers.zones import main_zone, zones
from cablegram.pacing.hours import DAYS, Hours
from cablegram.pacing.quiet_hours import Wait, demands, opening, respected
from cablegram.pacing.schedule import MOST_WINDOWS

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHOWN = 3  # openings
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-9]{2}))?")
_SHORT = {name[:3]: name for name in DAYS}
_A_DAYS = 2  # windows of a weekday that the form always has room for

Windows = list[tuple[str, str]]
"""From and to, as a form has them: "09:00", "21:00"; both empty where nothing was typed."""


class Sent(Protocol):
    """What a form sent."""

    def one(self, name: str) -> str:
        """Return a text; empty where there is none."""
        ...

    def every(self, name: str) -> list[str]:
        """Return all texts of a field."""
        ...


@dataclass(slots=True)
class Day:
    """A weekday in the form: `how` is "" as every day, "closed", or "own" for windows of its own."""

    name: str
    how: str = ""
    windows: Windows = field(default_factory=lambda: [("", ""), ("", "")])


@dataclass(slots=True)
class HoursForm:
    """Hours as typed. `is_set` False: at any time; `is_quiet`: nothing goes in them, and all other hours are open.

    `months` are numbers as texts; none or all: the whole year.
    """

    is_set: bool = False
    is_quiet: bool = False
    windows: Windows = field(default_factory=lambda: [("09:00", "21:00")])
    days: list[Day] = field(default_factory=lambda: [Day(name) for name in DAYS])
    months: list[str] = field(default_factory=list[str])

    @property
    def differs(self) -> bool:
        """Tell whether something is typed in the part that is usually folded away."""
        return bool(self.months) or any(day.how for day in self.days)

    def written(self) -> dict[str, object] | None:
        """Write it as a schedule; None for any time. What can't be is left for `schedule.read` to name."""
        if not self.is_set:
            return None
        found: dict[str, object] = {"any_day": _written(self.windows)}
        for day in self.days:
            if day.how:
                found[day.name] = _written(day.windows) if day.how == "own" else []
        if self.months and len(self.months) < len(MONTHS):
            found["months"] = [int(month) for month in self.months]
        return {"except": found} if self.is_quiet else found


def read_form(sent: Sent, *, name: str = "hours") -> HoursForm:
    """Read the hours of a form; `name` begins the names of their fields."""
    return HoursForm(
        sent.one(name) in {"set", "except"},
        sent.one(name) == "except",
        _read_windows(sent, name, at_least=1),
        [_read_day(sent, name, day) for day in DAYS],
        [month for month in sent.every(f"{name}_month") if month.isdecimal() and 1 <= int(month) <= len(MONTHS)],
    )


def show(schedule: Mapping[str, object] | None) -> HoursForm:
    """Show a schedule as the form has it."""
    form = HoursForm()
    if schedule is None:
        return form
    form.is_set, form.is_quiet = True, "except" in schedule
    schedule = cast("Mapping[str, object]", schedule["except"]) if form.is_quiet else schedule
    any_day = _shown(schedule.get("any_day", [])) or [("", "")]
    form.windows = [("00:00", "24:00")] if schedule.keys() <= {"days", "months"} else any_day
    chosen = {_SHORT.get(str(one), "") for one in _listed(schedule["days"])} if "days" in schedule else set(DAYS)
    for day in form.days:
        if day.name not in chosen:
            day.how = "closed"
        elif day.name in schedule:
            windows = _shown(schedule[day.name])
            day.how = "own" if windows else "closed"
            day.windows = windows + [("", "")] * (_A_DAYS - len(windows))
    form.months = [str(one) for one in _listed(schedule.get("months", []))]
    return form


@dataclass(frozen=True, slots=True)
class Opening:
    """A time in which a text may go out, as two clocks show it: the person's and the reader's."""

    opens: datetime
    closes: datetime
    theirs: ZoneInfo
    is_now: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """When somebody can be written to.

    `places` are the cities whose clocks they may have, `by` the one by which it is decided when no hour suits all.
    """

    number: str
    country: str
    places: Sequence[str]
    by: str
    openings: Sequence[Opening]


def forecast(number: Number, rules: Sequence[Hours], now: datetime, *, account_zone: str = "UTC") -> Forecast:
    """Tell the next openings for a number under some hours, all of which have to be open."""
    possible = zones(number) or (account_zone,)
    main = main_zone(number.country) or possible[0]
    asked = demands(*((hours, respected(hours, possible, main=main, now=now)) for hours in rules))
    decided = {zone for _, zone in asked}
    found: list[Opening] = []
    at = now
    while len(found) < _SHOWN and asked and (next_one := opening(asked, at)):
        found.append(_opening(next_one, main, now))
        at = next_one.closes
    by = "" if decided >= set(possible) or not asked else place_of(main)
    return Forecast(number.e164, number.country, [place_of(zone) for zone in possible], by, found)


def one_clock(number: Number, now: datetime) -> datetime | None:
    """Return the time it is for whoever has a number; None where the zones they may be in do not agree."""
    clocks = [now.astimezone(ZoneInfo(zone)) for zone in zones(number)]
    return clocks[0] if clocks and len({one.replace(tzinfo=None) for one in clocks}) == 1 else None


def place_of(zone: str) -> str:
    """Return the city of a zone's name: "Atlantic/Canary" -> "Canary"."""
    return zone.rpartition("/")[2].replace("_", " ")


def clock(text: str) -> str:
    """Write a time of day in full, as people type it: "9", "930", "9.30", "09:30"; what is none stays as it is."""
    found = _CLOCK.fullmatch(text.strip())
    return f"{int(found[1]):02}:{found[2] or '00'}" if found else text


def read_moment(text: str, zone: tzinfo) -> datetime | None:
    """Read what a field of date and time sent ("2026-11-27T09:00"), by the clock of a zone; None for what is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _opening(found: Wait, zone: str, now: datetime) -> Opening:
    return Opening(found.until, found.closes, ZoneInfo(zone), is_now=found.until <= now)


def _read_day(sent: Sent, name: str, day: str) -> Day:
    short = f"{name}_{day[:3]}"
    how = sent.one(short)
    return Day(day, how if how in {"closed", "own"} else "", _read_windows(sent, short, at_least=_A_DAYS))


def _read_windows(sent: Sent, name: str, *, at_least: int) -> Windows:
    """Read the windows of a day: its fields have no number, then 2, 3 ...; empty ones at the end are left away."""
    places = ("", *map(str, range(2, MOST_WINDOWS + 1)))
    found = [(clock(sent.one(f"{name}_from{nth}")), clock(sent.one(f"{name}_to{nth}"))) for nth in places]
    last = max((place for place, window in enumerate(found, 1) if any(window)), default=0)
    return found[: max(at_least, last)]


def _written(windows: Windows) -> list[dict[str, str]]:
    return [{"from": start, "to": end} for start, end in windows if start or end]


def _shown(written: object) -> Windows:
    sides = [cast("dict[str, str]", one) for one in _listed(written)]
    return [(one["from"], one["to"]) for one in sides]


def _listed(written: object) -> list[object]:
    """Return what a schedule has as a list, or as one thing alone."""
    return cast("list[object]", written) if isinstance(written, list) else [written]
