"""Imports as jobs: a file is brought, looked at, tried out and put in its place, and nobody has to wait (R87, R95)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import msgspec

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import field_store, importing, lists, mapping, sheet, tables
from cablegram.contacts.field_model import Field
from cablegram.contacts.importing import Order
from cablegram.contacts.model import ImportResult
from cablegram.contacts.tables import Table
from cablegram.jobs import files, find
from cablegram.jobs.files import Writer
from cablegram.jobs.model import Job, JobFile, NewJob
from cablegram.jobs.open import open_job
from cablegram.jobs.run import Say
from cablegram.kit import csvio
from cablegram.kit.csvio import Row
from cablegram.kit.errors import CablegramError, Fault, InvalidInput, NotFound
from cablegram.kit.ids import FileId, JobId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

KIND: Final = "import"
TRIAL: Final = "import_check"
BAD_ROWS: Final = "bad-rows.csv"

_SHOWN = 5  # rows


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it was found: its columns, what they are likely to be for, and its first rows."""

    file: JobFile
    has_header: bool
    header: list[str]
    words: list[str]
    rows: list[Row]
    fields: Mapping[str, Field]


async def look(rt: Runtime, who: Principal, file_id: FileId, *, has_header: bool | None = None) -> Look:
    """Look at the beginning of a file; `has_header` None: find out whether its first line names the columns.

    Raises NotFound (`file_gone`), InvalidInput (`csv_no_header` for an empty one, and what `kit/csvio.py` says),
    TooLarge (`workbook_too_large`).
    """
    who.needs(Scope.CONTACTS)
    file = await files.get(rt, who, file_id)
    home = (await directory.show(rt, who)).default_country
    async with rt.db.connection() as conn:
        fields = {one.name: one for one in await field_store.fields(conn, who.account_id)}
    rows: list[Row] = []
    # Closed at once, and with it what reads the file.
    async with aclosing(cast("AsyncGenerator[list[Row]]", table_of(rt, file).batches)) as batches:
        async for batch in batches:
            rows += batch
            if len(rows) > _SHOWN:
                break
    if not rows:
        raise sheet.no_header()
    named = mapping.has_header(rows[0][1], home) if has_header is None else has_header
    header = [one.strip() for one in rows[0][1]] if named else [f"column_{at}" for at in range(1, len(rows[0][1]) + 1)]
    rest = rows[1:] if named else rows
    return Look(file, named, header, mapping.guess(header, rest, fields, home), rest[:_SHOWN], fields)


async def start(rt: Runtime, who: Principal, file_id: FileId, order: Order, *, is_trial: bool = False) -> JobId:
    """Open the job that imports a file, or that only counts what an import would do.

    A trial tells of all bad rows and changes nothing. Raises NotFound (`file_gone`, `list_not_found`), Conflict
    (`list_in_use`, `list_name_taken` for a new list, `too_many_jobs`), InvalidInput (`bad_mapping`, `bad_name`).
    """
    found = await look(rt, who, file_id, has_header=order.has_header)
    words = found.words if order.words is None else order.words
    mapping.read(words, width=len(found.header), fields=found.fields)
    order = replace(order, words=list(words), file_name=found.file.name)
    into = await _named(rt, who, order)
    args = {"file_id": str(file_id), "order": msgspec.to_builtins(order), "into": into}
    new = NewJob(
        who.account_id,
        TRIAL if is_trial else KIND,
        f"{found.file.name} into {into}",
        Scope.CONTACTS,
        args,
        who.name,
        user_id=who.user_id,
    )
    async with rt.db.transaction() as conn:
        await files.keep(conn, who, file_id, now=rt.clock.now())
        return await open_job(conn, new, rt.clock.now())


async def after_trial(rt: Runtime, who: Principal, job_id: JobId, *, skip_bad_rows: bool) -> JobId:
    """Open the job that does what a trial counted. Raises as `start`, and NotFound (`job_not_found`)."""
    tried = await find.get(rt, who, job_id)
    if tried.kind != TRIAL:
        raise NotFound("job_not_found", f"The job {job_id} is no trial of an import.")
    order = msgspec.convert(tried.args["order"], Order)
    order = replace(order, on_bad_rows="skip" if skip_bad_rows else order.on_bad_rows)
    return await start(rt, who, msgspec.convert(tried.args["file_id"], FileId), order)


