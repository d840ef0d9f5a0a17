from __future__ import annotations

import pytest

from cablegram.kit.networks import caller, holds, read_networks

PROXIES = read_networks(["10.0.0.0/8", "2001:db8::/32"])


@pytest.mark.parametrize(
    ("address", "is_in"),
    [
        ("10.1.2.3", True),
        ("11.1.2.3", False),
        ("::ffff:10.1.2.3", True),
        ("2001:db8::7", True),
        ("2001:db8::7%eth0", True),
        ("2001:db9::7", False),
        ("unix", False),
        ("", False),
    ],
)
def test_an_address_is_in_a_network_however_the_socket_writes_it(address: str, *, is_in: bool) -> None:
    assert holds(PROXIES, address) is is_in


@pytest.mark.parametrize("text", ["10.0.0.1/8", "example.com", "", "10.0.0.0/40"])
def test_what_is_no_network_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is no address and no network"):
        read_networks(["10.0.0.0/8", text])


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # a stranger says whatever it likes
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),  # the first was made up by the caller
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ],
)
def test_only_a_proxy_of_ours_is_believed_whom_it_called_for(peer: str, forwarded: str | None, who: str) -> None:
    assert caller(peer, forwarded, PROXIES) == who
