"""What a form says about the time of a message or a campaign: from when, at which hours, until when (R109, R147)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from cablegram.consent import policy, sending_rules
from cablegram.consent.timing import Timing
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.pacing import calling_windows, schedule
from cablegram.pacing.hours import Hours
from cablegram.pacing.quiet_hours import WhenClosed
from cablegram.panel import phone, sending
from cablegram.panel.timing import Forecast, HoursForm, Sent, forecast, read_form, read_moment, show
from cablegram.panel.visit import Http, Visit, parts_of

_LONGEST = 366 * 24  # hours of validity


@dataclass(slots=True)
class TimeForm:
    """When something may go out, as typed. `start` is "2026-11-27T09:00" by the reader's clock, empty for now.

    `valid` is hours as typed; `closed` is delay, drop, or empty for what the account's rules say. `example` is the
    number for which the hours are shown.
    """

    hours: HoursForm = field(default_factory=HoursForm)
    start: str = ""
    valid: str = ""
    closed: str = ""
    example: str = ""

    @property
    def is_set(self) -> bool:
        """Tell whether anything is said."""
        return self.hours.is_set or any((self.start, self.valid, self.closed))


def read(sent: Sent) -> TimeForm:
    """Read what was typed."""
    closed = sent.one("closed")
    return TimeForm(
        read_form(sent),
        sent.one("start").strip(),
        sent.one("valid").strip(),
        closed if closed in {one.value for one in WhenClosed} else "",
        sent.one("example").strip(),
    )


def shown(timing: Timing, start_at: datetime | None, zone: tzinfo) -> TimeForm:
    """Return the form of what was said before, by the clock of a zone; of a validity whole hours alone."""
    start = start_at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes") if start_at else ""
    hours = timing.validity // timedelta(hours=1) if timing.validity else 0
    closed = timing.when_closed.value if timing.when_closed else ""
    return TimeForm(show(timing.written), start, str(hours or ""), closed)


def start_of(form: TimeForm, zone: tzinfo) -> datetime | None:
    """Return from when on it goes. Raises InvalidInput (`bad_moment`) with a fault for `start`."""
    moment = read_moment(form.start, zone) if form.start else None
    if form.start and moment is None:
        raise _wrong("start", "bad_moment", "Write the day and the time it shall go, such as 2026-11-27T09:00.")
    return moment


def timing_of(form: TimeForm, *, not_before: datetime | None = None) -> Timing:
    """Return what it tells each message. Raises InvalidInput with a fault for `hours` or `valid`."""
    written = form.hours.written()
    return Timing(
        schedule=None if written is None else hours_of(form.hours),
        written=written,
        not_before=not_before,
        validity=_validity(form.valid),
        when_closed=WhenClosed(form.closed) if form.closed else None,
    )


def hours_of(form: HoursForm, *, name: str = "hours", are_quiet: bool = False) -> Hours | None:
    """Return the hours of a form, None for any. Raises InvalidInput with a fault for the field `name`."""
    written = form.written()
    if written is None:
        return None
    try:
        return schedule.read(written, are_quiet=are_quiet)
    except InvalidInput as error:
        raise _wrong(name, error.code, error.message) from None


async def told(request: Http, visit: Visit, form: TimeForm) -> Forecast | None:
    """Tell when somebody with the form's number could be written to: under its hours and all that the account keeps.

    None where nothing limits it, or while hours or number are none.
    """
    try:
        own = hours_of(form.hours)
    except InvalidInput:
        return None  # it is being typed; what is wrong is said when it is sent
    standing = await policy.show(parts_of(request).rt, visit.who)
    hours = sending_rules.hours(standing.rules)
    rules = [one for one in (own, hours.quiet) if one]
    return _forecast(request, visit, rules, form.example, keeps_windows=hours.keeps_calling_windows)


def openings_under(
    request: Http, visit: Visit, own: Hours | None, example: str, *, keeps_windows: bool
) -> Forecast | None:
    """Tell the same under hours alone that the account does not keep yet."""
    return _forecast(request, visit, [own] if own else [], example, keeps_windows=keeps_windows)


def _forecast(request: Http, visit: Visit, rules: list[Hours], example: str, *, keeps_windows: bool) -> Forecast | None:
    number = sending.read_number(example or example_of(visit), visit.account.default_country)
    if number is None:
        return None
    if keeps_windows:
        rules = [*rules, *(one.hours for one in calling_windows.shipped().of(number.country))]
    return forecast(number, rules, parts_of(request).rt.clock.now()) if rules else None


def example_of(visit: Visit) -> str:
    """Return a number to show hours with, where nobody named one."""
    return f"+{phone.number_of(visit.account.id)}"


def _validity(typed: str) -> timedelta | None:
    if not typed:
        return None
    if not typed.isdecimal() or not 1 <= int(typed) <= _LONGEST:
        raise _wrong("valid", "bad_validity", f"Write whole hours, 1 to {_LONGEST:,}; empty for as long as it takes.")
    return timedelta(hours=int(typed))


def _wrong(field_name: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault(field_name, code, message)])
