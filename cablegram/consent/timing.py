"""When a message goes out: now, later, or not any more (R109, R110, R147).

Four things say something about it: the moment and the hours that somebody wrote for this message or its campaign; its
validity; the account's quiet hours; the hours that laws set, where the account keeps them. The last two concern
marketing alone. Where somebody is may be known only as several zones: then it has to be the time in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from cablegram.consent.sending_hours import NOWHERE, SendingHours
from cablegram.kit.errors import InvalidInput
from cablegram.numbers import area_codes
from cablegram.numbers.e164 import Number
from cablegram.numbers.zones import main_zone, zones
from cablegram.pacing import calling_windows
from cablegram.pacing.hours import Hours
from cablegram.pacing.quiet_hours import (
    Demand,
    Drop,
    Go,
    Wait,
    WhenClosed,
    Why,
    decide,
    demands,
    opening,
    respected,
)
from cablegram.pacing.schedule import smoothed
from cablegram.pacing.wall_clock import zone

AREA = 5  # digits of a number that tell its country and area: none of those whose areas we know has more


@dataclass(frozen=True, slots=True)
class Timing:
    """What one message was told about its time, or all of a campaign; `written` is its schedule as it was written.

    It is valid until `expires_at`, or for `validity` since it was accepted or planned for. `when_closed` None: as the
    account says.
    """

    schedule: Hours | None = None
    written: Mapping[str, object] | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    validity: timedelta | None = None
    when_closed: WhenClosed | None = None

    def ends(self, accepted_at: datetime) -> datetime | None:
        """Return until when a message that was accepted then is valid; None for ever."""
        begins = max(accepted_at, self.not_before) if self.not_before else accepted_at
        ends = None if self.validity is None else begins + self.validity
        if ends is None or self.expires_at is None:
            return ends or self.expires_at
        return min(ends, self.expires_at)


AS_IT_COMES = Timing()


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody may be: the zones, the one to go by where no hour suits all of them, country and states."""

    zones: tuple[str, ...]
    main: str
    country: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class When:
    """A message goes at `until`, None for now, and before `closes_at`, when it has to be asked again; None for ever.

    `reason` says what it waits for: `schedule` or `quiet_hours`. Who waits for the same opening as many others goes
    somewhere in its first `spread`.
    """

    until: datetime | None = None
    closes_at: datetime | None = None
    reason: str | None = None
    spread: timedelta = timedelta(0)

    def due(self, message: UUID) -> datetime | None:
        """Return the moment of one message; None for now."""
        if self.until is None or self.closes_at is None or not self.spread:
            return self.until
        return smoothed(Wait(self.until, self.closes_at), message, over=self.spread)


AT_ONCE = When()
SCHEDULE, QUIET_HOURS, LATE = "schedule", "quiet_hours", "late"


@lru_cache(maxsize=65_536)
def place(area: str, country: str, own_zone: str | None = None, *, default: str = NOWHERE) -> Place:
    """Return where somebody may be, by the first `AREA` digits of their number and its country.

    Their own zone, where somebody wrote it down and there is such a one, beats what the number says; `default` is for
    networks of no country.
    """
    number = Number(area, country)
    main = main_zone(country) or default
    states = area_codes.states(number)
    if own_zone and is_zone(own_zone):
        return _one(Place((own_zone,), own_zone, country, states))
    return _one(Place(zones(number) or (main,), main, country, states))


@lru_cache(maxsize=65_536)
def _one(same: Place) -> Place:
    """Return the one of all equal places: what is decided for it is decided once."""
    return same


@lru_cache(maxsize=4096)
def is_zone(name: str) -> bool:
    """Tell whether there is a time zone of that name."""
    try:
        zone(name)
    except InvalidInput:
        return False
    return True


def when(
    timing: Timing,
    hours: SendingHours,
    where: Place,
    *,
    is_marketing: bool,
    is_alone: bool,
    now: datetime,
    ends: datetime | None,
) -> When | Why:
    """Say when a message goes out, or why it does not any more; `ends` is when its validity does.

    What is to wait and what not is decided by the first moment at which it may go: `not_before`, or now. A message that
    is one of a campaign's, and so not `is_alone`, goes spread with the others, and so does what quiet hours held.
    """
    if ends is not None and ends <= now:
        return Why.EXPIRED
    begin = max(now, timing.not_before) if timing.not_before else now
    own = frozenset(_of_schedule(timing.schedule, where, begin))
    asked = own | frozenset(_of_account(hours, where, begin)) if is_marketing else own
    found = decide(asked, begin, when_closed=timing.when_closed or hours.when_closed, valid_until=ends)
    if isinstance(found, Drop):
        # At the moment it may go at the earliest, its validity has ended.
        return Why.WINDOW_MISSED if found.why is Why.EXPIRED else found.why
    is_planned = begin > now
    if isinstance(found, Go):
        closes = _earlier(_closing(asked, begin), ends)
        return When(begin, closes, SCHEDULE) if is_planned else When(None, closes)
    is_own = is_planned or not isinstance(decide(own, begin), Go)
    spread = timedelta(0) if is_own and is_alone else hours.spread
    return When(found.until, found.closes, SCHEDULE if is_own else QUIET_HOURS, spread)


def _of_schedule(schedule: Hours | None, where: Place, now: datetime) -> Iterator[Demand]:
    if schedule is not None:
        yield from demands((schedule, respected(schedule, where.zones, main=where.main, now=now)))


def _of_account(hours: SendingHours, where: Place, now: datetime) -> Iterator[Demand]:
    yield from _of_schedule(hours.quiet, where, now)
    if hours.keeps_calling_windows:
        for window in calling_windows.shipped().of(where.country, where.states):
            yield from demands((window.hours, where.zones))


def _closing(asked: frozenset[Demand], now: datetime) -> datetime | None:
    found = opening(asked, now) if asked else None
    return found.closes if found else None


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other
