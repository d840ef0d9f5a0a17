from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.pacing.bucket import Bucket

RATES = st.floats(0, 1e5)
BURSTS = st.floats(1, 1e4)
STEPS = st.lists(st.tuples(st.floats(0, 5), st.integers(0, 20_000)), max_size=30)  # seconds passed, wanted


def test_a_rested_bucket_grants_its_burst_at_once() -> None:
    bucket = Bucket.full(10, 5, now=100.0)

    assert bucket.take(3, 100.0)[1:] == (3, 0.0)
    assert bucket.take(5, 100.0)[1:] == (5, 0.0)
    assert bucket.take(8, 100.0)[1:] == (5, 0.1)


def test_an_empty_bucket_says_when_the_next_token_comes() -> None:
    bucket, _, _ = Bucket.full(10, 5, now=0.0).take(5, 0.0)

    bucket, granted, wait = bucket.take(1, 0.04)
    assert (granted, wait) == (0, pytest.approx(0.06))
    bucket, granted, wait = bucket.take(1, 0.04 + wait)
    assert (granted, wait) == (1, 0.0)


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket, _, _ = Bucket.full(10, 5, now=0.0).take(5, 0.0)

    assert bucket.take(100, 1000.0).granted == 5


def test_time_that_runs_backwards_counts_as_none() -> None:
    bucket, _, _ = Bucket.full(10, 5, now=100.0).take(5, 100.0)

    bucket, granted, _ = bucket.take(1, 50.0)
    assert granted == 0
    assert bucket.take(5, 100.1).granted == 1


def test_no_rate_grants_what_is_left_and_no_more() -> None:
    bucket = Bucket.full(0, 2, now=0.0)

    bucket, granted, wait = bucket.take(3, 0.0)
    assert (granted, wait) == (2, math.inf)
    assert bucket.take(1, 1e9)[1:] == (0, math.inf)


def test_no_limit_grants_everything() -> None:
    bucket = Bucket.full(math.inf, 1, now=0.0)

    assert bucket.take(10**9, 0.0) == (bucket, 10**9, 0.0)


@pytest.mark.parametrize(("rate", "burst"), [(-1, 5), (math.nan, 5), (10, 0.5), (10, math.inf), (10, math.nan)])
def test_a_bucket_that_can_not_be_is_refused(rate: float, burst: float) -> None:
    with pytest.raises(ValueError, match="a rate of 0 or more"):
        Bucket.full(rate, burst, now=0.0)


def test_what_was_not_needed_is_given_back_up_to_the_burst() -> None:
    bucket, _, _ = Bucket.full(10, 5, now=0.0).take(5, 0.0)

    assert bucket.give_back(3).take(9, 0.0).granted == 3
    assert bucket.give_back(300).take(9, 0.0).granted == 5


def test_a_new_rate_counts_from_now() -> None:
    bucket, _, _ = Bucket.full(10, 100, now=0.0).take(100, 0.0)

    slower = bucket.at_rate(1, 2.0)
    assert slower.take(100, 2.0).granted == 20
    assert slower.take(100, 7.0).granted == 25


def test_a_limit_can_be_taken_away_and_set_again() -> None:
    bucket, _, _ = Bucket.full(10, 5, now=0.0).take(5, 0.0)

    unlimited = bucket.at_rate(math.inf, 0.0)
    assert unlimited.take(1000, 1.0).granted == 1000
    assert unlimited.at_rate(10, 1.0).take(1000, 1.0).granted == 5


@given(RATES, BURSTS, STEPS)
def test_never_more_than_rate_times_time_plus_burst(rate: float, burst: float, steps: list[tuple[float, int]]) -> None:
    bucket, now, total = Bucket.full(rate, burst, now=0.0), 0.0, 0

    for passed, wanted in steps:
        now += passed
        bucket, granted, wait = bucket.take(wanted, now)
        total += granted
        assert 0 <= granted <= wanted
        assert (wait == 0) == (granted == wanted)
        assert total <= rate * now + burst + 2e-3


@given(st.floats(0.1, 1e5), BURSTS, st.integers(1, 200))
def test_whoever_waits_as_told_gets_the_full_rate(rate: float, burst: float, wanted: int) -> None:
    bucket, now, total, tries = Bucket.full(rate, burst, now=1e6), 1e6, 0, 0

    while total < wanted:
        bucket, granted, wait = bucket.take(wanted - total, now)
        total, now, tries = total + granted, now + wait, tries + 1
        assert tries <= 2 * wanted + 2  # waiting never spins
    assert now - 1e6 <= max(0.0, wanted + 1 - burst) / rate + 1e-6 * tries
