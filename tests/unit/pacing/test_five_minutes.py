"""At most so many in any five minutes."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.pacing.five_minutes import FIVE_MINUTES, room, span


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
    assert room(most, lately=lately, just_now=just_now) == more


@pytest.mark.req("R148")
def test_few_messages_are_spread_over_the_five_minutes() -> None:
    assert span(10) == timedelta(seconds=30)
    assert span(3000) == timedelta(seconds=5)


@pytest.mark.req("R148")
@given(st.integers(1, 500), st.lists(st.integers(1, 40_000), max_size=80))
def test_in_no_five_minutes_go_more_whenever_one_looks(most: int, waits: list[int]) -> None:
    now, went = timedelta(), deque[timedelta]()
    for wait in waits:
        now += timedelta(milliseconds=wait)
        lately = sum(at > now - FIVE_MINUTES for at in went)
        just_now = sum(at > now - span(most) for at in went)
        went.extend([now] * room(most, lately=lately, just_now=just_now))
        assert sum(at > now - FIVE_MINUTES for at in went) <= most
