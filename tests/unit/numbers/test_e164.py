from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.numbers.e164 import BadNumber, Number, parse, parse_many


def _code(raw: str, default_country: str | None = None) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse(raw, default_country)
    return caught.value.code


@pytest.mark.req("R30")
@pytest.mark.parametrize(
    "raw", ["+12223334444", "12223334444", "0012223334444", "+1 (222) 333-4444", "+1.222.333.4444"]
)
def test_a_number_is_stored_in_one_form_however_it_is_written(raw: str) -> None:
    assert parse(raw) == Number("12223334444", "US")


@pytest.mark.req("R30", "R31")
@pytest.mark.parametrize(
    ("raw", "default_country", "found"),
    [
        ("2223334444", "US", Number("12223334444", "US")),
        ("600 000 118", "ES", Number("34600000118", "ES")),
        ("600000118", "es", Number("34600000118", "ES")),
        ("06 12 34 56 78", "FR", Number("33612345678", "FR")),  # trunk prefix
        ("8 (912) 345-67-89", "RU", Number("79123456789", "RU")),
        ("011 34 600 000 118", "US", Number("34600000118", "ES")),  # as dialed from there
        ("15 2345-6789", "AR", None),  # no area
        ("011 15-2345-6789", "AR", Number("5491123456789", "AR")),  # a mobile is rewritten
        ("0 11 91234 5678", "BR", Number("5511912345678", "BR")),
        ("416 555 0123", "US", Number("14165550123", "CA")),  # a code that countries share
        ("7700 900123", "JE", Number("447700900123", "GB")),
    ],
)
def test_a_number_without_country_code_is_read_at_home(raw: str, default_country: str, found: Number | None) -> None:
    assert parse_many([raw], default_country) == [found] or found is None
    if found is None:
        assert _code(raw, default_country) == "number_invalid"


@pytest.mark.req("R30", "R31")
@pytest.mark.parametrize("default_country", [None, "ES", "US", "GB", "IN", "BR"])
def test_a_country_code_beats_the_default_country(default_country: str | None) -> None:
    for raw in ("+34600000118", "0034600000118", "34600000118"):
        assert parse(raw, default_country) == Number("34600000118", "ES")


@pytest.mark.req("R30")
@pytest.mark.parametrize(
    "raw",
    [
        "+34 600 000 118",
        "+34\u00a0600\u202f000\u2009118",
        "+34-600-000-118",
        "+34 600–000−118",
        "(+34) 600/000.118",
        "\u202a+34600000118\u202c",
        "\ufeff+34600000118\t",
        "[+34] 600 000 118",
    ],
)
def test_spaces_dashes_and_brackets_do_not_count(raw: str) -> None:
    assert parse(raw) == Number("34600000118", "ES")


@pytest.mark.req("R31")
def test_a_range_in_use_abroad_beats_a_mere_shape_at_home() -> None:
    # Area 34 exists in Brazil, and nothing of its plan forbids such a number; but it is a mobile of Spain.
    assert parse("34600000118", "BR") == Number("34600000118", "ES")
    assert parse("34 99600-0118", "BR") == Number("5534996000118", "BR")


def test_a_trunk_zero_in_brackets_is_left_away() -> None:
    assert parse("+44 (0) 7700 900123") == Number("447700900123", "GB")


def test_a_zero_that_belongs_to_the_number_stays() -> None:
    assert parse("+225 07 07 12 34 56") == Number("2250707123456", "CI")


def test_a_number_of_no_country_is_a_number() -> None:
    assert parse("+881 6 123 45678") == Number("881612345678", "001")


