from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.pacing.bucket import Bucket
from cablegram.pacing.throttle import Ground, Pace


@dataclass
class Carrier:
    """Takes so many a second, counted in fixed seconds or as a bucket, and answers the rest with 0x58."""

    allows: float
    in_fixed_seconds: bool

    def __post_init__(self) -> None:
        self.second, self.taken = 0, 0
        self.bucket = Bucket.full(self.allows, max(1.0, self.allows / 10), now=0.0)

    def takes(self, count: int, now: float) -> int:
        """Return how many of a bunch are accepted."""
        if not self.in_fixed_seconds:
            self.bucket, granted, _ = self.bucket.take(count, now)
            return granted
        if int(now) != self.second:
            self.second, self.taken = int(now), 0
        granted = min(count, int(self.allows) - self.taken)
        self.taken += granted
        return granted


def drive(
    pace: Pace, carrier: Carrier, *, seconds: float, start: float = 0.0, demand: float = math.inf
) -> tuple[Pace, int, int]:
    """Send for a while in steps of 10 ms; return the pace, how many were accepted and how many refused."""
    bucket = Bucket(0.0, 100, tokens=0.0, at=start)
    accepted = refused = 0
    owed = 0.0
    for step in range(int(seconds * 100)):
        now = start + step / 100
        bucket = bucket.at_rate(pace.rate(now), now)
        owed += demand / 100
        bucket, granted, _ = bucket.take(int(min(100, owed)), now)  # a window of 100
        owed -= granted
        took = carrier.takes(granted, now)
        accepted, refused = accepted + took, refused + granted - took
        if granted:
            pace = pace.heard(granted, took, now)
        if took < granted:
            pace = pace.throttled(now)
    return pace, accepted, refused


def test_without_complaints_the_configured_limit_holds() -> None:
    pace = Pace(50.0)

    assert pace.rate(0.0) == 50
    assert pace.heard(1000, 1000, 0.0).rate(1e6) == 50
    assert Pace(math.inf).rate(0.0) == math.inf


def test_the_first_throttling_error_makes_a_start_at_what_was_accepted_in_the_last_second() -> None:
    pace = Pace(math.inf)
    for tenth in range(30):
        pace = pace.heard(60, 60, tenth / 10)

    slowed = pace.throttled(2.95)

    assert slowed.ground is Ground.START
    assert slowed.rate(2.95) == pytest.approx(600, abs=60)
    assert slowed.rate(4.2) == slowed.rate(2.95)
    assert slowed.rate(5.2) == pytest.approx(2 * slowed.rate(2.95))


def test_a_rate_that_turns_out_too_high_is_held_until_a_second_can_be_counted() -> None:
    start = Pace(1000.0, found=100.0, slowed_at=0.0)
    for tenth in range(10, 20):
        start = start.heard(15, 10, tenth / 10)

    trial = start.throttled(2.0)

    assert trial.ground is Ground.TRIAL
    assert trial.rate(2.0) == trial.rate(5.0) == pytest.approx(168, rel=0.01)
    assert trial.throttled(4.2) is trial  # not yet
    for tenth in range(20, 43):
        trial = trial.heard(17, 10, tenth / 10 + 0.01)
    found = trial.throttled(4.3)
    assert found.ground is Ground.MEASURED
    assert found.rate(4.3) == pytest.approx(100)


def test_a_trial_that_was_not_made_full_use_of_measures_nothing() -> None:
    trial = Pace(1000.0, found=200.0, slowed_at=0.0, ground=Ground.TRIAL).heard(50, 10, 2.0)

    assert trial.throttled(2.5).ground is Ground.START
    assert trial.throttled(2.5).rate(2.5) == 100


def test_errors_for_what_was_sent_before_do_not_slow_down_again() -> None:
    slowed = Pace(1000.0).heard(600, 600, 0.0).heard(1, 1, 0.95).throttled(0.95)

    assert slowed.throttled(1.5) is slowed


def test_one_error_takes_at_most_half() -> None:
    assert Pace(1000.0).throttled(0.0).rate(0.0) == 500


