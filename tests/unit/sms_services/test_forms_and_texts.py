"""What is asked for and what is said: keywords, forms, the five texts, prohibited words, disclosure, notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import AccountId, ProgramId, ShortCodeId, uuid7
from cablegram.sms_services import content, form, noticing, promoting, subscribing, texts
from cablegram.sms_services.model import Form, NoticeKind, OptInMode, Says, Service, ShortCode, Status, Use
from cablegram.sms_services.promoting import Overdone
from cablegram.sms_services.reminding import next_due
from cablegram.text.segments import measure

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GOOD = Form(
    name="Best deals", minimum_age=18, opt_in=OptInMode.DOUBLE, use=Use.MARKETING, frequency=4,
    terms_url="https://example.com/tc", phone="+13055702828", email="help@example.com", examples=("Shoes 20 % off",),
    advertising=("Text BESTDEALS to 12345",),
)  # fmt: skip


def changed(**more: object) -> Form:
    return msgspec.structs.replace(GOOD, **more)


def service(its: Form = GOOD, own: dict[Says, str] | None = None) -> Service:
    stock = ShortCode(ShortCodeId(uuid7()), "US", "12345", (), "", NOW)
    ids = ProgramId(uuid7()), AccountId(uuid7())
    return Service(*ids, stock, None, "BESTDEALS", Status.APPROVED, its, own or {}, "", "tests", NOW, None, None)


@pytest.mark.req("R68")
@pytest.mark.parametrize(
    ("text", "code"),
    [("abc", "bad_keyword"), ("a" * 17, "bad_keyword"), ("two words", "bad_keyword"), ("ñandu", "bad_keyword"),
     ("Stop", "keyword_reserved"), ("unsubscribe", "keyword_reserved"), ("help", "keyword_reserved"),
     ("baja", "keyword_reserved"), ("please", "keyword_reserved"), ("start", "keyword_reserved"),
     # Read as DEALS, as A and as TEXTS, whoever has these.
     ("deaaals", "bad_keyword"), ("aaaa", "bad_keyword"), ("txts", "bad_keyword")],
)  # fmt: skip
def test_a_keyword_has_four_to_sixteen_letters_and_means_nothing_else(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        form.keyword_of(text)
    assert caught.value.code == code


def test_four_and_sixteen_letters_are_a_keyword() -> None:
    assert form.keyword_of(" pizza ") == "PIZZA"
    assert form.keyword_of("a1" * 8) == "A1" * 8
    assert form.keyword_of("SHOP") == "SHOP"


@pytest.mark.req("R68", "R80")
def test_each_field_that_is_wrong_is_named() -> None:
    bad = changed(
        name=" ", minimum_age=100, frequency=0, terms_url="javascript:alert(1)", phone="call me", email="nobody",
        examples=(), advertising=("x",) * 10 + (" ",),
    )  # fmt: skip
    assert [fault.field for fault in form.faults(bad)] == [
        "name", "minimum_age", "frequency", "terms_url", "phone", "email", "examples", "advertising", "advertising.10",
    ]  # fmt: skip
    form.check(GOOD)
    with pytest.raises(InvalidInput, match="look at its fields"):
        form.check(bad)
    wrong = ("https://", "ftp://a.example/x", "https://a b.example", "https://[1", "http://" + "a" * 300 + ".example")
    assert not any(map(form.is_web_address, wrong))


@pytest.mark.req("R74")
def test_the_texts_of_the_reference_have_its_lengths_and_segments() -> None:
    """Each line of the source joined with spaces; a 22-character address, a 12-character phone, a keyword of nine."""
    rates, word = "Msg freq varies. Msg & Data rates may apply.", "BESTDEALS"
    url, phone = "https://example.com/tc", "+13055702828"
    reference = {
        Says.REMINDER: f"{word}: Hello! This is a subscription reminder. STOP {word} to cancel. HELP {word} for help. "
        f"{rates}",
        Says.HELP: f"{word}: T&Cs: {url}, Call us at: {phone}. Send STOP {word} to cancel. {rates}",
        Says.OPT_IN: f"{word}: Thank you! You will receive recurring marketing messages. Reply HELP {word} for help. "
        f"STOP {word} to cancel. {rates}",
        Says.OPT_OUT: f"{word}: You have opted out and will not receive any more messages. Thank you.",
        Says.WELCOME: f"{word}: Welcome! Reply YES {word} to subscribe and receive recurring marketing messages. Reply "
        f"HELP {word} for help. T&Cs: {url}. {rates}",
    }
    assert {says: (len(text), measure(text).segments) for says, text in reference.items()} == {
        Says.REMINDER: (146, 1), Says.HELP: (142, 1), Says.OPT_IN: (170, 2), Says.OPT_OUT: (80, 1),
        Says.WELCOME: (200, 2),
    }  # fmt: skip
    assert list(texts.faults(reference, word, GOOD)) == []
    notes = changed(use=Use.NOTIFICATIONS)
    ours = {said.says: said for said in texts.all_of("A" * 16, notes, {})}
    assert "notification messages" in ours[Says.OPT_IN].text
    assert all(said.text.startswith("A" * 16) and not said.is_own for said in ours.values())


@pytest.mark.req("R74")
def test_a_text_of_ones_own_says_what_carriers_ask_for() -> None:
    assert list(texts.faults(texts.DEFAULTS, "BESTDEALS", GOOD)) == []
    found = list(texts.faults({Says.WELCOME: "Hi", Says.HELP: "{{ nobody }}"}, "BESTDEALS", GOOD))
    assert [fault.code for fault in found] == [
        "text_without_keyword", "text_lacks_fact", "text_lacks_fact", "text_lacks_fact", "missing_variable",
    ]  # fmt: skip
    own = {Says.OPT_OUT: "{{ keyword }}: bye"}
    assert texts.render(Says.OPT_OUT, "BESTDEALS", GOOD, own) == "BESTDEALS: bye"


@pytest.mark.req("R81")
def test_prohibited_words_are_found_as_words_and_not_inside_others() -> None:
    found = content.find("Free WINE and a Casino night, text me, AT&T customers!")
    assert [(one.key, one.word) for one in found] == [
        ("alcohol_tobacco_firearms", "wine"), ("gambling", "casino"), ("carrier", "at t"),
    ]  # fmt: skip
    assert [one.word for one in content.find("Two beers for one")] == ["beer"]
    assert content.find("Begin a swine essex weekender in the alphabet") == []
    assert [one.key for one in content.find("Verizon wine", except_for=frozenset({"carrier"}))] == [
        "alcohol_tobacco_firearms"
    ]


@pytest.mark.req("R80", "R82")
def test_the_disclosure_names_everything_and_the_checklist_counts() -> None:
    one = service()
    told = promoting.disclosure(one)
    for fact in (
        "18 years",
        "12345",
        "4 message(s) a month",
        "HELP BESTDEALS",
        "STOP BESTDEALS",
        GOOD.phone,
        GOOD.email,
    ):
        assert fact in told
    assert "everybody" in promoting.disclosure(service(changed(minimum_age=0, email="")))
    spanish = promoting.disclosure(replace(one, code=replace(one.code, country="ES")))
    assert ("US short code" in told, "Verizon" in told) == (True, True)
    assert "Supported carriers: Cable One. " in promoting.disclosure(one, carriers="Cable One")
    assert ("US short code" in spanish, "Verizon" in spanish) == (False, False)
    assert promoting.advice(one) == []
    assert len(promoting.advice(service(changed(frequency=9)))) == 1
    lines = promoting.checklist(service(changed(examples=("Beer for free",))), Overdone(2, 7))
    assert [line.rule for line in lines if line.is_met is False] == [
        "No adult, drug-related, criminal or otherwise prohibited content",
        "Never more messages than people subscribed to",
    ]
    assert not any(line.is_met is False for line in promoting.checklist(one))
    assert (promoting.use_in_words(Use.MARKETING), promoting.use_in_words(Use.NOTIFICATIONS)) == (
        "Marketing", "Notifications",
    )  # fmt: skip
    words = subscribing.page_words(one)
    assert ("18 years" in words, "confirm it with a text" in words, "STOP BESTDEALS" in words) == (True, True, True)
    assert subscribing.page_words(service(changed(minimum_age=0, opt_in=OptInMode.SINGLE))).startswith("I agree")


@pytest.mark.req("R76")
@given(st.integers(0, 40_000), st.integers(1, 8))
def test_the_next_reminder_is_on_a_date_of_ones_own_and_never_soon(hours: int, steps: int) -> None:
    joined = NOW
    dates = [NOW + timedelta(hours=hours)]
    for _ in range(steps):
        dates.append(next_due(joined, dates[-1]))
    assert all((date - joined) % (30 * DAY) == timedelta() for date in dates[1:])
    assert all(15 * DAY < later - earlier <= 45 * DAY for earlier, later in pairwise(dates))


@pytest.mark.req("R79")
def test_a_file_of_notices_is_read_or_refused_by_its_lines() -> None:
    good = (
        b"status,number,new_number,at\npaused,12015550118,,2026-01-15T12:00:00Z\n"
        b"changed,+12015550118,12015550119,2026-01-16T12:00:00Z\n"
    )
    first, second = noticing.read_csv(good)
    assert (first.kind, first.number, first.new_number, first.said_at) == (NoticeKind.PAUSED, "12015550118", None, NOW)
    assert second.new_number == "12015550119"
    bad = (
        b"gone,12015550118,,2026-01-15T12:00:00Z\npaused,12015550118,,yesterday\n"
        b"changed,12015550118,,2026-01-15T12:00:00Z\npaused,12,,2026-01-15T12:00:00Z\n"
        b"paused,12015550118,,0001-01-01T00:00:00+23:00\n"
    )
    with pytest.raises(InvalidInput) as caught:
        noticing.read_csv(bad)
    assert [fault.field for fault in caught.value.faults] == ["lines.1", "lines.2", "lines.3", "lines.4", "lines.5"]
    assert noticing.read_csv(b"") == []
