from __future__ import annotations

import phonenumbers
import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.numbers.countries import COUNTRIES, Country, country, name


def test_every_country_with_numbers_has_a_name() -> None:
    assert set(COUNTRIES) == phonenumbers.SUPPORTED_REGIONS
    assert len({one.name for one in COUNTRIES.values()}) == len(COUNTRIES)
    assert all(one.name == one.name.strip() and len(one.name) > 2 for one in COUNTRIES.values())


@pytest.mark.parametrize("iso", ["ES", "es", "Es"])
def test_a_country_is_found_in_either_case(iso: str) -> None:
    assert country(iso) == Country("ES", "Spain", "34")


@pytest.mark.parametrize("iso", ["", "E", "ZZ", "ESP", "001", "x" * 1000])
def test_an_unknown_country_is_a_clear_error(iso: str) -> None:
    with pytest.raises(InvalidInput, match="two letters of ISO 3166") as caught:
        country(iso)

    assert caught.value.code == "unknown_country"
    assert len(caught.value.message) < 120


def test_a_network_of_no_country_has_a_name_too() -> None:
    assert name("001") == "International network"
    assert name("ES") == "Spain"
