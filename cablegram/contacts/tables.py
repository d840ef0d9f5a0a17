"""The rows of a file that somebody brought, whatever it is: CSV as it arrives, or the first sheet of a workbook."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import cast

import msgspec

from cablegram.contacts import sheet, workbook_child
from cablegram.kit.csvio import COMMA, CsvReader, Row, pieces
from cablegram.kit.errors import InvalidInput, TooLarge

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_XLSX = 100_000_000  # bytes, packed as it is

_read_rows = msgspec.json.Decoder(list[tuple[int, list[str]]]).decode
_MOST_FRAME = 64 << 20
_AT_ONCE = asyncio.Semaphore(2)  # workbooks that a process has read at a time: each may take a gigabyte


@dataclass(slots=True)
class Table:
    """Rows as they are read, in batches. `total`: how many there are likely to be; None while nobody can say."""

    batches: AsyncIterator[list[Row]]
    total: int | None = None


def of_csv(chunks: AsyncIterable[bytes], *, size: int | None = None, separators: str = COMMA) -> Table:
    """Return the rows of a CSV file. Raises, as it is read, what `kit/csvio.py` says; `size` is the file's in bytes."""
    table = Table(_nothing())

    async def batches() -> AsyncGenerator[list[Row]]:
        reader, taken, rows = CsvReader(most_columns=sheet.MOST_COLUMNS, separators=separators), 0, 0
        async for piece in pieces(chunks):
            batch = reader.feed(piece)
            taken, rows = taken + len(piece), rows + len(batch)
            table.total = round(size * rows / taken) if size else None
            yield batch
        yield reader.close()

    table.batches = batches()
    return table


def of_workbook(chunks: AsyncIterable[bytes]) -> Table:
    """Return the rows of a workbook's first sheet; lines are numbered as there.

    Raises, as it is read, InvalidInput (`no_workbook`, `csv_too_many_columns`), TooLarge (`workbook_too_large`).
    """
    table = Table(_nothing())

    async def batches() -> AsyncGenerator[list[Row]]:
        # On disk while it is read: who reads a ZIP begins at its end.
        with tempfile.NamedTemporaryFile(prefix="cablegram-", suffix=".xlsx") as spooled:
            size = 0
            async for chunk in chunks:
                size += len(chunk)
                if size > MOST_XLSX:
                    raise _too_large()
                await asyncio.to_thread(spooled.write, chunk)
            spooled.flush()
            async with _AT_ONCE, aclosing(_frames(spooled.name)) as frames:
                async for frame in frames:
                    if table.total is None:
                        table.total = int(frame)
                        continue
                    rows = _read_rows(frame)
                    if rows and len(rows[0][1]) > sheet.MOST_COLUMNS:
                        message = f"The sheet has more than {sheet.MOST_COLUMNS} columns."
                        raise InvalidInput("csv_too_many_columns", message)
                    yield rows

    table.batches = batches()
    return table


async def _frames(path: str) -> AsyncGenerator[bytes]:
    command = (sys.executable, "-m", workbook_child.__name__, path)
    child = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out = cast("asyncio.StreamReader", child.stdout)  # it was asked for
    try:
        while head := await out.read(1):
            size = int.from_bytes(head + await out.readexactly(3))
            if size > _MOST_FRAME:
                raise _too_large()
            yield await out.readexactly(size)
        status = await child.wait()
    except asyncio.IncompleteReadError:
        status = await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if status == workbook_child.NO_WORKBOOK:
        message = (
            "This is no workbook (.xlsx) that can be read, or it is locked with a password. Save it as CSV in UTF-8."
        )
        raise InvalidInput("no_workbook", message)
    if status:  # the kernel ended it at its limit
        raise _too_large()


def _too_large() -> TooLarge:
    message = "This workbook is too large once it is unpacked. Save its sheet as CSV in UTF-8: that may have any size."
    return TooLarge("workbook_too_large", message)


async def _nothing() -> AsyncGenerator[list[Row]]:
    return
    yield
