from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.ids import AccountId, CardId, RechargeId
from cablegram.payments.model import (
    KEPT,
    MOVES,
    OPEN,
    Address,
    Card,
    Recharge,
    RechargeState,
    last_day,
    may_move,
    next_look,
    share,
    state_with,
)

S = RechargeState
NOW = datetime(2026, 1, 15, tzinfo=UTC)
PAID = Recharge(
    RechargeId(UUID(int=1)), AccountId(UUID(int=2)), "stripe", None, 1_000, 25, "EUR", S.PAID, "", "", "pi", True, None,
    False, None, "", "", "me", NOW, NOW, 0, 0,
)  # fmt: skip


def test_money_that_was_never_taken_can_not_go_back_and_what_was_taken_is_never_failed() -> None:
    assert set(MOVES) == set(S)
    for old in OPEN | {S.FAILED}:
        assert not MOVES[old] & {S.REFUNDED, S.DISPUTED}
    for old in KEPT:
        assert not MOVES[old] & (OPEN | {S.FAILED})
    assert may_move(S.FAILED, S.PAID), "who paid gets the credits"
    assert not any(may_move(state, state) for state in S)
    assert all(S.STARTED not in wanted for wanted in MOVES.values())


@pytest.mark.parametrize(
    ("returns", "wanted"),
    [
        ({}, S.PAID),
        ({"refund": 24}, S.PAID),
        ({"refund": 25}, S.REFUNDED),
        ({"dispute": 1}, S.DISPUTED),
        ({"refund": 25, "dispute": 25}, S.DISPUTED),
    ],
)
def test_a_payment_stands_where_its_money_is(returns: dict[str, int], wanted: RechargeState) -> None:
    assert state_with(PAID, returns) is wanted


@given(st.integers(1, 10**15), st.integers(1, 10**9), st.lists(st.integers(1, 10**9), max_size=5))
def test_parts_that_go_back_add_up_to_what_they_bought(credits_: int, amount: int, cuts: list[int]) -> None:
    ends = [0, *sorted(cut % (amount + 1) for cut in cuts), amount]
    parts = [share(credits_, amount, end) - share(credits_, amount, start) for start, end in pairwise(ends)]
    assert all(part >= 0 for part in parts)
    assert sum(parts) == credits_


def test_what_cost_nothing_goes_back_whole() -> None:
    assert share(7, 0, 0) == 7


def test_a_card_pays_to_the_last_day_of_its_month() -> None:
    assert [last_day(2026, 2), last_day(2028, 2), last_day(2026, 12)] == [
        date(2026, 2, 28),
        date(2028, 2, 29),
        date(2026, 12, 31),
    ]
    card = Card(CardId(UUID(int=1)), PAID.account_id, "pm", "visa", "4242", date(2026, 2, 28), Address(), True, NOW)
    assert (card.label, card.expires_month) == ("Visa 4242", "2026-02")
    assert card.is_valid(date(2026, 2, 28))
    assert not card.is_valid(date(2026, 3, 1))


def test_the_processor_is_asked_soon_at_first_and_never_no_more() -> None:
    waits = [next_look(looks, NOW) - NOW for looks in range(100)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=5), timedelta(minutes=30))
