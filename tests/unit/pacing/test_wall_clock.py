from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.pacing.wall_clock import DAY, Stretch, stretches, strikes, zone

ZONES = [
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Europe/Madrid",
    "Africa/Casablanca",
]


def second(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "America", "../etc/passwd", "/etc/passwd", "x" * 1000, "a\0b"])
def test_an_unknown_zone_is_a_clear_error(name: str) -> None:
    with pytest.raises(InvalidInput, match="no time zone") as caught:
        zone(name)

    assert caught.value.code == "unknown_zone"
    assert len(caught.value.message) < 200


def test_a_day_without_change_is_one_stretch() -> None:
    day = second("2026-07-01") // DAY
    assert stretches("Asia/Kathmandu", day) == (Stretch(day * DAY, (day + 1) * DAY, (5 * 60 + 45) * 60),)


def test_lord_howe_moves_its_clocks_by_half_an_hour() -> None:
    day = second("2026-04-04") // DAY
    change = second("2026-04-04T15:00")
    hour = 3600
    assert stretches("Australia/Lord_Howe", day) == (
        Stretch(day * DAY, change, 11 * hour),
        Stretch(change, (day + 1) * DAY, 10 * hour + 1800),
    )


@pytest.mark.parametrize(
    ("name", "wall", "instant"),
    [
        ("Europe/Madrid", "2026-03-29T02:30", "2026-03-29T01:00"),  # not there: the clock goes on at 03:00
        ("Europe/Madrid", "2026-10-25T02:30", "2026-10-25T00:30"),  # there twice: the first
        ("Europe/Madrid", "2026-07-01T09:00", "2026-07-01T07:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),  # the day that Samoa left out
        ("Pacific/Kiritimati", "2026-01-01T00:00", "2025-12-31T10:00"),
        ("Pacific/Pago_Pago", "2026-01-01T23:59", "2026-01-02T10:59"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),  # half an hour left out
        ("Asia/Kathmandu", "2028-02-29T09:00", "2028-02-29T03:15"),
    ],
)
def test_a_wall_time_strikes_once(name: str, wall: str, instant: str) -> None:
    assert strikes(name, second(wall)) == second(instant)


@given(st.sampled_from(ZONES), st.integers(second("2008-01-01"), second("2035-01-01")))
def test_no_clock_shows_the_time_before_it_strikes(name: str, wall: int) -> None:
    struck = datetime.fromtimestamp(strikes(name, wall), UTC)
    there = ZoneInfo(name)
    wanted = datetime.fromtimestamp(wall, UTC).replace(tzinfo=None)

    assert struck.astimezone(there).replace(tzinfo=None) >= wanted
    assert (struck - timedelta(seconds=1)).astimezone(there).replace(tzinfo=None) < wanted


@given(st.sampled_from(ZONES), st.integers(14_000, 24_000), st.integers(0, DAY - 1))
def test_stretches_fill_the_day_and_say_what_the_zone_says(name: str, day: int, within: int) -> None:
    found = stretches(name, day)
    assert [found[0].start, found[-1].end] == [day * DAY, (day + 1) * DAY]
    assert all(one.end == other.start for one, other in pairwise(found))

    instant = day * DAY + within
    offset = next(one.offset for one in found if one.start <= instant < one.end)
    assert timedelta(seconds=offset) == datetime.fromtimestamp(instant, ZoneInfo(name)).utcoffset()
