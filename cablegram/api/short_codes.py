"""The operator's side of SMS services: short codes, what was asked for, what carriers say of lines (R67, R68, R79)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, HomeCountry, Id, Moment, Note
from cablegram.api.keywords import ServiceView, view
from cablegram.api.operation import Can, Resource
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import ConnectorId, ProgramId, ShortCodeId
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import codes, deciding, noticing
from cablegram.sms_services.model import NewNotice, NoticeKind, ShortCode
from cablegram.sms_services.noticing import MOST_NOTICES

short_codes = Resource("Short codes", "The operator's short codes, the services that wait, and carriers' notices.")

Digits = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{5,6}\Z",
        description="5 or 6 digits.",
        examples=["12345"],
        extra={"form": "5 or 6 digits", "codes": {"wrong_value": "bad_short_code"}},
    ),
]


class NewShortCode(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A short code for the stock."""

    country: HomeCountry
    digits: Digits
    connector_ids: Annotated[
        list[UUID], Meta(max_length=100, description="The connectors that carry it; none: any.")
    ] = msgspec.field(default_factory=list[UUID])
    note: Note = ""


class ShortCodeView(msgspec.Struct, kw_only=True):
    """A short code of the stock."""

    id: Id
    country: Annotated[str, Meta(description="Its country, ISO 3166.")]
    digits: Annotated[str, Meta(description="The code.")]
    connector_ids: Annotated[list[UUID], Meta(description="Which connectors carry it; none: any.")]
    note: Annotated[str, Meta(description="For the operator.")]
    services: Annotated[int, Meta(description="How many services have their keywords on it.")]
    created_at: Moment


class ShortCodeList(msgspec.Struct):
    """The stock, by country."""

    items: list[ShortCodeView]


class RequestedView(msgspec.Struct, kw_only=True):
    """A service that waits for the operator."""

    account: Annotated[str, Meta(description="Whose it is.")]
    service: ServiceView


class RequestedList(msgspec.Struct):
    """What waits, oldest first."""

    items: list[RequestedView]


