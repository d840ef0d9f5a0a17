"""What an account says about hours: when nobody gets its marketing, whether laws' hours are kept, and what is too late.

A part of the account's sending rules, as JSON:

    {"quiet_hours": {"any_day": {"from": "21:00", "to": "09:00"}}, "calling_windows": true, "when_closed": "delay",
     "spread_minutes": 5, "late_after_minutes": 60}

Hours are those of the clock on the recipient's wall, and concern marketing alone (R109, R147).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.pacing import schedule
from cablegram.pacing.hours import Hours
from cablegram.pacing.quiet_hours import WhenClosed

SPREAD, LATE_AFTER = timedelta(minutes=5), timedelta(hours=1)
_LONGEST_SPREAD, _LONGEST_DELAY = 240, 7 * 24 * 60  # minutes
_FIELDS = ("quiet_hours", "calling_windows", "when_closed", "spread_minutes", "late_after_minutes")


NOWHERE = "Etc/UTC"
"""Where people are of whom nobody knows a clock: in the networks of no country."""


@dataclass(frozen=True, slots=True)
class SendingHours:
    """An account's hours. `written` is its quiet hours as somebody wrote them, for those who read or change them.

    What waited for hours goes out spread over the first `spread` of them; what is late by more than `late_after`, since
    nothing ran when it was due, goes only if somebody says so.
    """

    quiet: Hours | None = None
    keeps_calling_windows: bool = False
    when_closed: WhenClosed = WhenClosed.DELAY
    spread: timedelta = SPREAD
    late_after: timedelta = LATE_AFTER
    default_zone: str = NOWHERE
    written: Mapping[str, object] | None = None

    @property
    def are_any(self) -> bool:
        """Tell whether there are hours at which something may have to wait."""
        return self.quiet is not None or self.keeps_calling_windows


ANY_TIME = SendingHours()


def read(written: Mapping[str, object], *, default_zone: str | None = None) -> SendingHours:
    """Read an account's hours from JSON that anybody may have written; what is left out is as it is without rules.

    Raises InvalidInput with a fault for each thing wrong: `bad_schedule` of quiet hours, `bad_choice`, `unknown_field`.
    """
    faults = [
        Fault(f"hours.{name[:30]}", "unknown_field", f"{name[:30]!r} is no rule about hours: {', '.join(_FIELDS)} are.")
        for name in written
        if name not in _FIELDS
    ]
    quiet = _quiet(written.get("quiet_hours"), faults)
    found = SendingHours(
        quiet=quiet,
        keeps_calling_windows=_switch(written.get("calling_windows", False), faults),
        when_closed=_when_closed(written.get("when_closed", WhenClosed.DELAY.value), faults),
        spread=_minutes(written, "spread_minutes", SPREAD, (0, _LONGEST_SPREAD), faults),
        late_after=_minutes(written, "late_after_minutes", LATE_AFTER, (1, _LONGEST_DELAY), faults),
        default_zone=default_zone or NOWHERE,
        written=cast("Mapping[str, object]", written["quiet_hours"]) if quiet else None,
    )
    if faults:
        raise InvalidInput(faults[0].code, faults[0].message, faults=faults)
    return found


def write(hours: SendingHours) -> dict[str, object]:
    """Write an account's hours as JSON: `read` takes it back."""
    return {
        "quiet_hours": dict(hours.written) if hours.written else None,
        "calling_windows": hours.keeps_calling_windows,
        "when_closed": hours.when_closed.value,
        "spread_minutes": hours.spread // timedelta(minutes=1),
        "late_after_minutes": hours.late_after // timedelta(minutes=1),
    }


def _quiet(written: object, faults: list[Fault]) -> Hours | None:
    if written is None:
        return None
    if not isinstance(written, dict):
        message = 'Quiet hours are written as a schedule: {"any_day": {"from": "21:00", "to": "09:00"}}.'
        faults.append(Fault("hours.quiet_hours", "bad_schedule", message))
        return None
    try:
        return schedule.read(cast("dict[str, object]", written), are_quiet=True)
    except InvalidInput as error:
        faults += [
            Fault(f"hours.quiet_hours{one.field.removeprefix('schedule')}", one.code, one.message)
            for one in error.faults
        ]
        return None


def _switch(written: object, faults: list[Fault]) -> bool:
    if not isinstance(written, bool):
        message = "Whether calling windows are kept is said by true or false."
        faults.append(Fault("hours.calling_windows", "bad_choice", message))
    return written is True


def _when_closed(written: object, faults: list[Fault]) -> WhenClosed:
    found = next((one for one in WhenClosed if one.value == written), None)
    if found is None:
        message = "What is outside the hours is put off (`delay`) or dropped (`drop`)."
        faults.append(Fault("hours.when_closed", "bad_choice", message))
    return found or WhenClosed.DELAY


def _minutes(
    written: Mapping[str, object], field: str, default: timedelta, limits: tuple[int, int], faults: list[Fault]
) -> timedelta:
    found = written.get(field)
    if found is None:
        return default
    least, most = limits
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        message = f"{field} is a whole number of minutes, {least} to {most}."
        faults.append(Fault(f"hours.{field}", "bad_choice", message))
        return default
    return timedelta(minutes=found)
