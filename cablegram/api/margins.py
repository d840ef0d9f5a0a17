"""What is left of what messages bring, and carriers' invoices beside what was sent. For the operator."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.connectors import NO_CONNECTOR
from cablegram.api.fields import ONE_LINE, Id, Moment, Next, Paging
from cablegram.api.jobs import JobView, seen
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.billing import invoices, margins
from cablegram.billing.invoice_model import Invoice, NewInvoice
from cablegram.billing.margin_model import By, Span
from cablegram.billing.reconciling import Kind
from cablegram.connectors import configure
from cablegram.jobs import find
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import AccountId, ConnectorId, FileId
from cablegram.runtime.runtime import Runtime

margin_calls = Resource("Margins", "What is left, and carriers' invoices. For the operator.")

_SPAN = Can(400, "bad_span", "it is not 1 to 400 days")
_NO_INVOICE = Can(404, "invoice_not_found", "there is no such invoice")
_PATH = "/v1/carrier_invoices"
_DAY = r"^20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])\Z"


class MarginFilter(msgspec.Struct, kw_only=True):
    """Which days, narrowed to what, added up by what."""

    since: Annotated[str, Meta(pattern=_DAY, description="The first day, in UTC.", examples=["2026-11-01"])]
    until: Annotated[str, Meta(pattern=_DAY, description="The day after the last.", examples=["2026-12-01"])]
    by: Annotated[By, Meta(description="By what it is added up.")] = By.CONNECTOR
    connector_id: Annotated[UUID, Meta(description="Of this connector.")] | UnsetType = UNSET
    account_id: Annotated[UUID, Meta(description="Of this account.")] | UnsetType = UNSET
    country: Annotated[str, Meta(max_length=3, description="To this country.", examples=["ES"])] | UnsetType = UNSET


class MarginView(msgspec.Struct, kw_only=True):
    """A line of the report."""

    what: Annotated[str, Meta(description="A day, a country, or a name.")]
    currency: Annotated[str, Meta(description="Of the costs; empty: the carrier has no tariff.")]
    messages: Annotated[int, Meta(description="How many a carrier took.")]
    segments: Annotated[int, Meta(description="As the carrier counts them.")]
    revenue: Annotated[int, Meta(description="Micro-credits of all that was not given back.")]
    worth: Annotated[int | None, Meta(description="That in millionths of the currency, at each account's usual price.")]
    cost: Annotated[int, Meta(description="What the carriers take, in millionths of the currency.")]
    margin: Annotated[int | None, Meta(description="What is left; null where it can't be known.")]
    without_cost: Annotated[int, Meta(description="Segments to numbers that the carrier's tariff has no price for.")]


class Margins(msgspec.Struct):
    """The report."""

    items: list[MarginView]


class InvoiceColumns(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the file's columns are called. What is left out is found by what it is usually called."""

    id: Annotated[str, Meta(max_length=200, description="The carrier's ids of messages.", examples=["SID"])] = ""
    number: Annotated[str, Meta(max_length=200, description="Numbers that were sent to.", examples=["To"])] = ""
    time: Annotated[str, Meta(max_length=200, description="When it was sent.", examples=["Sent at"])] = ""
    segments: Annotated[str, Meta(max_length=200, description="How many segments.", examples=["Parts"])] = ""
    amount: Annotated[str, Meta(max_length=200, description="What it costs.", examples=["Net price"])] = ""


class Behind(msgspec.Struct, kw_only=True):
    """How much of the list is wanted, and from where."""

    limit: Annotated[int, Meta(ge=1, le=100, description="How many items at most.")] = 50
    after: Annotated[int, Meta(ge=0, le=10_000_000, description="How many to leave out at the beginning.")] = 0


class NewInvoiceBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An invoice to compare, brought as a file before."""

    file_id: Id
    connector_id: Id
    name: Annotated[str, Meta(max_length=100, pattern=ONE_LINE, description="What it is called.")] = ""
    columns: InvoiceColumns | UnsetType = UNSET
    since: Annotated[Moment | None, Meta(description="From when on it is. Null: its first line's.")] = None
    until: Annotated[Moment | None, Meta(description="Up to when. Null: its last line's.")] = None


class InvoiceView(msgspec.Struct, kw_only=True):
    """What came of comparing an invoice."""

    id: Id
    connector_id: Id
    name: Annotated[str, Meta(description="What it is called.")]
    made_at: Moment
    made_by: Annotated[str, Meta(description="Who compared it.")]
    since: Moment
    until: Moment
    currency: Annotated[str, Meta(description="Of our tariff of the carrier; empty: there is none.")]
    lines: Annotated[int, Meta(description="How many lines it has.")]
    matched: Annotated[int, Meta(description="How many messages agree with their lines.")]
    differences: Annotated[int, Meta(description="How many differences there are.")]
    invoiced: Annotated[int, Meta(description="What its lines add up to, in millionths.")]
    expected: Annotated[int, Meta(description="What it should be by the carrier's tariff.")]


class InvoicePage(msgspec.Struct):
    """Invoices, newest first."""

    items: list[InvoiceView]
    next: Next


class InvoiceDifference(msgspec.Struct, kw_only=True):
    """A line that we don't agree with, or a message that is not billed."""

    kind: Annotated[Kind, Meta(description="How they disagree.")]
    line: Annotated[int | None, Meta(description="Of the file.")]
    message_id: Annotated[UUID | None, Meta(description="Of ours.")]
    number: Annotated[str, Meta(description="To whom.")]
    theirs: Annotated[str, Meta(description="What the line says.")]
    ours: Annotated[str, Meta(description="What we say.")]
    amount: Annotated[int, Meta(description="What they take beyond what we expect, in millionths.")]


