"""The ledger of the account that asks: its lines, what they come to, and all of it as a file (R29)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Id, Moment, Next, Paging
from cablegram.api.operation import Can, Download, Resource
from cablegram.api.paging import cut
from cablegram.billing import statement
from cablegram.billing.model import Posting, PostingKind
from cablegram.billing.statement_model import Asked
from cablegram.kit.ids import CampaignId
from cablegram.runtime.runtime import Runtime

ledger = Resource("Ledger", "Every change of the balance, as lines that never change.")

_CSV, _PDF = "text/csv", "application/pdf"
_SPAN = Can(400, "bad_span", "the end is not after the beginning")
_When = Annotated[datetime, Meta(tz=True, description="A moment (RFC 3339).", examples=["2026-11-01T00:00:00Z"])]

_Kind = Annotated[PostingKind, Meta(description="Of this kind.")]
_Campaign = Annotated[UUID, Meta(description="Of this campaign.")]
_Text = Annotated[str, Meta(max_length=200, description="With this in note, reference or the campaign's name.")]


class PostingView(msgspec.Struct, kw_only=True):
    """A line of the ledger; it never changes."""

    id: Id
    seq: Annotated[int, Meta(description="1, 2, 3 ... within the account: none is missing.")]
    at: Moment
    kind: Annotated[PostingKind, Meta(description="Why the balance moved.")]
    count: Annotated[int, Meta(description="How many messages it covers.")]
    amount: Annotated[int, Meta(description="Micro-credits; negative where the account pays.", examples=[-1700000])]
    balance_after: Annotated[int, Meta(description="The balance after it, in micro-credits.")]
    campaign_id: Annotated[UUID | None, Meta(description="The campaign it belongs to.")]
    note: Annotated[str, Meta(description="What somebody wrote to it.")]
    reference: Annotated[
        str, Meta(description="What it is for: a payment, a number's month. Posted once; empty for messages.")
    ]


class Ledger(msgspec.Struct):
    """Postings, newest first."""

    items: list[PostingView]
    next: Next


class Filter(msgspec.Struct, kw_only=True):
    """Which lines are wanted."""

    kind: _Kind | UnsetType = UNSET
    since: _When | UnsetType = UNSET
    until: _When | UnsetType = UNSET
    campaign_id: _Campaign | UnsetType = UNSET
    text: _Text | UnsetType = UNSET


class PageFilter(Paging, kw_only=True):
    """Which lines are wanted, and how many of them."""

    kind: _Kind | UnsetType = UNSET
    since: _When | UnsetType = UNSET
    until: _When | UnsetType = UNSET
    campaign_id: _Campaign | UnsetType = UNSET
    text: _Text | UnsetType = UNSET


class TotalsView(msgspec.Struct, kw_only=True):
    """What lines come to."""

    count: Annotated[int, Meta(description="How many lines.")]
    given: Annotated[int, Meta(description="Micro-credits of those that gave.")]
    taken: Annotated[int, Meta(description="Micro-credits of those that took: negative.")]
    opening: Annotated[int, Meta(description="The balance before the time asked for, whatever else is left out.")]
    closing: Annotated[int, Meta(description="The balance after it.")]
    is_final: Annotated[bool, Meta(description="Whether all its days are closed: then none of this ever changes.")]


@ledger.call("GET", "/v1/ledger", "listPostings", scope=Scope.READ, errors=(_SPAN,))
async def page(rt: Runtime, who: Principal, query: PageFilter) -> Ledger:
    """List the ledger.

    Newest first. The balance is the sum of all amounts; nothing else ever moves it.
    """
    found = await statement.page(rt, who, _asked(query), after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/ledger", query)
    return Ledger([_view(one) for one in items], following)


@ledger.call("GET", "/v1/ledger/totals", "getLedgerTotals", scope=Scope.READ, errors=(_SPAN,))
async def totals(rt: Runtime, who: Principal, query: Filter) -> TotalsView:
    """Add up the ledger.

    Of a time whose days are closed the answer never changes.
    """
    found = await statement.totals(rt, who, _asked(query))
    return TotalsView(
        count=found.count,
        given=found.given,
        taken=found.taken,
        opening=found.opening,
        closing=found.closing,
        is_final=found.is_final,
    )


@ledger.call(
    "GET", "/v1/ledger/statement.csv", "getStatementCsv", scope=Scope.READ, errors=(_SPAN,), gives={_CSV: "The lines."}
)
async def as_csv(rt: Runtime, who: Principal, query: Filter) -> Download:
    """Get a statement as CSV.

    All lines that are asked for, newest first, with amounts in credits, exactly.
    """
    return Download("statement.csv", _CSV, await statement.as_csv(rt, who, _asked(query)))


@ledger.call(
    "GET",
    "/v1/ledger/statement.pdf",
    "getStatementPdf",
    scope=Scope.READ,
    errors=(_SPAN, Can(413, "statement_too_long", "there are more than 5,000 lines")),
    gives={_PDF: "The statement."},
)
async def as_pdf(rt: Runtime, who: Principal, query: Filter) -> Download:
    """Get a statement as PDF.

    Oldest first, with the balances before and after; 5,000 lines at most.
    """
    return Download("statement.pdf", _PDF, _once(await statement.as_pdf(rt, who, _asked(query))))


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _asked(query: Filter | PageFilter) -> Asked:
    return Asked(
        kinds=(query.kind,) if query.kind else (),
        since=query.since or None,
        until=query.until or None,
        campaign_id=CampaignId(query.campaign_id) if query.campaign_id else None,
        text=query.text or "",
    )


def _view(one: Posting) -> PostingView:
    return PostingView(
        id=one.id,
        seq=one.seq,
        at=one.at,
        kind=one.kind,
        count=one.count,
        amount=one.amount,
        balance_after=one.balance_after,
        campaign_id=one.campaign_id,
        note=one.note,
        reference=one.reference,
    )
