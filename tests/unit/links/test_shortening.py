"""Links become codes of one length, and lead to exactly what the text said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import cycle
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import Fault
from cablegram.kit.ids import AccountId, MessageId
from cablegram.links.model import LENGTH, MOST_LINKS, SAMPLES, Link, Placed, code_of, is_code
from cablegram.links.shortening import Shortener, links_of, read
from cablegram.text.segments import measure

BASE = "https://t.example.com"


def shortener() -> Shortener:
    return Shortener(BASE, cycle(SAMPLES))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://shop.example/sale.", ["https://shop.example/sale"]),
        ("(https://shop.example/a_(b)) now", ["https://shop.example/a_(b)"]),
        ("HTTPS://Shop.Example/Sale?x=1&y=2#z!", ["https://shop.example/Sale?x=1&y=2#z"]),
        ("http://a.example:8080/ and http://b.example", ["http://a.example:8080/", "http://b.example"]),
        ("«https://ñandú.example/año?q=ñ»", ["https://xn--and-6ma2c.example/a%C3%B1o?q=%C3%B1"]),
        ("https://8.8.8.8/x https://[2606:4700::1]/y", ["https://8.8.8.8/x", "https://[2606:4700::1]/y"]),
        ("no link: shop.example, ftp://shop.example, xhttp://shop.example", []),
        ("javascript:alert(1) data:text/html,hello", []),
        (f"{BASE}/l/abcdefghi and {BASE}/u/abcdefghi are ours", []),
    ],
)
def test_links_are_found_and_lead_where_they_did(text: str, links: list[str]) -> None:
    found = shortener().shorten(text)
    assert not isinstance(found, Fault)
    assert [one.url for one in found.placed] == links
    assert all(f"{BASE}/l/{one.code}" in found.text for one in found.placed)


def test_only_the_link_is_replaced_and_twice_the_same_is_one() -> None:
    found = shortener().shorten("A https://x.example/1, B https://y.example, A https://x.example/1!")
    assert not isinstance(found, Fault)
    assert found.text == f"A {BASE}/l/xxxxxxx00, B {BASE}/l/xxxxxxx01, A {BASE}/l/xxxxxxx00!"
    assert found.placed == [Placed("xxxxxxx00", "https://x.example/1"), Placed("xxxxxxx01", "https://y.example")]


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("https://bank.example@evil.example/", "another's"),
        ("https://bank.example\\@evil.example/", "another's"),
        ("https://bank.example/\\evil.example", "another's"),
        ("http://localhost/x", "open internet"),
        ("http://192.168.1.1/x", "open internet"),
        ("http://[::1]/x", "open internet"),
        ("http://2130706433/", "open internet"),
        ("http://printer.local/", "open internet"),
        ("https://" + "a" * 64 + ".example/", "open internet"),
        ("https://a..example/", "open internet"),
        ("https://shop.example:port/", "no address"),
        ("https://[shop.example/", "no address"),
        ("https:///x", "open internet"),
        ("ftp://shop.example/", "http://"),
    ],
)
def test_links_that_deceive_or_lead_home_are_refused(link: str, why: str) -> None:
    found = read(link)
    assert isinstance(found, Fault)
    assert found.code == "bad_link"
    assert why in found.message


def test_too_long_and_too_many_links_are_refused() -> None:
    long = shortener().shorten(f"See https://shop.example/{'x' * 2_000}")
    many = shortener().shorten(" ".join(f"https://shop.example/{n}" for n in range(MOST_LINKS + 1)))
    assert [one.code for one in (long, many) if isinstance(one, Fault)] == ["link_too_long", "too_many_links"]
    assert isinstance(shortener().shorten("See http://localhost/"), Fault)


def test_links_that_are_the_same_for_everybody_are_known_from_the_template() -> None:
    assert links_of("https://shop.example/{{ id }} https://shop.example/sale {{ link }}") == [
        "https://shop.example/sale"
    ]


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.text(max_size=200))
def test_every_code_makes_a_text_as_long_as_its_sample(one: int, other: int, words: str) -> None:
    text = f"{words} https://shop.example/a https://shop.example/b"
    sent = Shortener(BASE, iter((code_of(one), code_of(other)))).shorten(text)
    shown = shortener().shorten(text)
    assert is_code(code_of(one))
    assert not isinstance(sent, Fault)
    assert not isinstance(shown, Fault)
    assert (measure(sent.text).segments, measure(sent.text).encoding) == (
        measure(shown.text).segments,
        measure(shown.text).encoding,
    )


def test_the_page_to_unsubscribe_has_a_code_of_its_own() -> None:
    address, placed = shortener().leave()
    assert address == f"{BASE}/u/xxxxxxx00"
    assert placed == Placed("xxxxxxx00", None)
    assert shortener().length == len(f"{BASE}/l/xxxxxxx00")


@pytest.mark.parametrize("text", ["", "short", "x" * (LENGTH + 1), "abcdefgh/", "abcdefghé", "abcdefg%0"])
def test_nothing_else_is_a_code(text: str) -> None:
    assert not is_code(text)


def test_a_link_leads_until_its_end() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    one = UUID(int=1)
    link = Link(
        "a" * 9, AccountId(one), MessageId(one), None, None, None, "1", "https://x.example", now, None, None, 0, 0
    )
    assert link.is_open(now - timedelta(seconds=1))
    assert not link.is_open(now)
