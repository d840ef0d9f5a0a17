"""The account that asks, and its balance (R15)."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import Account
from cablegram.api.fields import Credits, HomeCountry, Id, Moment, Name
from cablegram.api.operation import Can, Resource
from cablegram.billing import ledger, standing
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
