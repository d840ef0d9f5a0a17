"""What a store decides without asking anybody: keywords, texts, pace, what a text means, what is posted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.consent import keywords as reading
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import AccountId, ContactId, ProgramId, SenderId
from cablegram.programs.model import Standing
from cablegram.stores import codes, keywords, pace, posting, texts
from cablegram.stores.dialogue import Decided, Deed, Place, decide
from cablegram.stores.model import (
    STANDINGS,
    STATUSES,
    Code,
    Credential,
    Customer,
    Keyword,
    KeywordKind,
    OptIn,
    Status,
    Store,
    StoreState,
    Text,
)
from cablegram.stores.posting import Heard

NOON = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)
ACCOUNT = AccountId(UUID(int=1))
PIZZA, RIBS = ProgramId(UUID(int=11)), ProgramId(UUID(int=12))
JOIN = Keyword("PIZZA123", PIZZA, ACCOUNT, KeywordKind.PRIMARY)
COUPON = Keyword("COUPON", PIZZA, ACCOUNT, KeywordKind.RESPONDER, "yours", "join")
RIB_DAY = Keyword("RIBDAY", RIBS, JOIN.account_id, KeywordKind.OPT_IN)


@pytest.mark.req("R119")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pizza", "PIZZA"), (" Deals19 ", "DEALS19"), ("A" * 19, "A" * 19), ("1a23", "1A23"),
        ("piz", "bad_keyword"), ("A" * 20, "bad_keyword"), ("12345", "bad_keyword"), ("two words", "bad_keyword"),
        ("café", "bad_keyword"), ("ＰＩＺＺＡ", "bad_keyword"), ("a-bcd", "bad_keyword"), ("", "bad_keyword"),
        ("stop", "keyword_reserved"), ("QUIT", "keyword_reserved"), ("help", "keyword_reserved"),
        ("Unsubscribe", "keyword_reserved"), ("START", "keyword_reserved"), ("subscribe", "keyword_reserved"),
    ],
)  # fmt: skip
def test_a_keyword_is_4_to_19_letters_and_digits_and_no_answer(text: str, expected: str) -> None:
    try:
        found = keywords.read(text)
    except InvalidInput as error:
        found = error.code
    assert found == expected


def test_the_first_word_of_a_text_is_the_one_that_may_lead() -> None:
    assert keywords.leading("Pizza123, please!") == "PIZZA123"
    assert [keywords.leading(text) for text in ("I love pizza123", "12345", "", "...")] == [None] * 4
    assert keywords.candidates("I love pizza123 and RIBS") == ["LOVE", "PIZZA123", "RIBS"]


@pytest.mark.req("R42", "R169")
def test_a_text_costs_its_started_160_characters() -> None:
    assert [texts.pieces("x" * n) for n in (0, 1, 160, 161, 240, 320, 321, 1600)] == [1, 1, 1, 2, 2, 2, 3, 10]
    for text, code in (("x" * 1601, "text_too_long"), ("four", "text_too_short"), ("a\0bcd", "bad_character")):
        with pytest.raises(InvalidInput) as found:
            texts.read(text, field="text")
        assert found.value.code == code
    assert texts.read("x" * 1600, field="text")


@pytest.mark.req("R169")
def test_a_new_store_s_texts_say_who_writes_and_how_to_end_it() -> None:
    made = texts.made("Bob's Hotcakes", "CAKES", "555-0100")
    assert made.keys() == set(Text)
    assert all("Bob's Hotcakes" in text and texts.pieces(text) == 1 for text in made.values())
    assert all("STOP" in made[kind] for kind in (Text.OPT_IN_REQUEST, Text.OPT_IN_CONFIRMATION, Text.HELP))
    assert "555-0100" in made[Text.HELP]
    assert "Ask us" in texts.made("Bob", "CAKES", "")[Text.HELP]


@pytest.mark.req("R57")
def test_700_customers_take_700_seconds_one_by_one_and_23_in_a_campaign() -> None:
    at, next_at = NOON, None
    for _ in range(700):
        at, next_at = pace.slot(1, next_at, NOON)
    assert (at - NOON).total_seconds() == 699
    assert pace.took(1, 700) == timedelta(seconds=700)
    assert round(pace.took(30, 700).total_seconds(), 1) == 23.3


@given(st.lists(st.integers(min_value=0, max_value=3_000_000), max_size=40), st.integers(min_value=1, max_value=2000))
def test_no_second_of_a_campaign_ever_has_more_than_its_pace_and_what_was_saved(waits: list[int], most: int) -> None:
    now, next_at, went = NOON, None, list[tuple[datetime, int]]()
    for wait in waits:
        now += timedelta(microseconds=wait)
        n, follows = pace.room(30, next_at, now, most=most)
        assert n <= most
        assert pace.after(30, next_at, now, count=n) == follows
        next_at = follows
        went.append((now, n))
    for begin, _ in went:
        in_a_second = sum(n for at, n in went if begin <= at < begin + timedelta(seconds=1))
        assert in_a_second <= 2 * 30 + 1


def place(store: ProgramId, standing: Standing | None, *, last: int = 0, since: int = 0) -> Place:
    return Place(store, standing, NOON + timedelta(seconds=since), UUID(int=last) if last else None)


_IN, _OUT, _ASKED = Standing.IN, Standing.OUT, Standing.ASKED


@pytest.mark.req("R117", "R118", "R119")
@pytest.mark.parametrize(
    ("text", "places", "expected"),
    [
        ("stop", [place(PIZZA, _IN)], Decided(Deed.LEAVE, PIZZA)),
        ("stop", [place(PIZZA, _IN, last=1), place(RIBS, _IN, last=2)], Decided(Deed.LEAVE, RIBS)),
        ("STOP PIZZA123", [place(PIZZA, _IN), place(RIBS, _IN, last=2)], Decided(Deed.LEAVE, PIZZA, JOIN)),
        ("stopall", [place(PIZZA, _IN, last=2), place(RIBS, _ASKED)], Decided(Deed.LEAVE, PIZZA, None, (RIBS,))),
        ("stop pizza123 ribday", [place(PIZZA, _IN), place(RIBS, _IN)], Decided(Deed.LEAVE, PIZZA, JOIN, (RIBS,))),
        ("pizza123, ribday: stop", [place(PIZZA, _OUT), place(RIBS, _IN)], Decided(Deed.LEAVE, RIBS, RIB_DAY)),
        ("stop", [place(PIZZA, _OUT)], Decided(Deed.LEFT_BEFORE, PIZZA)),
        ("pizza123 stop", [], Decided(Deed.LEFT_BEFORE, PIZZA, JOIN)),
        ("stop", [], None),
        ("YES STOP PIZZA123", [place(PIZZA, _ASKED)], Decided(Deed.LEAVE, PIZZA, JOIN)),
        ("help", [place(PIZZA, _IN)], Decided(Deed.HELP, PIZZA)),
        ("help pizza123", [], Decided(Deed.HELP, PIZZA, JOIN)),
        ("help", [], None),
        ("pizza123", [], Decided(Deed.JOIN, PIZZA, JOIN)),
        ("Pizza123 for me", [place(PIZZA, _OUT)], Decided(Deed.JOIN, PIZZA, JOIN)),
        ("pizza123", [place(PIZZA, _IN)], Decided(Deed.JOINED_BEFORE, PIZZA, JOIN)),
        ("coupon", [place(PIZZA, _IN)], Decided(Deed.ANSWER, PIZZA, COUPON)),
        ("yes", [place(PIZZA, _ASKED, since=1), place(RIBS, _ASKED, since=2)], Decided(Deed.JOIN, RIBS)),
        ("yes", [place(PIZZA, _OUT)], None),
        ("yes", [place(PIZZA, _IN)], Decided(Deed.TEXT, PIZZA)),
        ("is there pizza123 today?", [place(PIZZA, _OUT)], None),
        ("two please", [place(PIZZA, Standing.GUEST), place(RIBS, None)], Decided(Deed.TEXT, PIZZA)),
        ("wrong number", [place(PIZZA, _IN)], Decided(Deed.DOUBT, PIZZA)),
        ("wrong number", [], None),
    ],
)
def test_what_a_text_is_to_stores(text: str, places: list[Place], expected: Decided | None) -> None:
    known = {one.keyword: one for one in (JOIN, COUPON, RIB_DAY)}
    named = [known[word] for word in keywords.candidates(text) if word in known]
    leading = next((one for one in named if one.keyword == keywords.leading(text)), None)
    said = reading.read(text, keywords=[one.keyword for one in named])
    assert decide(said, leading, named, places) == expected


@pytest.mark.req("R120")
def test_each_store_of_a_person_gets_a_code_of_its_own_while_there_are_any() -> None:
    one, two = (Code(SenderId(UUID(int=n)), str(n)) for n in (1, 2))
    ann, bea = ContactId(UUID(int=1)), ContactId(UUID(int=2))
    given_ = codes.choose([ann, bea], [one, two], {ann: {one.sender_id}}, {two.sender_id: 5})
    assert given_ == {ann: two, bea: one}
    assert codes.choose([ann], [one], {ann: {one.sender_id}}, {}) == {ann: one}


@pytest.mark.req("R116")
def test_statuses_are_those_of_the_source() -> None:
    assert [status.value for status in Status] == [1, 3, 4, 5]
    assert STATUSES.keys() == set(Standing)
    assert {one for its in STANDINGS.values() for one in its} == set(Standing)


def store(zone: str = "America/Los_Angeles") -> Store:
    return Store(
        PIZZA,
        ACCOUNT,
        "Bob & Co",
        "PIZZA123",
        StoreState.OPEN,
        OptIn.SINGLE,
        True,
        1,
        30,
        "",
        zone,
        {},
        None,
        "Ana",
        NOON,
    )


@pytest.mark.req("R122")
def test_what_is_posted_has_the_fields_of_the_source_in_the_store_s_time() -> None:
    customer = Customer(ContactId(UUID(int=7)), PIZZA, "12125550118", "Joe Smith", Standing.IN, NOON)
    heard = Heard(UUID(int=9), "Garlic? 🍕 & =", NOON, ("https://x.example/a.JPG?b=1", "https://x.example/b"))
    fields = {name: values[0] for name, values in parse_qs(posting.body(store(), customer, heard)).items()}
    assert fields == {
        "custID": str(customer.contact_id), "message": "Garlic? 🍕 & =", "keyword": "PIZZA123",
        "mobileNum": "2125550118", "optInStatus": "Opt-in", "timeStamp": "2026-07-15 05:00:00",
        "subacct": str(PIZZA), "custName": "Joe Smith", "msgID": str(heard.id), "subacct_name": "Bob & Co",
        "mms": '{"0":{"ContentType":"image/jpeg","URL":"https://x.example/a.JPG?b=1"},'
        '"1":{"ContentType":"application/octet-stream","URL":"https://x.example/b"},"count":2}',
    }  # fmt: skip
    assert posting.stamp(datetime(2026, 1, 15, 12, 0, tzinfo=UTC), "America/Los_Angeles") == "2026-01-15 04:00:00"
    assert posting.short("34600000118") == "34600000118"
    assert posting.body(store(), customer, Heard(UUID(int=9), "x", NOON)).endswith("&mms=")
    assert posting.opt_in_status(Standing.OUT) == "Opt-out"


@pytest.mark.req("R122")
def test_a_post_is_tried_for_a_day_and_then_given_up() -> None:
    tries, now = 1, NOON
    while (following := posting.again(tries, now)) is not None:
        assert timedelta(0) < following - now <= timedelta(minutes=30)
        tries, now = tries + 1, following
    assert timedelta(hours=23) < now - NOON <= timedelta(hours=24)


def test_values_tell_what_they_are() -> None:
    assert JOIN.lets_in
    assert not COUPON.lets_in
    assert store().is_open
    assert Customer(ContactId(UUID(int=7)), PIZZA, "1", "", Standing.ASKED, NOON).status is Status.PENDING
    assert Credential(UUID(int=1), ACCOUNT, None, "a", "b").is_clients
