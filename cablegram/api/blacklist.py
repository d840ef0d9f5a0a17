"""The blacklist: numbers that get nothing more from the account, whoever writes to them (R91)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.errors import FaultView
from cablegram.api.fields import NO_NULL, Id, Moment, Next, Note, Paging, Recipient
from cablegram.api.operation import Can, Export, File, Resource, Upload
from cablegram.api.paging import cut
from cablegram.consent import blacklist as deeds
from cablegram.consent.model import Entry, How
from cablegram.messages import barring
from cablegram.messages.barring import MOST_NUMBERS, Barred
from cablegram.runtime.runtime import Runtime

blacklist = Resource(
    "Blacklist", "Numbers that get nothing more from the account: it beats lists, campaigns and subscriptions."
)

# Another number than the examples of sending: whoever tries the examples one after another can still send.
_EXAMPLE = "+34600000119"
NumberInPath = Annotated[
    str, Meta(description="A telephone number, best with plus and country code.", examples=[_EXAMPLE])
]
_BAD_NUMBER = Can(403, "number_invalid", "no such number can exist")


class EntryView(msgspec.Struct, kw_only=True):
    """A number on the blacklist, and how it came there."""

    id: Id
    number: Annotated[str, Meta(description="The number, in E.164.", examples=[_EXAMPLE])]
    how: Annotated[
        How,
        Meta(
            description="`by_hand` and `import`: the account did it. `stop`: the person said so. `review`: the person "
            "wrote something that somebody read as no."
        ),
    ]
    note: Annotated[str, Meta(description="Why, in the words of whoever added it.")]
    sender: Annotated[str | None, Meta(description="Which of the account's senders was told to stop.")]
    text_id: Annotated[Id | None, Meta(description="The text that said so.")]
    added_by: Annotated[str, Meta(description="Who added it.", examples=["key sk_3fQ2"])]
    added_at: Moment


class EntryPage(msgspec.Struct):
    """The blacklist, newest first."""

    items: list[EntryView]
    next: Next


class BlacklistSearch(Paging):
    """Which part of the blacklist is wanted."""

    q: (
        Annotated[str, Meta(max_length=40, pattern=NO_NULL, description="Digits that stand in the number.")] | UnsetType
    ) = UNSET


class BlacklistNote(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why a number is added."""

    note: Note = ""


