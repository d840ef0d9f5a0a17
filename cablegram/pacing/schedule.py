"""Schedules: the hours somebody wrote down, the moment something is due, and a smooth start (R109, R110, R147).

A schedule as it is written, with the recipient's wall time; a weekday beats `any_day`:

    {"any_day": {"from": "13:50", "to": "18:44"}}
    {"monday": [{"from": "09:00", "to": "12:00"}, {"from": "14:00", "to": "18:00"}], "any_day": {...},
     "days": ["mon", "tue"], "months": [1, 2]}

`days` and `months` keep the rest to some days and months; alone, they mean whole days. All of it the other way round,
hours in which nobody is to be disturbed, with every other hour open:

    {"except": {"any_day": {"from": "21:00", "to": "09:00"}}}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from hashlib import blake2b
from itertools import count
from typing import cast
from uuid import UUID

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.pacing.hours import DAYS, EVERY_MONTH, Hours, Span, span
from cablegram.pacing.quiet_hours import Ask, Drop, Go, Wait, Why
from cablegram.pacing.wall_clock import DAY, strikes

AN_HOUR = timedelta(hours=1)

_DAY_NUMBERS: dict[str | int, int] = {name[:3]: number for number, name in enumerate(DAYS)}
_MONTH_NUMBERS: dict[str | int, int] = {month: month for month in sorted(EVERY_MONTH)}
_WHOLE_DAY = (Span(0, 24 * 60),)
MOST_WINDOWS = 24  # a day
_EPOCH = date(1970, 1, 1)
_MIDNIGHT = datetime(1970, 1, 1, tzinfo=UTC)


class WhenPast(Enum):
    """What to do with a message whose hour of the day is past at the recipient's (R147)."""

    NEXT_DAY = "next_day"
    DROP = "drop"


def read(written: Mapping[str, object], *, are_quiet: bool = False) -> Hours:
    """Read a schedule; with `are_quiet`, the same grammar says when nothing may go out.

    Raises InvalidInput (`bad_schedule`), with a fault for each thing wrong and the path to it.
    """
    reader = _Reader()
    hours = reader.whole(written, are_quiet=are_quiet)
    if not reader.faults and not any(hours.week):
        reader.fault("", "schedule_empty", "No hour of any day is named: name a window, or leave the schedule away.")
    if reader.faults:
        raise InvalidInput("bad_schedule", reader.faults[0].message, faults=reader.faults)
    return hours


def due(planned: datetime, now: datetime, *, ask_after: timedelta = AN_HOUR) -> Go | Wait | Ask:
    """Say whether something planned is due; what is late by more than `ask_after` is asked about instead of sent.

    Nobody wants last night's campaign in the morning because the house was without power.
    """
    if now < planned:
        return Wait(planned, planned + ask_after)
    late = now - planned
    return Ask(late) if late > ask_after else Go()


def at_hour(
    day: date,
    minute: int,
    *,
    zones: Iterable[str],
    now: datetime,
    when_past: WhenPast,
    grace: timedelta = AN_HOUR,
) -> Go | Wait | Drop:
    """Say when a message meant for an hour of the recipient's day goes out: `minute` after midnight of `day` (R147).

    Where they may be in several zones, the hour must have come in all of them. It is past once it is `grace` ago.
    """
    places = tuple(zones)
    first = (day - _EPOCH).days
    # A day before yesterday is over everywhere.
    days = count(max(first, (now - _MIDNIGHT).days - 2)) if when_past is WhenPast.NEXT_DAY else (first,)
    moments = (
        _MIDNIGHT + timedelta(seconds=max(strikes(zone, on * DAY + minute * 60) for zone in places)) for on in days
    )
    moment = next((moment for moment in moments if now < moment + grace), None)
    if moment is None:
        return Drop(Why.HOUR_PAST)
    return Go() if moment <= now else Wait(moment, moment + grace)


def smoothed(wait: Wait, message: UUID, *, over: timedelta) -> datetime:
    """Return when in the first minutes of an opening a held message goes out, so that not all go at once.

    Spread evenly by the message's id, the same at every asking, never past the closing.
    """
    room = min(over, wait.closes - wait.until) // timedelta(microseconds=1)
    place = int.from_bytes(blake2b(message.bytes, digest_size=4).digest())
    return wait.until + timedelta(microseconds=room * place >> 32)


class _Reader:
    """Reads a schedule from JSON that anybody may have written, and remembers all that is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.place = "schedule"

    def fault(self, field: str, code: str, message: str) -> None:
        self.faults.append(Fault(f"{self.place}.{field}".rstrip("."), code, message))

    def whole(self, written: Mapping[str, object], *, are_quiet: bool) -> Hours:
        if "except" not in written or are_quiet:
            return self.hours(written, are_quiet=are_quiet)
        quiet = written["except"]
        if len(written) > 1 or not isinstance(quiet, dict):
            self.fault("except", "bad_choice", "`except` stands alone, and holds the hours in which nothing goes.")
            return Hours(((),) * 7)
        self.place = "schedule.except"
        return self.hours(cast("dict[str, object]", quiet), are_quiet=True)

    def hours(self, written: Mapping[str, object], *, are_quiet: bool) -> Hours:
        for name in written:
            if name not in {*DAYS, "any_day", "days", "months"}:
                self.fault(
                    name[:20], "unknown_field", f"{name[:20]!r} is no part of a schedule: use monday, any_day ..."
                )
        are_days_alone = written.keys() <= {"days", "months"} and written
        any_day = _WHOLE_DAY if are_days_alone else self.windows("any_day", written.get("any_day", []))
        own = {name: self.windows(name, written[name]) for name in DAYS if name in written}
        days = self.some("days", written.get("days"), _DAY_NUMBERS)
        months = self.some("months", written.get("months"), _MONTH_NUMBERS)
        week = tuple(own.get(name, any_day) if number in days else () for number, name in enumerate(DAYS))
        return Hours(week, months=months, are_quiet=are_quiet)

    def windows(self, field: str, written: object) -> tuple[Span, ...]:
        listed = cast("list[object]", written) if isinstance(written, list) else [written]
        if len(listed) > MOST_WINDOWS:
            self.fault(field, "too_many_windows", f"A day has at most {MOST_WINDOWS} windows, not {len(listed)}.")
            return ()
        found = [self.window(f"{field}.{number}", one) for number, one in enumerate(listed)]
        return tuple(one for one in found if one is not None)

    def window(self, field: str, written: object) -> Span | None:
        if isinstance(written, dict):
            sides = cast("dict[str, object]", written)
            start, end = sides.get("from"), sides.get("to")
            if sides.keys() == {"from", "to"} and isinstance(start, str) and isinstance(end, str):
                try:
                    return span(start, end)
                except InvalidInput as error:
                    self.fault(field, error.code, error.message)
                    return None
        self.fault(field, "bad_window", 'A window is written {"from": "09:00", "to": "18:00"}.')
        return None

    def some(self, field: str, written: object, known: dict[str | int, int]) -> frozenset[int]:
        """Read a list of days or months; none given means all."""
        if written is None:
            return frozenset(known.values())
        listed = cast("list[object]", written) if isinstance(written, list) else [written]
        # JSON's true is an int to Python, and equal to 1.
        found = [known.get(one) if isinstance(one, str | int) and one is not True else None for one in listed]
        if not found or None in found:
            self.fault(field, "bad_choice", f"{field!r} is a list of some of these: {', '.join(map(str, known))}.")
        return frozenset(one for one in found if one is not None)
