from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.kit.money import MICRO, credits_to_micro, micro_to_credits

AMOUNTS = st.integers(-(10**15) + 1, 10**15 - 1)


@given(AMOUNTS)
def test_an_amount_is_read_as_it_was_written(micro: int) -> None:
    assert credits_to_micro(micro_to_credits(micro)) == micro


@pytest.mark.parametrize(
    ("text", "micro"),
    [
        ("0", 0),
        ("12.5", 12_500_000),
        (" 1 ", MICRO),
        ("+3", 3 * MICRO),
        ("-0.000001", -1),
        ("1.50000000000", 1_500_000),
        ("1.0000000", MICRO),
        ("0001", MICRO),
        ("999999999.999999", 10**15 - 1),
    ],
)
def test_credits_are_read_to_the_micro_credit(text: str, micro: int) -> None:
    assert credits_to_micro(text) == micro


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one",
        "1e3",
        "1e999999999",
        "NaN",
        "Infinity",
        "1,5",
        "1_000",
        ".5",
        "5.",
        "--1",
        "0.0000001",
        "1000000000",
        "9" * 5000,
        "١",
        "1\n2",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        credits_to_micro(text)
    assert caught.value.code == "bad_amount"
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("micro", "text"), [(0, "0"), (1_500_000, "1.5"), (-1, "-0.000001"), (10 * MICRO, "10"), (-20 * MICRO, "-20")]
)
def test_credits_are_written_without_zeros_that_say_nothing(micro: int, text: str) -> None:
    assert micro_to_credits(micro) == text
