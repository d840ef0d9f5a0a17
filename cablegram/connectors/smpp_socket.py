"""The socket's side of a link: what asyncio calls, passed on."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Protocol, cast


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
