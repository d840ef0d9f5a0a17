"""Why a message went, or did not: every rule that was looked at, and what would change the verdict."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Id, Moment
from cablegram.api.messages import NO_MESSAGE, Class, shown_number
from cablegram.api.operation import Can, Resource
from cablegram.billing.prices import Prices
from cablegram.campaigns import why as contacts
from cablegram.consent.looks import Verdict
from cablegram.messages import why as messages
from cablegram.messages.model import MessageClass, State
from cablegram.messages.why import Look, Why
from cablegram.runtime.runtime import Runtime

reasons = Resource("Why", "Which rule decided about a message, what it saw, and what would change it.")

NumberInPath = Annotated[
    str, Meta(description="A telephone number, best with plus and country code.", examples=["+34600000118"])
]


class LookView(msgspec.Struct, kw_only=True):
    """One rule that was looked at."""

    rule: Annotated[str, Meta(description="Which rule it is.", examples=["blacklist"])]
    version: Annotated[int, Meta(description="Which version of it: grows when the rule changes.", examples=[1])]
    verdict: Annotated[Verdict, Meta(description="What it said.", examples=["stop"])]
    sentence: Annotated[str, Meta(description="What it saw, in words.")]
    code: Annotated[str | None, Meta(description="The reason as a code, if it stopped or warned.")]
    remedy: Annotated[str | None, Meta(description="What would change it.")]
    doc: Annotated[str | None, Meta(description="Where the reason is explained.")]


class WhyView(msgspec.Struct, kw_only=True):
    """Why a message went, or did not."""

    sentence: Annotated[str, Meta(description="The answer in a sentence.")]
    to: Annotated[str, Meta(description="Whom it is for.", examples=["+34600000118"])]
    at: Annotated[Moment, Meta(description="When it was judged; now, where nothing was sent.")]
    message_id: Annotated[UUID | None, Meta(description="The message; null where it is what would happen now.")]
    status: Annotated[State | None, Meta(description="Where the message is.")]
    stopped_by: Annotated[str | None, Meta(description="The rule that stopped it; null if none did.")]
    code: Annotated[str | None, Meta(description="The reason as a code; null if nothing stopped it.")]
    rules: Annotated[
        list[LookView],
        Meta(description="What was looked at, in its order; the first that says stop decides, and is the last."),
    ]


class About(msgspec.Struct, kw_only=True):
    """About which message it is asked."""

    campaign_id: Annotated[UUID, Meta(description="The message of this campaign.")] | UnsetType = UNSET
    message_class: Class | UnsetType = msgspec.field(default=UNSET, name="class")


@reasons.call("GET", "/v1/messages/{message_id}/why", "getWhy", scope=Scope.READ, errors=(NO_MESSAGE,))
async def of_message(rt: Runtime, who: Principal, message_id: Id) -> WhyView:
    """Tell why a message went, or was skipped.

    The rules in the order in which they were looked at when it was accepted, with their versions and what each saw.
    """
    return _view(rt, await messages.of_message(rt, who, message_id))


@reasons.call(
    "GET",
    "/v1/contacts/{number}/why",
    "getWhyOfContact",
    scope=Scope.READ,
    errors=(
        Can(403, "number_invalid", "no such number can exist"),
        Can(404, "campaign_not_found", "the account has no such campaign"),
    ),
)
async def of_contact(rt: Runtime, who: Principal, number: NumberInPath, query: About, prices: Prices) -> WhyView:
    """Tell why somebody got a campaign's message, or not.

    Where none was made, and where no campaign is named, it tells what would happen now, by the very steps that would
    send it; nothing is sent or charged. A message without a campaign is taken to come from the default sender.
    """
    found = await contacts.of_contact(
        rt,
        who,
        number,
        campaign_id=query.campaign_id or None,
        message_class=query.message_class or MessageClass.TRANSACTIONAL,
        prices=prices,
    )
    return _view(rt, found)


def _view(rt: Runtime, why: Why) -> WhyView:
    stopped = why.stopped
    return WhyView(
        sentence=why.sentence,
        to=shown_number(why.number),
        at=why.at,
        message_id=why.message.id if why.message else None,
        status=why.message.state if why.message else None,
        stopped_by=stopped.rule if stopped else None,
        code=stopped.code if stopped else None,
        rules=[look_view(rt, look) for look in why.looks],
    )


def look_view(rt: Runtime, look: Look) -> LookView:
    """Show one thing that was looked at, with the page that explains its reason."""
    return LookView(
        rule=look.rule,
        version=look.version,
        verdict=look.verdict,
        sentence=look.sentence,
        code=look.code,
        remedy=look.remedy,
        doc=f"{rt.settings.public}/docs/errors#{look.code}" if look.code else None,
    )