class Decision(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A decision of the operator."""

    reason: Annotated[
        str, Meta(max_length=500, pattern=NO_NULL, description="For the owner. A no needs one.", examples=["No terms"])
    ] = ""


class NoticeBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a carrier says of a line."""

    status: Annotated[
        NoticeKind,
        Meta(description="`cancelled`: the line is no more. `paused`, `resumed`. `changed`: it has another number."),
    ]
    number: Annotated[str, Meta(pattern=r"^\+?[0-9]{6,15}\Z", description="The line.", examples=["+12015550118"])]
    new_number: (
        Annotated[str, Meta(pattern=r"^\+?[0-9]{6,15}\Z", description="Of a change.", examples=["+12015550119"])] | None
    ) = None
    at: Moment


class NoticesBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a carrier says of lines that are subscribed to services of a code."""

    short_code: Digits
    country: HomeCountry | None = None
    notices: Annotated[list[NoticeBody], Meta(min_length=1, max_length=MOST_NOTICES, description="In any order.")]


class NoticesTaken(msgspec.Struct, kw_only=True):
    """What came of it."""

    new: Annotated[int, Meta(description="Notices that were not there.")]
    known: Annotated[int, Meta(description="Those that were: they change nothing.")]
    changed: Annotated[int, Meta(description="Subscriptions that they changed.")]


_WAITS = (
    Can(404, "service_not_found", "there is no such service"),
    Can(409, "service_not_waiting", "it is in another state"),
)
_REASON = Can(403, "reason_needed", "a no needs a reason")


@short_codes.call("GET", "/v1/short_codes", "listShortCodes", scope=Scope.OPERATOR)
async def stock(rt: Runtime, who: Principal) -> ShortCodeList:
    """List the stock of short codes."""
    return ShortCodeList([_view(code, services) for code, services in await codes.stock(rt, who)])


@short_codes.call(
    "POST",
    "/v1/short_codes",
    "addShortCode",
    scope=Scope.OPERATOR,
    status=201,
    errors=(
        Can(400, "bad_short_code", "it has not 5 or 6 digits"),
        Can(409, "short_code_exists", "the stock has it in that country"),
    ),
)
async def add(rt: Runtime, who: Principal, body: NewShortCode) -> ShortCodeView:
    """Put a short code into the stock."""
    carriers = [ConnectorId(one) for one in body.connector_ids]
    made = await codes.add(rt, who, country=body.country, digits=body.digits, connector_ids=carriers, note=body.note)
    return _view(made, 0)


@short_codes.call(
    "DELETE",
    "/v1/short_codes/{short_code_id}",
    "removeShortCode",
    scope=Scope.OPERATOR,
    status=204,
    errors=(
        Can(404, "short_code_not_found", "there is no such code"),
        Can(409, "short_code_in_use", "it has or had services"),
    ),
)
async def remove(rt: Runtime, who: Principal, short_code_id: Id) -> None:
    """Take a short code out of the stock."""
    await codes.remove(rt, who, ShortCodeId(short_code_id))


@short_codes.call("GET", "/v1/sms_service_requests", "listServiceRequests", scope=Scope.OPERATOR)
async def requested(rt: Runtime, who: Principal) -> RequestedList:
    """List the services that wait for the operator.

    Oldest first, at most 50.
    """
    found = await deciding.requested(rt, who)
    return RequestedList([RequestedView(account=name, service=view(one)) for one, name in found])


@short_codes.call(
    "POST",
    "/v1/sms_service_requests/{service_id}/approve",
    "approveSmsService",
    scope=Scope.OPERATOR,
    errors=(*_WAITS, Can(409, "sender_exists", "the account has the code as a sender of its own")),
)
async def approve(rt: Runtime, who: Principal, service_id: Id, body: Decision) -> ServiceView:
    """Let a service begin, or go on after a suspension."""
    return view(await deciding.approve(rt, who, ProgramId(service_id), reason=body.reason))


@short_codes.call(
    "POST",
    "/v1/sms_service_requests/{service_id}/reject",
    "rejectSmsService",
    scope=Scope.OPERATOR,
    errors=(_REASON, *_WAITS),
)
async def reject(rt: Runtime, who: Principal, service_id: Id, body: Decision) -> ServiceView:
    """Say no to a service; its keyword is free again."""
    return view(await deciding.reject(rt, who, ProgramId(service_id), reason=body.reason))


@short_codes.call(
    "POST",
    "/v1/sms_service_requests/{service_id}/suspend",
    "suspendSmsService",
    scope=Scope.OPERATOR,
    errors=(_REASON, *_WAITS),
)
async def suspend(rt: Runtime, who: Principal, service_id: Id, body: Decision) -> ServiceView:
    """Let a service answer STOP and HELP alone."""
    return view(await deciding.suspend(rt, who, ProgramId(service_id), reason=body.reason))


@short_codes.call(
    "POST",
    "/v1/carrier_notices",
    "takeCarrierNotices",
    scope=Scope.OPERATOR,
    errors=(
        Can(400, "bad_short_code", "the code has not 5 or 6 digits"),
        Can(403, "bad_notice", "a notice is none; each is named"),
        Can(404, "short_code_not_found", "there is no such code"),
    ),
)
async def take(rt: Runtime, who: Principal, body: NoticesBody) -> NoticesTaken:
    """Take what carriers say of subscribers' lines.

    In the order in which they said it, each once. A line that is cancelled leaves its services; a paused one keeps its
    subscriptions and gets nothing; a changed number takes them along.
    """
    read: list[NewNotice] = []
    faults: list[Fault] = []
    for place, one in enumerate(body.notices):
        try:
            read.append(noticing.read(one.status, one.number, one.new_number or "", one.at.isoformat()))
        except InvalidInput as error:
            faults.append(Fault(f"notices.{place}", error.code, error.message))
    if faults:
        raise InvalidInput("bad_notice", faults[0].message, faults=faults)
    done = await noticing.take(rt, who, digits=body.short_code, country=body.country, notices=read, how="api")
    return NoticesTaken(new=done.new, known=done.known, changed=done.changed)


def _view(code: ShortCode, services: int) -> ShortCodeView:
    return ShortCodeView(
        id=code.id,
        country=code.country,
        digits=code.digits,
        connector_ids=list(code.connector_ids),
        note=code.note,
        services=services,
        created_at=code.created_at,
    )
