"""A transport that writes what belongs together in one go."""

from __future__ import annotations

import asyncio
from typing import Any


class Joining:
    """A transport that holds what is written back until more is, or until the event loop comes round.

    uvicorn writes the head of an answer and then its body: two packets, for two system calls.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held = b""
        self._call_soon = asyncio.get_running_loop().call_soon
        # What is asked at each request; all else goes by __getattr__.
        self.is_closing = transport.is_closing
        self.resume_reading = transport.resume_reading

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write soon, or now if this is what was waited for."""
        if self._held:
            self.write_now(data)
        else:
            self._held = data
            self._call_soon(self._flush)

    def write_now(self, data: bytes) -> None:
        """Write, after what is held."""
        data, self._held = self._held + data, b""
        self._transport.write(data)

    def close(self) -> None:
        """Write what is held, and close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._held:
            self.write_now(b"")
