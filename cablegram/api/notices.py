"""What an account and its people are told of by mail (R26, R66, R151)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.alerts import choices
from cablegram.alerts.model import Changes, Pace
from cablegram.api.operation import Can, Resource
from cablegram.runtime.runtime import Runtime

notices = Resource("Notices", "What an account and its people are told of by mail.")

Below = Annotated[
    int,
    Meta(
        ge=1,
        le=10**15,
        description="Micro-credits: below this the account is told that its credit is low, once a crossing.",
        examples=[10_000_000],
    ),
]
Inbox = Annotated[
    str,
    Meta(
        max_length=254,
        description="Every text that comes in goes to this e-mail address, once it agreed.",
        examples=["desk@example.com"],
    ),
]


class NoticeView(msgspec.Struct, kw_only=True):
    """A kind of notice, and how soon the person who asks is told."""

    kind: Annotated[str, Meta(description="Its name.", examples=["credit_low"])]
    title: Annotated[str, Meta(description="What it tells.")]
    pace: Annotated[Pace, Meta(description="At once, in a letter an hour or a day, or not at all.")]
    is_fixed: Annotated[bool, Meta(description="Whether nobody can switch it off: it tells of who may log in.")]


class NoticesView(msgspec.Struct, kw_only=True):
    """What is told."""

    alert_when_credit_less_than: Below | None
    email_on_inbound_sms: Inbox | None
    is_inbound_confirmed: Annotated[bool, Meta(description="Whether that address agreed. Nothing goes there before.")]
    notices: Annotated[list[NoticeView], Meta(description="Of the person who asks. A key is nobody, and has none.")]


class NoticesChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    alert_when_credit_less_than: Below | UnsetType | None = UNSET
    email_on_inbound_sms: Inbox | UnsetType | None = UNSET
    notices: (
        Annotated[
            dict[str, Pace],
            Meta(max_length=100, description="Kinds of notices and their pace.", examples=[{"opted_in": "hourly"}]),
        ]
        | UnsetType
    ) = UNSET


@notices.call("GET", "/v1/notices", "getNotices", scope=Scope.READ)
async def show(rt: Runtime, who: Principal) -> NoticesView:
    """Get what is told by mail.

    What the account is told of, and how soon the person who asks is told of each kind of thing.
    """
    return await _view(rt, who)


@notices.call(
    "PATCH",
    "/v1/notices",
    "changeNotices",
    scope=Scope.READ,
    errors=(
        Can(403, "bad_address", "the e-mail address is none"),
        Can(403, "bad_notice_choice", "a kind can't be switched, or there is none of that name"),
        Can(403, "person_needed", "a key asked to be told: nobody writes to keys"),
        Can(429, "too_many_attempts", "another address was asked less than ten minutes ago"),
        Can(403, "scope_missing", "the credit alert needs the scope billing, the address the scope account"),
    ),
)
async def change(rt: Runtime, who: Principal, body: NoticesChange) -> NoticesView:
    """Change what is told by mail.

    An address that no person of the account has confirmed gets a letter that asks whether it agrees.
    """
    below, inbox = body.alert_when_credit_less_than, body.email_on_inbound_sms
    wanted = Changes(
        has_below=below is not UNSET,
        below=None if below is UNSET else below,
        has_inbox=inbox is not UNSET,
        inbox=None if inbox is UNSET else inbox,
        paces={} if body.notices is UNSET else {**body.notices},
    )
    await choices.change(rt, who, wanted)
    return await _view(rt, who)


async def _view(rt: Runtime, who: Principal) -> NoticesView:
    standing = await choices.show(rt, who)
    return NoticesView(
        alert_when_credit_less_than=standing.credit_below,
        email_on_inbound_sms=standing.inbound_address,
        is_inbound_confirmed=standing.is_inbound_confirmed,
        notices=[
            NoticeView(kind=one.kind.name, title=one.kind.title, pace=one.pace, is_fixed=one.kind.is_fixed)
            for one in await choices.of_person(rt, who)
        ],
    )
