from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from cablegram.billing.spending import Cap, within
from cablegram.kit.ids import AccountId

ACME = AccountId(UUID(int=1))
TODAY = date(2026, 1, 31)


def cap(per_day: int | None, per_month: int | None, *, spent: int = 0) -> Cap:
    return Cap(ACME, per_day, per_month, TODAY, spent, TODAY.replace(day=1), spent)


@pytest.mark.parametrize(
    ("per_day", "per_month", "left"),
    [(None, None, None), (100, None, 70), (None, 50, 20), (100, 50, 20), (20, 900, -10)],
)
def test_what_is_left_is_the_least_of_both(per_day: int | None, per_month: int | None, left: int | None) -> None:
    assert cap(per_day, per_month, spent=30).left == left


def test_a_new_day_forgets_the_day_and_a_new_month_both() -> None:
    one = cap(100, 200, spent=90)
    one.begin(TODAY)
    assert (one.spent_day, one.spent_month) == (90, 90)
    one.begin(date(2026, 2, 1))
    assert (one.spent_day, one.spent_month, one.month) == (0, 0, date(2026, 2, 1))
    one.spend(10)
    one.begin(date(2026, 2, 2))
    assert (one.spent_day, one.spent_month) == (0, 10)


def test_charges_are_judged_in_order_each_alone() -> None:
    assert within([5, 3, 0, 2], None) == [True] * 4
    assert within([5, 3, 0, 2], 7) == [True, False, True, True]
    assert within([0, 1], -5) == [True, False]


def test_it_is_told_once_a_day_and_once_a_month_that_little_is_left() -> None:
    one = cap(100, 150)
    one.spend(79)
    assert one.near() == []
    one.spend(1)
    assert one.near() == [("day", 100, 80)]
    one.spend(40)
    assert one.near() == [("month", 150, 120)]
    one.begin(date(2026, 2, 1))
    assert one.near() == []
    one.spend(90)
    assert one.near() == [("day", 100, 90)]
