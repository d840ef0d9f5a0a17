"""What the panel is built with: one of each, shared by all pages."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
import jinja2

from cablegram.billing.prices import Prices
from cablegram.messages.desk import Desk
from cablegram.runtime import Runtime


@dataclass(slots=True)
class Parts:
    """Runtime, desk, prices, templates, and the HTTP client that talks to the simulated handsets."""

    rt: Runtime
    desk: Desk
    prices: Prices
    templates: jinja2.Environment
    _http: aiohttp.ClientSession | None = None

    @property
    def http(self) -> aiohttp.ClientSession:
        """Return the client, made at its first use inside the loop."""
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3))
        return self._http

    async def close(self) -> None:
        """Close what was opened."""
        if self._http is not None:
            await self._http.close()
