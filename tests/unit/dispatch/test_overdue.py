"""Which messages a carrier is asked about: rounds walk along the ids, each as far behind as its age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.connectors.contract import Question
from cablegram.dispatch.overdue import ROUNDS, Seen, reached, rounds
from cablegram.kit.ids import MessageId, lowest_at, time_of

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def question(place: int) -> Question:
    return Question(MessageId(UUID(int=place)), "77", "ACME", "34600000118")


def test_rounds_come_after_a_day_two_and_four() -> None:
    found = rounds(NOW, DAY)
    assert [NOW - time_of(one.end) for one in found] == [DAY, 2 * DAY, 4 * DAY]
    assert [NOW - time_of(one.begin) for one in found] == [2 * DAY, 4 * DAY, 8 * DAY]


@given(st.integers(1, 720), st.integers(0, 6000))
def test_a_message_is_in_one_round_at_a_time_until_it_is_too_old(first: int, age: int) -> None:
    made = lowest_at(NOW - timedelta(hours=age, minutes=1))
    inside = [one.number for one in rounds(NOW, timedelta(hours=first)) if one.begin <= made < one.end]
    expected = [n for n in range(ROUNDS) if first * 2**n <= age < first * 2 ** (n + 1)]
    assert inside == expected


def test_a_message_that_the_carrier_took_late_is_not_overdue_yet() -> None:
    assert {one.taken_before for one in rounds(NOW, DAY)} == {NOW - DAY / 2}


@pytest.mark.parametrize(
    ("seen", "place", "is_end"),
    [
        (Seen([question(5), question(7)], UUID(int=90)), UUID(int=7), False),
        (Seen([question(5)], UUID(int=90)), UUID(int=90), False),
        (Seen([], UUID(int=90)), UUID(int=90), False),
        (Seen([question(5)], None), rounds(NOW, DAY)[0].end, True),
    ],
    ids=["as many as asked for", "a slice, some in it", "a slice, none in it", "the end"],
)
def test_a_round_comes_as_far_as_it_has_looked(seen: Seen, place: UUID, *, is_end: bool) -> None:
    assert reached(seen, rounds(NOW, DAY)[0], most=2) == (place, is_end)
