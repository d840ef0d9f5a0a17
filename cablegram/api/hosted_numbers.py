"""Numbers that stay with their telephone company and get texts here (R96)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, ONE_LINE, Id, Moment, Next, Paging
from cablegram.api.operation import Can, Download, Resource
from cablegram.api.paging import cut
from cablegram.api.tickets import FileBody, files_of
from cablegram.kit.ids import ConnectorId
from cablegram.rentals import hosting
from cablegram.rentals.hosting_model import Hosted, State, Wanted
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import NumberType

hosted_numbers = Resource(
    "Hosted numbers", "Numbers of the United States that stay with their telephone company and get texts here."
)

_PDF = "application/pdf"
_NO_REQUEST = Can(404, "hosted_number_not_found", "there is no such request")
_DECIDED = Can(409, "hosting_decided", "the request is decided, or was taken back")
HostedKey = Annotated[UUID, Meta(description="The id of a request for a hosted number.")]
_Line = Annotated[str, Meta(min_length=1, max_length=100, pattern=ONE_LINE)]
_Word = Annotated[str, Meta(max_length=500, pattern=NO_NULL, description="For the account; it stands in the ticket.")]


class NewHosting(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"number_type": "type"}):
    """A number to be hosted, with its papers."""

    number: Annotated[
        str, Meta(min_length=3, max_length=30, description="Of the United States.", examples=["+13055550100"])
    ]
    company: Annotated[_Line, Meta(description="Who has the number, as it stands on the bill.", examples=["Acme Inc."])]
    signer: Annotated[_Line, Meta(description="Who signed the authorization.", examples=["Ann Doe"])]
    authorization: Annotated[FileBody, Meta(description="The form of `GET /v1/hosted_number_form`, signed.")]
    bill: Annotated[FileBody, Meta(description="A copy of the latest telephone bill.")]
    number_type: Annotated[
        NumberType | None, Meta(description="`local`, `national` or `toll_free`; null: read off the number.")
    ] = None


class HostedView(msgspec.Struct, kw_only=True, rename={"number_type": "type"}):
    """A request for a hosted number, and what became of it."""

    id: Id
    number: Annotated[str, Meta(description="The number, in E.164.", examples=["+13055550100"])]
    number_type: Annotated[NumberType, Meta(description="What sort of number it is.")]
    company: Annotated[str, Meta(description="Who has it.")]
    signer: Annotated[str, Meta(description="Who signed the authorization.")]
    state: Annotated[
        State,
        Meta(
            description="`requested`: the operator looks at it. `approved`: it is a sender of the account. `removed`: "
            "it was one."
        ),
    ]
    word: Annotated[str, Meta(description="The operator's, about the decision.")]
    ticket_id: Annotated[UUID, Meta(description="Where its papers are.")]
    sender_id: Annotated[UUID | None, Meta(description="The sender that it became.")]
    requested_at: Moment
    due_at: Annotated[Moment, Meta(description="Until when it is to be decided: 24 hours.")]
    decided_at: Annotated[Moment | None, Meta(description="When it was decided, or taken back.")]


class HostedPage(msgspec.Struct):
    """Requests for hosted numbers, newest first."""

    items: list[HostedView]
    next: Next


class Approval(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A yes."""

    connector_ids: Annotated[list[UUID], Meta(max_length=100, description="What carries it; empty: any connector.")] = (
        msgspec.field(default_factory=list[UUID])
    )
    word: _Word = ""


