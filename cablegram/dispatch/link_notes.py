"""What links are doing, written down for people to see: the newest word about each, in the order of the changes.

Also that a provider refuses our whole account, which pauses its connector.
"""

from __future__ import annotations

import asyncio

from cablegram.connectors import pausing, reading
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
        self._troubles: dict[ConnectorId, tuple[int, str]] = {}
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.dispatcher_id = 0

    def note(self, status: LinkStatus) -> None:
        """Note what a link is doing now."""
        self._news[status.connector_id, status.number] = status
        self._idle.clear()
        self._wake.set()

    def pause(self, connector_id: ConnectorId, revision: int, reason: str) -> None:
        """Note that a provider refuses us as we were in a revision, and what it says."""
        self._troubles[connector_id] = revision, reason
        self._idle.clear()
        self._wake.set()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            news, self._news = self._news, {}
            troubles, self._troubles = self._troubles, {}
            try:
                async with self._rt.db.transaction() as conn:
                    for status in news.values():
                        await reading.note_link(conn, status, self.dispatcher_id)
                    for connector_id, (revision, reason) in troubles.items():
                        now = self._rt.clock.now()
                        await pausing.pause(conn, connector_id, reason, now=now, revision=revision)
            except Unavailable:
                self._news = news | self._news
                self._troubles = troubles | self._troubles
                self._wake.set()
                await asyncio.sleep(_RETRY)
            if not (self._news or self._troubles):
                self._idle.set()

    async def finish(self, timeout: float) -> None:
        """Wait until everything noted so far is written, at most `timeout` seconds."""
        async with asyncio.timeout(timeout):
            await self._idle.wait()
