"""How connectors fare: shares with what they are worth, delays, and who falls short of what a rule asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.ids import ConnectorId, RouteId
from cablegram.routing.health import DELAYS, Fared, Share, percentile, unfit
from cablegram.routing.model import Option, Rule, Scope, Strategy

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
A, B = ConnectorId(UUID(int=1)), ConnectorId(UUID(int=2))
NONE = (0,) * (len(DELAYS) + 1)


def fared(
    connector_id: ConnectorId = A, country: str = "ES", *, good: int = 0, of: int = 0, taken: int | None = None
) -> Fared:
    accepted = of if taken is None else taken
    return Fared(connector_id, country, of, accepted, accepted, good, NONE)


@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    # By hand, and as tables of the interval have it.
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_the_bounds_are_wilson_s(good: int, total: int, low: float, high: float) -> None:
    assert Share(good, total).bounds == pytest.approx((low, high), abs=1e-4)


def test_of_nothing_nothing_is_known() -> None:
    assert Share(0, 0).bounds == (0.0, 1.0)


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_the_share_lies_between_its_bounds(total: int, part: float) -> None:
    good = round(total * part)
    low, high = Share(good, total).bounds
    assert 0 <= low <= good / total <= high <= 1


def test_a_share_is_below_a_mark_only_beyond_doubt_and_of_few_messages_nothing_is_said() -> None:
    assert [Share(good, 100).is_surely_below(50) for good in (39, 45, 55)] == [True, False, False]
    assert [Share(0, total).is_surely_below(90) for total in (19, 20)] == [False, True]
    assert not Share(0, 100).is_surely_below(None)


@pytest.mark.parametrize(
    ("counts", "seconds"),
    [
        (NONE, None),
        ((100, *NONE[1:]), 0.95),
        ((90, 0, 10, *NONE[3:]), 3.5),
        ((*NONE[:-1], 5), 3600),
        ((94, *NONE[1:-1], 6), 3600),
        ((96, *NONE[1:-1], 4), 0.99),
    ],
)
def test_the_delay_of_95_in_100_is_read_off_the_counts(counts: tuple[int, ...], seconds: float | None) -> None:
    assert percentile(counts, 0.95) == (None if seconds is None else pytest.approx(seconds, abs=0.01))
    assert Fared(A, "ES", 0, 0, 0, 0, counts).p95 == percentile(counts, 0.95)


def ruled(*options: Option) -> Rule:
    return Rule(RouteId(UUID(int=7)), None, "Rule", Scope(), Strategy.IN_ORDER, options)


def test_a_connector_falls_short_where_it_takes_or_delivers_less_than_the_rule_asks() -> None:
    rule = ruled(Option(A, least_accepted=90, least_delivered=50), Option(B))
    seen = [
        fared(good=90, of=100),
        fared(country="FR", good=10, of=100),
        fared(country="DE", good=50, taken=50, of=100),
        fared(B, "FR", good=0, of=100),
    ]
    found = unfit([rule], seen, {}, now=NOON)
    assert found == {(rule.id, A, "FR"): NOON, (rule.id, A, "DE"): NOON}


def test_it_is_left_out_for_ten_minutes_at_least_and_as_long_as_it_falls_short() -> None:
    rule = ruled(Option(A, least_delivered=50))
    bad = fared(good=0, of=100)
    first = unfit([rule], [bad], {}, now=NOON)
    later = NOON + timedelta(minutes=9)
    assert unfit([rule], [], first, now=later) == first
    much_later = NOON + timedelta(minutes=10)
    assert unfit([rule], [], first, now=much_later) == {}
    assert unfit([rule], [bad], first, now=much_later) == first
