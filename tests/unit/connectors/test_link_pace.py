"""How fast a link goes."""

from __future__ import annotations

import pytest

from cablegram.connectors.link_pace import LinkPace


def sent(pace: LinkPace, *, start: float, seconds: float, wanted: int = 50) -> int:
    """Send whatever is granted for a while, looking again when the pace says so."""
    total, now = 0, start
    while now < start + seconds:
        granted, wait = pace.grant(wanted, now)
        pace.spend(granted, now)
        total += granted
        now += wait if not granted else 1e-4
    return total


def test_without_a_limit_all_is_granted_at_once() -> None:
    pace = LinkPace(0, window=50, now=0)
    assert pace.grant(50, 0.0) == (50, 0.0)
    assert pace.grant(50, 0.0) == (50, 0.0)


@pytest.mark.parametrize("throughput", [1, 10, 30, 400, 5000])
def test_a_link_keeps_to_its_throughput_after_one_burst(throughput: int) -> None:
    pace = LinkPace(throughput, window=50, now=0)
    total = sent(pace, start=0, seconds=10)
    burst = min(50, throughput)
    assert throughput * 10 * 0.99 <= total <= throughput * 10 + burst + 1


def test_under_a_pace_parts_go_in_small_groups() -> None:
    pace = LinkPace(500, window=50, now=0)
    pace.spend(50, 0.0)
    granted, wait = pace.grant(50, 0.0)
    assert (granted, wait) == (0, pytest.approx(0.02))
    assert pace.grant(50, wait + 1e-6)[0] == 10


def test_one_place_in_the_window_is_filled_without_waiting_for_a_group() -> None:
    pace = LinkPace(500, window=50, now=0)
    pace.spend(49, 0.0)
    assert pace.grant(1, 0.0) == (1, 0.0)


def test_a_complaint_slows_the_link_to_what_was_taken() -> None:
    pace = LinkPace(0, window=50, now=0)
    for tenth in range(10):
        assert pace.hear(10, taken=10, complaints=0, now=tenth / 10) is None
    rate = pace.hear(10, taken=0, complaints=10, now=1.0)
    assert rate is not None
    assert 80 <= rate <= 100
    assert pace.grant(50, 1.0)[0] == 0
    assert sent(pace, start=1.0, seconds=1.0) <= rate + 1


def test_more_complaints_of_the_same_moment_slow_it_no_further() -> None:
    pace = LinkPace(100, window=50, now=0)
    assert pace.hear(5, taken=0, complaints=5, now=1.0) is not None
    assert pace.hear(5, taken=0, complaints=5, now=1.1) is None


def test_one_complaint_among_hundreds_is_about_its_message() -> None:
    pace = LinkPace(0, window=50, now=0)
    assert pace.hear(300, taken=299, complaints=1, now=1.0) is None


def test_a_link_slowed_to_a_trickle_sends_in_groups_again_once_nobody_complains() -> None:
    pace = LinkPace(0, window=50, now=0)
    assert pace.hear(5, taken=0, complaints=5, now=1.0) == 1
    assert pace.grant(50, 1.0) == (0, 1.0)
    assert pace.grant(50, 7.5)[0] == 2  # 38 a second by now
    assert pace.grant(50, 100.0) == (50, 0.0)  # and forgotten


def test_behind_a_full_window_stands_ready_what_a_twentieth_of_a_second_answers() -> None:
    pace = LinkPace(0, window=100, now=0)
    assert pace.ahead(0.0) == 0
    pace.hear(1000, taken=1000, complaints=0, now=0.0)
    assert pace.ahead(0.1) == 50


def test_no_more_than_a_second_window_stands_ready() -> None:
    pace = LinkPace(0, window=100, now=0)
    pace.hear(9000, taken=9000, complaints=0, now=0.0)
    assert pace.ahead(0.1) == 100


@pytest.mark.parametrize("throughput", [0, 5000])
def test_under_a_pace_nothing_stands_ready(throughput: int) -> None:
    pace = LinkPace(throughput, window=100, now=0)
    pace.hear(1000, taken=900, complaints=100, now=0.0)
    assert pace.ahead(0.1) == 0
