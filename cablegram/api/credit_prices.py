"""What credits cost in money, by account and size of purchase (R15), and what a text that comes in costs (R20)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.credit_views import CURRENCY, MOST, AccountPricesView, PricesView, StepView, prices, view
from cablegram.api.fields import Id
from cablegram.api.operation import Can, Resource
from cablegram.billing import credit_price
from cablegram.billing.pricing import MOST_STEPS, Step
from cablegram.kit.ids import AccountId
from cablegram.runtime.runtime import Runtime

credit_prices = Resource("Credit prices", "What a credit costs, by account and volume.")

_NO_ACCOUNT = Can(404, "account_not_found", "there is no such account")
_BAD = Can(400, "bad_credit_price", "no step begins at 0, or two begin at the same number")


class NewPrices(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a credit costs."""

    currency: Annotated[str, Meta(pattern=CURRENCY, description="Three letters of ISO 4217.", examples=["EUR"])]
    steps: Annotated[
        list[StepView],
        Meta(min_length=1, max_length=MOST_STEPS, description="Steps by the size of a purchase, the first from 0."),
    ]


class AccountPriceChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of an account's prices; what is left out stays, null goes back to what all pay."""

    credits: NewPrices | UnsetType | None = UNSET
    inbound: (
        Annotated[int, Meta(ge=0, le=MOST, description="Micro-credits for a text that comes in.")] | UnsetType | None
    ) = UNSET


@credit_prices.call("GET", "/v1/prices", "getPrices", scope=Scope.READ)
async def show(rt: Runtime, who: Principal) -> AccountPricesView:
    """Get what the account pays.

    For a credit, by the size of a purchase, and for a text that comes in.
    """
    return view(await credit_price.show(rt, who))


@credit_prices.call("PUT", "/v1/prices", "putUsualPrices", scope=Scope.OPERATOR, errors=(_BAD,))
async def put_usual(rt: Runtime, who: Principal, body: NewPrices) -> PricesView:
    """Set what a credit costs all who have no prices of their own."""
    return prices(await credit_price.set_prices(rt, who, None, currency=body.currency, steps=_steps(body)))


@credit_prices.call(
    "GET", "/v1/accounts/{account_id}/prices", "getAccountPrices", scope=Scope.OPERATOR, errors=(_NO_ACCOUNT,)
)
async def get(rt: Runtime, who: Principal, account_id: Id) -> AccountPricesView:
    """Get what an account pays."""
    return view(await credit_price.of(rt, who, AccountId(account_id)))


@credit_prices.call(
    "PATCH", "/v1/accounts/{account_id}/prices", "changeAccountPrices", scope=Scope.OPERATOR, errors=(_NO_ACCOUNT, _BAD)
)
async def change(rt: Runtime, who: Principal, account_id: Id, body: AccountPriceChange) -> AccountPricesView:
    """Change what an account pays."""
    its_id = AccountId(account_id)
    await credit_price.of(rt, who, its_id)
    if body.credits is None:
        await credit_price.forget_prices(rt, who, its_id)
    elif body.credits is not UNSET:
        steps = _steps(body.credits)
        await credit_price.set_prices(rt, who, its_id, currency=body.credits.currency, steps=steps)
    if body.inbound is not UNSET:
        await credit_price.set_inbound(rt, who, its_id, body.inbound)
    return view(await credit_price.of(rt, who, its_id))


def _steps(body: NewPrices) -> list[Step]:
    return [Step(one.from_credits, one.price) for one in body.steps]
