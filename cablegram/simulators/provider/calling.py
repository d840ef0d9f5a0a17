"""Call the client back: several at a time, those of one message in their order, again where nobody answered."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from cablegram.simulators.provider.options import ProviderOptions
from cablegram.simulators.provider.shape import Call

_PATIENCE: Final = aiohttp.ClientTimeout(total=15)
_MOST_KEPT: Final = 10_000
_MOST_READ: Final = 65_536


@dataclass(frozen=True, slots=True)
class Heard:
    """What the client said to a call: status 0 where nobody answered, and why."""

    call: Call
    status: int
    body: bytes
    words: str = ""

    def shown(self) -> dict[str, Any]:
        """Return it for people."""
        return {
            "method": self.call.method,
            "url": self.call.url,
            "headers": dict(self.call.headers),
            "body": self.call.body.decode(errors="replace"),
            "status": self.status,
            "answer": self.body.decode(errors="replace"),
            "words": self.words,
        }


class Caller:
    """Who makes a provider's calls. Must be opened within the loop that it runs in, and closed."""

    def __init__(self, options: ProviderOptions) -> None:
        self._options = options
        self._waiting: asyncio.Queue[Sequence[Call]] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None
        self.heard: deque[Heard] = deque(maxlen=_MOST_KEPT)

    def open(self) -> None:
        """Begin to call."""
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, timeout=_PATIENCE, auto_decompress=False)
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self._options.callers)]

    async def close(self) -> None:
        """Drop what was not told yet."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def put(self, calls: Sequence[Call]) -> None:
        """Have calls made soon, one after another."""
        self._waiting.put_nowait(calls)

    async def told(self) -> None:
        """Wait until all calls are made."""
        await self._waiting.join()

    async def make(self, call: Call) -> Heard:
        """Make one call now, once."""
        if self._session is None:
            raise RuntimeError("The caller is not open.")
        try:
            async with self._session.request(
                call.method, call.url, headers=call.headers, data=call.body or None, allow_redirects=False
            ) as response:
                heard = Heard(call, response.status, await response.content.read(_MOST_READ))
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            heard = Heard(call, 0, b"", f"{type(problem).__name__}: {problem}")
        self.heard.append(heard)
        return heard

    async def _work(self) -> None:
        while True:
            calls = await self._waiting.get()
            try:
                for call in calls:
                    await self._insist(call)
            finally:
                self._waiting.task_done()

    async def _insist(self, call: Call) -> None:
        for attempt in range(self._options.retries + 1):
            heard = await self.make(call)
            # A refusal is an answer; only what nobody could take in is told again.
            if 0 < heard.status < 500 and heard.status != 429:
                return
            if attempt < self._options.retries:
                await asyncio.sleep(self._options.retry_delay * 2**attempt)
