from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cablegram.accounts.attempts import MOST_FOR_LOGIN, MOST_FROM_ADDRESS, WINDOW, limits_of, network, until_free

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


def test_below_the_limit_nobody_waits() -> None:
    assert until_free([], 3, NOW) == timedelta(0)
    assert until_free(ago(1, 2), 3, NOW) == timedelta(0)


def test_one_waits_until_the_last_that_is_too_many_has_become_old() -> None:
    assert until_free(ago(1, 2, 3), 3, NOW) == timedelta(minutes=12)
    assert until_free(ago(1, 2, 3, 14), 3, NOW) == timedelta(minutes=12)


def test_what_is_as_old_as_the_window_is_waited_for_no_more() -> None:
    assert until_free([NOW - WINDOW], 1, NOW) == timedelta(0)
    assert until_free([NOW - 2 * WINDOW], 1, NOW) == timedelta(0)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:aaaa::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:bbbb::2", "2001:db8:0:1::/64"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_an_address_stands_for_the_network_that_its_owner_cannot_leave(address: str, expected: str) -> None:
    assert network(address) == expected


def test_a_login_counts_the_same_however_it_is_written_and_apart_from_an_address() -> None:
    one, other = limits_of("Inés ", "192.0.2.7", key="k"), limits_of("inÉs", "::ffff:192.0.2.7", key="k")
    assert one == other
    assert sorted(one.values()) == [MOST_FOR_LOGIN, MOST_FROM_ADDRESS]
    assert len(limits_of("192.0.2.7", "192.0.2.7", key="k")) == 2
    assert not limits_of("inés", "192.0.2.7", key="another").keys() & one.keys()
