from __future__ import annotations

from datetime import timedelta

import pytest

from cablegram.consent import sending_rules
from cablegram.consent.rulebook import compiled
from cablegram.consent.sending_hours import ANY_TIME, SendingHours
from cablegram.consent.sending_rules import SendingRules
from cablegram.pacing.hours import every_day
from cablegram.pacing.quiet_hours import WhenClosed

NIGHT = {"any_day": {"from": "21:00", "to": "09:00"}}


def test_an_account_without_rules_sends_at_any_time() -> None:
    assert compiled(None).hours == ANY_TIME
    assert not ANY_TIME.are_any
    assert ANY_TIME.late_after == timedelta(hours=1)


@pytest.mark.req("R147")
def test_an_account_s_hours_are_those_of_its_sending_rules() -> None:
    rules = sending_rules.change(
        SendingRules(),
        {
            "quiet_hours": NIGHT,
            "when_closed": "drop",
            "spread_minutes": 0,
            "late_after_minutes": 90,
            "default_zone": "Europe/Madrid",
        },
    )
    found = compiled(sending_rules.write(rules)).hours
    assert found == SendingHours(
        quiet=every_day("21:00", "09:00", are_quiet=True),
        when_closed=WhenClosed.DROP,
        spread=timedelta(0),
        late_after=timedelta(minutes=90),
        default_zone="Europe/Madrid",
    )
    assert found.are_any
    assert sending_rules.hours(SendingRules(calling_windows=True)).are_any
