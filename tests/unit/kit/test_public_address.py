from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.public_address import is_allowed, is_loopback, is_public, leads_home


@pytest.mark.req("R121")
@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "255.255.255.255"),
        *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("::1", "::", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "fe80::1"),
        *("0.0.0.1", "fe80::1%eth0", "2606:4700::1%eth0"),
        *("fd00:ec2::254", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1"),
        *("", "localhost", "127.1", "2130706433", "0x7f000001", "1.2.3.4.5"),
    ],
)  # fmt: skip
def test_an_address_that_may_lead_into_a_house_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_what_is_public_is_never_what_the_standard_library_calls_private(address: IPv4Address | IPv6Address) -> None:
    closed = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    assert not (is_public(str(address)) and closed)


@pytest.mark.parametrize(
    ("address", "own"), [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("10.0.0.1", False), ("here", False)]
)
def test_this_machines_own_addresses_are_known(address: str, own: bool) -> None:  # noqa: FBT001  a table's column
    assert is_loopback(address) is own


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST.", "metadata", "metadata.google.internal", "db.local", "a.localhost", "nas.lan"),
        *("127.0.0.1", "[::1]", "169.254.169.254", "2130706433", "127.1", "0x7f000001", "0x7f.1", "10.0.0.7"),
    ],
)  # fmt: skip
def test_a_host_that_is_plainly_of_a_house_is_told_without_asking_anybody(host: str) -> None:
    assert leads_home(host)


@pytest.mark.parametrize("host", ["api.twilio.com", "8.8.8.8", "2606:4700::1111", "local.example.com", "0x7f.example"])
def test_most_names_tell_nothing_by_themselves(host: str) -> None:
    assert not leads_home(host)


@pytest.mark.parametrize(
    ("host", "is_so"),
    [
        ("10.1.2.3", True), ("10.2.0.1", False), ("127.0.0.1", True), ("127.0.0.2", False), ("gate.internal", True),
        ("GATE.internal.", True), ("other.internal", False), ("[fd00::7]", True), ("10.1", False),
    ],
)  # fmt: skip
def test_the_operator_allows_names_addresses_and_networks(host: str, is_so: bool) -> None:  # noqa: FBT001  a table's column
    assert is_allowed(host, ["10.1.0.0/16", "127.0.0.1", "gate.internal", "fd00::/8"]) is is_so
