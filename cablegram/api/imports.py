"""Files that are imported, and people who are exported, as jobs (R87-R90, R97)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import ONE_LINE, Id, Moment, Name, Note
from cablegram.api.jobs import CSV, XLSX, JobView, seen
from cablegram.api.operation import Can, File, Resource, Upload
from cablegram.contacts import export_jobs, import_jobs
from cablegram.contacts.importing import Order
from cablegram.jobs import files, find
from cablegram.jobs.files import MOST_BYTES
from cablegram.jobs.model import JobFile
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import FileId, ListId
from cablegram.messages import barring_jobs
from cablegram.runtime.runtime import Runtime

imports = Resource("Imports and exports", "Files of people, in and out, as jobs: look, try out, import; or export.")

_Words = Annotated[
    list[Annotated[str, Meta(max_length=60)]],
    Meta(
        max_length=100,
        description="What each column is for, in their order: `number`, the name of a field or variable, "
        "`_mobilePhoneStatus`, `_smsSubscriptionStatus`, or nothing, and it is left aside. Without: as was guessed.",
        examples=[["", "first_name", "number"]],
    ),
]
_HasHeader = Annotated[bool, Meta(description="Whether the first line names the columns. Left out: found out.")]


class FileName(msgspec.Struct, kw_only=True):
    """What a file is called."""

    name: Annotated[
        str, Meta(max_length=200, pattern=ONE_LINE, description="Its name.", examples=["customers.csv"])
    ] = "people"


class FileView(msgspec.Struct, kw_only=True):
    """A file that was brought."""

    id: Id
    name: Annotated[str, Meta(description="Its name.")]
    media_type: Annotated[str, Meta(description="What it is taken for.", examples=[CSV])]
    size: Annotated[int, Meta(description="Bytes.")]
    kept_until: Moment


class ColumnView(msgspec.Struct, kw_only=True):
    """A column of a file."""

    name: Annotated[str, Meta(description="As the file has it.", examples=["Mobile phone"])]
    use: Annotated[str, Meta(description="What it is likely to be for.", examples=["number"])]


class SampleRow(msgspec.Struct, kw_only=True):
    """One of the first rows of a file."""

    line: Annotated[int, Meta(description="Where it stands.")]
    values: Annotated[list[str], Meta(description="What stands in it.")]


class ColumnsView(msgspec.Struct, kw_only=True):
    """A file as it was found."""

    has_header: Annotated[bool, Meta(description="Whether the first line names the columns.")]
    columns: list[ColumnView]
    rows: Annotated[list[SampleRow], Meta(description="The first rows.")]


class LookOptions(msgspec.Struct, kw_only=True):
    """How to look at a file."""

    has_header: _HasHeader | UnsetType = UNSET


class NewImport(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A file to import: into a list that there is, a new one, or the blacklist."""

    file_id: Id
    contact_list_id: Annotated[Id, Meta(description="The list that is filled.")] | UnsetType = UNSET
    list_name: Annotated[Name, Meta(description="Or the name of a new list.")] | UnsetType = UNSET
    into: Annotated[
        Literal["contacts", "blacklist"],
        Meta(description="`blacklist`: the numbers are added to it, and a list must not be named."),
    ] = "contacts"
    columns: _Words | UnsetType = UNSET
    has_header: _HasHeader | UnsetType = UNSET
    mode: Annotated[
        Literal["replace", "update"],
        Meta(description="`replace`: the list has the people of the file and nobody else. `update`: nobody leaves it."),
    ] = "replace"
    on_bad_rows: Annotated[
        Literal["refuse", "skip"],
        Meta(description="`refuse`: one bad row refuses the whole file. `skip`: leave bad rows out. Either way they "
             "come back as a file."),
    ] = "refuse"  # fmt: skip
    source: Annotated[
        Note,
        Meta(
            description="Where these people agreed to marketing texts, if they did: all of them are subscribed by it, "
            "or those of whom a column says so. Kept as evidence.",
            examples=["web shop, checkbox at checkout"],
        ),
    ] = ""
    words: Annotated[
        str, Meta(max_length=2_000, pattern=ONE_LINE, description="The words that they were shown there.")
    ] = ""
    dry_run: Annotated[bool, Meta(description="Only count what would be done, and change nothing.")] = False


