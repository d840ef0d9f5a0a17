"""Plans with a monthly fee, and credits as a present (R11, R22, R28)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Credits, Moment, Name, Note
from cablegram.api.operation import Can, Resource
from cablegram.billing import bonus
from cablegram.kit.ids import AccountId
from cablegram.rentals import plans as deeds
from cablegram.rentals.plan_model import Membership, Plan
from cablegram.runtime.runtime import Runtime

plans = Resource("Plans", "What accounts pay by the month.")

Code = Annotated[str, Meta(description="The plan's short name.", examples=["team"])]


class PlanView(msgspec.Struct, kw_only=True):
    """A plan."""

    code: Code
    name: Annotated[str, Meta(description="Its name.", examples=["Team"])]
    about: Annotated[str, Meta(description="What it is.")]
    fee: Annotated[Credits, Meta(description="Micro-credits a month.")]
    is_offered: Annotated[bool, Meta(description="Whether accounts may choose it themselves.")]


class PlanList(msgspec.Struct):
    """Plans, the cheapest first."""

    items: list[PlanView]


class PlanBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A plan as it is to be."""

    name: Name
    fee: Annotated[int, Meta(ge=0, le=1_000_000_000_000_000, description="Micro-credits a month.", examples=[0])]
    about: Note = ""
    is_offered: Annotated[bool, Meta(description="Whether accounts may choose it themselves.")] = True


class AccountPlan(msgspec.Struct, kw_only=True):
    """The account's plan."""

    plan: PlanView
    next_charge_at: Annotated[Moment | None, Meta(description="When the next month is charged; null: never.")]
    then: Annotated[PlanView | None, Meta(description="The plan from then on, where another one is chosen.")]
    grace_until: Annotated[
        Moment | None, Meta(description="The month is not paid; if it is not by then, the plan is `free`.")
    ]


class PlanChoice(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which plan the account wants."""

    plan: Annotated[str, Meta(max_length=40, description="The plan's code.", examples=["free"])]


class BonusBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Credits to give."""

    account_id: Annotated[UUID, Meta(description="To whom.")]
    amount: Annotated[int, Meta(ge=1, le=1_000_000_000_000_000, description="Micro-credits.", examples=[25_000_000])]
    reason: Name


class BonusGiven(msgspec.Struct):
    """What was given."""

    posting_id: Annotated[UUID, Meta(description="The line of the account's ledger.")]


_NO_PLAN = Can(404, "plan_not_found", "there is no such plan to choose")


@plans.call("GET", "/v1/plans", "listPlans", scope=Scope.READ)
async def page(rt: Runtime, who: Principal) -> PlanList:
    """List the plans.

    Those that are offered; the operator sees all.
    """
    return PlanList([_view(one) for one in await deeds.offered(rt, who)])


@plans.call(
    "PUT",
    "/v1/plans/{code}",
    "putPlan",
    scope=Scope.OPERATOR,
    errors=(
        Can(403, "bad_plan_code", "the code is not up to 32 small letters, digits, - and _"),
        Can(403, "bad_amount", "the plan `free` can have no fee"),
    ),
)
async def put(rt: Runtime, who: Principal, code: Code, body: PlanBody) -> PlanView:
    """Make a plan, or change it.

    A new fee holds from the next month of those who are on it.
    """
    return _view(await deeds.put(rt, who, Plan(code, body.name, body.about, body.fee, body.is_offered)))


@plans.call(
    "DELETE",
    "/v1/plans/{code}",
    "dropPlan",
    scope=Scope.OPERATOR,
    status=204,
    errors=(_NO_PLAN, Can(409, "plan_in_use", "accounts are on it, or will be")),
)
async def drop(rt: Runtime, who: Principal, code: Code) -> None:
    """Drop a plan that nobody is on."""
    await deeds.drop(rt, who, code)


@plans.call("GET", "/v1/account/plan", "getPlan", scope=Scope.READ)
async def mine(rt: Runtime, who: Principal) -> AccountPlan:
    """Get the account's plan."""
    return _mine(await deeds.mine(rt, who))


@plans.call(
    "PUT",
    "/v1/account/plan",
    "choosePlan",
    scope=Scope.BILLING,
    errors=(
        _NO_PLAN,
        Can(402, "insufficient_credit", "the balance does not cover what it costs now"),
        Can(404, "account_not_found", "there is no account to act for"),
    ),
)
async def choose(rt: Runtime, who: Principal, body: PlanChoice) -> AccountPlan:
    """Choose a plan.

    To a dearer one the change is at once, and the difference is charged for what is left of the month; to a cheaper one
    it comes with the next month. From a plan without a fee, the whole first month is charged.
    """
    return _mine(await deeds.choose(rt, who, body.plan))


@plans.call(
    "POST",
    "/v1/bonuses",
    "giveBonus",
    scope=Scope.OPERATOR,
    status=201,
    errors=(
        Can(400, "bad_idempotency_key", "the Idempotency-Key is not 1 to 255 visible ASCII characters"),
        Can(404, "account_not_found", "there is no such account"),
        Can(422, "idempotency_key_reused", "the Idempotency-Key was used for another bonus"),
    ),
)
async def give_bonus(rt: Runtime, who: Principal, body: BonusBody, idempotency_key: str | None) -> BonusGiven:
    """Give an account credits as a present.

    The reason stands in its ledger, and it hears of it. Give an `Idempotency-Key`: the same key is the same bonus,
    given once.
    """
    account_id = AccountId(body.account_id)
    return BonusGiven(
        await bonus.give(rt, who, account_id, amount=body.amount, reason=body.reason, key=idempotency_key)
    )


def _view(one: Plan) -> PlanView:
    return PlanView(code=one.code, name=one.name, about=one.about, fee=one.fee, is_offered=one.is_offered)


def _mine(one: Membership) -> AccountPlan:
    return AccountPlan(
        plan=_view(one.plan),
        next_charge_at=one.next_at,
        then=_view(one.then) if one.then else None,
        grace_until=one.grace_until,
    )
