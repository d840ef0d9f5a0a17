"""What firewalls must let through, from settings and from what is configured: nothing of it is written down (R140).

The operator sees everything; an account what it needs for its own firewall: where we are, from where we call, and where
its own connectors lead.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from cablegram.accounts.access import Principal, Scope
from cablegram.connectors import addresses, configure
from cablegram.connectors.model import Connector
from cablegram.runtime.runtime import Runtime
from cablegram.runtime.settings import Settings

_AT_ONCE = 100
_PORTS = {"http": "80", "https": "443"}


class Direction(StrEnum):
    """Who calls whom."""

    IN = "in"
    OUT = "out"


class Protocol(StrEnum):
    """What is spoken below."""

    TCP = "tcp"
    UDP = "udp"


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that a firewall must let through.

    `addresses`: in, where we are; out, where we call, none of them being any. `ports` are ports and ranges, `source`
    the addresses from which we call, as far as they were told. `is_in_use`: whether this version really does it.
    """

    direction: Direction
    protocol: Protocol
    addresses: tuple[str, ...]
    ports: tuple[str, ...]
    why: str
    source: tuple[str, ...] = ()
    is_in_use: bool = True


async def openings(rt: Runtime, who: Principal) -> list[Opening]:
    """Return what must be let through, as far as it concerns whoever asks."""
    who.needs(Scope.READ)
    found = [*_public(rt.settings)]
    if who.is_operator:
        found += _doors(rt.settings)
    managed = [one async for one in _connectors(rt, who) if configure.manages(who, one) and one.is_enabled]
    return [*found, *_ways(managed, rt.settings), *_calls(rt.settings)]


async def _connectors(rt: Runtime, who: Principal) -> AsyncIterator[Connector]:
    last = None
    while True:
        some = await configure.page(rt, who, after=last, limit=_AT_ONCE)
        for one in some:
            yield one
        if len(some) < _AT_ONCE:
            return
        last = some[-1].id


def _public(settings: Settings) -> Iterator[Opening]:
    """Return where the world finds us."""
    if not settings.public_url:
        return
    parts = urlsplit(settings.public_url)
    where, port = (parts.hostname or "",), (str(parts.port or _PORTS.get(parts.scheme, "443")),)
    yield Opening(Direction.IN, Protocol.TCP, where, port, "API, panel, and providers' calls to /callbacks/")


def _doors(settings: Settings) -> Iterator[Opening]:
    """Return where our own processes listen."""
    tcp = (Direction.IN, Protocol.TCP)
    yield Opening(*tcp, (settings.host,), (str(settings.port),), "API and panel, where this machine listens")
    if settings.simulator:
        ports = (str(settings.carrier_port), str(settings.handset_port))
        yield Opening(
            *tcp, (settings.carrier_host,), ports, "simulated carrier and its handsets; nobody else needs them"
        )


def _ways(connectors: Iterable[Connector], settings: Settings) -> Iterator[Opening]:
    """Return where connectors lead."""
    for one in connectors:
        for host, port in dict.fromkeys(addresses.hosts_of(one.kind, one.settings).values()):
            why = f"connector {one.name}"
            yield Opening(Direction.OUT, Protocol.TCP, (host,), (str(port),), why, source=settings.outbound_addresses)


def _calls(settings: Settings) -> Iterator[Opening]:
    """Return what is called that nobody configured beforehand."""
    source = settings.outbound_addresses
    yield Opening(
        Direction.OUT,
        Protocol.TCP,
        (),
        settings.webhook_ports,
        "addresses that customers give: pictures that are looked at, and webhooks once there are any",
        source=source,
    )
    why = "calls: this version makes none"
    for direction in Direction:
        where = source if direction is Direction.IN else ()
        yield Opening(direction, Protocol.UDP, where, settings.voice_ports, why, source=source, is_in_use=False)
