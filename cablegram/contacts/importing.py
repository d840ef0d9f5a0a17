"""Fill a list from a CSV file: afterwards it has the people of the file and, unless asked otherwise, nobody else.

The file is read as it arrives and its rows wait in a table of the connection, so a million of them take little memory
and no transaction is open while somebody's upload is slow. When all rows are known to be good, one transaction puts
them in their place: an import is done or it is not.

Contacts who are no longer on the list keep their record. A known contact takes the values of the file's columns and
keeps those that came with other files.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable
from typing import Literal

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import lists, sheet, store
from cablegram.contacts.model import ImportResult
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.csvio import CsvReader, Row, pieces
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import ListId, uuid7
from cablegram.kit.names import read_note
from cablegram.runtime.database import Conn, transaction_on
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

Progress = Callable[[int], Awaitable[None]]
"""Told, now and then, how many rows were read."""

MOST_FAULTS = 100  # bad rows that are described; more are only counted

_PATIENCE = "10min"  # how long an import waits for another of the same account


async def import_csv(
    rt: Runtime,
    who: Principal,
    list_id: ListId,
    chunks: AsyncIterable[bytes],
    *,
    on_bad_rows: Literal["refuse", "skip"] = "refuse",
    keep_others: bool = False,
    agreed: str = "",
    file_name: str = "",
    on_progress: Progress | None = None,
) -> ImportResult:
    """Replace the people of a list by those of a file in UTF-8 (R87, R88); with `keep_others` nobody leaves the list.

    `agreed` says where these people agreed to marketing texts: they are subscribed by it, all of them or those of whom
    a column of the file says so (R142), and it is kept with each and with the news of this import. A person who said no
    before stays not subscribed. What came of it can be looked at again by the result's id (`imports.get`).

    A bad row refuses the whole file (`bad_rows`, with a fault for each of the first hundred) unless bad rows are to be
    skipped; a file that can't be read as a table refuses either way (codes: `kit/csvio.py`, `contacts/sheet.py`).
    Raises NotFound (`list_not_found`), Conflict (`list_in_use`).
    """
    who.needs(Scope.CONTACTS)
    agreed = read_note(agreed, field="source")
    home = (await directory.show(rt, who)).default_country
    await lists.ensure_free(rt, who, list_id)
    async with rt.db.connection() as conn:
        await store.make_staging(conn)
        try:
            intake = _Intake(conn, home, keeps_good_rows=on_bad_rows == "skip", has_source=bool(agreed))
            await intake.take(chunks, on_progress)
            result = intake.result
            if result.skipped and on_bad_rows == "refuse":
                raise _refused(result)
            reach("import.staged")
            async with transaction_on(conn):
                await _put_in_place(
                    conn, rt, who, list_id=list_id, intake=intake, keep_others=keep_others, agreed=agreed
                )
                await store.insert_import(
                    conn, who.account_id, list_id, result, file_name=file_name, now=rt.clock.now()
                )
            reach("import.committed")
        finally:
            if not conn.closed:
                await store.clear_staging(conn)
    return result


class _Intake:
    """Reads the pieces of a file and keeps its good rows in the connection's table."""

    def __init__(self, conn: Conn, default_country: str, *, keeps_good_rows: bool, has_source: bool) -> None:
        self._conn = conn
        self._home = default_country
        self._keeps_good_rows = keeps_good_rows
        self._has_source = has_source
        self._reader = CsvReader(most_columns=sheet.MOST_COLUMNS)
        self._header: sheet.Columns | None = None
        self.result = ImportResult()

    @property
    def variables(self) -> list[str]:
        """Return the names of the variables, in the order of their columns."""
        return self._header.variables if self._header else []

    @property
    def says_statuses(self) -> bool:
        """Tell whether the file, or who brings it, says anything of the people's statuses."""
        return self._has_source or bool(self._header and self._header.statuses)

    async def take(self, chunks: AsyncIterable[bytes], on_progress: Progress | None) -> None:
        """Read the whole file."""
        async for piece in pieces(chunks):
            await self._keep(self._reader.feed(piece))
            if on_progress:
                await on_progress(self.result.rows)
        await self._keep(self._reader.close())
        if self._header is None:
            raise sheet.no_header()

    async def _keep(self, rows: list[Row]) -> None:
        if rows and self._header is None:
            self._header = sheet.read_header(rows.pop(0))
        if not rows or self._header is None:
            return
        result = self.result
        people, faults = sheet.read_people(rows, self._header, self._home, has_source=self._has_source)
        result.rows += len(rows)
        result.skipped += len(faults)
        result.faults += faults[: MOST_FAULTS - len(result.faults)]
        if self._keeps_good_rows or not result.skipped:
            await store.copy_staging(self._conn, people)


async def _put_in_place(
    conn: Conn,
    rt: Runtime,
    who: Principal,
    *,
    list_id: ListId,
    intake: _Intake,
    keep_others: bool,
    agreed: str,
) -> None:
    result, now = intake.result, rt.clock.now()
    result.id = uuid7()
    await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
    held = await lists.hold_free(conn, who.account_id, list_id)
    await store.plan_for_bulk(conn)
    result.duplicates = await store.drop_superseded(conn)
    result.size = result.rows - result.skipped - result.duplicates
    result.updated = await store.update_contacts(conn, who.account_id, now)
    if intake.says_statuses:
        result.declined = await store.update_statuses(conn, who.account_id, source=agreed, now=now)
    result.added = await store.insert_contacts(conn, who.account_id, source=agreed, now=now)
    reach("import.contacts_written")
    left = 0 if keep_others else await store.delete_members(conn, who.account_id, list_id)
    reach("import.members_left")
    joined = await store.insert_members(conn, who.account_id, list_id)
    reach("import.members_joined")
    columns = dict.fromkeys([*held.variables, *intake.variables] if keep_others else intake.variables)
    await store.set_contents(
        conn,
        who.account_id,
        list_id,
        size=held.size - left + joined,
        variables=list(columns),
        imported_at=now,
    )
    facts: dict[str, object] = {"rows": result.rows, "size": result.size, "added": result.added}
    facts |= {"skipped": result.skipped, "by": who.name}
    if agreed:
        facts |= {"subscribed": True, "source": agreed, "declined": result.declined}
    await record(conn, [Event(Kind.LIST_IMPORTED, who.account_id, list_id, facts)], now=now)
    reach("import.recorded")


def _refused(result: ImportResult) -> InvalidInput:
    first = result.faults[0]
    message = (
        f"{result.skipped:,} of {result.rows:,} rows are bad, so nothing was imported. {first.message} "
        "Correct the file, or import it again and skip bad rows."
    )
    return InvalidInput("bad_rows", message, faults=result.faults)
