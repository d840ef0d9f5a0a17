"""Read a blacklist file as it arrives; its good rows wait in a table of the connection, whatever the file's size."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cablegram.consent import blacklist_file, store
from cablegram.consent.blacklist_file import Columns
from cablegram.contacts import sheet
from cablegram.kit.csvio import CsvReader, Row, pieces
from cablegram.kit.errors import Fault
from cablegram.runtime.database import Conn

Progress = Callable[[int], Awaitable[None]]
"""Told, now and then, how many rows were read."""


@dataclass(slots=True)
class Intake:
    """What was read: `skipped` rows are bad, `faults` say what is wrong with the first of them."""

    rows: int = 0
    duplicates: int = 0
    skipped: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])


@asynccontextmanager
async def staging(conn: Conn) -> AsyncGenerator[None]:
    """Have a place for a file's rows, empty at the beginning and at the end."""
    await store.make_staging(conn)
    try:
        yield
    finally:
        if not conn.closed:
            await store.clear_staging(conn)


async def take(
    conn: Conn,
    chunks: AsyncIterable[bytes],
    default_country: str,
    *,
    keeps_good_rows: bool,
    most_faults: int,
    on_progress: Progress | None = None,
) -> Intake:
    """Read a whole file into the staging table; of rows with the same number the last one stays.

    Raises InvalidInput where it can't be read as a table: codes of `kit/csvio.py` and `consent/blacklist_file.py`.
    With bad rows in it and not `keeps_good_rows`, the rest is only read for what else is wrong.
    """
    reader = CsvReader(most_columns=blacklist_file.MOST_COLUMNS)
    columns: Columns | None = None
    read = Intake()

    async def keep(rows: list[Row]) -> None:
        nonlocal columns
        if rows and columns is None:
            columns = blacklist_file.read_header(rows.pop(0))
        if not rows or columns is None:
            return
        good, faults = blacklist_file.read_rows(rows, columns, default_country)
        read.rows += len(rows)
        read.skipped += len(faults)
        read.faults += faults[: most_faults - len(read.faults)]
        if good and (keeps_good_rows or not read.skipped):
            await store.copy_staging(conn, good)

    async for piece in pieces(chunks):
        await keep(reader.feed(piece))
        if on_progress:
            await on_progress(read.rows)
    await keep(reader.close())
    if columns is None:
        raise sheet.no_header()
    if keeps_good_rows or not read.skipped:
        read.duplicates = await store.drop_superseded(conn)
    return read


async def after(conn: Conn, line: int, *, limit: int) -> list[tuple[int, str, str]]:
    """Return the next good rows behind a line: (line, number, note)."""
    return await store.staged_rows(conn, line, limit=limit)
