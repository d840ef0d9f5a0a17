"""How an account stands: what it may spend, whether it is suspended, who did what; and lists to choose from (R11)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts import about_person, action_log, letting_in
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.letting_in import Policy
from cablegram.accounts.model import Action, Sought
from cablegram.api.fields import NO_NULL, Id, Moment, Next, Paging
from cablegram.api.operation import Can, Export, Resource
from cablegram.api.paging import cut
from cablegram.billing import caps
from cablegram.billing.spending import Cap
from cablegram.kit.ids import AccountId
from cablegram.overview import versions
from cablegram.runtime.runtime import Runtime
from cablegram.safety import suspension

standing = Resource("Standing", "What an account may spend, whether it is suspended, and who did what in it.")

Micro = Annotated[
    int, Meta(ge=1, le=10**15, description="Micro-credits: 1,000,000 is one credit.", examples=[50000000])
]
_NO_ACCOUNT = Can(404, "account_not_found", "there is no such account")

AccountKey = Annotated[UUID, Meta(description="The id of an account.")]


class CapView(msgspec.Struct, kw_only=True):
    """What the account may spend on messages; null: as much as it has. Days and months are of UTC."""

    per_day: Micro | None
    per_month: Micro | None
    spent_today: Annotated[int, Meta(description="Micro-credits charged today; counted while there is a cap.")]
    spent_this_month: Annotated[int, Meta(description="The same of this month.")]


class CapChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Both sums; null takes one away."""

    per_day: Micro | None
    per_month: Micro | None


