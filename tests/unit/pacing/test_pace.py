"""At most so many in any minute, or any five."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.pacing.pace import FIVE_MINUTES, MINUTE, Pace, pace_of


@pytest.mark.req("R148")
@pytest.mark.parametrize(
    ("most", "lately", "just_now", "more"),
    [
        (3000, 0, 0, 50),
        (3000, 60, 50, 0),
        (3000, 2980, 0, 20),
        (3000, 3000, 0, 0),
        (10, 0, 0, 1),
        (10, 3, 1, 0),
        (61, 60, 0, 1),
    ],
)
def test_what_may_go_at_once_is_a_sixtieth_or_one_and_never_over_the_whole(
    most: int, lately: int, just_now: int, more: int
) -> None:
    assert Pace(most, FIVE_MINUTES).room(lately=lately, just_now=just_now) == more


@pytest.mark.req("R148")
def test_few_messages_are_spread_over_the_window() -> None:
    assert Pace(10, FIVE_MINUTES).span == timedelta(seconds=30)
    assert Pace(3000, FIVE_MINUTES).span == timedelta(seconds=5)
    assert Pace(6, MINUTE).span == timedelta(seconds=10)
    assert Pace(6, MINUTE).room(lately=0, just_now=0) == 1


@pytest.mark.req("R148")
def test_a_pace_is_told_by_the_minute_or_by_five_or_not_at_all() -> None:
    assert pace_of(per_minute=600, per_five_minutes=None) == Pace(600, MINUTE)
    assert pace_of(per_minute=None, per_five_minutes=600) == Pace(600, FIVE_MINUTES)
    assert pace_of(per_minute=None, per_five_minutes=None) is None


@pytest.mark.req("R148")
@given(st.integers(1, 500), st.sampled_from([MINUTE, FIVE_MINUTES]), st.lists(st.integers(1, 40_000), max_size=80))
def test_in_no_window_go_more_whenever_one_looks(most: int, window: timedelta, waits: list[int]) -> None:
    now, went = timedelta(), deque[timedelta]()
    pace = Pace(most, window)
    for wait in waits:
        now += timedelta(milliseconds=wait)
        lately = sum(at > now - window for at in went)
        just_now = sum(at > now - pace.span for at in went)
        went.extend([now] * pace.room(lately=lately, just_now=just_now))
        assert sum(at > now - window for at in went) <= most
