"""When people are told, and whether a balance crossed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.alerts.crossing import Level, cross
from cablegram.alerts.model import Pace
from cablegram.alerts.pacing import due
from cablegram.events.model import Kind
from cablegram.kit.money import MICRO

NOON = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)


@pytest.mark.req("R151")
@pytest.mark.parametrize(
    ("pace", "zone", "at"),
    [
        ("at_once", "UTC", NOON + timedelta(seconds=5)),
        ("hourly", "UTC", NOON + timedelta(minutes=30)),
        ("daily", "UTC", datetime(2026, 1, 16, 8, tzinfo=UTC)),
        ("daily", "Europe/Madrid", datetime(2026, 1, 16, 7, tzinfo=UTC)),
        ("daily", "America/Los_Angeles", datetime(2026, 1, 15, 16, tzinfo=UTC)),
        ("daily", "Nowhere/Land", datetime(2026, 1, 16, 8, tzinfo=UTC)),
        ("daily", "../etc", datetime(2026, 1, 16, 8, tzinfo=UTC)),
    ],
)
def test_a_morning_is_that_of_the_reader(pace: Pace, zone: str, at: datetime) -> None:
    assert due(pace, NOON, zone) == at


@pytest.mark.req("R26")
@pytest.mark.parametrize(
    ("was", "balance", "below", "level", "told"),
    [
        ("fine", 100, None, "fine", None),
        ("fine", 9, 10, "low", Kind.BALANCE_LOW),
        ("low", 9, 10, "low", None),
        ("low", 10, 10, "low", None),
        ("low", 10.4, 10, "low", None),
        ("low", 10.5, 10, "fine", Kind.BALANCE_RECOVERED),
        ("fine", 0, None, "empty", Kind.BALANCE_EMPTY),
        ("low", -1, 10, "empty", Kind.BALANCE_EMPTY),
        ("empty", -2, 10, "empty", None),
        ("empty", 0.5, 10, "empty", None),
        ("empty", 1, 10, "low", None),
        ("empty", 10, 10, "empty", None),
        ("empty", 11, 10, "fine", Kind.BALANCE_RECOVERED),
        ("empty", 0.5, None, "empty", None),
        ("empty", 1, None, "fine", Kind.BALANCE_RECOVERED),
        ("low", 5, None, "fine", None),
    ],
)
def test_a_crossing_is_told_once_and_armed_again_well_above(
    was: Level, balance: float, below: float | None, level: Level, told: Kind | None
) -> None:
    amount = None if below is None else int(below * MICRO)
    assert cross(was, int(balance * MICRO), amount) == (level, told)


@given(st.lists(st.integers(-2 * MICRO, 20 * MICRO), max_size=30), st.none() | st.integers(MICRO, 15 * MICRO))
def test_nobody_is_told_again_what_they_know(balances: list[int], below: int | None) -> None:
    level: Level = "fine"
    told: list[Kind] = []
    for balance in balances:
        level, kind = cross(level, balance, below)
        told += [kind] if kind else []
    twice = {(Kind.BALANCE_LOW, Kind.BALANCE_LOW), (Kind.BALANCE_RECOVERED, Kind.BALANCE_RECOVERED)}
    assert not (twice | {(Kind.BALANCE_EMPTY, Kind.BALANCE_LOW)}) & set(pairwise(told))
