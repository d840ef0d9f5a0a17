"""What an address is: a number of a type and a country, a short code, a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.numbers.countries import COUNTRIES
from cablegram.senders.model import Capability, Kind, NumberType
from cablegram.senders.reading import Described, check_capabilities, describe, kind_of


@pytest.mark.req("R58")
@pytest.mark.parametrize(
    ("text", "number_type", "country"),
    [
        ("+34600000118", NumberType.MOBILE, "ES"),
        ("34911234567", NumberType.LOCAL, "ES"),
        ("12125550100", NumberType.LOCAL, "US"),  # a plan that does not tell fixed from mobile
        ("18005551234", NumberType.TOLL_FREE, "US"),
        ("14165550100", NumberType.LOCAL, "CA"),
        ("+442071234567", NumberType.LOCAL, "GB"),
        ("+448431234567", NumberType.NATIONAL, "GB"),  # shared cost
        ("80012345678", NumberType.TOLL_FREE, "001"),
    ],
)
def test_a_number_has_the_type_and_country_of_its_plan(text: str, number_type: NumberType, country: str) -> None:
    assert describe(text) == Described(text.removeprefix("+"), Kind.NUMBER, number_type, country)


@pytest.mark.req("R145")
def test_short_codes_and_names_are_known_by_their_form() -> None:
    assert describe(" 70500 ", country="us") == Described("70500", Kind.SHORT_CODE, None, "US")
    assert describe("Acme 24") == Described("Acme 24", Kind.NAME)
    assert [kind_of(address) for address in ("123", "1234567", "12345678", "A1234567")] == [
        Kind.SHORT_CODE, Kind.SHORT_CODE, Kind.NUMBER, Kind.NAME,
    ]  # fmt: skip


def test_what_the_operator_says_wins_over_the_plan_but_not_over_the_dialing_code() -> None:
    said = describe("14165550100", number_type=NumberType.MOBILE, country="us")
    assert (said.number_type, said.country) == (NumberType.MOBILE, "US")
    unplanned = describe("8801000000000", number_type=NumberType.LOCAL, country="BD")
    assert (unplanned.number_type, unplanned.country) == (NumberType.LOCAL, "BD")
    untyped = describe("+49139069", number_type=NumberType.NATIONAL)
    assert (untyped.number_type, untyped.country) == (NumberType.NATIONAL, "DE")
    nowhere = describe("99900000000", number_type=NumberType.LOCAL, country="ES")
    assert nowhere.country == "ES"


@pytest.mark.parametrize(
    ("text", "said", "code"),
    [
        ("ABCDEFGHIJKL", {}, "sender_invalid"),
        ("12", {}, "sender_invalid"),
        ("Any", {}, "sender_invalid"),
        ("8801000000000", {}, "sender_number_unknown"),
        ("8801000000000", {"country": "BD"}, "sender_number_unknown"),
        ("+49139069", {}, "sender_number_unknown"),
        ("99900000000", {"number_type": NumberType.LOCAL}, "sender_number_unknown"),
        ("+34600000118", {"country": "US"}, "sender_country_wrong"),
        ("+34600000118", {"country": "QQ"}, "unknown_country"),
        ("70500", {"number_type": NumberType.LOCAL}, "sender_type_wrong"),
        ("Acme", {"country": "ES"}, "sender_type_wrong"),
    ],
)
@pytest.mark.req("R145")
def test_what_can_be_no_sender_says_why(text: str, said: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        describe(text, **said)  # pyright: ignore[reportArgumentType] - rows of the table above
    assert caught.value.code == code


@given(st.text(alphabet="0123456789+ ABCaé-", max_size=18))
def test_any_text_is_a_sender_of_a_known_kind_or_refused(text: str) -> None:
    try:
        found = describe(text)
    except InvalidInput:
        return
    assert (found.kind is Kind.NUMBER) == (found.number_type is not None)
    assert found.country is None or found.country == "001" or found.country in COUNTRIES
    assert describe(found.address) == found


def test_a_name_carries_plain_texts_and_every_sender_something() -> None:
    check_capabilities(Kind.NAME, [Capability.SMS])
    check_capabilities(Kind.SHORT_CODE, [Capability.VOICE, Capability.MMS])
    for kind, capabilities in ((Kind.NUMBER, []), (Kind.NAME, [Capability.SMS, Capability.MMS])):
        with pytest.raises(InvalidInput) as caught:
            check_capabilities(kind, capabilities)
        assert caught.value.code == "sender_capabilities_wrong"
