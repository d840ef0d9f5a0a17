"""What a draft says of itself: too short, no number, no tariff; its size and its price."""

from __future__ import annotations

from uuid import UUID

import pytest

from cablegram.billing.tariffs import Tariff, TariffBook
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.kit.money import MICRO
from cablegram.messages import compose
from cablegram.messages.model import Draft, Refusal
from cablegram.text.encoding import Encoding
from cablegram.text.profiles import FLAT160
from cablegram.text.segments import Measure

ACCOUNT = AccountId(UUID(int=1))
BOOK = TariffBook([Tariff("34", "ES", "Spain", 50_000, False), Tariff("346", "ES", "Spain, mobile", 60_000, False)], 1)


def draft(text: str = "Hello there", to: str = "+34600000118", country: str | None = None) -> Draft:
    return Draft(ACCOUNT, to, text, default_country=country)


def refusals(*drafts: Draft) -> list[tuple[str, str | None] | None]:
    compose.judge(drafts)
    return [(one.refusal.code, one.refusal.field) if one.refusal else None for one in drafts]


@pytest.mark.req("R37", "R38")
def test_texts_are_measured_and_numbers_read() -> None:
    plain, greek, long = draft(), draft("Καλημέρα 😀"), draft("a" * 161)
    assert refusals(plain, greek, long) == [None, None, None]
    assert [(one.encoding, one.segments) for one in (plain, greek, long)] == [
        (Encoding.GSM0338, 1),
        (Encoding.UCS2, 1),
        (Encoding.GSM0338, 2),
    ]
    assert (plain.number, plain.country) == ("34600000118", "ES")


@pytest.mark.req("R41")
def test_four_characters_are_refused_and_five_are_not() -> None:
    assert refusals(draft("Hiya"), draft("Hello")) == [("text_too_short", "text"), None]


@pytest.mark.parametrize("text", ["Hello\0 there", "Hello \ud800 there"])
def test_a_character_that_nobody_can_show_or_store_is_refused(text: str) -> None:
    assert refusals(draft(text)) == [("bad_character", "text")]


def test_a_text_of_more_parts_than_a_header_can_count_is_refused() -> None:
    assert refusals(draft("a" * 153 * 255), draft("a" * 153 * 255 + "a")) == [None, ("text_too_long", "text")]


@pytest.mark.req("R42", "R43", "R44")
def test_who_bills_counts_in_their_own_way_and_the_parts_stay_as_the_network_cuts_them() -> None:
    one, other = draft("a" * 241), Draft(AccountId(UUID(int=2)), "+34600000118", "a" * 241)
    one.connector_id, other.connector_id = ConnectorId(UUID(int=7)), ConnectorId(UUID(int=8))
    compose.judge([one, other])
    compose.count([one, other], {ACCOUNT: FLAT160}, {ConnectorId(UUID(int=7)): 120})
    assert [(each.segments, each.billed_segments, each.gateway_segments) for each in (one, other)] == [
        (2, None, 3),
        (2, None, None),
    ]
    assert (one.is_special, other.is_special) == (True, False)


@pytest.mark.req("R42")
@pytest.mark.parametrize(
    ("text", "segments", "billed"),
    [
        ("a" * 160, 1, 1),
        ("a" * 161, 2, 2),
        ("a" * 320, 3, 2),
        ("a" * 1600, 11, 10),
        ("é€" * 80, 2, 1),
        ("я" * 160, 3, 1),
    ],
)
def test_a_store_pays_for_each_started_160_characters(text: str, segments: int, billed: int) -> None:
    one = draft(text)
    compose.judge([one])
    compose.count([one], {ACCOUNT: FLAT160}, {})
    compose.price([one], BOOK)
    assert (one.segments, one.billed_segments or one.segments, one.price) == (segments, billed, billed * 60_000)


