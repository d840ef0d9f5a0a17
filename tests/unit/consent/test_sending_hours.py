from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cablegram.consent import sending_hours, sending_rules
from cablegram.consent.rulebook import compiled
from cablegram.consent.sending_hours import ANY_TIME, SendingHours, read, write
from cablegram.consent.sending_rules import SendingRules
from cablegram.kit.errors import InvalidInput
from cablegram.pacing.hours import every_day
from cablegram.pacing.quiet_hours import WhenClosed

NIGHT = {"any_day": {"from": "21:00", "to": "09:00"}}


def faults(written: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        read(written)
    return [(one.field, one.code) for one in caught.value.faults]


def test_an_account_without_rules_sends_at_any_time() -> None:
    assert read({}) == ANY_TIME
    assert not ANY_TIME.are_any
    assert sending_hours.LATE_AFTER == ANY_TIME.late_after == timedelta(hours=1)


@pytest.mark.req("R147")
def test_quiet_hours_are_written_as_a_schedule_is() -> None:
    found = read({"quiet_hours": NIGHT, "when_closed": "drop", "spread_minutes": 0, "late_after_minutes": 90})

    assert found == SendingHours(
        quiet=every_day("21:00", "09:00", are_quiet=True),
        when_closed=WhenClosed.DROP,
        spread=timedelta(0),
        late_after=timedelta(minutes=90),
        written=NIGHT,
    )
    assert found.are_any
    assert read({"calling_windows": True}).are_any


@pytest.mark.parametrize("hours", [ANY_TIME, read({"quiet_hours": NIGHT, "calling_windows": True})])
def test_what_is_written_is_read_back(hours: SendingHours) -> None:
    assert read(write(hours)) == hours


@pytest.mark.req("R110")
def test_each_thing_wrong_is_named_with_its_place() -> None:
    written = {
        "quiet_hours": {"any_day": {"from": "09:00", "to": "09:00"}, "monday": "all day"},
        "calling_windows": "yes",
        "when_closed": "later",
        "spread_minutes": 241,
        "late_after_minutes": True,
        "siesta": 1,
    }
    assert faults(written) == [
        ("hours.siesta", "unknown_field"),
        ("hours.quiet_hours.any_day.0", "empty_window"),
        ("hours.quiet_hours.monday.0", "bad_window"),
        ("hours.calling_windows", "bad_choice"),
        ("hours.when_closed", "bad_choice"),
        ("hours.spread_minutes", "bad_choice"),
        ("hours.late_after_minutes", "bad_choice"),
    ]
    assert faults({"quiet_hours": "at night"}) == [("hours.quiet_hours", "bad_schedule")]
    assert faults({"late_after_minutes": 0}) == [("hours.late_after_minutes", "bad_choice")]


def test_the_rules_hold_the_hours_and_where_people_are_of_whom_no_zone_is_known() -> None:
    rules = sending_rules.change(SendingRules(), {"hours": {"calling_windows": True}, "default_zone": "Europe/Madrid"})
    found = compiled(sending_rules.write(rules)).hours
    assert found == SendingHours(keeps_calling_windows=True, default_zone="Europe/Madrid")
    assert compiled(None).hours == ANY_TIME
