"""Options of the command line that say when something may go out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cablegram.cli.hours import timing
from cablegram.consent.timing import AS_IT_COMES
from cablegram.kit.errors import InvalidInput
from cablegram.pacing.hours import every_day
from cablegram.pacing.quiet_hours import WhenClosed


@pytest.mark.req("R109", "R147")
def test_windows_are_hours_of_each_day_or_hours_of_quiet() -> None:
    assert timing(None, None, valid_for=None, when_closed=None) == AS_IT_COMES
    found = timing(["09:00-20:00"], None, valid_for=60, when_closed=WhenClosed.DROP)
    assert found.schedule == every_day("09:00", "20:00")
    assert found.written == {"any_day": [{"from": "09:00", "to": "20:00"}]}
    assert (found.validity, found.when_closed) == (timedelta(minutes=1), WhenClosed.DROP)
    quiet = timing(None, ["21:00-09:00"], valid_for=None, when_closed=None)
    assert quiet.schedule == every_day("21:00", "09:00", are_quiet=True)


@pytest.mark.req("R109")
@pytest.mark.parametrize("windows", [["9-5"], ["09:00"], ["09:00-09:00"]])
def test_what_is_no_window_is_refused(windows: list[str]) -> None:
    with pytest.raises(InvalidInput):
        timing(windows, None, valid_for=None, when_closed=None)
    with pytest.raises(InvalidInput, match="either"):
        timing(["09:00-10:00"], windows, valid_for=None, when_closed=None)