class Rejection(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A no."""

    reason: Annotated[
        str, Meta(min_length=1, max_length=500, pattern=NO_NULL, description="Why; the account reads it.")
    ]


@hosted_numbers.call("GET", "/v1/hosted_numbers", "listHostedNumbers", scope=Scope.READ)
async def listed(rt: Runtime, who: Principal, query: Paging) -> HostedPage:
    """List the account's requests for hosted numbers."""
    found = await hosting.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/hosted_numbers", query)
    return HostedPage([_view(one) for one in items], following)


@hosted_numbers.call(
    "POST",
    "/v1/hosted_numbers",
    "requestHostedNumber",
    scope=Scope.ACCOUNT,
    status=201,
    errors=(
        Can(403, "not_hostable", "it is no local, national or toll-free number of the United States"),
        Can(403, "sender_invalid", "it is no number"),
        Can(403, "sender_number_unknown", "its form is in no numbering plan"),
        Can(403, "sender_type_wrong", "what is no telephone number is given a type"),
        Can(403, "paper_missing", "one of both papers is empty"),
        Can(403, "bad_file", "a paper is no PDF or picture"),
        Can(403, "bad_name", "a name is empty"),
        Can(409, "already_requested", "the account has asked for it already"),
        Can(409, "sender_exists", "the account has the number already"),
        Can(413, "file_too_large", "a paper has more than 5 MB"),
        Can(429, "too_many_attempts", "the account wrote 30 times within an hour"),
    ),
)
async def request(rt: Runtime, who: Principal, body: NewHosting) -> HostedView:
    """Ask for a number to be hosted.

    Its papers become files of a ticket. The operator decides within 24 hours; with a yes the account sends from it.
    """
    authorization, bill = files_of([body.authorization, body.bill])
    wanted = Wanted(body.number, body.company, body.signer, body.number_type)
    return _view(await hosting.request(rt, who, wanted, authorization=authorization, bill=bill))


@hosted_numbers.call(
    "GET",
    "/v1/hosted_number_form",
    "getHostedNumberForm",
    scope=Scope.READ,
    gives={_PDF: "The authorization, to be filled in and signed."},
)
async def form(rt: Runtime, who: Principal) -> Download:
    """Get the authorization that the owner of a number signs."""
    return Download("authorization.pdf", _PDF, _once(await hosting.form(rt, who)))


@hosted_numbers.call(
    "GET", "/v1/hosted_numbers/{hosted_number_id}", "getHostedNumber", scope=Scope.READ, errors=(_NO_REQUEST,)
)
async def show(rt: Runtime, who: Principal, hosted_number_id: HostedKey) -> HostedView:
    """Get a request for a hosted number."""
    return _view(await hosting.show(rt, who, hosted_number_id))


@hosted_numbers.call(
    "POST",
    "/v1/hosted_numbers/{hosted_number_id}/withdraw",
    "withdrawHostedNumber",
    scope=Scope.ACCOUNT,
    errors=(_NO_REQUEST, _DECIDED),
)
async def withdraw(rt: Runtime, who: Principal, hosted_number_id: HostedKey) -> HostedView:
    """Take a request for a hosted number back."""
    return _view(await hosting.withdraw(rt, who, hosted_number_id))


@hosted_numbers.call(
    "POST",
    "/v1/hosted_numbers/{hosted_number_id}/approve",
    "approveHostedNumber",
    scope=Scope.OPERATOR,
    errors=(
        _NO_REQUEST,
        Can(403, "bad_reason", "the word has control characters"),
        Can(404, "connector_not_found", "the account can use no such connector"),
        _DECIDED,
        Can(409, "sender_exists", "the account has the number already"),
        Can(409, "sender_taken", "another account has it"),
        Can(409, "ticket_full", "its ticket has 500 entries"),
    ),
)
async def approve(rt: Runtime, who: Principal, hosted_number_id: HostedKey, body: Approval) -> HostedView:
    """Host a number.

    It is a sender of its account from now on, and the account is told by mail.
    """
    ways = [ConnectorId(one) for one in body.connector_ids]
    return _view(await hosting.approve(rt, who, hosted_number_id, connector_ids=ways, word=body.word))


@hosted_numbers.call(
    "POST",
    "/v1/hosted_numbers/{hosted_number_id}/reject",
    "rejectHostedNumber",
    scope=Scope.OPERATOR,
    errors=(
        _NO_REQUEST,
        Can(403, "bad_reason", "no reason, or control characters in it"),
        _DECIDED,
        Can(409, "ticket_full", "its ticket has 500 entries"),
    ),
)
async def reject(rt: Runtime, who: Principal, hosted_number_id: HostedKey, body: Rejection) -> HostedView:
    """Refuse to host a number; the account reads why."""
    return _view(await hosting.reject(rt, who, hosted_number_id, word=body.reason))


def _view(one: Hosted) -> HostedView:
    return HostedView(
        id=one.id,
        number=f"+{one.number}",
        number_type=one.number_type,
        company=one.company,
        signer=one.signer,
        state=one.state,
        word=one.word,
        ticket_id=one.ticket_id,
        sender_id=one.sender_id,
        requested_at=one.requested_at,
        due_at=one.due_at,
        decided_at=one.decided_at,
    )


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