class NewExport(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """People to export: those of a list, or everybody."""

    contact_list_id: Annotated[Id, Meta(description="The people of this list. Left out: everybody.")] | UnsetType = (
        UNSET
    )
    format: Annotated[Literal["csv", "xlsx"], Meta(description="`xlsx` is a workbook.")] = "csv"
    with_statuses: Annotated[bool, Meta(description="With the columns of statuses, such as imports take.")] = False
    with_contact_lists: Annotated[
        bool, Meta(description="With a last column of the lists that each is on, semicolons between their names.")
    ] = False


_FILE = File(
    media_type=CSV,
    description="CSV in UTF-8, or a workbook (.xlsx, up to 100 MB). At most 1 GB; it is read as it arrives, and kept "
    "for a day.",
    pattern=r"^[^\u0000]+$",
    example="Name,Mobile phone\nInés,+34600000118\n",
    most_bytes=MOST_BYTES,
    others=(XLSX,),
)
_NO_FILE = Can(404, "file_gone", "there is no such file any more")
_NO_LIST = Can(404, "list_not_found", "the account has no such list")
_TOO_MANY = Can(409, "too_many_jobs", "a hundred jobs of the account wait or run")
_UNREADABLE = (
    Can(400, "csv_no_header", "there is nothing in the file"),
    Can(400, "csv_too_many_columns", "there are more than 100 columns"),
    Can(400, "csv_broken_quoting", "a quotation mark is never closed, or stands where none may"),
    Can(400, "csv_bad_line_end", "a line ends with CR alone"),
    Can(400, "csv_row_too_long", "a row has more than 100,000 characters"),
    Can(400, "csv_not_utf8", "the file is not UTF-8"),
    Can(403, "no_workbook", "it is no workbook that can be read"),
    Can(413, "workbook_too_large", "it is too large once unpacked"),
)


@imports.call(
    "POST",
    "/v1/files",
    "bringFile",
    scope=Scope.CONTACTS,
    status=201,
    errors=(
        Can(403, "file_empty", "there is nothing in it"),
        Can(403, "file_unknown", "by its name it is of a kind that is not read"),
        Can(413, "file_too_large", "it has more than 1 GB"),
        Can(413, "too_many_files", "files of the account that are still kept are more than 5 GB"),
    ),
    file=_FILE,
)
async def bring(rt: Runtime, who: Principal, query: FileName, upload: Upload) -> FileView:
    """Bring a file, to be imported by a job.

    It is a workbook if its name ends with `.xlsx`; else it is CSV.
    """
    kind = import_jobs.media_type_of(query.name)
    return _file(await files.receive(rt, who, upload, name=query.name, media_type=kind))


@imports.call(
    "GET",
    "/v1/files/{file_id}/columns",
    "getFileColumns",
    scope=Scope.CONTACTS,
    errors=(_NO_FILE, *_UNREADABLE),
)
async def look(rt: Runtime, who: Principal, file_id: Id, query: LookOptions) -> ColumnsView:
    """Look at the beginning of a file.

    Its columns, what they are likely to be for, and its first rows.
    """
    wanted = None if query.has_header is UNSET else query.has_header
    found = await import_jobs.look(rt, who, FileId(file_id), has_header=wanted)
    return ColumnsView(
        has_header=found.has_header,
        columns=[ColumnView(name=name, use=use) for name, use in zip(found.header, found.words, strict=True)],
        rows=[SampleRow(line=line, values=values) for line, values in found.rows],
    )


@imports.call(
    "POST",
    "/v1/imports",
    "startImport",
    scope=Scope.CONTACTS,
    status=202,
    errors=(
        _NO_FILE,
        _NO_LIST,
        *_UNREADABLE,
        Can(403, "list_needed", "not exactly one of `contact_list_id` and `list_name` is given"),
        Can(403, "bad_mapping", "columns can't be for what is said, or none is the number"),
        Can(403, "bad_name", "a name or the source is not one line"),
        Can(409, "list_name_taken", "another list has that name"),
        Can(409, "list_in_use", "a campaign that is not finished uses it"),
        _TOO_MANY,
    ),
)
async def start(rt: Runtime, who: Principal, body: NewImport) -> JobView:
    """Import a file as a job.

    Try it out with `dry_run` first: the job's result then has the counts, and its file the rows that are wrong.
    """
    file_id = FileId(body.file_id)
    named = [one for one in (body.contact_list_id, body.list_name) if one is not UNSET]
    if len(named) != (body.into == "contacts"):
        message = "Give either `contact_list_id` or `list_name`; for the blacklist neither."
        raise InvalidInput("list_needed", message, faults=[Fault("contact_list_id", "list_needed", message)])
    if body.into == "blacklist":
        job_id = await barring_jobs.start(rt, who, file_id, on_bad_rows=body.on_bad_rows)
        return await seen(rt, who, await find.get(rt, who, job_id))
    has_header = body.has_header
    if has_header is UNSET:
        has_header = (await import_jobs.look(rt, who, file_id)).has_header
    order = Order(
        None if body.contact_list_id is UNSET else ListId(body.contact_list_id),
        list_name=body.list_name or "",
        words=None if body.columns is UNSET else body.columns,
        has_header=has_header,
        on_bad_rows=body.on_bad_rows,
        keep_others=body.mode == "update",
        agreed=body.source,
        shown=body.words,
    )
    job_id = await import_jobs.start(rt, who, file_id, order, is_trial=body.dry_run)
    return await seen(rt, who, await find.get(rt, who, job_id))


@imports.call("POST", "/v1/exports", "startExport", scope=Scope.READ, status=202, errors=(_NO_LIST, _TOO_MANY))
async def export(rt: Runtime, who: Principal, body: NewExport) -> JobView:
    """Export people as a job.

    The file has the form that an import takes; a cell that a spreadsheet would take for a formula begins with an
    apostrophe there, which an import takes away again.
    """
    if body.contact_list_id is UNSET:
        job_id = await export_jobs.start(
            rt,
            who,
            "everybody",
            {},
            name="contacts",
            form=body.format,
            with_statuses=body.with_statuses,
            with_lists=body.with_contact_lists,
        )
    else:
        job_id = await export_jobs.start_list(
            rt,
            who,
            ListId(body.contact_list_id),
            form=body.format,
            with_statuses=body.with_statuses,
            with_lists=body.with_contact_lists,
        )
    return await seen(rt, who, await find.get(rt, who, job_id))


def _file(one: JobFile) -> FileView:
    return FileView(id=one.id, name=one.name, media_type=one.media_type, size=one.size, kept_until=one.kept_until)
