"""The gate that claims go through: many at a time, or none while somebody must know all of them.

A claim of which nobody has learned yet looks, in the database, like one whose answer got lost. Who tells the two apart
closes the gate first: for every pump of the process, also for one that begins or that is being stopped meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Gate:
    """Open until somebody closes it; those who are inside go out first, others wait."""

    def __init__(self) -> None:
        self._inside = 0
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._is_empty = asyncio.Event()
        self._is_empty.set()
        self._closing = asyncio.Lock()

    @asynccontextmanager
    async def passing(self) -> AsyncGenerator[None]:
        """Be inside, as soon as the gate is open."""
        while not self._is_open.is_set():  # it may be closed again before the one who waited comes to it
            await self._is_open.wait()
        self._inside += 1
        self._is_empty.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._is_empty.set()

    @asynccontextmanager
    async def closed(self) -> AsyncGenerator[None]:
        """Let nobody in, and go on when nobody is inside."""
        async with self._closing:
            self._is_open.clear()
            try:
                await self._is_empty.wait()
                yield
            finally:
                self._is_open.set()
