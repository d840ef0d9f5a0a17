"""What is said between us and providers, written down for people to see; sending never waits for it."""

from __future__ import annotations

import asyncio
from collections import deque

from cablegram.connectors import exchanges
from cablegram.connectors.exchange_model import Exchange
from cablegram.kit.errors import Unavailable
from cablegram.runtime import Runtime

_MOST_WAITING = 20_000  # exchanges; while the database is away the oldest are dropped, for messages need the memory
_AT_ONCE = 500
_PAUSE = 0.1  # seconds between writes: one transaction for what came meanwhile
_RETRY = 0.5


class Exchanges:
    """One writer for all links of a dispatcher."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._waiting: deque[Exchange] = deque(maxlen=_MOST_WAITING)
        self._dropped = 0
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def note(self, exchange: Exchange) -> None:
        """Note an exchange."""
        self._dropped += len(self._waiting) == _MOST_WAITING
        self._waiting.append(exchange)
        self._idle.clear()
        self._wake.set()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                some = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
                await self._write(some)
            self._idle.set()
            await asyncio.sleep(_PAUSE)

    async def finish(self, timeout: float) -> None:
        """Wait until everything noted so far is written, at most `timeout` seconds."""
        async with asyncio.timeout(timeout):
            await self._idle.wait()

    async def _write(self, some: list[Exchange]) -> None:
        try:
            async with self._rt.db.transaction() as conn:
                exchanges.keep(conn, some)
        except Unavailable:
            room = _MOST_WAITING - len(self._waiting)
            self._dropped += max(0, len(some) - room)
            self._waiting.extendleft(reversed(some[max(0, len(some) - room) :]))
            await asyncio.sleep(_RETRY)
        except Exception:
            # What is only for people to see must not end what sends; it is said aloud, and counted as what was dropped.
            self._rt.log.exception("exchanges could not be written")
            self._dropped += len(some)
        if self._dropped:
            self._rt.log.warning("exchanges with providers were not kept", count=self._dropped)
            self._dropped = 0
