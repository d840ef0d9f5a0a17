"""How prices of credits are shown."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.api.fields import Credits
from cablegram.billing.credit_price import AccountPrices
from cablegram.billing.pricing import CreditPrices

MOST = 10**15
CURRENCY = r"^[A-Za-z]{3}\Z"


class StepView(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A step: what a credit costs where so many are bought at once."""

    from_credits: Annotated[int, Meta(ge=0, le=MOST, description="From so many micro-credits on.", examples=[0])]
    price: Annotated[int, Meta(ge=1, le=MOST, description="Millionths of the currency a credit.", examples=[12_000])]


class PricesView(msgspec.Struct, kw_only=True):
    """What a credit costs."""

    currency: Annotated[str, Meta(description="Of the prices.", examples=["EUR"])]
    steps: list[StepView]
    is_own: Annotated[bool, Meta(description="Whether these are the account's own, not those of all.")]


class AccountPricesView(msgspec.Struct, kw_only=True):
    """What an account pays."""

    credits: Annotated[PricesView | None, Meta(description="Null: the operator has set no price of a credit.")]
    inbound: Credits


def view(one: AccountPrices) -> AccountPricesView:
    """Return how an account's prices are shown."""
    return AccountPricesView(credits=prices(one.credits) if one.credits else None, inbound=one.inbound)


def prices(one: CreditPrices) -> PricesView:
    """Return how steps are shown."""
    steps = [StepView(from_credits=step.from_credits, price=step.price) for step in one.steps]
    return PricesView(currency=one.currency, steps=steps, is_own=one.is_own)
