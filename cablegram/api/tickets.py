"""Tickets to the operator, with files, about a dispute or anything else (R12, R22)."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, Id, Moment, Next, Paging
from cablegram.api.operation import Can, Download, Resource
from cablegram.api.paging import cut
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.records import disputing
from cablegram.runtime.runtime import Runtime
from cablegram.support import tickets as support
from cablegram.support.files import MOST_FILES
from cablegram.support.model import About, NewFile, Talk, Ticket

tickets = Resource("Tickets", "What an account asks the operator, and what was answered.")

Words = Annotated[
    str,
    Meta(
        min_length=1, max_length=10_000, pattern=NO_NULL, description="What to say.", examples=["It was charged twice."]
    ),
]
StateWord = Annotated[Literal["open", "answered", "closed"], Meta(description="Who is to act, or nobody any more.")]
_NO_TICKET = Can(404, "ticket_not_found", "the account has no such ticket")
_OWN = (
    Can(403, "bad_text", "nothing is written, or too much"),
    Can(403, "bad_file", "a file is no PDF, picture, spreadsheet, ZIP or text"),
    Can(413, "file_too_large", "a file has more than 5 MB"),
    Can(429, "too_many_attempts", "the account wrote 30 times within an hour"),
)

TicketKey = Annotated[UUID, Meta(description="The id of a ticket.")]
FileKey = Annotated[UUID, Meta(description="The id of a file.")]


class FileBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A file that goes along."""

    name: Annotated[
        str, Meta(min_length=1, max_length=100, pattern=NO_NULL, description="How it is called.", examples=["bill.pdf"])
    ]
    data: Annotated[
        str,
        Meta(
            max_length=960_000,
            pattern=r"^[A-Za-z0-9+/]*={0,2}\Z",
            description="Its bytes in base64; 700 kB here, more in the panel.",
            examples=["aGVsbG8="],
        ),
    ]


Files = Annotated[list[FileBody], Meta(max_length=MOST_FILES)]