class DifferencePage(msgspec.Struct):
    """Differences, in the order of the lines; then what is not billed."""

    items: list[InvoiceDifference]
    next: Next


@margin_calls.call("GET", "/v1/margins", "getMargins", scope=Scope.OPERATOR, errors=(_SPAN,))
async def report(rt: Runtime, who: Principal, query: MarginFilter) -> Margins:
    """Report margins.

    By day, connector, country or account, of days that are closed; a thousand lines at most.
    """
    span = Span(
        _day(query.since),
        _day(query.until),
        ConnectorId(query.connector_id) if query.connector_id else None,
        query.country.upper() if query.country else None,
        AccountId(query.account_id) if query.account_id else None,
    )
    return Margins(
        [
            MarginView(
                what=one.what,
                currency=one.currency,
                messages=one.messages,
                segments=one.segments,
                revenue=one.revenue,
                worth=one.worth,
                cost=one.cost,
                margin=one.margin,
                without_cost=one.without_cost,
            )
            for one in await margins.report(rt, who, query.by, span)
        ]
    )


@margin_calls.call(
    "POST",
    _PATH,
    "compareInvoice",
    scope=Scope.OPERATOR,
    status=202,
    errors=(
        NO_CONNECTOR,
        Can(404, "file_gone", "there is no such file any more"),
        Can(409, "too_many_jobs", "a hundred jobs wait or run"),
    ),
)
async def start(rt: Runtime, who: Principal, body: NewInvoiceBody) -> JobView:
    """Compare a carrier's invoice with what was sent, as a job.

    Bring it as a file first. The job's result names the invoice, and its differences name each line.
    """
    await configure.get(rt, who, ConnectorId(body.connector_id))
    new = NewInvoice(
        ConnectorId(body.connector_id),
        body.name,
        msgspec.to_builtins(body.columns) if body.columns else {},
        body.since,
        body.until,
    )
    job_id = await invoices.start(rt, who, FileId(body.file_id), new)
    return await seen(rt, who, await find.get(rt, who, job_id))


@margin_calls.call("GET", _PATH, "listInvoices", scope=Scope.OPERATOR)
async def page(rt: Runtime, who: Principal, query: Paging) -> InvoicePage:
    """List the invoices that were compared, newest first."""
    found = await invoices.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, _PATH, query)
    return InvoicePage([_view(one) for one in items], following)


@margin_calls.call("GET", f"{_PATH}/{{invoice_id}}", "getInvoice", scope=Scope.OPERATOR, errors=(_NO_INVOICE,))
async def get(rt: Runtime, who: Principal, invoice_id: Id) -> InvoiceView:
    """Get an invoice that was compared."""
    return _view(await invoices.get(rt, who, invoice_id))


@margin_calls.call(
    "GET", f"{_PATH}/{{invoice_id}}/differences", "listInvoiceDifferences", scope=Scope.OPERATOR, errors=(_NO_INVOICE,)
)
async def differences(rt: Runtime, who: Principal, invoice_id: Id, query: Behind) -> DifferencePage:
    """List what differs, line by line."""
    await invoices.get(rt, who, invoice_id)
    found = await invoices.differences(rt, who, invoice_id, after=query.after, limit=query.limit + 1)
    more = {"limit": query.limit, "after": query.after + query.limit}
    following = f"{_PATH}/{invoice_id}/differences?{urlencode(more)}" if len(found) > query.limit else None
    return DifferencePage(
        [
            InvoiceDifference(
                kind=one.kind,
                line=one.line,
                message_id=one.message_id,
                number=one.number,
                theirs=one.theirs,
                ours=one.ours,
                amount=one.amount,
            )
            for one in found[: query.limit]
        ],
        following,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("bad_span", f"There is no day {text}.") from error


def _view(one: Invoice) -> InvoiceView:
    return InvoiceView(
        id=one.id,
        connector_id=one.connector_id,
        name=one.name,
        made_at=one.made_at,
        made_by=one.made_by,
        since=one.since,
        until=one.until,
        currency=one.currency,
        lines=one.lines,
        matched=one.matched,
        differences=one.differences,
        invoiced=one.invoiced,
        expected=one.expected,
    )
