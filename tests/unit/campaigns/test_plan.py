from __future__ import annotations

import itertools
import random
from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.campaigns.foreseen import Stretch
from cablegram.campaigns.plan import Course, Load, Opening, plan

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def daily(opens: float, closes: float, people: int, parts: int | None = None, **more: timedelta) -> Load:
    """Make a load whose hours are the same every day; the first of them in hours from noon."""

    def reopen(moment: datetime) -> Opening:
        day = 0
        while at(closes + 24 * day) <= moment:
            day += 1
        return max(moment, at(opens + 24 * day)), at(closes + 24 * day)

    return Load(people, parts or people, (max(NOON, at(opens)), at(closes)), reopen=reopen, **more)


def test_of_nobody_there_is_nothing_to_tell() -> None:
    assert plan([], Course(NOON, 10)) == []
    assert plan([Load(0, 0)], Course(NOON, 10)) == []


def test_what_has_no_hours_goes_at_the_rate_of_its_connector() -> None:
    assert plan([Load(600, 1200)], Course(NOON, 10)) == [Stretch(NOON, NOON + 2 * MINUTE, 600)]


def test_what_waits_before_it_goes_first() -> None:
    assert plan([Load(60, 60)], Course(NOON, 1, ahead=120)) == [Stretch(NOON + 2 * MINUTE, NOON + 3 * MINUTE, 60)]


def test_where_nothing_limits_it_it_goes_at_once() -> None:
    (only,) = plan([Load(1_000_000, 1_000_000)], Course(NOON, None))
    assert (only.begins, only.people, only.ends <= NOON + timedelta(seconds=1)) == (NOON, 1_000_000, True)


def test_what_its_pace_makes_slowly_goes_slowly() -> None:
    made_by = NOON + 10 * MINUTE
    assert plan([Load(600, 600)], Course(NOON, 100, made_by=made_by)) == [Stretch(NOON, made_by, 600)]
    (only,) = plan([Load(600, 600)], Course(NOON, 0.5, made_by=made_by))
    assert only.ends == NOON + 20 * MINUTE


def test_a_pace_whose_time_is_past_holds_nothing_up() -> None:
    assert plan([Load(60, 60)], Course(NOON, 1, made_by=NOON - HOUR)) == [Stretch(NOON, NOON + MINUTE, 60)]


def test_who_is_asleep_gets_it_when_their_hours_open_spread_over_the_first_minutes() -> None:
    found = plan([Load(60, 60), daily(9, 21, 60, spread=5 * MINUTE)], Course(NOON, 100))
    assert [one.people for one in found] == [60, 60]
    assert (found[1].begins, found[1].ends) == (at(9), at(9) + 5 * MINUTE)


def test_what_does_not_go_before_the_hours_end_goes_on_the_next_day() -> None:
    found = plan([daily(-3, 1, 7200)], Course(NOON, 1))
    assert found == [Stretch(NOON, at(1), 3600), Stretch(at(21), at(22), 3600)]


def test_with_a_pace_over_the_night_the_rest_goes_in_the_morning() -> None:
    found = plan([daily(-3, 1, 240)], Course(NOON, 100, made_by=at(2)))
    assert [one.people for one in found] == [120, 120]
    assert found[1].begins == at(21)


def test_hours_that_end_while_the_night_s_wait_is_let_go_take_the_rest_along() -> None:
    found = plan([daily(21, 21.05, 600, spread=10 * MINUTE)], Course(NOON, 100))
    assert sum(one.people for one in found) == 600
    assert found[0].begins == at(21)
    assert found[1].begins == at(45)


def test_hours_that_never_come_have_no_end() -> None:
    assert plan([Load(10, 10, (NOON, at(1)), reopen=lambda _: None)], Course(NOON, 0.001)) == []
    assert plan([Load(10, 10, (NOON, at(1)), reopen=lambda _: (NOON, at(1)))], Course(NOON, 0.001)) == []


def test_what_would_take_years_of_minutes_has_no_end() -> None:
    def reopen(moment: datetime) -> Opening:
        return moment + MINUTE, moment + MINUTE + timedelta(seconds=1)

    assert plan([Load(10**6, 10**6, (NOON, at(1)), reopen=reopen)], Course(NOON, 0.01)) == []


@given(
    st.lists(st.tuples(st.integers(1, 500), st.floats(-5, 20), st.floats(0.5, 10)), min_size=1, max_size=5),
    st.floats(0.05, 50),
)
def test_everybody_is_told_of_once_and_in_order(loads: list[tuple[int, float, float]], rate: float) -> None:
    found = plan([daily(opens, max(opens, 0) + lasts, n) for n, opens, lasts in loads], Course(NOON, rate))
    assert sum(one.people for one in found) == sum(n for n, *_ in loads)
    for before, after in itertools.pairwise(found):
        assert before.ends <= after.begins
    work = sum(n for n, *_ in loads) / rate
    assert (found[-1].ends - NOON).total_seconds() >= work * 0.999


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_mix_of_zones_and_connectors_ends_within_a_twentieth_of_what_a_queue_does(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be guessed
    zones = [(chance.uniform(-4, 14), chance.uniform(3, 12)) for _ in range(12)]
    people = [chance.randrange(len(zones)) for _ in range(20_000)]
    rate = chance.uniform(0.2, 0.9)
    loads = [daily(opens, max(opens, 0.1) + lasts, people.count(which)) for which, (opens, lasts) in enumerate(zones)]
    told = plan(loads, Course(NOON, rate))[-1].ends
    assert abs((told - NOON) / (simulated(loads, people, rate) - NOON) - 1) < 0.05


def simulated(zones: list[Load], people: list[int], rate: float) -> datetime:
    """Let messages go one by one: at each minute, those first in line whose zone is awake."""
    waiting = [deque(place for place, which in enumerate(people) if which == zone) for zone in range(len(zones))]
    hours = [zone.opening or (NOON, None) for zone in zones]
    now, room = NOON, 0.0
    while any(waiting):
        room = min(room, 1.0) + rate * 60
        for which, (_, closes) in enumerate(hours):
            if closes and closes <= now:
                hours[which] = zones[which].reopen(now) or (NOON, None)
        awake = [waiting[which] for which, (opens, _) in enumerate(hours) if opens <= now]
        while room >= 1 and (lines := [line for line in awake if line]):
            min(lines, key=lambda line: line[0]).popleft()
            room -= 1
        now += MINUTE
    return now
