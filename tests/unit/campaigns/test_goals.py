"""What campaigns are for, and how sure it is that they brought it about."""

from __future__ import annotations

import pytest

from cablegram.campaigns.goals import MOST_DAYS, Goal, GoalBy, Outcome, check
from cablegram.kit.errors import InvalidInput

pytestmark = pytest.mark.req("R149")


@pytest.mark.parametrize(
    ("goal", "shorten", "field"),
    [
        (Goal(GoalBy.REPLIED, days=0), False, "goal.days"),
        (Goal(GoalBy.REPLIED, days=MOST_DAYS + 1), False, "goal.days"),
        (Goal(GoalBy.EVENT), False, "goal.event"),
        (Goal(GoalBy.REPLIED, event="purchase"), False, "goal.event"),
        (Goal(GoalBy.EVENT, event="x" * 61), False, "goal.event"),
        (Goal(GoalBy.EVENT, event="two\nlines"), False, "goal.event"),
        (Goal(GoalBy.CLICKED), False, "goal.by"),
    ],
)
def test_a_goal_that_nobody_can_reach_is_refused(goal: Goal, shorten: bool, field: str) -> None:  # noqa: FBT001 - of the table
    with pytest.raises(InvalidInput) as refused:
        check(goal, shorten=shorten)
    assert [(one.field, one.code) for one in refused.value.faults] == [(field, "bad_goal")]


def test_goals_by_links_replies_and_events_are_taken() -> None:
    check(Goal(GoalBy.CLICKED), shorten=True)
    check(Goal(GoalBy.REPLIED, days=MOST_DAYS), shorten=False)
    check(Goal(GoalBy.EVENT, days=1, event="purchase"), shorten=False)


def test_what_the_held_out_did_anyway_is_not_the_campaign_s() -> None:
    found = Outcome(reached=900, converted=90, held_out=100, held_converted=4)
    assert (found.rate, found.held_rate, found.gained) == (0.1, 0.04, pytest.approx(54))
    assert Outcome().gained is None
    assert (Outcome().rate, Outcome().held_rate) == (0.0, 0.0)


def test_a_difference_is_sure_only_with_enough_people_and_beyond_chance() -> None:
    assert Outcome(9_000, 900, 1_000, 40).is_sure
    assert not Outcome(9_000, 900, 1_000, 95).is_sure, "10 and 9.5 percent"
    assert not Outcome(99, 99, 1_000, 0).is_sure
    assert not Outcome(1_000, 900, 99, 0).is_sure
    assert not Outcome(1_000, 0, 1_000, 0).is_sure


def test_one_person_more_or_less_makes_no_difference_sure() -> None:
    # One of a hundred held out and nobody of 1,500: chance puts that one there once in sixteen times.
    assert not Outcome(1_500, 0, 100, 1).is_sure
    assert not Outcome(1_500, 1_500, 100, 98).is_sure
    assert Outcome(1_500, 15, 1_500, 0).is_sure
