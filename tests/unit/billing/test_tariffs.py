from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.billing import tariffs
from cablegram.billing.tariffs import Tariff, TariffBook


def tariff(prefix: str, country: str = "US", price: int = 1, *, is_demo: bool = False) -> Tariff:
    return Tariff(prefix, country, f"Country {country}", price, is_demo)


BOOK = TariffBook([tariff("1", price=10), tariff("1204", "CA", 7), tariff("34", "ES", 20), tariff("3460", "ES", 25)], 3)

PREFIXES = st.text("123", min_size=1, max_size=5)
NUMBERS = st.text("123", max_size=7)


@pytest.mark.req("R16")
@pytest.mark.parametrize(
    ("number", "price"),
    [
        ("12125550100", 10),
        ("12045550100", 7),
        ("34911234567", 20),
        ("34600000118", 25),
        ("1", 10),
        ("346", 20),
        ("44", None),
        ("", None),
    ],
)
def test_the_longest_prefix_that_fits_says_the_price(number: str, price: int | None) -> None:
    found = BOOK.find(number)
    assert (found and found.price) == price


@given(prefixes=st.sets(PREFIXES), numbers=st.lists(NUMBERS))
def test_finding_agrees_with_looking_at_every_prefix(prefixes: set[str], numbers: list[str]) -> None:
    book = TariffBook([tariff(prefix) for prefix in prefixes], 1)
    for number in numbers * 2:  # the second time from memory
        fitting = [prefix for prefix in prefixes if number.startswith(prefix)]
        found = book.find(number)
        assert (found.prefix if found else None) == max(fitting, key=len, default=None)


def test_what_is_remembered_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tariffs, "_MEMO_LIMIT", 5)
    book = TariffBook([tariff("1234", price=7)], 1)
    for number in [f"{head}00" for head in range(1000, 1300)]:
        found = book.find(number)
        assert (found is not None) == number.startswith("1234")
        assert len(book._memo) <= 5


@pytest.mark.req("R16")
def test_countries_come_by_name_with_the_usual_tariff_first() -> None:
    listed = BOOK.countries()
    assert [one.country for one in listed] == ["CA", "ES", "US"]
    assert [one.prefix for one in listed[1].tariffs] == ["34", "3460"]
    assert (listed[1].usual.price, listed[1].highest_price) == (20, 25)
    assert BOOK.of_country("es") == listed[1]
    assert BOOK.of_country("FR") is None


def test_a_book_knows_its_size_and_whether_any_price_is_invented() -> None:
    assert len(BOOK) == 4
    assert not BOOK.is_demo
    assert TariffBook([tariff("1"), tariff("2", is_demo=True)], 1).is_demo
    assert TariffBook([], 1).find("1") is None
