"""The people of a campaign, and what became of each (R101)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.contacts import NumberInPath
from cablegram.api.fields import Credits, Id, Moment, Next, Paging
from cablegram.api.operation import Can, Export, Resource
from cablegram.api.paging import cut
from cablegram.campaigns import people
from cablegram.campaigns.model import Member
from cablegram.kit.ids import CampaignId
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime

campaign_people = Resource("Campaign contacts", "The people of a campaign, and what became of each.")

Status = Literal[
    "not_made", "scheduled", "queued", "submitting", "submitted", "delivered", "undelivered", "expired", "rejected",
    "failed", "cancelled", "skipped", "unknown",
]  # fmt: skip


class PeopleFilter(Paging):
    """Which of a campaign's people are wanted."""

    status: (
        Annotated[
            Status,
            Meta(
                description="In this state. `not_made`: those whose message is still to be made, in the order of "
                "contacts. Left out: all whose message is made, in that order."
            ),
        ]
        | UnsetType
    ) = UNSET


class PersonView(msgspec.Struct, kw_only=True):
    """A person of a campaign, and what became of their message."""

    to: Annotated[str, Meta(description="The number, in E.164.", examples=["+34600000118"])]
    country: Annotated[str, Meta(description="Where the number is from, as an ISO code.", examples=["ES"])]
    contact_id: Annotated[UUID | None, Meta(description="The contact, if they still are one.")]
    message_id: Annotated[UUID | None, Meta(description="The message; null while it is not made.")]
    status: Annotated[Status, Meta(description="Where the message is.")]
    reason: Annotated[str | None, Meta(description="Why it is there, as a code.", examples=["blacklisted"])]
    error: Annotated[str | None, Meta(description="The carrier's own code.")]
    variant: Annotated[str | None, Meta(description="The text that they get, where there are several.")]
    segments: Annotated[int, Meta(description="How many parts it takes.")]
    price: Credits
    accepted_at: Annotated[Moment | None, Meta(description="When it was made.")]
    submitted_at: Annotated[Moment | None, Meta(description="When a carrier took it.")]
    finished_at: Annotated[Moment | None, Meta(description="When it was known what became of it.")]


class PeoplePage(msgspec.Struct):
    """People of a campaign."""

    items: list[PersonView]
    next: Next


_NO_CAMPAIGN = Can(404, "campaign_not_found", "the account has no such campaign")


@campaign_people.call(
    "GET",
    "/v1/campaigns/{campaign_id}/contacts",
    "listCampaignContacts",
    scope=Scope.READ,
    errors=(_NO_CAMPAIGN,),
    export=Export(
        media_type="text/csv",
        description="All of them as CSV: number, country, status, reason, text, price and times.",
        name="campaign.csv",
        write=people.export_csv,
    ),
)
async def page(rt: Runtime, who: Principal, campaign_id: Id, query: PeopleFilter) -> PeoplePage:
    """List the people of a campaign.

    What became of each. With `Accept: text/csv` all of them as a file, those whose message is not made yet at its end.
    """
    asked, after, limit = CampaignId(campaign_id), query.after or None, query.limit + 1
    if query.status == people.NOT_MADE:
        found = await people.not_made(rt, who, asked, after=after, limit=limit)
    else:
        states = (State(query.status),) if query.status else ()
        found = await people.page(rt, who, asked, states=states, after=after, limit=limit)
    items, following = cut(found, f"/v1/campaigns/{campaign_id}/contacts", query)
    return PeoplePage([_view(one) for one in items], following)


@campaign_people.call(
    "DELETE",
    "/v1/campaigns/{campaign_id}/contacts/{number}",
    "cancelCampaignContact",
    scope=Scope.SEND,
    errors=(
        _NO_CAMPAIGN,
        Can(403, "number_invalid", "no such number can exist"),
        Can(403, "number_too_long", "the number has more digits than its country allows"),
        Can(403, "number_landline", "a fixed line gets no texts"),
        Can(404, "contact_not_in_campaign", "nobody with that number is in it"),
        Can(409, "too_late", "a link has the message, or it has ended"),
        Can(409, "campaign_ended", "it is finished or cancelled"),
    ),
)
async def cancel(rt: Runtime, who: Principal, campaign_id: Id, number: NumberInPath) -> PersonView:
    """Cancel a campaign for one person.

    Their message is withdrawn and refunded if no link has it yet; where it is not made, it never will be.
    """
    return _view(await people.take_out(rt, who, CampaignId(campaign_id), number))


def _view(one: Member) -> PersonView:
    return PersonView(
        to=f"+{one.number}",
        country=one.country,
        contact_id=one.contact_id,
        message_id=one.message_id,
        status=one.state.value if one.state else people.NOT_MADE,
        reason=one.reason,
        error=one.error,
        variant=one.variant,
        segments=one.segments,
        price=one.price,
        accepted_at=one.accepted_at,
        submitted_at=one.submitted_at,
        finished_at=one.finished_at,
    )