def test_a_carrier_that_takes_nothing_is_still_tried_once_a_second() -> None:
    pace = Pace(math.inf)
    for second in range(0, 100, 2):
        pace = pace.throttled(float(second))

    assert pace.rate(98.0) == 1


def test_from_what_was_measured_the_rate_rises_gently_and_faster_the_longer_nobody_complains() -> None:
    pace = Pace(math.inf, found=200.0, slowed_at=0.0, ground=Ground.MEASURED)

    rates = [pace.rate(1.25 + second) / 200 for second in (-1.25, 0, 1, 2, 5, 10, 30)]
    assert rates[:3] == [1, 1, pytest.approx(1.006)]
    assert rates[3] < 1.02
    assert rates[4:] == [pytest.approx(1.15), pytest.approx(2.05), pytest.approx(28.15)]


def test_a_rate_that_was_good_for_seconds_is_not_left_for_a_poor_measure() -> None:
    pace = Pace(math.inf, found=200.0, slowed_at=0.0, ground=Ground.MEASURED)

    assert pace.throttled(1.5).rate(1.5) == pytest.approx(100, rel=0.02)  # complaint at once: what is accepted counts
    assert pace.throttled(4.5).rate(4.5) == 200  # after seconds without one, only what was gained is lost


def test_the_rate_never_rises_over_the_configured_limit() -> None:
    assert Pace(300.0).heard(200, 200, 0.0).throttled(0.5).rate(1e9) == 300


@pytest.mark.parametrize("in_fixed_seconds", [True, False])
@pytest.mark.parametrize("limit", [math.inf, 1000.0, 210.0])
@pytest.mark.parametrize(("allows", "share"), [(5, 0.85), (50, 0.98), (200, 0.99), (1500, 0.99)])
def test_nearly_all_that_a_carrier_allows_is_used(
    allows: int,
    share: float,
    limit: float,
    in_fixed_seconds: bool,  # noqa: FBT001  a parameter
) -> None:
    carrier = Carrier(allows, in_fixed_seconds)
    pace, _, _ = drive(Pace(limit), carrier, seconds=20)

    _, accepted, refused = drive(pace, carrier, seconds=60, start=20.0)

    possible = 60 * min(allows, limit)
    assert accepted >= share * possible
    assert refused <= 0.03 * possible + 60  # at small rates: one a second


def test_a_limit_that_was_raised_is_found() -> None:
    pace, _, _ = drive(Pace(math.inf), Carrier(50, in_fixed_seconds=False), seconds=20)

    _, accepted, _ = drive(pace, Carrier(500, in_fixed_seconds=False), seconds=60, start=20.0)

    assert accepted > 0.6 * 60 * 500


def test_a_burst_after_a_rest_is_no_measure_of_the_carrier() -> None:
    pace = Pace(math.inf).heard(20, 20, 100.0).throttled(100.05)  # 20 were taken in 50 ms

    assert pace.rate(100.05) == 20
    assert pace.rate(104.3) == 160


@given(st.floats(1, 1e4), st.lists(st.tuples(st.floats(0, 3), st.integers(0, 500), st.booleans()), max_size=30))
def test_the_rate_stays_between_a_trickle_and_the_limit(
    limit: float, happenings: list[tuple[float, int, bool]]
) -> None:
    pace, now = Pace(limit), 0.0

    for passed, count, is_throttled in happenings:
        now += passed
        before = pace.rate(now)
        pace = pace.throttled(now) if is_throttled else pace.heard(count, count, now)
        assert min(1.0, limit) <= pace.rate(now) <= before
        assert len(pace.counts) <= 21


@pytest.mark.parametrize("limit", [math.inf, 5000.0])
def test_after_a_long_rest_one_error_measures_anew(limit: float) -> None:
    pace, _, _ = drive(Pace(limit), Carrier(200, in_fixed_seconds=False), seconds=10)
    assert pace.rate(3610.0) == limit
    pace, accepted, refused = drive(pace, Carrier(200, in_fixed_seconds=False), seconds=10, start=3610)
    assert pace.rate(3620.0) == pytest.approx(200, rel=0.1)
    assert accepted >= 0.65 * 200 * 10  # a carrier with small bursts is learned from a low start
    assert refused < 5000  # from a configured limit it comes down by halves
