"""What links are doing, written down for people to see: the newest word about each, in the order of the changes."""

from __future__ import annotations

import asyncio

from cablegram.connectors import reading
from cablegram.connectors.model import LinkStatus
from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import ConnectorId
from cablegram.runtime import Runtime

_RETRY = 0.5  # seconds between tries while the database is away


class LinkNotes:
    """One writer for all links of a dispatcher, so that an older word never overwrites a newer one."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._news: dict[tuple[ConnectorId, int], LinkStatus] = {}
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.dispatcher_id = 0

    def note(self, status: LinkStatus) -> None:
        """Note what a link is doing now."""
        self._news[status.connector_id, status.number] = status
        self._idle.clear()
        self._wake.set()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            news, self._news = self._news, {}
            try:
                async with self._rt.db.transaction() as conn:
                    for status in news.values():
                        await reading.note_link(conn, status, self.dispatcher_id)
            except Unavailable:
                self._news = news | self._news
                self._wake.set()
                await asyncio.sleep(_RETRY)
            if not self._news:
                self._idle.set()

    async def finish(self, timeout: float) -> None:
        """Wait until everything noted so far is written, at most `timeout` seconds."""
        async with asyncio.timeout(timeout):
            await self._idle.wait()
