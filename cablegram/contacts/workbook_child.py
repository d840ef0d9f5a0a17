"""Read the first sheet of a workbook, in a process of its own that may use so much memory and no more.

    python -m cablegram.contacts.workbook_child FILE

What somebody uploads may unpack to a thousand times its size, or have one cell at the far end of the sheet. The reader
takes a whole sheet into memory, so it runs here, where the kernel ends it at a limit, and nobody else is harmed. Rows
go to standard output in frames: four bytes of length, then JSON, first how many rows there are, then
`[[line, [cell, ...]], ...]`. The exit status says what was wrong: 3 it is no workbook, 4 it is too large.
"""

from __future__ import annotations

import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import msgspec
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

NO_WORKBOOK, TOO_LARGE = 3, 4

_MOST_MEMORY = 1 << 30  # bytes of address space: a million rows of five columns take half of it
_MOST_SECONDS = 120  # of processor time
_MOST_UNPACKED = 1_000_000_000  # bytes, as the file itself says; what lies about it meets the limits above
_MOST_PARTS = 10_000
_BATCH = 500  # rows in a frame


def main() -> int:
    """Write the rows of the file that is named; return the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        return _read(sys.argv[1])
    except (zipfile.BadZipFile, CalamineError, OSError, ValueError):
        return NO_WORKBOOK
    except MemoryError:
        return TOO_LARGE


def _read(path: str) -> int:
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
    if len(parts) > _MOST_PARTS or sum(one.file_size for one in parts) > _MOST_UNPACKED:
        return TOO_LARGE
    with Path(path).open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
        if not book.sheet_names:
            return NO_WORKBOOK
        sheet = book.get_sheet_by_index(0)
        _put(sheet.total_height)
        batch: list[tuple[int, list[str]]] = []
        for row in _rows(sheet):
            batch.append(row)
            if len(batch) == _BATCH:
                _put(batch)
                batch = []
        _put(batch)
    sys.stdout.buffer.flush()
    return 0


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that have something in them, with the number they have in the sheet."""
    first = sheet.start[0] + 1 if sheet.start else 1
    for line, cells in enumerate(sheet.iter_rows(), first):
        fields = [written(cell) for cell in cells]
        if any(fields):
            yield line, fields


def written(cell: Any) -> str:  # noqa: ANN401 - whatever a cell may hold
    """Write a cell as a person would type it: 34600000118, 12.5, 2026-05-03, yes."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _put(value: object) -> None:
    data = msgspec.json.encode(value)
    sys.stdout.buffer.write(len(data).to_bytes(4) + data)


if __name__ == "__main__":
    sys.exit(main())
