from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.numbers.format import international


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("34600000118", "+34 600 000 118"),
        ("12025550123", "+1 202-555-0123"),
        ("447700900123", "+44 7700 900123"),
        ("33612345678", "+33 6 12 34 56 78"),
        ("999123", "+999123"),
    ],
)
def test_numbers_are_shown_as_their_country_groups_them(e164: str, shown: str) -> None:
    assert international(e164) == shown


@given(st.text("0123456789", min_size=1, max_size=15))
def test_any_digits_can_be_shown(e164: str) -> None:
    assert international(e164).startswith("+")
