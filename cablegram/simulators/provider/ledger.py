"""What a provider saw, a line of JSON each: written before the answer, so that it survives a SIGKILL of anybody.

{"number":1,"at":"2026-11-22T01:02:03.000004+00:00","taken":true,"ids":["SM77"],"from":"ACME","to":"49170",
 "text":"Hello","reference":"","why":""}
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cablegram.simulators.provider.shape import Asked, Refusal, Told

_MOST_KEPT: Final = 100_000
"""Entries kept in memory, for who asks over HTTP; the file keeps all."""


class Ledger:
    """A list that only grows, in memory and, if wanted, in a file."""

    def __init__(self, path: Path | None) -> None:
        self._file = None if path is None else os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._written = 0
        self.entries: deque[dict[str, Any]] = deque(maxlen=_MOST_KEPT)

    def write(self, told: Sequence[Told], at: datetime) -> None:
        """Append a request's messages by one call of the system; they are out of this process when this returns."""
        self._append([_entry(one.asked, one.ids, one.refusal) for one in told], at)

    def write_refused(self, messages: Sequence[Asked], why: Refusal, at: datetime) -> None:
        """Append the messages of a request that was refused as a whole."""
        self._append([_entry(asked, (), why) for asked in messages], at)

    def after(self, number: int) -> list[dict[str, Any]]:
        """Return the entries after the one with this number, in order."""
        return [entry for entry in self.entries if entry["number"] > number]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)

    def _append(self, entries: Sequence[dict[str, Any]], at: datetime) -> None:
        moment = at.isoformat()
        for entry in entries:
            self._written += 1
            self.entries.append({"number": self._written, "at": moment, **entry})
        if self._file is None:
            return
        fresh = [self.entries[place] for place in range(-min(len(entries), len(self.entries)), 0)]
        lines = "".join(f"{json.dumps(entry, ensure_ascii=False, separators=(',', ':'))}\n" for entry in fresh).encode()
        while lines:
            lines = lines[os.write(self._file, lines) :]


def _entry(asked: Asked, ids: tuple[str, ...], why: Refusal | None) -> dict[str, Any]:
    return {
        "taken": bool(ids),
        "ids": list(ids),
        "from": asked.source,
        "to": asked.number,
        "text": asked.text,
        "reference": asked.reference,
        "why": "" if why is None else why.value,
    }
