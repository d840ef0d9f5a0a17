"""Buying credits: recharges, buying by itself, receipts and who they are made out to (R24, R25)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.cards import NO_CARD, NO_CARDS
from cablegram.api.fields import NO_NULL, ONE_LINE, Credits, Id, Moment, Next, Paging
from cablegram.api.operation import Can, Download, Resource
from cablegram.api.paging import cut
from cablegram.payments import auto, receipts, recharging
from cablegram.payments.auto_model import AutoRecharge
from cablegram.payments.model import Party, Payer, Receipt, Recharge, RechargeState
from cablegram.payments.starting import MOST
from cablegram.runtime.runtime import Runtime

recharges = Resource("Recharges", "Buy credits by card, or have them bought when the balance falls; receipts for both.")

PDF = "application/pdf"
NO_RECHARGE = Can(404, "recharge_not_found", "the account has no such recharge")
NO_PRICE = Can(409, "no_credit_price", "the operator has not said what a credit costs")
TOO_FEW = Can(403, "too_few_credits", "so few credits cost less than the currency's smallest amount")
KEYED = (
    Can(400, "bad_idempotency_key", "the Idempotency-Key is not 1 to 255 visible ASCII characters"),
    Can(422, "idempotency_key_reused", "the Idempotency-Key was used for another purchase"),
)
Bought = Annotated[
    int, Meta(ge=1, le=MOST, description="Micro-credits: 1,000,000 is one credit.", examples=[1_000_000_000])
]
Money = Annotated[int, Meta(ge=1, le=MOST, description="In the currency's smallest unit, such as cents.")]


class NewRecharge(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to buy, and which card pays."""

    card_id: Annotated[UUID, Meta(description="A card of the account.")]
    credits: Bought


class RechargeView(msgspec.Struct, kw_only=True):
    """A purchase of credits."""

    id: Id
    state: Annotated[
        RechargeState,
        Meta(
            description="`paid`: the credits are in the balance. `needs_action`: the card's holder has to confirm it "
            "at `action_url`. `unknown`: nobody can say whether money was taken; the processor is asked until it is "
            "known. `failed`: no money was taken. `refunded`, `disputed`: it went back, and the credits with it."
        ),
    ]
    card_id: Annotated[UUID | None, Meta(description="The card; null where the operator entered the payment.")]
    credits: Credits
    amount: Annotated[int, Meta(description="What it costs, in the currency's smallest unit.", examples=[2500])]
    currency: Annotated[str, Meta(description="ISO 4217; XXX where nobody said.", examples=["EUR"])]
    returned: Annotated[int, Meta(description="How much of it went back.")]
    reason: Annotated[str, Meta(description="Why it failed, or is in question: a code.", examples=["card_declined"])]
    explained: Annotated[str, Meta(description="The same, for people.")]
    action_url: Annotated[str | None, Meta(description="Where the card's holder confirms it.")]
    is_automatic: Annotated[bool, Meta(description="Whether it was bought because the balance fell.")]
    reference: Annotated[str, Meta(description="Of a payment that was made elsewhere, its name there.")]
    created_at: Moment
    settled_at: Moment | None


class Recharges(msgspec.Struct):
    """Recharges, newest first."""

    items: list[RechargeView]
    next: Next


class QuoteQuery(msgspec.Struct, kw_only=True):
    """What one thinks of buying."""

    credits: Bought


class QuoteView(msgspec.Struct):
    """What a purchase would cost now."""

    credits: Credits
    amount: Annotated[int, Meta(description="In the currency's smallest unit.", examples=[2500])]
    currency: Annotated[str, Meta(description="ISO 4217.", examples=["EUR"])]


class AutoBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to buy by itself, and when. Give either `credits` or `money`."""

    is_enabled: Annotated[bool, Meta(description="Whether anything is bought by itself.")]
    below: Annotated[int, Meta(ge=0, le=MOST, description="Micro-credits: it buys when the balance is less than this.")]
    credits: Annotated[Bought | None, Meta(description="How much is bought.")] = None
    money: Annotated[Money | None, Meta(description="For how much is bought, in place of `credits`.")] = None
    most_a_day: Annotated[Money | None, Meta(description="How much it may take in a day (UTC).")] = None
    most_a_month: Annotated[Money | None, Meta(description="How much it may take in a month (UTC).")] = None


class AutoView(AutoBody, kw_only=True):
    """What is bought by itself, and how that goes."""

    retry_at: Annotated[Moment | None, Meta(description="When it tries again, after no card paid.")]
    trouble: Annotated[str, Meta(description="Why the last try failed, for people; empty: it did not.")]


class ReceiptView(msgspec.Struct, kw_only=True):
    """A receipt, or a credit note for money that went back."""

    id: Id
    number: Annotated[str, Meta(description="Numbered without a gap.", examples=["2026-000017"])]
    kind: Annotated[str, Meta(description="`receipt` or `credit_note`.")]
    recharge_id: Annotated[UUID, Meta(description="What it is about.")]
    at: Moment
    credits: Annotated[int, Meta(description="Micro-credits; negative on a credit note.")]
    amount: Annotated[int, Meta(description="In the currency's smallest unit; negative on a credit note.")]
    currency: Annotated[str, Meta(description="ISO 4217.")]


class Receipts(msgspec.Struct):
    """Receipts and credit notes, newest first."""

    items: list[ReceiptView]
    next: Next


class Details(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who buys, as it stands on receipts from now on."""

    name: Annotated[str, Meta(max_length=200, pattern=ONE_LINE, description="Empty: the account's name.")] = ""
    address: Annotated[str, Meta(max_length=500, pattern=NO_NULL, description="In lines.")] = ""
    tax_id: Annotated[str, Meta(max_length=60, pattern=ONE_LINE, description="A tax number.")] = ""
    receipts_to: Annotated[
        str, Meta(max_length=254, pattern=ONE_LINE, description="The e-mail address that receipts go to.")
    ] = ""


@recharges.call("GET", "/v1/recharges", "listRecharges", scope=Scope.BILLING)
async def listed(rt: Runtime, who: Principal, query: Paging) -> Recharges:
    """List recharges.

    Newest first; also those that were bought by themselves, and those that the operator entered.
    """
    found = await recharging.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/recharges", query)
    return Recharges([view(one) for one in items], following)


@recharges.call(
    "POST",
    "/v1/recharges",
    "recharge",
    scope=Scope.BILLING,
    status=201,
    errors=(
        NO_CARDS,
        NO_CARD,
        NO_PRICE,
        TOO_FEW,
        Can(403, "card_expired", "the card has expired"),
        *KEYED,
    ),
)
async def buy(rt: Runtime, who: Principal, body: NewRecharge, idempotency_key: str | None) -> RechargeView:
    """Buy credits.

    Give an `Idempotency-Key`: the same key is the same purchase, paid once however often it is asked for. A card that
    is declined is no error: `state` says what came of it.
    """
    return view(await recharging.recharge(rt, who, card_id=body.card_id, credits=body.credits, key=idempotency_key))


@recharges.call("GET", "/v1/recharges/{recharge_id}", "getRecharge", scope=Scope.BILLING, errors=(NO_RECHARGE,))
async def show(rt: Runtime, who: Principal, recharge_id: Id) -> RechargeView:
    """Get a recharge."""
    return view(await recharging.show(rt, who, recharge_id))


@recharges.call(
    "POST",
    "/v1/recharges/{recharge_id}/confirm",
    "confirmRecharge",
    scope=Scope.BILLING,
    errors=(NO_RECHARGE, NO_CARDS, Can(409, "recharge_not_waiting", "it does not wait for its holder")),
)
async def confirm(rt: Runtime, who: Principal, recharge_id: Id) -> RechargeView:
    """Ask the card's bank again.

    For a recharge that waits for its card's holder: `action_url` then leads to the bank.
    """
    return view(await recharging.confirm(rt, who, recharge_id))


@recharges.call("GET", "/v1/recharge_quote", "quoteRecharge", scope=Scope.READ, errors=(NO_PRICE, TOO_FEW))
async def quote(rt: Runtime, who: Principal, query: QuoteQuery) -> QuoteView:
    """Price a purchase.

    At the account's own price of a credit, by volume. Buys nothing.
    """
    found = await recharging.quote(rt, who, query.credits)
    return QuoteView(found.credits_micro, found.amount, found.currency)


