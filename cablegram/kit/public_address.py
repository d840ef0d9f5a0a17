"""Which addresses of the internet protocol everybody may be sent to, and which lead back into somebody's house. Pure.

Who gives us an address to fetch could give that of our own database, or of a cloud's metadata. So we connect to global
unicast alone, by the registries of special-purpose addresses (RFC 6890, as IANA keeps them) and what clouds use of the
ordinary ranges for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_CLOSED_4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a carrier's NAT; a cloud's metadata at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's host, which a machine of it can reach
        "169.254.0.0/16",  # link-local; most clouds' metadata at 169.254.169.254
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols; a cloud's metadata at 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved; broadcast
    )
]
_HOME = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".localdomain")
_GLOBAL_6 = IPv6Network("2000::/3")  # everything else is no global unicast: loopback, mapped, local, multicast
_CLOSED_6 = [
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocols; Teredo, which hides an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: hides an IPv4 address
        "3fff::/20",  # documentation
    )
]


def is_public(address: str) -> bool:
    """Tell whether an address (IPv4 or IPv6 as text, no name) is one of the open internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in one for one in _CLOSED_4)
    return _is_public_6(found)


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def leads_home(host: str) -> bool:
    """Tell whether a host, name or address, is plainly not of the open internet; most names tell nothing by themselves.

    A name is judged again by the address that it resolves to, when somebody connects.
    """
    name = host.strip("[]").rstrip(".").lower()
    try:
        ip_address(name)
    except ValueError:
        # Numbers in other forms (0x7f.1, 2130706433, 127.1) are addresses to some resolvers.
        last = name.rpartition(".")[2]
        return "." not in name or last.isdigit() or last.startswith("0x") or name.endswith(_HOME)
    return not is_public(name)


def is_allowed(host: str, allowed: Iterable[str]) -> bool:
    """Tell whether a host, name or address, is among names and networks (CIDR) that the operator allows."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        address = ip_address(name)
    except ValueError:
        return name in {one.lower() for one in allowed}
    return any(address in network for one in allowed if (network := read_network(one)))


def read_network(text: str) -> IPv4Network | IPv6Network | None:
    """Return a network as CIDR writes it, or an address as a network of one; None for what is neither."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _is_public_6(address: IPv6Address) -> bool:
    return address.scope_id is None and address in _GLOBAL_6 and not any(address in one for one in _CLOSED_6)
