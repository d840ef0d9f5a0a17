"""Who opens a link is told from what opens links before people do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cablegram.links.machines import MOST, Visit, fast, says_machine, sums
from cablegram.links.model import Opened

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1"
)


def at(milliseconds: int) -> datetime:
    return NOON + timedelta(milliseconds=milliseconds)


@pytest.mark.parametrize(
    ("user_agent", "is_machine"),
    [
        (PHONE, False),
        (
            "Mozilla/5.0 (Linux; Android 15; CUBOT KINGKONG 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
            False,
        ),
        ("Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36", False),
        ("WhatsApp/2.24.6.77 A", True),
        ("facebookexternalhit/1.1 Facebot Twitterbot/1.0", True),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("curl/8.5.0", True),
        ("  ", True),
    ],
)
def test_callers_are_known_by_their_words(user_agent: str, is_machine: bool) -> None:  # noqa: FBT001 - of the table
    assert says_machine("GET", user_agent) is is_machine


def test_who_asks_for_the_head_or_loads_ahead_is_no_person() -> None:
    assert says_machine("HEAD", PHONE)
    assert says_machine("GET", PHONE, "prefetch;prerender")
    assert not says_machine("GET", PHONE, "")


def test_an_address_that_opens_many_links_in_a_second_is_no_person() -> None:
    few = [Visit(f"code{n:05}", at(n), "192.0.2.1") for n in range(MOST)]
    assert fast(few) == set()
    many = [*few, Visit("one-more!", at(900), "192.0.2.1"), Visit("another!!", at(900), "192.0.2.2")]
    assert fast(many) == set(range(MOST + 1))


def test_slow_ones_and_those_who_open_one_link_again_are_people() -> None:
    slow = [Visit(f"code{n:05}", at(n * 100), "192.0.2.1") for n in range(5 * MOST)]
    assert fast(slow) == set()
    again = [Visit("code00000", at(n), "192.0.2.1") for n in range(5 * MOST)]
    assert fast(again) == set()


def test_a_long_burst_is_found_whole() -> None:
    burst = [Visit(f"code{n:05}", at(n * 20), "192.0.2.1") for n in range(10 * MOST)]
    assert fast(burst) == set(range(10 * MOST))


def test_people_and_machines_are_added_up_apart() -> None:
    visits = [
        Visit("b" * 9, at(2), "192.0.2.1"),
        Visit("a" * 9, at(0), "192.0.2.1"),
        Visit("a" * 9, at(1), "192.0.2.2", is_machine=True),
        Visit("a" * 9, at(5), "192.0.2.3"),
        Visit("c" * 9, at(3), "192.0.2.4"),
    ]
    assert sums(visits, {4}) == [
        Opened("a" * 9, 2, 1, at(0), at(5)),
        Opened("b" * 9, 1, 0, at(2), at(2)),
        Opened("c" * 9, 0, 1, None, None),
    ]


def test_a_link_that_is_opened_again_counts_once_within_a_second() -> None:
    # A link that is opened again within the window goes on counting once, also when its first time has left it.
    again = [Visit("code00000", at(n), "192.0.2.1") for n in (0, 900, 1_100)]
    assert fast([*again, *(Visit(f"code{n:05}", at(1_150), "192.0.2.1") for n in range(1, MOST + 1))]) == set(
        range(1, MOST + 3)
    )
