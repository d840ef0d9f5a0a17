from __future__ import annotations

from datetime import date

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.pacing.hours import DaysOff, Hours, Span, easter, every_day, span


@pytest.mark.req("R110")
def test_a_window_that_ends_before_it_starts_crosses_midnight() -> None:
    assert span("21:00", "08:00") == Span(1260, 480)
    assert span("21:00", "08:00").length() == 660
    assert span("00:00", "24:00").length() == 1440
    assert span("21:00", "00:00").length() == 180


@pytest.mark.req("R110")
@pytest.mark.parametrize("both", ["00:00", "09:30"])
def test_equal_ends_are_an_error(both: str) -> None:
    with pytest.raises(InvalidInput, match="has no length") as caught:
        span(both, both)

    assert caught.value.code == "empty_window"


@pytest.mark.parametrize(
    "text", ["", "9:00", "24:01", "25:00", "09:60", "24:00", "0900", "09:00 ", "٠٩:٠٠", "x" * 1000]
)
def test_what_is_no_time_of_day_is_an_error(text: str) -> None:
    with pytest.raises(InvalidInput, match="no time of day") as caught:
        span(text, "10:00")

    assert caught.value.code == "bad_time"
    assert len(caught.value.message) < 120


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2008, 3, 23), (2011, 4, 24), (2024, 3, 31), (2026, 4, 5), (2038, 4, 25), (2049, 4, 18), (2076, 4, 19)],
)
def test_easter_is_on_the_day_the_church_says(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)


def test_easter_is_a_sunday_of_spring_in_every_year() -> None:
    for year in range(1900, 2200):
        assert easter(year).weekday() == 6
        assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


def test_days_off_are_fixed_or_move_with_easter() -> None:
    off = DaysOff(frozenset({(12, 25)}), frozenset({1, 39}))

    assert off.has(date(2026, 12, 25))
    assert off.has(date(2026, 4, 6))
    assert off.has(date(2026, 5, 14))
    assert not off.has(date(2026, 4, 5))
    assert not DaysOff().has(date(2026, 12, 25))


def test_windows_that_touch_or_overlap_are_one() -> None:
    week = ((Span(480, 720), Span(720, 800), Span(700, 710), Span(900, 930)),) * 7
    hour = 3600
    day = 20_000 * 24 * hour

    assert Hours(week).walls(day, day + 24 * hour) == [
        (day + 8 * hour, day + 48_000),
        (day + 15 * hour, day + 55_800),
    ]


def test_quiet_hours_leave_all_others() -> None:
    hour = 3600
    day = 20_000 * 24 * hour

    quiet = every_day("21:00", "08:00", are_quiet=True)
    assert quiet.walls(day, day + 24 * hour) == [(day + 8 * hour, day + 21 * hour)]
    assert quiet.walls(day, day + 24 * hour) == every_day("08:00", "21:00").walls(day, day + 24 * hour)


def test_months_without_hours_are_known_beforehand() -> None:
    january = Hours(((Span(0, 1440),),) * 7, months=frozenset({1}))
    assert january.may_be_open(0)
    assert not january.may_be_open(40)
    assert Hours(january.week, months=january.months, are_quiet=True).may_be_open(40)
    assert Hours(january.week).may_be_open(40)
