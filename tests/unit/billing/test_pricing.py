from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.billing import pricing
from cablegram.billing.pricing import CreditPrices, Step
from cablegram.kit.errors import InvalidInput, Refused
from cablegram.kit.money import MICRO

EUROS = CreditPrices("EUR", (Step(0, 12_000), Step(10_000 * MICRO, 10_000), Step(100_000 * MICRO, 8_500)))


@pytest.mark.req("R15")
@pytest.mark.parametrize(
    ("bought", "cents"), [(100, 120), (1, 1), (9_999, 11_999), (10_000, 10_000), (99_999, 99_999), (100_000, 85_000)]
)
def test_all_of_a_purchase_is_at_the_price_of_its_step(bought: int, cents: int) -> None:
    assert pricing.quote(EUROS, bought * MICRO).amount == cents


@pytest.mark.req("R15")
def test_currencies_without_decimals_or_with_three_are_rounded_to_their_own_smallest_amount() -> None:
    assert pricing.quote(CreditPrices("JPY", (Step(0, 1_500_000),)), 5 * MICRO).amount == 8
    dinars = CreditPrices("KWD", (Step(0, 3_500),))
    assert [pricing.quote(dinars, bought * MICRO).amount for bought in (3, 4, 1_001)] == [10, 10, 3_500]
    with pytest.raises(InvalidInput):
        pricing.credits_for(dinars, 3_501)
    assert pricing.credits_for(dinars, 3_500).credits_micro == 1_000 * MICRO


@pytest.mark.req("R25")
@pytest.mark.parametrize(("cents", "credits_"), [(120, 100), (10_000, 10_000), (85_000, 100_000), (84_999, 84_999)])
def test_an_amount_buys_what_the_best_step_gives(cents: int, credits_: int) -> None:
    assert pricing.credits_for(EUROS, cents).credits_micro == credits_ * MICRO


@given(cents=st.integers(1, 10**9))
def test_an_amount_never_buys_more_than_it_would_cost(cents: int) -> None:
    bought = pricing.credits_for(EUROS, cents).credits_micro
    assert pricing.quote(EUROS, bought).amount <= cents


@pytest.mark.parametrize("amount", [0, -5])
def test_what_costs_or_buys_nothing_is_refused(amount: int) -> None:
    with pytest.raises(Refused):
        pricing.credits_for(EUROS, amount)
    with pytest.raises(Refused):
        pricing.quote(EUROS, 1)


def test_steps_are_put_in_their_order() -> None:
    assert pricing.check([Step(5, 1), Step(0, 2)]) == (Step(0, 2), Step(5, 1))


@pytest.mark.parametrize(
    ("steps", "fields"),
    [
        ([], ["steps"]),
        ([Step(1, 1)], ["steps"]),
        ([Step(0, 0)], ["steps.0.price"]),
        ([Step(0, 1), Step(0, 2)], ["steps.0.from_credits", "steps.1.from_credits"]),
        ([Step(at, 1) for at in range(51)], ["steps"]),
    ],
)
def test_steps_that_leave_a_purchase_without_one_price_are_refused(steps: list[Step], fields: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        pricing.check(steps)
    assert [fault.field for fault in caught.value.faults] == fields


def test_what_credits_are_worth_is_rounded_away_from_nothing() -> None:
    assert pricing.worth(100 * MICRO, 12_345, "EUR") == 123
    assert pricing.worth(-100 * MICRO, 12_350, "EUR") == -124