@pytest.mark.req("R42")
def test_where_nobody_has_a_count_of_their_own_nothing_is_counted() -> None:
    ones = [draft("a" * 320), draft("a" * 320)]
    compose.judge(ones)
    compose.count(ones, {}, {})
    compose.count(ones, {AccountId(UUID(int=9)): FLAT160}, {})
    assert [(one.billed_segments, one.gateway_segments) for one in ones] == [(None, None)] * 2


@pytest.mark.req("R42")
def test_a_store_sends_1600_characters_at_most() -> None:
    one = draft("a" * 1601)
    compose.judge([one])
    compose.count([one], {ACCOUNT: FLAT160}, {})
    assert one.refusal is not None
    assert (one.refusal.code, one.refusal.field) == ("text_too_long", "text")


@pytest.mark.req("R30", "R31")
def test_each_number_is_read_with_its_own_default_country() -> None:
    spanish, american, nobody = (
        draft(to="600000118", country="ES"),
        draft(to="2015550123", country="US"),
        draft(to="12"),
    )
    assert refusals(spanish, american, nobody) == [None, None, ("number_invalid", "to")]
    assert (spanish.number, american.number) == ("34600000118", "12015550123")


def test_a_fixed_line_gets_no_texts() -> None:
    assert refusals(draft(to="+34912345678")) == [("number_landline", "to")]


def test_what_was_refused_before_is_left_as_it_is() -> None:
    refused = draft("Hi", to="12")
    refused.refusal = Refusal("missing_variable", "There is no name.", "variables")
    assert refusals(refused) == [("missing_variable", "variables")]


def test_people_of_a_list_come_with_their_number_read() -> None:
    person = draft(to="as it stood in the file")
    person.number, person.country = "34600000118", "ES"
    assert refusals(person) == [None]
    assert person.number == "34600000118"


@pytest.mark.req("R16", "R17")
def test_the_price_is_the_tariff_of_the_longest_prefix_times_the_segments() -> None:
    mobile, other, nowhere = draft("a" * 161), draft(), draft(to="+4915112345678")
    compose.judge([mobile, other, nowhere])
    other.number = "34700000000"
    compose.price([mobile, other, nowhere], BOOK)
    assert (mobile.price, other.price) == (120_000, 50_000)
    assert nowhere.refusal is not None
    assert (nowhere.refusal.code, nowhere.refusal.field) == ("no_tariff", "to")
    assert "Germany" in nowhere.refusal.message


@pytest.mark.req("R17", "R54")
@pytest.mark.parametrize(("text", "cost"), [("a" * 160, 1), ("a" * 161, 2), ("ж" * 70, 1), ("ж" * 71, 2)])
def test_at_a_tariff_of_one_credit_a_message_costs_as_many_as_it_has_segments(text: str, cost: int) -> None:
    one = draft(text)
    compose.judge([one])
    compose.price([one], TariffBook([Tariff("34", "ES", "Spain", MICRO, False)], 1))
    assert one.price == cost * MICRO


@pytest.mark.req("R171")
def test_over_an_account_s_own_connector_the_fee_takes_the_place_of_the_tariff() -> None:
    own, free, other = (ConnectorId(UUID(int=number)) for number in (1, 2, 3))
    ways = [own, own, free, other, other, None]
    drafts = [draft("a" * 161, to="+4915112345678") for _ in ways]
    compose.judge(drafts)
    for one, connector_id in zip(drafts, ways, strict=True):
        one.connector_id = connector_id
    drafts[1].billed_segments = 3
    compose.price(drafts, BOOK, {own: 7, free: 0})
    assert [one.price for one in drafts[:3]] == [14, 21, 0]
    assert [one.is_own_way for one in drafts] == [True, True, True, False, False, False]
    assert refusals(*drafts) == [None] * 3 + [("no_tariff", "to")] * 3


def test_admitting_a_text_returns_its_measure() -> None:
    found = compose.admit("Hello")
    assert isinstance(found, Measure)
    assert (found.segments, found.units) == (1, 5)
