from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from cablegram.numbers.countries import COUNTRIES
from cablegram.numbers.ranges import OFF_BY_DEFAULT, Line, barrier, line

BY_THE_BOOK = {
    PhoneNumberType.PREMIUM_RATE: Line.PREMIUM,
    PhoneNumberType.TOLL_FREE: Line.TOLL_FREE,
    PhoneNumberType.SHARED_COST: Line.SHARED_COST,
    PhoneNumberType.VOIP: Line.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: Line.PERSONAL,
    PhoneNumberType.PAGER: Line.PAGER,
    PhoneNumberType.UAN: Line.COMPANY,
    PhoneNumberType.VOICEMAIL: Line.VOICEMAIL,
    PhoneNumberType.MOBILE: Line.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: Line.MOBILE,
    PhoneNumberType.FIXED_LINE: Line.FIXED,
    PhoneNumberType.UNKNOWN: Line.UNTYPED,
}
EXAMPLES = [
    (f"{found.country_code}{phonenumbers.national_significant_number(found)}", iso)
    for iso in sorted(COUNTRIES)
    for kind in range(11)
    if (found := phonenumbers.example_number_for_type(iso, kind)) is not None
]
OFF = barrier(OFF_BY_DEFAULT)


def book(number: str) -> tuple[Line, str | None]:
    parsed = phonenumbers.parse(f"+{number}", None)
    return BY_THE_BOOK[phonenumbers.number_type(parsed)], phonenumbers.region_code_for_number(parsed)


@pytest.mark.req("R93")
def test_the_kind_of_a_number_is_that_of_the_book_in_every_country() -> None:
    assert len(EXAMPLES) > 1000
    wrong = {
        number: (line(number, iso), expected)
        for number, iso in EXAMPLES
        if (expected := book(number)[0]) is not line(number, iso) and book(number)[1] == iso
    }
    # A mobile pattern that the plan also calls fixed is one number of two kinds; both take texts here.
    assert {one for one in wrong.values() if set(one) != {Line.MOBILE, Line.FIXED}} == set()


@given(st.sampled_from(EXAMPLES), st.text("0123456789", min_size=4, max_size=4))
def test_neighbors_of_the_examples_are_of_the_books_kind_too(example: tuple[str, str], tail: str) -> None:
    number = example[0][:-4] + tail
    expected, iso = book(number)

    if iso is not None:
        assert line(number, iso) is expected or {line(number, iso), expected} == {Line.MOBILE, Line.FIXED}


@given(st.sampled_from(EXAMPLES), st.frozensets(st.sampled_from(list(Line))))
def test_a_barrier_stops_every_number_of_its_kinds(example: tuple[str, str], kinds: frozenset[Line]) -> None:
    number, iso = example

    assert barrier(kinds)(number, iso) is (line(number, iso) in kinds - {Line.UNTYPED})


@pytest.mark.parametrize(
    ("number", "country", "kind"),
    [
        ("19005550123", "US", Line.PREMIUM),
        ("34803123456", "ES", Line.PREMIUM),
        ("447012345678", "GB", Line.PERSONAL),
        ("881612345678", "001", Line.SATELLITE),
        ("870773111632", "001", Line.SATELLITE),
        ("88213123456", "001", Line.INTERNATIONAL),
        ("979123456789", "001", Line.PREMIUM),
        ("80012345678", "001", Line.TOLL_FREE),
    ],
)
def test_premium_satellite_and_the_like_are_told(number: str, country: str, kind: Line) -> None:
    assert line(number, country) is kind
    assert OFF(number, country) is (kind in OFF_BY_DEFAULT)


def test_no_mobile_of_any_country_is_off_by_default() -> None:
    mobiles = [(number, iso) for number, iso in EXAMPLES if line(number, iso) in {Line.MOBILE, Line.TOLL_FREE}]
    assert len(mobiles) > 400
    assert [one for one in mobiles if OFF(*one)] == []
    assert not barrier([])("881612345678", "001")


def test_a_country_nobody_knows_is_an_error() -> None:
    with pytest.raises(LookupError, match="no country XX"):
        OFF("34600000118", "XX")