@pytest.mark.parametrize(
    ("raw", "default_country"),
    [
        ("", None),
        ("+", None),
        ("00", None),
        ("abc", None),
        ("+34600000118x12", None),
        ("+34 600 OOO 118", None),
        ("34+600000118", None),
        ("++34600000118", None),
        ("+٣٤٦٠٠٠٠٠١١٨", None),
        ("²³", "ES"),
        ("+1", None),
        ("+999123456", None),  # no such country code
        ("+34100000000", None),  # no such range in the plan
        ("+3460000011", None),  # a digit short
        ("60000011", "ES"),
        ("123", "US"),
        ("1", "US"),
        ("011", "US"),
        ("99", "ES"),
    ],
)
def test_what_fits_no_numbering_plan_is_invalid(raw: str, default_country: str | None) -> None:
    assert _code(raw, default_country) == "number_invalid"


@pytest.mark.req("R30")
@pytest.mark.parametrize(
    ("raw", "default_country", "sentence"),
    [
        ("+346000001189", None, r"\+34 \(Spain\) allows at most 9 digits after the country code, this number has 10"),
        ("+12223334444555566", None, r"allows at most 10 digits after the country code, this number has 16"),
        ("600000118600", "ES", "at most 9 digits"),
        ("1" * 300, None, r"E\.164 allows at most 15 digits in all, this number has 300"),
        ("+4930" + "1" * 13, None, "this number has 15"),  # Germany's plan allows more than E.164 does
    ],
)
def test_too_many_digits_are_an_error_of_their_own(raw: str, default_country: str | None, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence) as caught:
        parse(raw, default_country)

    assert caught.value.code == "number_too_long"
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("raw", "default_country"),
    [
        ("+34910123456", None),
        ("34910123456", "ES"),
        ("910123456", "ES"),
        ("020 7946 0018", "GB"),
        ("+442079460018", "US"),
    ],
)
def test_a_fixed_line_gets_no_texts(raw: str, default_country: str | None) -> None:
    assert _code(raw, default_country) == "number_landline"


@pytest.mark.parametrize("raw", ["+12025550123", "+18005550123", "+5511912345678", "+8801712345678"])
def test_a_number_that_may_be_a_mobile_is_no_fixed_line(raw: str) -> None:
    assert isinstance(parse_many([raw])[0], Number)


def test_many_numbers_are_judged_one_by_one_in_order() -> None:
    found = parse_many(iter(["+34600000118", "nobody", "+34910123456", "600000119"]), "ES")

    assert found[0] == Number("34600000118", "ES")
    assert found[1] == BadNumber(
        "nobody", "number_invalid", "'nobody' is no telephone number: write it like +34600000118."
    )
    assert isinstance(found[2], BadNumber)
    assert found[2].message == "'+34910123456' is a fixed line (Spain), which gets no texts: use a mobile number."
    assert found[3] == Number("34600000119", "ES")


def test_a_number_that_ends_right_after_its_country_code_is_said_to_be_too_short() -> None:
    (found,) = parse_many(["+9665"])

    assert isinstance(found, BadNumber)
    assert found.message == "'+9665' is too short: look for missing digits after the country code."


@pytest.mark.parametrize("default_country", ["ZZ", "", "Spain", "001"])
def test_an_unknown_default_country_is_an_error_before_any_number_is_read(default_country: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_many([], default_country)

    assert caught.value.code == "unknown_country"


@given(st.text(max_size=60), st.sampled_from([None, "US", "ES", "GB", "AR"]))
def test_any_text_gets_a_verdict(raw: str, default_country: str | None) -> None:
    (found,) = parse_many([raw], default_country)

    if isinstance(found, Number):
        assert found.e164.isdigit()
        assert len(found.e164) <= 15
        assert parse(found.e164) == parse(f"+{found.e164}") == found
    else:
        assert found.code in {"number_invalid", "number_too_long", "number_landline"}


@pytest.mark.req("R30")
def test_canonical_forms_of_all_countries_stay_as_they_are() -> None:
    for iso in phonenumbers.SUPPORTED_REGIONS:
        example = phonenumbers.example_number_for_type(iso, phonenumbers.PhoneNumberType.MOBILE)
        if example is not None:
            digits = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)[1:]
            assert parse(digits) == Number(digits, phonenumbers.region_code_for_number(example) or "")
