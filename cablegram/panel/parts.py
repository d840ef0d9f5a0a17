"""What the panel is built with: one of each, shared by all pages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import aiohttp
import jinja2

from cablegram.billing.prices import Prices
from cablegram.messages.desk import Desk
from cablegram.runtime import Runtime

_ANSWER_SECONDS = 3


@dataclass(slots=True)
class Parts:
    """Runtime, desk, prices, templates, and the HTTP client that talks to the simulated handsets.

    Once `closing` is set, streams end, since they would keep the server from stopping.
    """

    rt: Runtime
    desk: Desk
    prices: Prices
    templates: jinja2.Environment
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    _http: aiohttp.ClientSession | None = field(default=None, init=False)

    @property
    def http(self) -> aiohttp.ClientSession:
        """Return the client, made at its first use inside the loop."""
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS))
        return self._http

    async def close(self) -> None:
        """Close what was opened."""
        if self._http is not None:
            await self._http.close()
