"""Payments of all accounts, for the operator: entered by hand, given back; and who sells (R22)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.cards import NO_CARDS
from cablegram.api.fields import NO_NULL, ONE_LINE, Id, Next, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.api.recharges import KEYED, Bought, Money, RechargeView, view
from cablegram.payments import receipts, recharging, refunding
from cablegram.payments.model import Party, Recharge, RechargeState, Seller
from cablegram.payments.starting import MOST
from cablegram.runtime.runtime import Runtime

payments = Resource("Payments", "Payments of all accounts, for the operator.")

BOOKED = Can(404, "recharge_not_found", "there is no such payment")


class PaymentQuery(Paging, kw_only=True):
    """Which payments are wanted."""

    state: Annotated[RechargeState, Meta(description="Only those in this state.")] | UnsetType = UNSET


class PaymentView(RechargeView, kw_only=True):
    """A payment, and whose it is."""

    account_id: Annotated[UUID, Meta(description="The account that it is for.")]
    note: Annotated[str, Meta(description="What somebody wrote to it.")]


class Payments(msgspec.Struct):
    """Payments of all accounts, newest first."""

    items: list[PaymentView]
    next: Next


class TopUp(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Money that came another way than by card."""

    credits: Bought
    amount: Annotated[
        int, Meta(ge=0, le=MOST, description="What was paid, in the currency's smallest unit; 0: nobody says.")
    ] = 0
    currency: Annotated[
        str,
        Meta(pattern=r"^(?:[A-Za-z]{3})?\Z", description="ISO 4217; needed beside an amount.", examples=["EUR"]),
    ] = ""
    reference: Annotated[
        str,
        Meta(
            max_length=100,
            pattern=ONE_LINE,
            description="The payment's name elsewhere, such as the bank's; entered once for an account.",
            examples=["Transfer 2026-11-17"],
        ),
    ] = ""
    note: Annotated[str, Meta(max_length=300, pattern=ONE_LINE, description="For people.")] = ""


class Refund(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to give back of a payment."""

    amount: Annotated[Money | None, Meta(description="Null: all that is left of it.")] = None
    note: Annotated[str, Meta(max_length=300, pattern=ONE_LINE, description="For people.")] = ""


class SellerBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who sells, as it stands on receipts from now on."""

    name: Annotated[str, Meta(max_length=200, pattern=ONE_LINE, description="Whose installation it is.")] = ""
    address: Annotated[str, Meta(max_length=500, pattern=NO_NULL, description="In lines.")] = ""
    tax_id: Annotated[str, Meta(max_length=60, pattern=ONE_LINE, description="A tax number.")] = ""
    note: Annotated[
        str, Meta(max_length=1_000, pattern=NO_NULL, description="About taxes, below the sum; none are reckoned.")
    ] = ""
    how_to_pay: Annotated[
        str, Meta(max_length=2_000, pattern=NO_NULL, description="What accounts do to get credits without a card.")
    ] = ""


@payments.call("GET", "/v1/payments", "listPayments", scope=Scope.OPERATOR)
async def listed(rt: Runtime, who: Principal, query: PaymentQuery) -> Payments:
    """List payments of all accounts.

    Newest first.
    """
    found = await recharging.page_of_all(
        rt, who, after=query.after or None, state=query.state or None, limit=query.limit + 1
    )
    items, following = cut(found, "/v1/payments", query)
    return Payments([_view(one) for one in items], following)


@payments.call(
    "POST",
    "/v1/payments",
    "enterPayment",
    scope=Scope.OPERATOR,
    status=201,
    errors=(
        Can(403, "bad_amount", "more money than one payment can be"),
        Can(403, "bad_currency", "an amount has no currency"),
        Can(403, "bad_reference", "a line has control characters"),
        Can(404, "account_not_found", "the operator's key acts for no account"),
        Can(409, "reference_used", "the account has a payment of that reference"),
        *KEYED,
    ),
)
async def enter(rt: Runtime, who: Principal, body: TopUp, idempotency_key: str | None) -> PaymentView:
    """Enter a payment that came another way.

    For the account of the key. Its credits are there at once, with a receipt. Give an `Idempotency-Key`: the same key
    is the same payment, entered once.
    """
    done = await recharging.top_up(
        rt,
        who,
        who.account_id,
        credits=body.credits,
        amount=body.amount,
        currency=body.currency,
        reference=body.reference,
        note=body.note,
        key=idempotency_key,
    )
    return _view(done)


@payments.call(
    "POST",
    "/v1/payments/{recharge_id}/refund",
    "refundPayment",
    scope=Scope.OPERATOR,
    errors=(
        BOOKED,
        NO_CARDS,
        Can(403, "bad_amount", "more than is left of the payment"),
        Can(403, "bad_reference", "the note has control characters"),
        Can(403, "refund_refused", "the payment processor refused it"),
        Can(409, "recharge_not_paid", "there is nothing to give back"),
        Can(409, "refund_at_work", "another refund of it is on its way"),
    ),
)
async def refund(rt: Runtime, who: Principal, recharge_id: Id, body: Refund) -> PaymentView:
    """Give money of a payment back.

    Through the processor where it came from there. The credits that it bought go with it, whatever the balance is.
    """
    return _view(await refunding.refund(rt, who, recharge_id, amount=body.amount, note=body.note))


@payments.call("GET", "/v1/seller", "getSeller", scope=Scope.READ)
async def show_seller(rt: Runtime, who: Principal) -> SellerBody:
    """Get who sells, and how to pay without a card."""
    return _seller(await receipts.seller(rt, who))


@payments.call(
    "PUT",
    "/v1/seller",
    "setSeller",
    scope=Scope.OPERATOR,
    errors=(Can(403, "bad_billing_details", "a line has control characters"),),
)
async def set_seller(rt: Runtime, who: Principal, body: SellerBody) -> SellerBody:
    """Set who sells, as it stands on receipts from now on."""
    new = Seller(Party(body.name, body.address, body.tax_id), body.note, body.how_to_pay)
    return _seller(await receipts.set_seller(rt, who, new))


def _view(one: Recharge) -> PaymentView:
    shown = msgspec.structs.asdict(view(one))
    return PaymentView(**shown, account_id=one.account_id, note=one.note)


def _seller(one: Seller) -> SellerBody:
    party = one.party
    return SellerBody(
        name=party.name, address=party.address, tax_id=party.tax_id, note=one.note, how_to_pay=one.how_to_pay
    )