@recharges.call("GET", "/v1/auto_recharge", "getAutoRecharge", scope=Scope.BILLING)
async def show_auto(rt: Runtime, who: Principal) -> AutoView:
    """Get what is bought by itself."""
    return _auto(await auto.show(rt, who))


@recharges.call(
    "PUT",
    "/v1/auto_recharge",
    "setAutoRecharge",
    scope=Scope.BILLING,
    errors=(NO_CARDS, Can(403, "bad_auto_recharge", "not exactly one of `credits` and `money` is given")),
)
async def set_auto(rt: Runtime, who: Principal, body: AutoBody) -> AutoView:
    """Set what is bought by itself.

    When the balance is less than `below`: once for each fall, by the default card and then by the others. A balance
    that is below already buys at once.
    """
    saved = await auto.change(
        rt,
        who,
        is_enabled=body.is_enabled,
        below=body.below,
        credits=body.credits,
        money=body.money,
        most_a_day=body.most_a_day,
        most_a_month=body.most_a_month,
    )
    return _auto(saved)


@recharges.call("GET", "/v1/receipts", "listReceipts", scope=Scope.BILLING)
async def list_receipts(rt: Runtime, who: Principal, query: Paging) -> Receipts:
    """List receipts and credit notes.

    Newest first.
    """
    found = await receipts.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/receipts", query)
    return Receipts([_receipt(one) for one in items], following)


@recharges.call(
    "GET",
    "/v1/receipts/{receipt_id}/pdf",
    "getReceiptPdf",
    scope=Scope.BILLING,
    errors=(Can(404, "receipt_not_found", "the account has no such receipt"),),
    gives={PDF: "The receipt as a page to print."},
)
async def pdf(rt: Runtime, who: Principal, receipt_id: Id) -> Download:
    """Get a receipt as PDF."""
    found, data = await receipts.as_pdf(rt, who, receipt_id)
    return Download(f"{found.kind}-{found.number}.pdf", PDF, _once(data))


@recharges.call("GET", "/v1/billing_details", "getBillingDetails", scope=Scope.BILLING)
async def details(rt: Runtime, who: Principal) -> Details:
    """Get who buys, as it stands on receipts."""
    return _details(await receipts.payer(rt, who))


@recharges.call(
    "PUT",
    "/v1/billing_details",
    "setBillingDetails",
    scope=Scope.BILLING,
    errors=(
        Can(403, "bad_address", "`receipts_to` is no e-mail address"),
        Can(403, "bad_billing_details", "a line has control characters"),
    ),
)
async def set_details(rt: Runtime, who: Principal, body: Details) -> Details:
    """Set who buys, as it stands on receipts from now on.

    Those that are there stay as they are.
    """
    payer = Payer(Party(body.name, body.address, body.tax_id), body.receipts_to)
    return _details(await receipts.set_payer(rt, who, payer))


def view(one: Recharge) -> RechargeView:
    """Return a recharge as it is answered."""
    return RechargeView(
        id=one.id,
        state=one.state,
        card_id=one.card_id,
        credits=one.credits,
        amount=one.amount,
        currency=one.currency,
        returned=one.returned,
        reason=one.reason,
        explained=one.explained,
        action_url=one.action_url,
        is_automatic=one.is_auto,
        reference=one.reference,
        created_at=one.created_at,
        settled_at=one.settled_at,
    )


def _auto(one: AutoRecharge | None) -> AutoView:
    if one is None:
        return AutoView(is_enabled=False, below=0, retry_at=None, trouble="")
    return AutoView(
        is_enabled=one.is_enabled,
        below=one.below,
        credits=one.credits,
        money=one.money,
        most_a_day=one.most_a_day,
        most_a_month=one.most_a_month,
        retry_at=one.retry_at,
        trouble=one.trouble,
    )


def _receipt(one: Receipt) -> ReceiptView:
    facts = one.facts
    return ReceiptView(
        id=one.id,
        number=one.number,
        kind=one.kind,
        recharge_id=one.recharge_id,
        at=one.at,
        credits=facts.credits,
        amount=facts.amount,
        currency=facts.currency,
    )


def _details(payer: Payer) -> Details:
    party = payer.party
    return Details(name=party.name, address=party.address, tax_id=party.tax_id, receipts_to=payer.receipts_to)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
