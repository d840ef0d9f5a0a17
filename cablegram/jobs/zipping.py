"""Write a ZIP while it is being read: what goes in comes out, and nothing but the table of contents stays. Pure."""

from __future__ import annotations

import zipfile
from datetime import datetime
from typing import IO


class _Sink:
    """Takes bytes until somebody fetches them; it can't be wound back, so sizes stand behind each file."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, data: bytes, /) -> int:
        """Take bytes."""
        self.waiting += data
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is here is fetched."""

    def close(self) -> None:
        """Do nothing, either."""


class ZipStream:
    """A ZIP in the making: `begin`, `write` as often as you like, `end`; `close` at last. `take` what is ready."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._entry: IO[bytes] | None = None

    def begin(self, name: str, at: datetime) -> None:
        """Begin a file. Its size may be anything, beyond 4 GB too."""
        info = zipfile.ZipInfo(name, at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        self._entry = self._zip.open(info, "w", force_zip64=True)

    def write(self, data: bytes) -> None:
        """Write what comes next of it."""
        if self._entry is None:
            raise ValueError("no file is open in this ZIP")
        self._entry.write(data)

    def end(self) -> None:
        """End the file."""
        if self._entry is not None:
            self._entry.close()
            self._entry = None

    def close(self) -> None:
        """Write the table of contents."""
        self._zip.close()

    def take(self) -> bytes:
        """Return the bytes that are ready, and forget them."""
        ready = bytes(self._sink.waiting)
        self._sink.waiting.clear()
        return ready
