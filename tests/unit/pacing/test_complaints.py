from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cablegram.pacing.complaints import Complaints


def test_one_complaint_among_thousands_is_about_a_message() -> None:
    assert not Complaints().hear(2000, 1, 5.0).are_about_pace


def test_one_complaint_on_a_slow_link_is_about_the_pace() -> None:
    assert Complaints().hear(1, 1, 5.0).are_about_pace
    assert Complaints().hear(5, 1, 5.0).are_about_pace
    assert not Complaints().hear(6, 1, 5.0).are_about_pace


def test_several_complaints_are_about_the_pace_unless_they_are_lost_among_answers() -> None:
    assert Complaints().hear(149, 3, 5.0).are_about_pace
    assert not Complaints().hear(150, 3, 5.0).are_about_pace
    assert not Complaints().hear(100, 2, 5.0).are_about_pace


def test_no_complaint_is_about_nothing() -> None:
    assert not Complaints().are_about_pace
    assert not Complaints().hear(500, 0, 5.0).are_about_pace


def test_complaints_add_up_over_a_second_and_are_forgotten_after_it() -> None:
    heard = Complaints().hear(30, 1, 5.0).hear(30, 1, 5.05).hear(30, 1, 5.5)
    assert heard.are_about_pace
    assert not heard.hear(30, 1, 6.2).are_about_pace


@given(st.lists(st.tuples(st.integers(0, 500), st.floats(0, 0.3)), max_size=60))
def test_what_is_remembered_is_bounded(batches: list[tuple[int, float]]) -> None:
    heard, now = Complaints(), 0.0
    for answers, passed in batches:
        now += passed
        heard = heard.hear(answers, min(answers, 1), now)
        assert len(heard.heard) <= 10
