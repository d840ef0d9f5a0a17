"""Spans of time where an account counts its days, when a report is mailed, and percentiles of steps."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cablegram.reports.calendar import begin, bucket, buckets, next_mail, told
from cablegram.reports.delays import percentile, seconds_of
from cablegram.reports.model import Grain, Pace

KATHMANDU, MADRID = ZoneInfo("Asia/Kathmandu"), ZoneInfo("Europe/Madrid")


def test_an_hour_begins_where_the_clock_of_the_zone_shows_it() -> None:
    at = datetime(2026, 1, 15, 18, 0, tzinfo=UTC)  # 23:45 in Kathmandu
    assert bucket(at, Grain.HOUR, KATHMANDU) == datetime(2026, 1, 15, 17, 15, tzinfo=UTC)
    assert bucket(at, Grain.DAY, KATHMANDU) == date(2026, 1, 15)
    assert begin(date(2026, 1, 16), KATHMANDU) == datetime(2026, 1, 15, 18, 15, tzinfo=UTC)


def test_a_day_on_which_the_clock_is_set_back_has_25_hours() -> None:
    day = date(2026, 10, 25)
    assert len(buckets(day, day, Grain.HOUR, MADRID)) == 25
    assert buckets(day, date(2026, 11, 3), Grain.WEEK, MADRID) == [
        date(2026, 10, 19),
        day.replace(day=26),
        date(2026, 11, 2),
    ]
    assert buckets(day, date(2026, 11, 3), Grain.MONTH, MADRID) == [date(2026, 10, 1), date(2026, 11, 1)]


@pytest.mark.parametrize(
    ("pace", "about", "then"),
    [
        (Pace.DAILY, (date(2026, 11, 21), date(2026, 11, 21)), datetime(2026, 11, 23, 5, tzinfo=UTC)),
        (Pace.WEEKLY, (date(2026, 11, 9), date(2026, 11, 15)), datetime(2026, 11, 23, 5, tzinfo=UTC)),
        (Pace.MONTHLY, (date(2026, 10, 1), date(2026, 10, 31)), datetime(2026, 12, 1, 5, tzinfo=UTC)),
    ],
)
def test_a_report_is_about_what_has_ended_and_comes_in_the_morning_after(
    pace: Pace, about: tuple[date, date], then: datetime
) -> None:
    assert told(pace, date(2026, 11, 22)) == about
    assert next_mail(pace, datetime(2026, 11, 22, 12, tzinfo=UTC), MADRID) == then


def test_a_percentile_of_steps_is_the_middle_of_its_step_and_of_nobody_none() -> None:
    assert percentile({50: 9, 80: 1}, 50) == seconds_of(50)
    assert percentile({50: 9, 80: 1}, 95) == seconds_of(80)
    assert percentile({}, 50) is None
