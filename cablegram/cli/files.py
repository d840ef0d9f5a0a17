"""Read the files that people name on the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from cablegram.kit.errors import InvalidInput, NotFound

_CHUNK = 1 << 16


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file. Raises NotFound (`file_not_found`), InvalidInput (`file_unreadable`)."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise NotFound("file_not_found", f"There is no file {path}.") from None
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from None


def read_bytes(path: Path) -> bytes:
    """Read a file as it is. Raises as `open_bytes`."""
    with open_bytes(path) as file:
        return file.read()


def read_text(path: Path) -> str:
    """Read a text in UTF-8, without the line ends at its end, which editors add. Raises as `open_bytes`."""
    try:
        return read_bytes(path).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise _unreadable(path, "it is not text in UTF-8") from None


async def chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Read a file piece by piece; reading a local file is fast enough to be done in between."""
    while piece := file.read(_CHUNK):
        yield piece


def _unreadable(path: Path, why: str) -> InvalidInput:
    return InvalidInput("file_unreadable", f"{path} can't be read: {why}.")
