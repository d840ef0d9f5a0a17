"""A connector is away when it could carry nothing for a while, and back when it could for a while: it never flaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.routing.model import Policy
from cablegram.routing.standing import FINE, Seen, Standing, after, look, rest_of

START = datetime(2026, 1, 15, 12, tzinfo=UTC)
POLICY = Policy(patience=30, rest=60)
DOWN, REFUSED = Seen(is_fine=False, why="down"), Seen(is_fine=False, why="refused", is_certain=True)


def play(*scenes: tuple[int, Seen], standing: Standing = Standing(), start: datetime = START) -> Standing:  # noqa: B008
    """Look once a second, for so many seconds at each of these."""
    now = start
    for seconds, seen in scenes:
        for _ in range(seconds):
            standing = after(standing, seen, POLICY, now=now)
            now += timedelta(seconds=1)
    return standing


def test_it_goes_away_after_the_patience_and_a_moment_of_good_begins_it_anew() -> None:
    assert not play((30, DOWN)).is_away
    assert play((31, DOWN)).is_away
    assert not play((25, DOWN), (1, FINE), (25, DOWN)).is_away
    assert play((31, DOWN)).why == "down"


def test_what_no_patience_helps_with_counts_at_once() -> None:
    assert play((1, REFUSED)).away_since == START


def test_it_is_back_after_its_rest_and_a_moment_of_bad_begins_that_anew() -> None:
    gone = play((31, DOWN))
    assert play((60, FINE), standing=gone).is_away
    assert not play((61, FINE), standing=gone).is_away
    assert play((59, FINE), (1, DOWN), (59, FINE), standing=gone).is_away


def test_one_that_comes_and_goes_rests_for_longer_each_time_and_is_forgiven_after_an_hour() -> None:
    twice = play((31, DOWN), (61, FINE), (31, DOWN))
    assert twice.falls == 2
    assert play((120, FINE), standing=twice).is_away
    back = play((121, FINE), standing=twice, start=START)
    assert not back.is_away
    assert not back.is_ordinary
    later = back.returned_at
    assert later is not None
    assert not after(back, FINE, POLICY, now=later + timedelta(minutes=60)).is_ordinary
    assert after(back, FINE, POLICY, now=later + timedelta(minutes=61)).is_ordinary
    assert [rest_of(falls, POLICY).total_seconds() for falls in (0, 1, 2, 3, 4, 5, 10)] == [
        *(60, 60, 120, 240, 480, 600, 600)
    ]
    assert rest_of(9, Policy(rest=3000)).total_seconds() == 3000


@given(st.lists(st.tuples(st.integers(1, 90), st.sampled_from([FINE, DOWN, REFUSED])), max_size=30))
def test_between_going_away_and_coming_back_lies_the_rest_at_least(scenes: list[tuple[int, Seen]]) -> None:
    standing, now, went = Standing(), START, None
    for seconds, seen in scenes:
        for _ in range(0, seconds, 5):
            before, standing = standing, after(standing, seen, POLICY, now=now)
            if standing.is_away and not before.is_away:
                went = now
            if before.is_away and not standing.is_away:
                assert went is not None
                assert now - went >= timedelta(seconds=POLICY.rest)
            now += timedelta(seconds=5)


@pytest.mark.parametrize(
    ("links", "seen"),
    [
        (["bound"], FINE),
        (["down", "bound"], FINE),
        (["throttled", "down"], Seen(is_fine=False, why="it is over its limit")),
        (["connecting"], Seen(is_fine=False, why="its link is connecting")),
        ([], Seen(is_fine=False, why="it has no link")),
    ],
)
def test_a_connector_is_fine_while_one_of_its_links_takes_messages(links: list[str], seen: Seen) -> None:
    assert look(links, is_enabled=True, paused_reason=None) == seen


def test_a_switch_and_a_provider_s_refusal_of_the_account_are_certain() -> None:
    assert look(["bound"], is_enabled=False, paused_reason=None).is_certain
    refused = look(["bound"], is_enabled=True, paused_reason="no funds")
    assert (refused.is_certain, refused.why) == (True, "its provider refuses the account: no funds")
