"""What pauses a campaign by itself, and what does not yet."""

from __future__ import annotations

import pytest

from cablegram.campaigns.guards import ERRORS, OPT_OUTS, USUAL, Figures, Guards, check, judge
from cablegram.kit.errors import InvalidInput

LIMITS = Guards(opt_outs=2, errors=10, least=100)


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        (Figures(reached=200, opt_outs=16), OPT_OUTS),  # 8 % of a canary
        (Figures(reached=200, opt_outs=4), None),  # 2 % is not above it
        (Figures(reached=200, opt_outs=5), OPT_OUTS),
        (Figures(reached=99, opt_outs=99), None),  # too few
        (Figures(reached=1, failed=1), None),  # the first failure of all
        (Figures(reached=90, failed=10), None),
        (Figures(reached=89, failed=11), ERRORS),
        (Figures(reached=0, failed=100), ERRORS),
        (Figures(), None),
    ],
)
def test_a_rate_above_its_limit_stops_once_enough_is_known(figures: Figures, reason: str | None) -> None:
    found = judge(LIMITS, figures)
    assert (found.reason if found else None) == reason


def test_what_is_off_is_said_in_figures() -> None:
    found = judge(LIMITS, Figures(reached=200, opt_outs=16))
    assert found is not None
    assert found.sentence == "16 of 200 people it reached opted out: 8.0 %, and it stops above 2 %."
    found = judge(LIMITS, Figures(reached=50, failed=50))
    assert found is not None
    assert found.sentence == "50 of 100 messages failed: 50.0 %, and it stops above 10 %."


def test_without_limits_nothing_stops() -> None:
    assert judge(Guards(), Figures(reached=100, failed=100, opt_outs=100)) is None
    assert not Guards(spend=5).look_at_rates
    assert USUAL.look_at_rates
    assert Guards(errors=1).look_at_rates


def test_who_lets_it_go_on_counts_from_there() -> None:
    later = Figures(reached=300, failed=20, opt_outs=17).since(Figures(reached=200, failed=25, opt_outs=16))
    assert later == Figures(reached=100, failed=0, opt_outs=1), "a late receipt may have taken a failure back"
    assert judge(LIMITS, later) is None


@pytest.mark.parametrize(
    ("guards", "field"),
    [
        (Guards(opt_outs=0), "guards.opt_outs"),
        (Guards(errors=100.5), "guards.errors"),
        (Guards(errors=1, least=0), "guards.least"),
        (Guards(spend=0), "guards.spend"),
    ],
)
def test_limits_that_cannot_be_are_named(guards: Guards, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(guards)
    assert (refused.value.code, refused.value.faults[0].field) == ("bad_guards", field)
    check(Guards(opt_outs=0.1, errors=100, least=1, spend=1))
