from __future__ import annotations

import pytest

from cablegram.kit import currency
from cablegram.kit.errors import InvalidInput


@pytest.mark.parametrize(("amount", "code", "text"), [
    (1250, "EUR", "12.50 EUR"), (5, "EUR", "0.05 EUR"), (-105, "EUR", "-1.05 EUR"), (7, "JPY", "7 JPY"),
    (1001, "KWD", "1.001 KWD"),
])  # fmt: skip
def test_minor_units_are_written_with_the_decimals_of_their_currency(amount: int, code: str, text: str) -> None:
    assert currency.show_minor(amount, code) == text


def test_millionths_are_written_exactly() -> None:
    assert currency.show_micro(6_500, "EUR") == "0.0065 EUR"


@pytest.mark.parametrize(("micro", "code", "amount"), [
    (5_000, "EUR", 1), (4_999, "EUR", 0), (-5_000, "EUR", -1), (500_000, "JPY", 1), (500, "KWD", 1),
])  # fmt: skip
def test_millionths_are_rounded_to_the_minor_unit_half_away_from_nothing(micro: int, code: str, amount: int) -> None:
    assert currency.minor_units(micro, code) == amount


@pytest.mark.parametrize(("code", "micro"), [("EUR", 12_500_000), ("JPY", 1_250_000_000), ("KWD", 1_250_000)])
def test_minor_units_are_millionths_exactly(code: str, micro: int) -> None:
    assert currency.minor_to_micro(1250, code) == micro


def test_a_currency_is_three_letters() -> None:
    assert currency.read_currency(" eur ") == "EUR"
    with pytest.raises(InvalidInput):
        currency.read_currency("euro")
