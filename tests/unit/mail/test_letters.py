from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.mail import facts
from cablegram.mail.address import domain_of, is_address
from cablegram.mail.catalogue import CATALOGUE
from cablegram.mail.model import LetterKind, Words
from cablegram.mail.render import line_of, write_out

EVERY = pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.name)
A_KIND = LetterKind(
    name="a_kind",
    about="",
    sample={"who": "Inés", "url": "https://sms.example.com/x?a=1&b=2", "note": ""},
    en=Words(subject="Hello {who}", lead="Hello {who}.", body=("{note}",), rows=(("Note", "{note}"),), button="Go"),
    es=Words(subject="Hola {who}", lead="Hola {who}.", body=("{note}",), rows=(("Nota", "{note}"),), button="Ir"),
)


def said(words: Words) -> str:
    rows = " ".join(value for _, value in words.rows)
    return " ".join((words.subject, words.lead, *words.body, rows, words.button, words.note, words.line))


@pytest.mark.req("R151")
@EVERY
def test_each_kind_is_written_in_both_languages_of_the_facts_of_its_sample(kind: LetterKind) -> None:
    assert kind.about
    written = [write_out(kind, language, kind.sample) for language in ("en", "es")]
    assert written[0].text != written[1].text
    for one in written:
        assert one.subject
        assert "{" not in one.subject + one.text
        assert "[" not in one.html
        assert not re.search(r"\b(?:https?:)?//[^\s\"]*\.(?:png|gif|jpg|css|js)|<img|<script|<link", one.html)
    assert all(line_of(kind, language, kind.sample) for language in ("en", "es", "fr"))


def test_what_works_once_and_what_others_wrote_is_not_kept() -> None:
    emptied = {name for name, kind in CATALOGUE.items() if kind.is_emptied}
    assert {"new_password", "confirm_address", "confirm_inbox", "text_received", "opted_in", "digest"} <= emptied
    assert not {"recharge", "credit_low", "mail_test"} & emptied


@EVERY
def test_both_languages_of_a_kind_ask_for_the_same_facts(kind: LetterKind) -> None:
    asked = facts.asked_for(said(kind.en))
    assert asked == facts.asked_for(said(kind.es))
    assert asked <= set(kind.sample)
    assert [bool(one) for one in (kind.en.button, kind.en.note, kind.en.line)] == [
        bool(one) for one in (kind.es.button, kind.es.note, kind.es.line)
    ]


def test_what_a_person_wrote_stays_text() -> None:
    nasty = {**A_KIND.sample, "who": '<b onload="x">\nBcc: all@example.com\r\n\u202egnp [subject]'}
    written = write_out(A_KIND, "en", nasty)
    assert written.subject == 'Hello <b onload="x"> Bcc: all@example.com gnp [subject]'
    assert "<b onload" not in written.html
    assert "&lt;b onload=&quot;x&quot;&gt;<br>Bcc" in written.html
    assert "\u202e" not in written.text


def test_a_link_of_a_letter_is_a_web_address_and_nothing_else() -> None:
    assert 'href="https://sms.example.com/x?a=1&amp;b=2"' in write_out(A_KIND, "en", A_KIND.sample).html
    for url in ("javascript:alert(1)", "/relative", "mailto:a@b"):
        with pytest.raises(ValueError, match="no web address"):
            write_out(A_KIND, "en", {**A_KIND.sample, "url": url})


def test_what_comes_out_empty_is_left_out() -> None:
    plain = write_out(A_KIND, "es", A_KIND.sample)
    foot = "-- \nSe envía de forma automática: nadie lee las respuestas.\n"
    assert plain.text == f"Hola Inés.\n\nIr:\nhttps://sms.example.com/x?a=1&b=2\n\n{foot}"
    full = write_out(A_KIND, "xx", {**A_KIND.sample, "note": "one\ntwo"}, notices_url="https://n.example.com/")
    assert "one\ntwo\n\nNote: one\ntwo\n\nGo:" in full.text
    assert "Choose what you are told of:\nhttps://n.example.com/" in full.text
    assert 'href="https://n.example.com/"' in full.html
    assert "one<br>two" in full.html
    bare = replace(A_KIND, en=Words(subject="Hi", lead="Hi.", note="Small."))
    assert write_out(bare, "en", {}).text.startswith("Hi.\n\nSmall.\n")


