"""The socket's side of a link: what asyncio calls, passed on."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Collection
from typing import Protocol, cast

from cablegram.runtime import guard


class Wired(Protocol):
    """What lives at the end of a connection."""

    def connected(self, transport: asyncio.Transport) -> None:
        """Begin on a connection that was just made."""
        ...

    def received(self, data: bytes) -> None:
        """Take bytes from the other side."""
        ...

    def disconnected(self, error: Exception | None) -> None:
        """End."""
        ...


class Wire(asyncio.Protocol):
    """A connection that belongs to `end`."""

    def __init__(self, end: Wired) -> None:
        self._end = end

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._end.connected(cast("asyncio.Transport", transport))

    def data_received(self, data: bytes) -> None:
        """Take bytes."""
        self._end.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._end.disconnected(exc)


async def within(seconds: float, event: asyncio.Event) -> None:
    """Wait for an event, or until the time is over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def connect(end: Wired, host: str, port: int, *, allowed: Collection[str] | None) -> None:
    """Connect to a carrier. `allowed` None: anywhere; else only where the guard for addresses lets us (SSRF).

    A name is looked up here, and it is the addresses found that are judged and then connected to: what it is said to be
    a moment later changes nothing. Raises OSError, and ValueError for a name that no host can have.
    """
    loop = asyncio.get_running_loop()
    if allowed is None:
        await loop.create_connection(lambda: Wire(end), host, port)
        return
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failed = OSError("no address has this name")
    for address in dict.fromkeys(str(where[0]) for *_, where in found):
        try:
            guard.check(address, allowed, name=host)
            await loop.create_connection(lambda: Wire(end), address, port)
        except OSError as error:
            failed = error
        else:
            return
    raise failed
