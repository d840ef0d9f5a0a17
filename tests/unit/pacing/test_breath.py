from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.pacing.breath import Breath


def asked(arrivals: list[float], *, took: float, longest: float) -> list[int]:
    """Ask whenever something is there and the breath is over; return how many things came each time."""
    breath, now, groups = Breath(longest), 0.0, list[int]()
    waiting = sorted(arrivals)
    while waiting:
        began = max(now, waiting[0], breath.until)
        group = [at for at in waiting if at <= began]
        waiting = waiting[len(group) :]
        now = began + took
        breath = breath.after(began, now, is_wanted=True)
        groups.append(len(group))
    return groups


def test_a_breath_is_a_few_times_as_long_as_what_went_before() -> None:
    breath = Breath(0.1).after(5.0, 5.002, is_wanted=True)
    assert breath.left(5.002) == pytest.approx(0.006)
    assert breath.left(5.1) == 0


def test_a_breath_is_never_longer_than_its_longest() -> None:
    assert Breath(0.01).after(5.0, 7.0, is_wanted=True).left(7.0) == pytest.approx(0.01)


def test_without_need_there_is_none() -> None:
    assert Breath(0.01).after(5.0, 5.002, is_wanted=False).left(5.002) == 0
    assert Breath(0.01).left(0.0) == 0


def test_fifty_a_second_go_one_by_one_and_at_once() -> None:
    assert asked([n / 50 for n in range(100)], took=0.002, longest=0.01) == [1] * 100


def test_thousands_a_second_go_in_groups() -> None:
    groups = asked([n / 2000 for n in range(4000)], took=0.002, longest=0.01)
    assert min(groups[1:-1]) >= 15


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.floats(1e-4, 0.05), st.floats(0, 0.02))
def test_nothing_waits_longer_than_one_asking_and_the_longest_breath(
    arrivals: list[float], took: float, longest: float
) -> None:
    breath = Breath(longest).after(0.0, took, is_wanted=True)
    assert all(breath.left(at) <= longest + 1e-9 for at in arrivals if at >= took)
    assert sum(asked(arrivals, took=took, longest=longest)) == len(arrivals)
