"""The compiled plans beside phonenumbers, which knows them slowly."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.numbers import e164, plan
from cablegram.numbers.countries import COUNTRIES
from cablegram.numbers.e164 import BadNumber, Number, parse_many

KINDS = range(11)  # PhoneNumberType, without UNKNOWN


@cache
def _examples() -> list[tuple[str, str]]:
    """List an example of each kind of number in each country, as (dialing code, national number)."""
    found = [phonenumbers.example_number_for_type(iso, kind) for iso in sorted(COUNTRIES) for kind in KINDS]
    found += map(phonenumbers.example_number_for_non_geo_entity, phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)
    return [(str(one.country_code), phonenumbers.national_significant_number(one)) for one in found if one is not None]


def _book(raw: str, default_country: str | None) -> str | Number:
    """Say what phonenumbers alone makes of digits: at home unless abroad they are the better number."""
    readings: list[e164.Reading] = []
    if default_country is not None:
        home = plan.plan(default_country, COUNTRIES[default_country].calling_code)
        readings.append(e164.by_the_book(raw, raw, home))
    if plan.calling_code(raw):
        readings.append(e164.by_the_book(raw, raw, None))
    best = max(readings, key=lambda reading: reading[0], default=None)
    return "number_invalid" if best is None else _short(best[1])


def _short(found: Number | BadNumber) -> str | Number:
    return found if isinstance(found, Number) else found.code


def _ours(raw: str, default_country: str | None) -> str | Number:
    return _short(parse_many([raw], default_country)[0])


def _homes(code: str) -> Iterator[str | None]:
    yield from (None, "ES", "US", "BR")
    yield from (one.iso for one in plan.plans(code) if one.iso in COUNTRIES)


@pytest.mark.req("R30", "R31")
def test_examples_of_all_countries_and_kinds_are_read_as_by_the_book() -> None:
    for code, national in _examples():
        for home in (None, "ES", "US"):
            assert _ours(code + national, home) == _book(code + national, home), (code, national, home)
        for iso in list(_homes(code))[4:7]:
            for prefix in ("", "0", "8"):
                assert _ours(prefix + national, iso) == _book(prefix + national, iso), (prefix, national, iso)


@pytest.mark.req("R30", "R31")
@given(st.data())
def test_near_misses_are_read_as_by_the_book(data: st.DataObject) -> None:
    code, national = data.draw(st.sampled_from(_examples()))
    kept = data.draw(st.integers(0, len(national)))
    rest = data.draw(st.text("0123456789", max_size=len(national) - kept + 1))
    prefix = data.draw(st.sampled_from(["", code, "0", "1", "8", "0" + code, "011" + code]))
    home = data.draw(st.sampled_from(list(_homes(code))))
    raw = prefix + national[:kept] + rest

    if raw and not raw.startswith("00"):  # 00 is always the start of an international number here
        assert _ours(raw, home) == _book(raw, home)


def test_every_country_has_a_plan() -> None:
    for one in COUNTRIES.values():
        assert one.iso in [sharing.iso for sharing in plan.plans(one.calling_code)]


def test_a_country_without_plan_is_a_fault_of_ours() -> None:
    with pytest.raises(LookupError, match="no plan for XX"):
        plan.plan("XX", "1")
