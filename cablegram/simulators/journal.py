"""What the carrier saw, a line of JSON each: written before the answer, so that it survives a SIGKILL of anybody.

{"at":"2026-11-22T01:02:03.000004+00:00","system_id":"acme","from":"ACME","to":"49170","id":"77","status":0,
 "esm_class":64,"part":[7,2,1],"text":"Hello"}
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cablegram.simulators.wire import read_part
from cablegram.smpp.pdu import DataSm, SubmitSm


@dataclass(frozen=True, slots=True)
class Entry:
    """One submit_sm or data_sm, the status it is answered with, if any, and whether the carrier took it."""

    at: datetime
    system_id: str
    message: SubmitSm | DataSm
    message_id: str
    status: int
    is_taken: bool


class Journal:
    """A file that only grows."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, entries: Iterable[Entry]) -> None:
        """Append a batch by one call of the system; it is out of this process when this returns."""
        lines = "".join(_line(entry) for entry in entries).encode()
        while lines:
            lines = lines[os.write(self._file, lines) :]

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _line(entry: Entry) -> str:
    part = read_part(entry.message)
    line = {
        "at": entry.at.isoformat(),
        "system_id": entry.system_id,
        "from": part.source,
        "to": part.destination,
        "id": entry.message_id,
        "status": entry.status,
        "taken": entry.is_taken,
        "esm_class": entry.message.esm_class,
        "part": part.place,
        "text": part.text,
    }
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
