"""Which text won, and how honestly that is said."""

from __future__ import annotations

import pytest

from cablegram.campaigns.variants import By
from cablegram.campaigns.winning import Tried, Why, decide


@pytest.mark.req("R149")
@pytest.mark.parametrize(
    ("by", "tried", "place", "why"),
    [
        (By.REPLIES, [(1000, 50), (1000, 90)], 1, Why.AHEAD),
        (By.REPLIES, [(1000, 50), (1000, 55)], 1, Why.MAYBE_CHANCE),
        (By.REPLIES, [(1000, 50), (2000, 100)], 0, Why.TIE),
        (By.REPLIES, [(1000, 0), (1000, 0)], 0, Why.TIE),
        (By.REPLIES, [(1000, 1000), (1000, 1000)], 0, Why.TIE),
        (By.REPLIES, [(99, 0), (1000, 300)], 1, Why.TOO_FEW),
        (By.REPLIES, [(0, 0), (0, 0)], 0, Why.TOO_FEW),
        (By.OPT_OUTS, [(1000, 50), (1000, 10), (1000, 30)], 1, Why.AHEAD),
        (By.OPT_OUTS, [(1000, 12), (1000, 10)], 1, Why.MAYBE_CHANCE),
        (By.OPT_OUTS, [(1000, 30), (1000, 30), (1000, 50)], 0, Why.TIE),
        (By.OPT_OUTS, [(0, 0), (1000, 10)], 1, Why.TOO_FEW),  # nobody opts out of what reached nobody
        (By.REPLIES, [(0, 0), (1000, 0)], 1, Why.TOO_FEW),
        (By.CLICKS, [(1000, 50), (1000, 90)], 1, Why.AHEAD),
    ],
)
def test_the_best_share_wins_and_it_is_said_how_sure_that_is(
    by: By, tried: list[tuple[int, int]], place: int, why: Why
) -> None:
    found = decide(by, [Tried(name, *one) for name, one in zip("ABC", tried, strict=False)])
    assert (found.place, found.why, found.by, found.decided_by) == (place, why, by, None)
    assert "ABC"[place] in found.sentence


def test_a_verdict_says_its_figures() -> None:
    assert decide(By.REPLIES, [Tried("A", 1000, 50), Tried("B", 1000, 90)]).sentence == (
        "B won: 90 of 1,000 replied with B (9.0%), 50 of 1,000 with A (5.0%); chance alone would hardly do that."
    )
    assert decide(By.OPT_OUTS, [Tried("A", 10, 1), Tried("B", 10, 1)]).sentence.startswith("Too few people got each")
    assert "chance may have done that" in decide(By.REPLIES, [Tried("A", 900, 5), Tried("B", 900, 6)]).sentence
    assert decide(By.REPLIES, [Tried("A", 900, 5), Tried("B", 900, 5)]).sentence.startswith("Nothing is ahead")