class NewTicket(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A ticket to be opened."""

    title: Annotated[
        str,
        Meta(min_length=1, max_length=100, pattern=NO_NULL, description="In a line.", examples=["Charged twice"]),
    ]
    text: Words
    about: Annotated[Literal["message", "posting"], Meta(description="What is disputed.")] | UnsetType = UNSET
    about_id: Annotated[UUID, Meta(description="The id of that; both or neither.")] | UnsetType = UNSET
    files: Files = msgspec.field(default_factory=list[FileBody])


class NewAnswer(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to write in a ticket."""

    text: Words
    files: Files = msgspec.field(default_factory=list[FileBody])
    close: Annotated[bool, Meta(description="Whether the ticket is closed with it.")] = False


class StateChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Another state."""

    state: Annotated[Literal["open", "closed"], Meta(description="Close it, or open it again.")]


class TicketFileView(msgspec.Struct, kw_only=True):
    """A file of a ticket."""

    id: Id
    name: Annotated[str, Meta(description="How it is called.")]
    media_type: Annotated[str, Meta(description="What it is, by its first bytes.")]
    size: Annotated[int, Meta(description="Bytes.")]


class TicketEntryView(msgspec.Struct, kw_only=True):
    """What one of both sides wrote."""

    id: Id
    by_operator: Annotated[bool, Meta(description="Whether the operator wrote it.")]
    author: Annotated[str, Meta(description="The person's name, or what the key is called.")]
    text: Annotated[str, Meta(description="What was written.")]
    at: Moment
    mail_from: Annotated[str | None, Meta(description="The address from which it came by mail; null: it did not.")]
    sender_proved: Annotated[bool, Meta(description="Whether it is known that the owner of that address sent it.")]
    files: list[TicketFileView]


class TicketView(msgspec.Struct, kw_only=True):
    """A ticket."""

    id: Id
    title: Annotated[str, Meta(description="In a line.")]
    state: StateWord
    about: Annotated[Literal["message", "posting"] | None, Meta(description="What is disputed, if anything is.")]
    about_id: Annotated[UUID | None, Meta(description="The id of that.")]
    opened_by: Annotated[str, Meta(description="Who wrote it first.")]
    created_at: Moment
    changed_at: Moment
    entries: list[TicketEntryView] | UnsetType = UNSET


class TicketPage(msgspec.Struct):
    """Tickets, newest first."""

    items: list[TicketView]
    next: Next


@tickets.call("GET", "/v1/tickets", "listTickets", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: Paging) -> TicketPage:
    """List the account's tickets."""
    found = await support.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/tickets", query)
    return TicketPage([_ticket(one) for one in items], following)


@tickets.call(
    "POST",
    "/v1/tickets",
    "openTicket",
    scope=Scope.READ,
    status=201,
    errors=(
        *_OWN,
        Can(403, "bad_name", "the title is not one line"),
        Can(403, "bad_dispute", "`about` and `about_id` go together"),
        Can(404, "message_not_found", "the account has no such message"),
        Can(404, "posting_not_found", "its ledger has no such line"),
    ),
)
async def open_ticket(rt: Runtime, who: Principal, body: NewTicket) -> TicketView:
    """Open a ticket. A dispute names a message or a line of the ledger."""
    about: tuple[About, UUID] | None = None
    if isinstance(body.about, str) and isinstance(body.about_id, UUID):
        about = body.about, body.about_id
    elif body.about is not UNSET or body.about_id is not UNSET:
        raise disputing.incomplete()
    made = await disputing.open_ticket(
        rt, who, title=body.title, text=body.text, about=about, files=files_of(body.files)
    )
    return _talk(await support.show(rt, who, made.id))


@tickets.call("GET", "/v1/tickets/{ticket_id}", "getTicket", scope=Scope.READ, errors=(_NO_TICKET,))
async def show(rt: Runtime, who: Principal, ticket_id: TicketKey) -> TicketView:
    """Get a ticket with all that was written."""
    return _talk(await support.show(rt, who, ticket_id))


@tickets.call(
    "POST",
    "/v1/tickets/{ticket_id}/entries",
    "answerTicket",
    scope=Scope.READ,
    status=201,
    errors=(_NO_TICKET, *_OWN, Can(409, "ticket_full", "it has 500 entries")),
)
async def answer(rt: Runtime, who: Principal, ticket_id: TicketKey, body: NewAnswer) -> TicketView:
    """Write in a ticket. An operator's key answers; the account is told by mail."""
    return _talk(await support.answer(rt, who, ticket_id, text=body.text, files=files_of(body.files), close=body.close))


class TicketBonus(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Credits that put a ticket right."""

    amount: Annotated[int, Meta(ge=1, le=10**15, description="Micro-credits.", examples=[1_000_000])]
    text: Words


@tickets.call(
    "POST",
    "/v1/tickets/{ticket_id}/bonus",
    "putTicketRight",
    scope=Scope.OPERATOR,
    status=201,
    errors=(
        _NO_TICKET,
        *_OWN[:1],
        Can(400, "bad_idempotency_key", "the Idempotency-Key is not 1 to 255 visible ASCII characters"),
        Can(409, "ticket_closed", "the ticket is closed"),
        Can(409, "ticket_full", "it has 500 entries"),
        Can(422, "idempotency_key_reused", "the Idempotency-Key was used for another amount"),
    ),
)
async def put_right(
    rt: Runtime, who: Principal, ticket_id: TicketKey, body: TicketBonus, idempotency_key: str | None
) -> TicketView:
    """Give credits for what a ticket is about.

    A bonus for its account, with a word in the ticket, which is closed with it. Under the same `Idempotency-Key`
    nothing is given twice.
    """
    return _talk(await disputing.put_right(rt, who, ticket_id, amount=body.amount, text=body.text, key=idempotency_key))


@tickets.call("PATCH", "/v1/tickets/{ticket_id}", "changeTicket", scope=Scope.READ, errors=(_NO_TICKET,))
async def change(rt: Runtime, who: Principal, ticket_id: TicketKey, body: StateChange) -> TicketView:
    """Close a ticket, or open it again."""
    return _ticket(await support.put_state(rt, who, ticket_id, body.state))


@tickets.call(
    "GET",
    "/v1/tickets/{ticket_id}/files/{file_id}",
    "getTicketFile",
    scope=Scope.READ,
    errors=(_NO_TICKET, Can(404, "file_not_found", "the ticket has no such file")),
    gives={"application/octet-stream": "the file"},
)
async def file(rt: Runtime, who: Principal, ticket_id: TicketKey, file_id: FileKey) -> Download:
    """Download a file of a ticket."""
    name, _, data = await support.file(rt, who, ticket_id, file_id)
    return Download(name, "application/octet-stream", _once(data))


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def files_of(found: list[FileBody]) -> list[NewFile]:
    """Return files with their bytes. Raises InvalidInput (`bad_file`)."""
    return [NewFile(one.name, _bytes(one)) for one in found]


def _bytes(one: FileBody) -> bytes:
    try:
        return base64.b64decode(one.data, validate=True)
    except ValueError:
        message = f"{one.name[:100]!r} is not written in base64 (RFC 4648, section 4)."
        raise InvalidInput("bad_file", message, faults=[Fault("files", "bad_file", message)]) from None


def _ticket(one: Ticket) -> TicketView:
    return TicketView(
        id=one.id,
        title=one.title,
        state=one.state,
        about=one.about,
        about_id=one.about_id,
        opened_by=one.opened_by,
        created_at=one.created_at,
        changed_at=one.changed_at,
    )


def _talk(found: Talk) -> TicketView:
    view = _ticket(found.ticket)
    view.entries = [
        TicketEntryView(
            id=one.id,
            by_operator=one.by_operator,
            author=one.author,
            text=one.text,
            at=one.at,
            mail_from=one.mail_from,
            sender_proved=one.is_proved,
            files=[
                TicketFileView(id=each.id, name=each.name, media_type=each.media_type, size=each.size)
                for each in one.files
            ],
        )
        for one in found.entries
    ]
    return view