class NewNumbers(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Numbers to add, all of them or, if one is no number, none."""

    numbers: Annotated[
        list[Recipient],
        Meta(min_length=1, max_length=MOST_NUMBERS, description="The numbers.", examples=[[_EXAMPLE, "+447400123456"]]),
    ]
    note: Note = ""


class AddedView(msgspec.Struct, kw_only=True):
    """What adding numbers did."""

    added: Annotated[int, Meta(description="Numbers that were not on the blacklist.")]
    known: Annotated[int, Meta(description="Numbers that were there already.")]
    withdrawn: Annotated[int, Meta(description="Messages to them that waited: cancelled, with refund.")]


class ImportedNumbers(msgspec.Struct, kw_only=True):
    """What a file did: rows = added + known + skipped + duplicates."""

    rows: Annotated[int, Meta(description="Rows of the file, without its header.")]
    added: Annotated[int, Meta(description="Numbers that were not on the blacklist.")]
    known: Annotated[int, Meta(description="Numbers that were there already.")]
    withdrawn: Annotated[int, Meta(description="Messages to them that waited: cancelled, with refund.")]
    duplicates: Annotated[int, Meta(description="Rows whose number comes again further down: the last one counts.")]
    skipped: Annotated[int, Meta(description="Bad rows.")]
    errors: Annotated[list[FaultView], Meta(description="The first hundred of them.")]


class BlacklistImport(msgspec.Struct, kw_only=True):
    """What to do with bad rows."""

    on_bad_rows: Annotated[
        Literal["refuse", "skip"],
        Meta(description="`refuse`: one bad row refuses the whole file. `skip`: leave bad rows out."),
    ] = "refuse"


_PLAIN = r'[^",\r\n]*'
_FIELD = rf'(?:"(?:[^"]|"")*"|{_PLAIN})'
_FILE = File(
    media_type="text/csv",
    description="CSV in UTF-8, as RFC 4180 has it; lines end with LF or CRLF. The first line names the columns: "
    "`number` first, then a `note` of at most 500 characters if you like. Other columns are left aside. At most 1 GB; "
    "it is read as it arrives.",
    pattern=rf"^number(?:,note)?(?:\r?\n{_FIELD}(?:,{_FIELD})*)*(?:\r?\n)?$",
    example=f"number,note\n{_EXAMPLE},asked by letter\n+447400123456,\n",
    most_bytes=1_000_000_000,
)
_EXPORT = Export(
    media_type="text/csv",
    description="The whole blacklist as CSV: number, note, how, sender, added_by, added_at. It can be imported again.",
    name="blacklist.csv",
    write=deeds.export_csv,
)
_NOT_THERE = Can(404, "not_blacklisted", "the number is not on the blacklist")
_BAD_NOTE = Can(400, "bad_name", "the note is not one line")
_BAD_FILE = (
    Can(400, "csv_no_header", "the first line is somebody's row, or there is none"),
    Can(400, "csv_number_not_first", "the first column is not `number`"),
    Can(400, "csv_bad_separator", "the columns are not separated by commas"),
    Can(400, "csv_too_many_columns", "there are more than 100 columns"),
    Can(400, "csv_broken_quoting", "a quotation mark is never closed, or stands where none may"),
    Can(400, "csv_bad_line_end", "a line ends with CR alone"),
    Can(400, "csv_row_too_long", "a row has more than 100,000 characters"),
    Can(400, "csv_not_utf8", "the file is not UTF-8"),
    Can(403, "csv_duplicate_column", "two columns are named `number`, or `note`"),
    Can(403, "bad_rows", "rows are bad, each is named by its line, and they were not to be skipped"),
)


@blacklist.call("GET", "/v1/blacklist", "listBlacklist", scope=Scope.READ, export=_EXPORT)
async def page(rt: Runtime, who: Principal, query: BlacklistSearch) -> EntryPage:
    """List the blacklist.

    Newest first. With `Accept: text/csv` all of it as a file.
    """
    found = await deeds.page(rt, who, after=query.after or None, q=query.q or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/blacklist", query)
    return EntryPage([_view(one) for one in items], following)


@blacklist.call(
    "POST",
    "/v1/blacklist",
    "addToBlacklist",
    scope=Scope.CONTACTS,
    errors=(
        _BAD_NOTE,
        Can(403, "number_invalid", "the only number can't exist"),
        Can(403, "bad_numbers", "some can't"),
    ),
)
async def add_many(rt: Runtime, who: Principal, body: NewNumbers) -> AddedView:
    """Add numbers to the blacklist.

    What waits for them is cancelled and refunded in the same moment. Adding a number again changes nothing, but that an
    entry which came by the person's own STOP becomes the account's: a START no longer takes it off.
    """
    return _added(await barring.add(rt, who, body.numbers, note=body.note))


@blacklist.call(
    "PUT",
    "/v1/blacklist",
    "importBlacklist",
    scope=Scope.CONTACTS,
    errors=_BAD_FILE,
    file=_FILE,
)
async def put_file(rt: Runtime, who: Principal, query: BlacklistImport, upload: Upload) -> ImportedNumbers:
    """Add the numbers of a CSV file.

    An import only adds; nobody is taken off. Numbers without a country code are read as those of the account's default
    country. Rows take effect by the thousand once all are read; if that breaks off, the same file again does the rest.
    """
    done = await barring.import_csv(rt, who, upload, on_bad_rows=query.on_bad_rows)
    return ImportedNumbers(
        rows=done.rows,
        added=done.added,
        known=done.known,
        withdrawn=done.withdrawn,
        duplicates=done.duplicates,
        skipped=done.skipped,
        errors=[FaultView(fault.field, fault.code, fault.message) for fault in done.faults],
    )


@blacklist.call("GET", "/v1/blacklist/{number}", "checkBlacklist", scope=Scope.READ, errors=(_BAD_NUMBER, _NOT_THERE))
async def check(rt: Runtime, who: Principal, number: NumberInPath) -> EntryView:
    """Check whether a number is on the blacklist.

    404 `not_blacklisted` says that it is not.
    """
    return _view(await deeds.check(rt, who, number))


@blacklist.call(
    "PUT", "/v1/blacklist/{number}", "blacklistNumber", scope=Scope.CONTACTS, errors=(_BAD_NUMBER, _BAD_NOTE)
)
async def put(rt: Runtime, who: Principal, number: NumberInPath, body: BlacklistNote) -> AddedView:
    """Add one number to the blacklist.

    As `POST /v1/blacklist` with one number.
    """
    return _added(await barring.add(rt, who, [number], note=body.note))


@blacklist.call(
    "DELETE",
    "/v1/blacklist/{number}",
    "removeFromBlacklist",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_BAD_NUMBER, _NOT_THERE),
)
async def remove(rt: Runtime, who: Principal, number: NumberInPath) -> None:
    """Take a number off the blacklist.

    However it came there: do it where the person asks for it. What was cancelled stays cancelled.
    """
    await deeds.remove(rt, who, number)


def _view(one: Entry) -> EntryView:
    return EntryView(
        id=one.id,
        number=f"+{one.number}",
        how=one.how,
        note=one.note,
        sender=one.sender,
        text_id=one.text_id,
        added_by=one.added_by,
        added_at=one.added_at,
    )


def _added(done: Barred) -> AddedView:
    return AddedView(added=done.added, known=done.known, withdrawn=done.withdrawn)
