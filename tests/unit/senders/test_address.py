from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.senders.address import canonical


@pytest.mark.req("R145")
@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("+12125550100", "12125550100"),
        ("12125550100", "12125550100"),
        ("123", "123"),
        ("1" * 15, "1" * 15),
        ("Acme", "Acme"),
        (" Acme Shop 1 ", "Acme Shop 1"),
        ("a", "a"),
        ("ABCDEFGHIJK", "ABCDEFGHIJK"),
        ("1st", "1st"),
    ],
)
def test_a_number_or_a_name_of_eleven_characters_is_an_address(text: str, address: str) -> None:
    assert canonical(text) == address


@pytest.mark.req("R145")
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "12",
        "1" * 16,
        "ABCDEFGHIJKL",  # 12 characters
        "12 34",
        "+Acme",
        "Acme!",
        "Ünal",
        "Acme\n",
        "Ac\tme",
        "١٢٣٤",
        "+",
        "++123",
        "a\0",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert canonical(text) is None


@given(st.text() | st.from_regex(r"[+]?[A-Za-z0-9 ]{0,16}", fullmatch=True))
def test_what_is_canonical_stays_so_and_fits_the_network(text: str) -> None:
    address = canonical(text)
    if address is not None:
        assert canonical(address) == address
        assert address.isascii()
        assert len(address) <= (15 if address.isdigit() else 11)
