"""Networks of the internet protocol as people list them, and whether an address is in one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


class Networks:
    """Some networks as one value."""

    __slots__ = ("_all",)

    def __init__(self, found: Iterable[Network]) -> None:
        self._all = tuple(found)

    def hold(self, address: str) -> bool:
        """Tell whether an address, as a socket tells it, is in one of them."""
        return holds(self._all, address)


def read_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read addresses and networks: 203.0.113.7, 2001:db8::/32. Raises ValueError naming the one that is none."""
    return tuple(_read(text.strip()) for text in texts)


def _read(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        raise ValueError(f"{text[:50]!r} is no address and no network such as 203.0.113.0/24") from None


def holds(networks: Iterable[Network], address: str) -> bool:
    """Tell whether an address, as a socket tells it, is in one of these networks."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    plain = _plain(found)
    return any(plain in network for network in networks)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    # A socket that listens for both families tells IPv4 as ::ffff:203.0.113.7 (RFC 4291, section 2.5.5.2).
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def caller(peer: str, forwarded: str | None, trusted: Iterable[Network]) -> str:
    """Return who called: the peer, or where that is a proxy we trust, whom it called for.

    `forwarded` is the header X-Forwarded-For: each proxy adds at the end whom it heard. So the last one that is no
    proxy of ours is meant, and what stands before it may be made up.
    """
    proxies = tuple(trusted)
    if not forwarded or not holds(proxies, peer):
        return peer
    heard = [one.strip() for one in forwarded.split(",")]
    return next((one for one in reversed(heard) if not holds(proxies, one)), heard[0])
