"""Contact lists, and the files that fill them (R87-R90)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.contacts import ContactFilter, ContactPage, view
from cablegram.api.errors import FaultView
from cablegram.api.fields import Id, Moment, Name, Next, Note, Paging
from cablegram.api.operation import Can, Export, File, Resource, Upload
from cablegram.api.paging import cut
from cablegram.contacts import exporting, importing, lists, people
from cablegram.contacts.model import ContactList
from cablegram.kit.ids import ListId
from cablegram.runtime.runtime import Runtime

contact_lists = Resource("Contact lists", "People with their variables, filled from CSV files.")


class NewList(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A list to make; it is empty until a file fills it."""

    name: Name
    description: Note = ""


class ListChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a list; what is left out stays."""

    name: Name | UnsetType = UNSET
    description: Note | UnsetType = UNSET


class ListView(msgspec.Struct, kw_only=True):
    """A contact list."""

    id: Id
    name: Annotated[str, Meta(description="Its name.", examples=["Customers"])]
    description: Annotated[str, Meta(description="What it is for.")]
    size: Annotated[int, Meta(description="How many people are on it.", examples=[10000])]
    variables: Annotated[list[str], Meta(description="The columns of its file.", examples=[["first_name", "city"]])]
    created_at: Moment
    imported_at: Annotated[Moment | None, Meta(description="When a file last filled it.")]


class ListPage(msgspec.Struct):
    """Contact lists, newest first."""

    items: list[ListView]
    next: Next


class Imported(msgspec.Struct, kw_only=True):
    """What an import did: rows = size + skipped + duplicates."""

    rows: Annotated[int, Meta(description="Rows of the file, without its header.")]
    size: Annotated[int, Meta(description="People of the file, who are on the list now.")]
    added: Annotated[int, Meta(description="Contacts the account did not have before.")]
    updated: Annotated[int, Meta(description="Contacts it had, with other values.")]
    duplicates: Annotated[int, Meta(description="Rows whose number comes again further down: the last one counts.")]
    skipped: Annotated[int, Meta(description="Bad rows.")]
    declined: Annotated[
        int, Meta(description="People whom this file subscribes and who said no before: they stay not subscribed.")
    ]
    errors: Annotated[list[FaultView], Meta(description="The first hundred of them.")]


class ImportOptions(msgspec.Struct, kw_only=True):
    """What to do with bad rows, with those who are on the list already, and where these people agreed."""

    on_bad_rows: Annotated[
        Literal["refuse", "skip"],
        Meta(
            description="`refuse`: one bad row refuses the whole file and nothing changes. `skip`: leave bad rows out."
        ),
    ] = "refuse"
    mode: Annotated[
        Literal["replace", "update"],
        Meta(description="`replace`: the list has the people of the file and nobody else. `update`: nobody leaves it."),
    ] = "replace"
    source: Annotated[
        Note,
        Meta(
            description="Where these people agreed to marketing texts, if they did: all of them are subscribed by it, "
            "or those of whom the column `_smsSubscriptionStatus` says so. Kept with each contact.",
            examples=["web shop, checkbox at checkout"],
        ),
    ] = ""


_PLAIN = r'[^",\r\n]*'
_FIELD = rf'(?:"(?:[^"]|"")*"|{_PLAIN})'
CONTACT_FILE = File(
    media_type="text/csv",
    description="CSV in UTF-8, as RFC 4180 has it; lines end with LF or CRLF. The first line names the columns: "
    "`number` first, then up to 99 variables, named with letters of any script, digits, - and _. Two columns are "
    "statuses and no variables: `_mobilePhoneStatus` (active, bounced, paused) and `_smsSubscriptionStatus` "
    "(subscribed, not subscribed, none). At most 1 GB; it is read as it arrives.",
    pattern=rf"^number(?:,[A-Za-z_][A-Za-z0-9_\-]*){{0,99}}(?:\r?\n{_FIELD}(?:,{_FIELD})*)*(?:\r?\n)?$",
    example='number,first_name,city\n+34600000118,Inés,Madrid\n+447700900123,"O\'Neil, Pat",Leeds\n',
    most_bytes=1_000_000_000,
)

_NO_LIST = Can(404, "list_not_found", "the account has no such list")
_IN_USE = Can(409, "list_in_use", "a campaign that is not finished uses it")
_TAKEN = Can(409, "list_name_taken", "another list of the account has that name")
_BAD_NAME = Can(400, "bad_name", "the name or description is not one line")
BAD_FILE = (
    Can(400, "csv_no_header", "the first line is somebody's row, or there is none"),
    Can(400, "csv_number_not_first", "the first column is not `number`"),
    Can(400, "csv_bad_separator", "the columns are not separated by commas"),
    Can(400, "csv_bad_column", "a column is not named with letters, digits and _"),
    Can(400, "csv_too_many_columns", "there are more than 100 columns"),
    Can(400, "csv_broken_quoting", "a quotation mark is never closed, or stands where none may"),
    Can(400, "csv_bad_line_end", "a line ends with CR alone"),
    Can(400, "csv_row_too_long", "a row has more than 100,000 characters"),
    Can(400, "csv_not_utf8", "the file is not UTF-8"),
    Can(403, "csv_duplicate_column", "two columns have the same name"),
    Can(403, "bad_rows", "rows are bad, each is named by its line, and they were not to be skipped"),
)


@contact_lists.call("GET", "/v1/contact_lists", "listContactLists", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: Paging) -> ListPage:
    """List contact lists.

    Newest first.
    """
    found = await lists.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/contact_lists", query)
    return ListPage([_view(one) for one in items], following)


@contact_lists.call(
    "POST",
    "/v1/contact_lists",
    "createContactList",
    scope=Scope.CONTACTS,
    status=201,
    errors=(_BAD_NAME, _TAKEN),
    leads_to={"createCampaign": {"contact_list_ids": ["$response.body#/id"]}},
)
async def create(rt: Runtime, who: Principal, body: NewList) -> ListView:
    """Make an empty list."""
    return _view(await lists.create(rt, who, body.name, description=body.description))


@contact_lists.call("GET", "/v1/contact_lists/{list_id}", "getContactList", scope=Scope.READ, errors=(_NO_LIST,))
async def get(rt: Runtime, who: Principal, list_id: Id) -> ListView:
    """Get one list."""
    return _view(await lists.get(rt, who, ListId(list_id)))


@contact_lists.call(
    "PATCH",
    "/v1/contact_lists/{list_id}",
    "changeContactList",
    scope=Scope.CONTACTS,
    errors=(_BAD_NAME, _NO_LIST, _TAKEN),
)
async def change(rt: Runtime, who: Principal, list_id: Id, body: ListChange) -> ListView:
    """Change a list's name or description."""
    description = None if body.description is UNSET else body.description
    return _view(await lists.change(rt, who, ListId(list_id), name=body.name or None, description=description))