class Suspension(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why."""

    why: Annotated[str, Meta(max_length=200, pattern=NO_NULL, description="The account reads it.")] = ""


SignUpWord = Annotated[
    Literal["open", "invited", "closed"],
    Meta(
        description="`open`: anybody, with an account of their own; `invited`: whoever has an invitation; `closed`: "
        "nobody, the operator makes logins."
    ),
]


class SignUpView(msgspec.Struct, kw_only=True):
    """Who may make a login here."""

    sign_up: SignUpWord
    is_chosen: Annotated[bool, Meta(description="Whether the operator said so here, and not `CABLEGRAM_SIGN_UP`.")]


class SignUpChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who may from now on; null: as `CABLEGRAM_SIGN_UP` says."""

    sign_up: SignUpWord | None


class Moved(msgspec.Struct):
    """How many messages that was about."""

    messages: Annotated[int, Meta(description="Held, or let go.")]


class ActionView(msgspec.Struct, kw_only=True):
    """Something that somebody did."""

    id: Id
    at: Moment
    kind: Annotated[str, Meta(description="A kind of event.", examples=["key.created"])]
    subject: Annotated[UUID | None, Meta(description="What it was done to.")]
    done_by: Annotated[str, Meta(description="A person's name, or a key's first characters.")]
    facts: Annotated[dict[str, Any], Meta(description="What the event says.")]


class ActionPage(msgspec.Struct):
    """Actions, newest first."""

    items: list[ActionView]
    next: Next


class ActionQuery(Paging, kw_only=True):
    """Which of them."""

    kind: Annotated[str, Meta(max_length=60, pattern=NO_NULL, description="A kind, or how it begins: `key`.")] = ""
    done_by: Annotated[str, Meta(max_length=100, pattern=NO_NULL, description="A name, or a part of one.")] = ""
    since: Annotated[datetime, Meta(tz=True, description="From this moment on.")] | UnsetType = UNSET
    until: Annotated[datetime, Meta(tz=True, description="Before this moment.")] | UnsetType = UNSET


class Names(msgspec.Struct):
    """Names, sorted."""

    items: Annotated[list[str], Meta(description="All of them.")]


class PastVersionView(msgspec.Struct, kw_only=True):
    """A technology in use."""

    name: Annotated[str, Meta(description="What it is called.", examples=["PostgreSQL"])]
    version: Annotated[str, Meta(description="The one that runs here.", examples=["16.4"])]


class Versions(msgspec.Struct):
    """All of them."""

    items: list[PastVersionView]


@standing.call("GET", "/v1/account/spending-cap", "getSpendingCap", scope=Scope.READ)
async def show_cap(rt: Runtime, who: Principal) -> CapView:
    """Get what the account may spend on messages a day and a month."""
    return _cap(await caps.show(rt, who))


@standing.call("PUT", "/v1/account/spending-cap", "setSpendingCap", scope=Scope.BILLING)
async def put_cap(rt: Runtime, who: Principal, body: CapChange) -> CapView:
    """Set what the account may spend on messages.

    Beyond it messages are refused with `spending_cap`, and campaigns pause. What is given back makes no room again.
    At 80 % a letter and the webhook `spending_cap.near` tell it.
    """
    return _cap(await caps.change(rt, who, per_day=body.per_day, per_month=body.per_month))


@standing.call(
    "PUT", "/v1/accounts/{account_id}/suspension", "suspendAccount", scope=Scope.OPERATOR, errors=(_NO_ACCOUNT,)
)
async def suspend(rt: Runtime, who: Principal, account_id: AccountKey, body: Suspension) -> Moved:
    """Suspend an account. Nothing is accepted, what waits is held; texts still come in, and a STOP counts."""
    return Moved(await suspension.suspend(rt, who, AccountId(account_id), why=body.why))


@standing.call(
    "DELETE",
    "/v1/accounts/{account_id}/suspension",
    "resumeAccount",
    scope=Scope.OPERATOR,
    errors=(
        _NO_ACCOUNT,
        Can(409, "account_not_suspended", "it is not suspended"),
        Can(409, "held_after_restore", "everything waits for the operator's word after a restore"),
    ),
)
async def resume(rt: Runtime, who: Principal, account_id: AccountKey) -> Moved:
    """Let a suspended account go on. What was held goes out, each once."""
    return Moved(await suspension.resume(rt, who, AccountId(account_id)))


def _csv(rt: Runtime, who: Principal) -> AsyncIterator[bytes]:
    return action_log.as_csv(rt, who, Sought())


@standing.call(
    "GET",
    "/v1/actions",
    "listActions",
    scope=Scope.USERS,
    export=Export("text/csv", "All actions of the account as CSV, at most 100,000.", "actions.csv", _csv),
)
async def actions(rt: Runtime, who: Principal, query: ActionQuery) -> ActionPage:
    """List who did what.

    People, keys and the operator, in this account. No line of it can be changed.
    """
    sought = Sought(
        query.kind,
        query.done_by,
        query.since if isinstance(query.since, datetime) else None,
        query.until if isinstance(query.until, datetime) else None,
    )
    found = await action_log.page(rt, who, sought, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/actions", query)
    return ActionPage([_action(one) for one in items], following)


@standing.call("GET", "/v1/sign_up", "getSignUp", scope=Scope.OPERATOR)
async def show_sign_up(rt: Runtime, who: Principal) -> SignUpView:  # noqa: ARG001 - as every call
    """Get who may make a login here."""
    return _sign_up(await letting_in.policy(rt))


@standing.call("PUT", "/v1/sign_up", "setSignUp", scope=Scope.OPERATOR)
async def put_sign_up(rt: Runtime, who: Principal, body: SignUpChange) -> SignUpView:
    """Say who may make a login here.

    It holds at once, in place of `CABLEGRAM_SIGN_UP`; null gives the setting its word back.
    """
    return _sign_up(await letting_in.choose(rt, who, body.sign_up))


@standing.call("GET", "/v1/timezones", "listTimeZones", scope=Scope.READ)
async def time_zones(rt: Runtime, who: Principal) -> Names:  # noqa: ARG001 - the same for everybody
    """List time zones, by their names in the IANA database."""
    return Names(list(about_person.time_zones()))


@standing.call("GET", "/v1/versions", "listVersions", scope=Scope.READ)
async def show_versions(rt: Runtime, who: Principal) -> Versions:
    """List the versions of all technology in use."""
    return Versions([PastVersionView(name=name, version=version) for name, version in await versions.listed(rt, who)])


def _sign_up(found: Policy) -> SignUpView:
    return SignUpView(sign_up=found.sign_up, is_chosen=found.is_chosen)


def _cap(found: Cap | None) -> CapView:
    if found is None:
        return CapView(per_day=None, per_month=None, spent_today=0, spent_this_month=0)
    return CapView(
        per_day=found.per_day,
        per_month=found.per_month,
        spent_today=found.spent_day,
        spent_this_month=found.spent_month,
    )


def _action(one: Action) -> ActionView:
    return ActionView(id=one.id, at=one.at, kind=one.kind, subject=one.subject, done_by=one.done_by, facts=one.facts)
