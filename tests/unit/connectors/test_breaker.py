"""When a provider is left alone, and when it is tried again."""

from __future__ import annotations

from cablegram.connectors.breaker import Breaker, Circuit


def broken(breaker: Breaker, times: int, *, at: float) -> Breaker:
    for _ in range(times):
        breaker = breaker.failed(at, at)
    return breaker


def test_nothing_is_known_at_first_so_one_request_goes_alone() -> None:
    breaker = Breaker()
    assert breaker.circuit(0.0) is Circuit.HALF_OPEN
    assert breaker.answered(0.0).circuit(0.0) is Circuit.CLOSED
    assert breaker.failed(0.0, 1.0).circuit(1.5) is Circuit.OPEN


def test_only_failures_in_a_row_open_it() -> None:
    breaker = broken(Breaker(is_closed=True), 4, at=1.0)
    assert breaker.circuit(1.0) is Circuit.CLOSED
    assert broken(breaker.answered(1.0), 4, at=2.0).circuit(2.0) is Circuit.CLOSED
    assert broken(breaker, 1, at=1.0).circuit(1.0) is Circuit.OPEN


def test_each_trial_that_fails_makes_the_wait_longer_up_to_a_minute() -> None:
    breaker, waits = broken(Breaker(is_closed=True), 5, at=0.0), list[float]()
    for _ in range(8):
        waits.append(breaker.wait)
        now = breaker.until
        assert breaker.circuit(now) is Circuit.HALF_OPEN
        breaker = breaker.failed(now, now)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert breaker.answered(breaker.until) == Breaker(is_closed=True)


def test_what_went_out_before_it_opened_says_nothing_about_now() -> None:
    breaker = broken(Breaker(is_closed=True), 5, at=10.0)
    assert breaker.failed(9.0, 10.5) == breaker
    assert breaker.answered(9.0) == breaker
