"""Small secrets in files of the data folder, made at the first start and readable by their owner alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """Return the secret kept in `path`; when there is none, make one, keep it with mode 0600 and return it.

    Two processes that do this at once get the same secret: the file appears whole, and the first one stays.
    """
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        _keep(path, make())
    return path.read_text(encoding="ascii").strip()


def _keep(path: Path, secret: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp makes files with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)  # unlike rename, fails when somebody was faster
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