def test_a_missing_fact_is_a_mistake_and_not_a_gap() -> None:
    with pytest.raises(KeyError):
        write_out(A_KIND, "en", {"who": "x"})


@pytest.mark.parametrize(
    ("words", "fact", "en", "es"),
    [
        ("{x}", 1234, "1234", "1234"),
        ("{x:number}", 1234567, "1,234,567", "1.234.567"),
        ("{x:number}", "9999", "9,999", "9999"),
        ("{x:credits}", 12_500_000, "12.5", "12,5"),
        ("{x:credits}", -1_234_500_000, "-1,234.5", "-1234,5"),
        ("{x:money}", 5_000, "50.00 EUR", "50,00 EUR"),
        ("{x:money}", -123_456_78, "-123,456.78 EUR", "-123.456,78 EUR"),
        ("{x:day}", "2026-08-05", "5 Aug 2026", "5 ago 2026"),
        ("{x:time}", "2026-01-15T23:30:00-02:00", "16 Jan 2026, 01:30 UTC", "16 ene 2026, 01:30 UTC"),
        ("{x}", datetime(2026, 1, 15, 12, tzinfo=timezone(timedelta(hours=1))), *["15 %s 2026, 11:00 UTC"] * 2),
        ("{x:credits}", "", "", ""),
    ],
)
def test_facts_are_written_as_each_language_writes_them(
    words: str, fact: str | int | datetime, en: str, es: str
) -> None:
    given_facts = {"x": fact, "currency": "eur"}
    assert facts.fill(words, given_facts, "en") == en.replace("%s", "Jan")
    assert facts.fill(words, given_facts, "es") == es.replace("%s", "ene")


def test_yen_have_no_cents_and_forms_have_names() -> None:
    assert facts.fill("{x:money}", {"x": 5000, "currency": "JPY"}, "en") == "5,000 JPY"
    assert facts.fill("{x:money}", {"x": 1_250_500, "currency": "KWD"}, "es") == "1250,500 KWD"
    with pytest.raises(KeyError):
        facts.fill("{x:dollars}", {"x": 1}, "en")
    assert facts.asked_for("{a} {b:money} {c:day}") == {"a", "b", "c", "currency"}
    assert facts.write(datetime(2026, 1, 15, tzinfo=UTC), "day", "en", {}) == "15 Jan 2026"


@settings(max_examples=30)
@given(st.text(max_size=250))
def test_a_subject_is_one_line_whatever_was_written(text: str) -> None:
    subject = write_out(A_KIND, "en", {**A_KIND.sample, "who": text}).subject
    assert len(subject) <= 180
    assert subject.isprintable() or not any(ord(char) < 32 or char in "\x85\u2028\u2029" for char in subject)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("ines@example.com", True),
        ("a.b+c@x.co", True),
        ("o'neil@localhost", True),
        ("ines@xn--caf-dma.es", True),
        ("ines", False),
        ("@example.com", False),
        ("ines@", False),
        ("ines@exa mple.com", False),
        ("ines@example.com\nBcc: x@y.z", False),
        ("a..b@example.com", False),
        ("inés@example.com", False),
        ("ines@-x.com", False),
        ("x" * 65 + "@example.com", False),
        ("x@" + "a" * 60 + ("." + "b" * 60) * 4, False),
        ("x@" + "a." * 127 + "com", False),
    ],
)
def test_what_an_address_looks_like(address: str, is_one: bool) -> None:  # noqa: FBT001 - a table
    assert is_address(address) is is_one


def test_a_domain_is_what_stands_behind_the_sign() -> None:
    assert domain_of("Ines@Example.COM") == "example.com"
