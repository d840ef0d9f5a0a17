"""Whose the embedded server is: a lock on a file of the data folder, which the kernel lets go when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path

from cablegram.kit.errors import Conflict, NotAllowed

_FILE = "postgres.lock"


class LockTaken(Conflict):
    """Another process has the data folder."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What the holder of the lock says: where the server's socket is, and whether others may use it."""

    sockets: Path
    for_others: bool


class Lock:
    """The lock, held. Raises LockTaken (`already_running`) when another process holds it."""

    def __init__(self, data_dir: Path) -> None:
        self._file = _open(data_dir, os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            message = f"Cablegram already runs on {data_dir}. Stop it first, or give another data folder."
            raise LockTaken("already_running", message) from None
        os.ftruncate(self._file, 0)

    def tell(self, sockets: Path, *, for_others: bool) -> None:
        """Write down, for `holder`, where the server is."""
        os.pwrite(self._file, json.dumps({"sockets": str(sockets), "for_others": for_others}).encode() + b"\n", 0)

    def release(self) -> None:
        """Let go."""
        os.ftruncate(self._file, 0)
        os.close(self._file)


def holder(data_dir: Path) -> Holder | None:
    """Return what the holder wrote; None when nobody holds the lock, or its server isn't ready yet."""
    try:
        file = _open(data_dir, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = os.pread(file, 10_000, 0).decode()
        else:
            return None
    finally:
        os.close(file)
    if not text.endswith("\n"):
        return None
    told = json.loads(text)
    return Holder(Path(told["sockets"]), told["for_others"])


def _open(data_dir: Path, flags: int) -> int:
    try:
        return os.open(data_dir / _FILE, flags, 0o600)
    except PermissionError:
        message = (
            f"{data_dir / _FILE} belongs to another user. Start Cablegram as that user, or give another data folder."
        )
        raise NotAllowed("data_dir_of_another", message) from None