@contact_lists.call(
    "DELETE",
    "/v1/contact_lists/{list_id}",
    "deleteContactList",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_NO_LIST, _IN_USE),
)
async def delete(rt: Runtime, who: Principal, list_id: Id) -> None:
    """Delete a list.

    Its people keep their record and their history; they are only no longer members.
    """
    await lists.delete(rt, who, ListId(list_id))


@contact_lists.call(
    "GET",
    "/v1/contact_lists/{list_id}/contacts",
    "listContacts",
    scope=Scope.READ,
    errors=(_NO_LIST,),
    export=Export(
        media_type="text/csv",
        description="The whole list as CSV: number and the list's variables. It can be imported again.",
        name="contacts.csv",
        write=exporting.export_csv,
    ),
)
async def members(rt: Runtime, who: Principal, list_id: Id, query: ContactFilter) -> ContactPage:
    """List the people of a list.

    The newest contacts first, of all statuses or of one. With `Accept: text/csv` all of them as a file.
    """
    phone_status, subscription = query.statuses()
    found = await people.page(
        rt,
        who,
        list_id=ListId(list_id),
        phone_status=phone_status,
        subscription=subscription,
        after=query.after or None,
        limit=query.limit + 1,
    )
    items, following = cut(found, f"/v1/contact_lists/{list_id}/contacts", query)
    return ContactPage([view(one) for one in items], following)


@contact_lists.call(
    "PUT",
    "/v1/contact_lists/{list_id}/contacts",
    "importContacts",
    scope=Scope.CONTACTS,
    errors=(*BAD_FILE, _NO_LIST, _IN_USE),
    file=CONTACT_FILE,
)
async def put(rt: Runtime, who: Principal, list_id: Id, query: ImportOptions, upload: Upload) -> Imported:
    """Fill a list from a CSV file.

    Afterwards the list has the people of the file and nobody else, unless `mode` says otherwise. All of it is done or
    nothing. Numbers without a country code are read as those of the account's default country.
    """
    done = await importing.import_csv(
        rt,
        who,
        ListId(list_id),
        chunks=upload,
        on_bad_rows=query.on_bad_rows,
        keep_others=query.mode == "update",
        agreed=query.source,
    )
    return Imported(
        rows=done.rows,
        size=done.size,
        added=done.added,
        updated=done.updated,
        duplicates=done.duplicates,
        skipped=done.skipped,
        declined=done.declined,
        errors=[FaultView(fault.field, fault.code, fault.message) for fault in done.faults],
    )


def _view(one: ContactList) -> ListView:
    return ListView(
        id=one.id,
        name=one.name,
        description=one.description,
        size=one.size,
        variables=one.variables,
        created_at=one.created_at,
        imported_at=one.imported_at,
    )