async def do(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:
    """Import a file, or try it out, as a job."""
    order = msgspec.convert(job.args["order"], Order)
    file = await files.get(rt, job.who, msgspec.convert(job.args["file_id"], FileId))
    errors = _BadRows(rt, job)
    table = errors.beside(table_of(rt, file), has_header=order.has_header)

    async def tell(rows: int) -> None:
        await say(rows, total=max(table.total, rows) if table.total else None, step="Reading the file")

    async def conclude(conn: Conn, result: ImportResult) -> None:
        await errors.close()
        await say.finish(conn, told(result))

    is_trial = job.kind == TRIAL
    try:
        result = await importing.take(
            rt,
            job.who,
            order,
            table=table,
            on_bad=errors.add,
            on_progress=tell,
            on_placing=lambda rows: say(rows, total=rows, step="Putting people in their place"),
            conclude=conclude,
            is_trial=is_trial,
        )
    except CablegramError:
        await errors.close()
        say.so_far = {"bad": errors.count}
        raise
    if is_trial:
        await errors.close()
    return told(result)


def told(result: ImportResult) -> dict[str, Any]:
    """Return what came of an import, as the job's result has it."""
    return {
        "rows": result.rows,
        "people": result.size,
        "added": result.added,
        "updated": result.updated,
        "duplicates": result.duplicates,
        "bad": result.skipped,
        "subscribed": result.subscribed,
        "declined": result.declined,
        "left": result.left,
        "list_id": str(result.list_id) if result.list_id else None,
        "errors": [{"field": one.field, "code": one.code, "message": one.message} for one in result.faults],
    }


def table_of(rt: Runtime, file: JobFile) -> Table:
    """Return the rows of a file that somebody brought."""
    chunks = files.read(rt, file)
    if file.media_type == tables.XLSX:
        return tables.of_workbook(chunks)
    return tables.of_csv(chunks, size=file.size, separators=csvio.ANY_SEPARATOR)


def media_type_of(name: str, said: str = "") -> str:
    """Return what a file is, by its name or by what its bringer says. Raises InvalidInput (`file_unknown`)."""
    ending = name.rpartition(".")[2].lower()
    if ending == "xlsx" or said == tables.XLSX:
        return tables.XLSX
    if ending in {"xls", "ods", "numbers", "xlsb", "xlsm"}:
        message = f"Files of the kind .{ending} are not read. Save the sheet as CSV in UTF-8, or as .xlsx."
        raise InvalidInput("file_unknown", message, faults=[Fault("file", "file_unknown", message)])
    return tables.CSV


async def _named(rt: Runtime, who: Principal, order: Order) -> str:
    if order.list_id is None:
        return await lists.new_name(rt, who, order.list_name)
    return (await lists.get(rt, who, order.list_id)).name


class _BadRows:
    """Writes rows that are wrong into a file: as they were, with their line and what is wrong with them."""

    def __init__(self, rt: Runtime, job: Job) -> None:
        self._rt = rt
        self._job = job
        self._header: list[str] = []
        self._out: Writer | None = None
        self.count = 0

    def beside(self, table: Table, *, has_header: bool) -> Table:
        """Return the same table; its header is kept for the file of bad rows."""
        batches = table.batches

        async def watched() -> AsyncIterator[list[Row]]:
            async for rows in batches:
                if rows and not self._header:
                    first = rows[0][1]
                    self._header = list(first) if has_header else [f"column_{at}" for at in range(1, len(first) + 1)]
                yield rows

        table.batches = watched()
        return table

    async def add(self, bad: Sequence[tuple[Row, Fault]]) -> None:
        """Write some rows."""
        if self._out is None:
            self._out = await files.begin(self._rt, self._job, BAD_ROWS, media_type=tables.CSV)
            await self._out.write(csvio.write([[*map(csvio.guard, self._header), *mapping.ADDED_COLUMNS]]))
        self.count += len(bad)
        rows = [[*map(csvio.guard, [*fields, str(line), _problem(fault)])] for (line, fields), fault in bad]
        await self._out.write(csvio.write(rows))

    async def close(self) -> None:
        """Let the file be seen, if there is one."""
        if self._out is not None:
            await self._out.close()
            self._out = None


def _problem(fault: Fault) -> str:
    """Return what is wrong, without the line that stands beside it."""
    return fault.message.partition(": ")[2] or fault.message
