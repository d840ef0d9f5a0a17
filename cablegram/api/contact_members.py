"""The people of a list one by one, lists that are put together, and a file that replaces all contacts (R88-R90)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.contact_lists import CONTACT_FILE
from cablegram.api.contacts import ContactView, NumberInPath, view
from cablegram.api.errors import FaultView
from cablegram.api.fields import Id, Note, Variables
from cablegram.api.operation import Can, Resource, Upload
from cablegram.contacts import members, replacing
from cablegram.kit.ids import ListId
from cablegram.runtime.runtime import Runtime

contact_members = Resource("Contact list members", "People of lists one by one, and all contacts at once.")


class Member(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody to put on a list."""

    variables: Variables = {}


class OtherLists(msgspec.Struct, forbid_unknown_fields=True):
    """Lists whose people are put on another."""

    contact_list_ids: Annotated[list[Id], Meta(min_length=1, max_length=100, description="The other lists.")]


class ListJoinedView(msgspec.Struct):
    """What came of it."""

    joined: Annotated[int, Meta(description="People who were not on the list before.")]


class ReplaceOptions(msgspec.Struct, kw_only=True):
    """What to do with bad rows, and where these people agreed."""

    on_bad_rows: Annotated[
        Literal["refuse", "skip"],
        Meta(description="`refuse`: one bad row refuses the whole file. `skip`: leave bad rows out."),
    ] = "refuse"
    source: Annotated[
        Note, Meta(description="Where these people agreed to marketing texts, if they did: they are subscribed by it.")
    ] = ""


class ReplacedView(msgspec.Struct, kw_only=True):
    """What a file of all contacts did: rows = size + skipped + duplicates."""

    rows: Annotated[int, Meta(description="Rows of the file, without its header.")]
    size: Annotated[int, Meta(description="People of the file.")]
    added: Annotated[int, Meta(description="Contacts the account did not have before.")]
    removed: Annotated[int, Meta(description="Contacts that are in no row, and gone.")]
    duplicates: Annotated[int, Meta(description="Rows whose number comes again further down: the last one counts.")]
    skipped: Annotated[int, Meta(description="Bad rows.")]
    declined: Annotated[int, Meta(description="People whom the file subscribes and who said no before.")]
    errors: Annotated[list[FaultView], Meta(description="The first hundred bad rows.")]


_NO_LIST = Can(404, "list_not_found", "the account has no such list")
_IN_USE = Can(409, "list_in_use", "a campaign that is not finished uses it")
_NO_NUMBER = Can(403, "number_invalid", "no such number can exist")


@contact_members.call(
    "PUT",
    "/v1/contact_lists/{list_id}/contacts/{number}",
    "putMember",
    scope=Scope.CONTACTS,
    errors=(
        _NO_NUMBER,
        _NO_LIST,
        _IN_USE,
        Can(403, "bad_variable", "a variable has a name that none may have"),
        Can(403, "value_unfit", "a value does not fit the type of its field"),
    ),
)
async def put(rt: Runtime, who: Principal, list_id: Id, number: NumberInPath, body: Member) -> ContactView:
    """Put somebody on a list.

    A contact who is known gets the variables given and keeps the others.
    """
    return view(await members.put(rt, who, ListId(list_id), number=number, variables=body.variables))


@contact_members.call(
    "DELETE",
    "/v1/contact_lists/{list_id}/contacts/{number}",
    "removeMember",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_NO_NUMBER, _NO_LIST, _IN_USE, Can(404, "not_on_list", "the number is not on the list")),
)
async def remove(rt: Runtime, who: Principal, list_id: Id, number: NumberInPath) -> None:
    """Take somebody off a list; the contact stays."""
    await members.remove(rt, who, ListId(list_id), number=number)


@contact_members.call(
    "POST",
    "/v1/contact_lists/{list_id}/join",
    "joinContactLists",
    scope=Scope.CONTACTS,
    errors=(_NO_LIST, _IN_USE),
)
async def join(rt: Runtime, who: Principal, list_id: Id, body: OtherLists) -> ListJoinedView:
    """Put the people of other lists on a list, each once; the other lists stay as they are."""
    others = [ListId(one) for one in body.contact_list_ids]
    return ListJoinedView(await members.add_all(rt, who, ListId(list_id), from_ids=others))


@contact_members.call(
    "PUT",
    "/v1/contacts",
    "replaceContacts",
    scope=Scope.CONTACTS,
    errors=(
        Can(400, "csv_no_header", "the first line is somebody's row, or there is none; likewise all of a list's file"),
        Can(403, "bad_rows", "rows are bad, each is named by its line, and they were not to be skipped"),
        Can(409, "list_in_use", "a campaign that is not finished uses a list"),
    ),
    file=CONTACT_FILE,
)
async def replace_all(rt: Runtime, who: Principal, query: ReplaceOptions, upload: Upload) -> ReplacedView:
    """Replace all contacts by those of a CSV file.

    People get the values of the file and no others; who is in no row is a contact no more, and on no list. Their
    history and a no of theirs stay; who stands in a program stays there, without variables. All of it is done or
    nothing.
    """
    done = await replacing.replace_all(rt, who, upload, on_bad_rows=query.on_bad_rows, agreed=query.source)
    one = done.result
    return ReplacedView(
        rows=one.rows,
        size=one.size,
        added=one.added,
        removed=done.removed,
        duplicates=one.duplicates,
        skipped=one.skipped,
        declined=one.declined,
        errors=[FaultView(fault.field, fault.code, fault.message) for fault in one.faults],
    )
