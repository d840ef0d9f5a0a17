from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.campaigns.percentiles import SHOWN, STEP, Delays, seconds_of, step_of, together


def delays(*seconds: float) -> Delays:
    return Delays(Counter(step_of(one) for one in seconds))


def test_of_nobody_there_is_no_delay() -> None:
    assert Delays().percentile(50) is None
    assert Delays().spread([1, 2]) == [0, 0, 0]


@given(st.lists(st.floats(0.002, 600_000), min_size=1, max_size=60), st.sampled_from(SHOWN))
def test_a_percentile_is_off_by_half_a_step_at_most(seconds: list[float], percent: int) -> None:
    ranked = sorted(seconds)
    exact = ranked[max(0, -(-len(ranked) * percent // 100) - 1)]
    told = delays(*seconds).percentile(percent)
    assert told is not None
    assert exact / STEP**0.51 <= told <= exact * STEP**0.51


@pytest.mark.parametrize("seconds", [-1.0, 0.0, 0.0004, 0.001])
def test_what_took_no_time_is_in_the_first_step(seconds: float) -> None:
    assert step_of(seconds) == 0
    assert seconds_of(0) < 0.001


@given(st.lists(st.floats(0, 1000), max_size=20), st.lists(st.floats(0, 1000), max_size=20))
def test_sums_of_delays_are_the_delays_of_all(some: list[float], others: list[float]) -> None:
    assert together([delays(*some), delays(*others)]) == delays(*some, *others)


def test_delays_are_spread_over_spans() -> None:
    found = delays(0.5, 0.9, 4, 4.5, 70)
    assert found.n == 5
    assert found.spread([1, 5, 60]) == [2, 2, 0, 1]
