"""The account that asks, its balance, and the ledger that made it (R15, R29)."""

from __future__ import annotations

from typing import Annotated, Literal, cast
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import Account
from cablegram.api.fields import Credits, HomeCountry, Id, Moment, Name, Next, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.billing import ledger, standing
from cablegram.billing.model import PostingKind
from cablegram.messages import tally
from cablegram.messages.model import Count
from cablegram.runtime.runtime import Runtime

account = Resource("Account", "The account that a key belongs to, and its credits.")


Profile = Annotated[
    Literal["gsm0338", "flat160"],
    Meta(
        description="For how many segments it pays: `gsm0338` as the network cuts them, `flat160` for each started 160 "
        "characters, 1,600 at most. Only the operator changes it."
    ),
]


class AccountView(msgspec.Struct, kw_only=True):
    """The account of the key."""

    id: Id
    name: Annotated[str, Meta(description="Its name.", examples=["Acme"])]
    default_country: Annotated[
        str, Meta(description="Numbers without a country code are read as numbers of this country.", examples=["ES"])
    ]
    open_senders: Annotated[
        bool, Meta(description="Whether anything may stand in `from`, not only the account's own senders.")
    ]
    segment_profile: Profile
    balance: Credits
    in_question: Annotated[
        int, Meta(description="Micro-credits of messages that are `unknown`: charged, and nobody can say yet.")
    ]
    resent: Annotated[
        int, Meta(description="Messages in question that were sent once more, as the operator chose for their class.")
    ]
    created_at: Moment


class AccountChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of the account; what is left out stays."""

    name: Name | UnsetType = UNSET
    default_country: HomeCountry | UnsetType = UNSET
    segment_profile: Profile | UnsetType = UNSET


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


class Ledger(msgspec.Struct):
    """Postings, newest first."""

    items: list[PostingView]
    next: Next


@account.call("GET", "/v1/account", "getAccount", scope=Scope.READ)
async def show(rt: Runtime, who: Principal) -> AccountView:
    """Get the account.

    The one that the key belongs to, with its balance.
    """
    return _view(await directory.show(rt, who), await ledger.balance(rt, who), await tally.in_doubt(rt, who))


@account.call(
    "PATCH",
    "/v1/account",
    "changeAccount",
    scope=Scope.ACCOUNT,
    errors=(
        Can(400, "bad_name", "the name is not one line"),
        Can(400, "unknown_country", "there is no such country"),
        Can(409, "account_name_taken", "another account has that name"),
    ),
)
async def change(rt: Runtime, who: Principal, body: AccountChange) -> AccountView:
    """Change settings of the account."""
    changed = await standing.change(
        rt,
        who,
        name=body.name or None,
        default_country=body.default_country or None,
        segment_profile=body.segment_profile or None,
    )
    return _view(*changed, await tally.in_doubt(rt, who))


@account.call("GET", "/v1/ledger", "listPostings", scope=Scope.READ)
async def statement(rt: Runtime, who: Principal, query: Paging) -> Ledger:
    """List the ledger.

    Newest first. The balance is the sum of all amounts; nothing else ever moves it.
    """
    found = await ledger.statement(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/ledger", query)
    views = [
        PostingView(
            id=one.id,
            seq=one.seq,
            at=one.at,
            kind=one.kind,
            count=one.count,
            amount=one.amount,
            balance_after=one.balance_after,
            campaign_id=one.campaign_id,
            note=one.note,
        )
        for one in items
    ]
    return Ledger(views, following)


def _view(one: Account, balance: int, doubt: tuple[Count, int]) -> AccountView:
    return AccountView(
        id=one.id,
        name=one.name,
        default_country=one.default_country,
        open_senders=one.open_senders,
        segment_profile=cast("Literal['gsm0338', 'flat160']", one.segment_profile),
        balance=balance,
        in_question=doubt[0].amount,
        resent=doubt[1],
        created_at=one.created_at,
    )
