"""Campaigns: one text to the people of lists, with a beginning, an end and a state (R98, R100, R101, R103)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api import forecasts
from cablegram.api.fields import (
    WORDS,
    Credits,
    Id,
    MediaUrl,
    Moment,
    Name,
    Next,
    Note,
    Paging,
    Sender,
    Senders,
    SmartEncoding,
    Variables,
)
from cablegram.api.forecasts import ForecastView
from cablegram.api.messages import ONE_WORDING, PICTURES, Brought, Class, one_wording
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.api.reading import Ruled
from cablegram.api.times import Schedule, TimedCampaign, shown
from cablegram.billing.prices import Prices
from cablegram.campaigns import find, forecast, lifecycle, progress
from cablegram.campaigns.drawing import MOST_LISTS
from cablegram.campaigns.model import Action, Campaign, CampaignState, NewCampaign, Progress
from cablegram.connectors.needs import ProviderValues
from cablegram.kit.errors import Fault
from cablegram.kit.ids import CampaignId, ListId
from cablegram.library import shelf
from cablegram.messages.model import MessageClass, State
from cablegram.pacing import pace
from cablegram.pacing.quiet_hours import WhenClosed
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import as_wanted
from cablegram.text.limits import LEAST_CHARACTERS

campaigns = Resource("Campaigns", "One text to the people of contact lists.")

Wording = Annotated[
    str,
    Meta(
        min_length=LEAST_CHARACTERS,
        max_length=shelf.LONGEST,
        pattern=WORDS,
        description="The words, with `{{ name }}` where a column of the lists is to stand.",
        examples=['Hello {{ first_name | default: "there" }}, doors open at eight.'],
        extra={
            "form": "a text without null characters",
            "codes": {"wrong_value": "bad_template", "too_short": "text_too_short", "too_long": "template_too_long"},
        },
    ),
]
Pace = Annotated[
    int,
    Meta(
        ge=1,
        le=pace.MOST,
        description="At most so many messages in any five minutes, spread evenly; left out, as fast as it goes.",
        examples=[3000],
    ),
]
_RENAMED = {"sender": "from", "message_class": "class"}


class CampaignBody(Ruled, TimedCampaign, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """A campaign to make: give `text`, or the `template_id` of a saved one."""

    __schema__: ClassVar[dict[str, Any]] = ONE_WORDING

    name: Name
    description: Note = ""
    contact_list_ids: Annotated[
        list[UUID],
        Meta(min_length=1, max_length=MOST_LISTS, description="Whom it goes to: each person once, however many lists."),
    ]
    text: Wording | None = None
    template_id: Annotated[UUID, Meta(description="A saved template, in place of `text`.")] | None = None
    variables: Variables = msgspec.field(default_factory=dict[str, str])
    sender: Sender | Senders | None = None
    message_class: Class = MessageClass.MARKETING
    smart_encoding: SmartEncoding = False
    media_url: MediaUrl | None = None
    provider_values: Brought | None = None
    per_five_minutes: Pace | None = None

    def broken_rule(self) -> Fault | None:
        """Say what is wrong between fields."""
        return one_wording(self.text, self.template_id)


class LifecycleBody(msgspec.Struct, forbid_unknown_fields=True):
    """What to do with a campaign."""

    action: Annotated[Action, Meta(description="`start` and `resume` both bring back a paused campaign.")]


class CampaignView(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """A campaign as it stands."""

    id: Id
    name: Annotated[str, Meta(description="Its name.", examples=["Opening night"])]
    description: Annotated[str, Meta(description="What it is for.")]
    state: Annotated[CampaignState, Meta(description="Where it is.")]
    reason: Annotated[
        str | None, Meta(description="Why it is paused: `by_hand`, `out_of_funds`, `late`, or the code of a refusal.")
    ]
    contact_list_ids: Annotated[list[UUID], Meta(description="Whom it goes to.")]
    recipients: Annotated[int, Meta(description="How many people that is.", examples=[10000])]
    text: Annotated[str, Meta(description="Its words, as they were when it was made.")]
    template_id: Annotated[UUID | None, Meta(description="The template they came from, if it is still there.")]
    variables: Annotated[dict[str, str], Meta(description="Values that are the same for everybody.")]
    sender: Annotated[
        str | list[str] | None,
        Meta(description="What its messages come from: one, one of several, `any`; null is the account's default."),
    ]
    message_class: Class
    schedule: Annotated[
        Schedule | None, Meta(description="When its messages may go out, by the clocks of their recipients.")
    ]
    start_at: Annotated[Moment | None, Meta(description="When it starts by itself, once it was started.")]
    smart_encoding: Annotated[bool, Meta(description="Whether what makes a person's text Unicode is replaced.")]
    valid_for: Annotated[int | None, Meta(description="How many seconds each of its messages is worth sending.")]
    when_closed: Annotated[
        WhenClosed | None, Meta(description="What becomes of messages outside the hours; null: as sending rules say.")
    ]
    media_url: Annotated[str | None, Meta(description="The picture that goes along.")]
    provider_values: Annotated[
        ProviderValues | None, Meta(description="What its messages bring along for their provider.")
    ]
    per_five_minutes: Annotated[int | None, Meta(description="How many messages it makes in five minutes at most.")]
    created_by: Annotated[str, Meta(description="Who made it.")]
    created_at: Moment
    started_at: Annotated[Moment | None, Meta(description="When it first started.")]
    finished_at: Annotated[Moment | None, Meta(description="When its last message had left.")]


class CampaignPage(msgspec.Struct):
    """Campaigns, newest first."""

    items: list[CampaignView]
    next: Next


class StatusCount(msgspec.Struct):
    """How many messages are in a state."""

    status: Annotated[State, Meta(description="The state.")]
    count: Annotated[int, Meta(description="How many.")]
    price: Credits


class ProgressView(msgspec.Struct, kw_only=True):
    """Where a campaign is at this moment: recipients = the sum of all counts + not_made."""

    campaign: CampaignView
    counts: Annotated[list[StatusCount], Meta(description="Messages by state; states without any are left out.")]
    handled: Annotated[int, Meta(description="Messages that left the queue, whatever became of them.")]
    left: Annotated[int, Meta(description="People for whom nothing was handed over yet.")]
    not_made: Annotated[int, Meta(description="Of them: those whose message is not made and not charged yet.")]
    rate: Annotated[float | None, Meta(description="Messages a second, lately; null while nothing moves.")]
    seconds_left: Annotated[float | None, Meta(description="How long the rest takes at that rate.")]
    done_at: Annotated[Moment | None, Meta(description="When it would be done at that rate.")]
    charged: Annotated[int, Meta(description="Micro-credits charged so far.")]
    refunded: Annotated[int, Meta(description="Micro-credits given back.")]
    in_question: Annotated[int, Meta(description="Micro-credits of messages nobody can say about.")]
    resent: Annotated[
        int, Meta(description="Messages in question that were sent once more, as the operator chose for their class.")
    ]
    segments: Annotated[
        int, Meta(description="Segments of all messages made so far, as the carriers' gateways bill them.")
    ]


_NO_CAMPAIGN = Can(404, "campaign_not_found", "the account has no such campaign")
_ILLEGAL = Can(409, "illegal_move", "the campaign's state does not allow it")
_PLAN = (
    Can(400, "bad_name", "the name or description is not one line"),
    Can(400, "text_or_template", "both a text and a template are given, or neither"),
    Can(400, "bad_template", "the text is no template"),
    Can(400, "text_too_short", "the text has under 5 characters"),
    Can(403, "missing_variable", "a variable is no column of the lists, has no default and is not given"),
    Can(403, "sender_needed", "`from` is left out and the account has no default sender"),
    Can(403, "sender_not_owned", "the account may not send as that, or as one of those"),
    Can(403, "sender_invalid", "`any` stands in a list with others"),
    Can(403, "sender_no_texts", "one of the senders is a number for calls alone"),
    Can(403, "empty_window", "a window of the schedule begins and ends at the same time"),
    Can(403, "schedule_empty", "the schedule names no hour of any day"),
    Can(403, "start_at_past", "`start_at` is in the past"),
    Can(403, "start_at_far", "`start_at` is more than a year ahead"),
    Can(404, "list_not_found", "the account has no such contact list"),
    Can(404, "template_not_found", "the account has no such template"),
    *PICTURES,
)


@campaigns.call("GET", "/v1/campaigns", "listCampaigns", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: Paging) -> CampaignPage:
    """List campaigns.

    Newest first.
    """
    found = await find.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/campaigns", query)
    return CampaignPage([_view(one) for one in items], following)


@campaigns.call(
    "POST",
    "/v1/campaigns",
    "createCampaign",
    scope=Scope.SEND,
    status=201,
    errors=(*_PLAN, Can(409, "campaign_name_taken", "another campaign of the account has that name")),
)
async def create(rt: Runtime, who: Principal, body: CampaignBody) -> CampaignView:
    """Make a campaign.

    It is ready to start; nothing is sent or charged before it is started.
    """
    new = NewCampaign(
        name=body.name,
        list_ids=[ListId(one) for one in body.contact_list_ids],
        text=body.text,
        template_id=body.template_id,
        variables=body.variables,
        sender=as_wanted(body.sender) if isinstance(body.sender, list) else body.sender,
        message_class=body.message_class,
        description=body.description,
        timing=body.timing(),
        start_at=body.start_at,
        smart_encoding=body.smart_encoding,
        media_url=body.media_url,
        provider_values=body.provider_values,
        per_five_minutes=body.per_five_minutes,
    )
    return _view(await lifecycle.create(rt, who, new))


@campaigns.call("GET", "/v1/campaigns/{campaign_id}", "getCampaign", scope=Scope.READ, errors=(_NO_CAMPAIGN,))
async def get(rt: Runtime, who: Principal, campaign_id: Id) -> CampaignView:
    """Get one campaign."""
    return _view(await find.get(rt, who, CampaignId(campaign_id)))


@campaigns.call(
    "DELETE",
    "/v1/campaigns/{campaign_id}",
    "deleteCampaign",
    scope=Scope.SEND,
    status=204,
    errors=(_NO_CAMPAIGN, Can(409, "campaign_has_history", "it has started once, so messages name it")),
)
async def delete(rt: Runtime, who: Principal, campaign_id: Id) -> None:
    """Delete a campaign that never started."""
    await lifecycle.delete(rt, who, CampaignId(campaign_id))


@campaigns.call(
    "POST",
    "/v1/campaigns/{campaign_id}/lifecycle",
    "moveCampaign",
    scope=Scope.SEND,
    errors=(
        _NO_CAMPAIGN,
        _ILLEGAL,
        Can(403, "missing_variable", "the lists lost a column that the text needs"),
        Can(403, "no_route", "no connector can carry its messages"),
        Can(403, "gateway_untested", "a connector that would carry them has not been tried out: `testConnector`"),
        Can(403, "sender_needed", "the account has no default sender any more"),
        Can(403, "sender_not_owned", "the account may not send as that any more"),
        Can(404, "list_not_found", "one of its lists was deleted"),
        Can(409, "no_recipients", "there is nobody in its lists"),
        Can(409, "held_after_restore", "it came out of a backup, and the operator has not given the word yet"),
    ),
)
async def move(rt: Runtime, who: Principal, campaign_id: Id, body: LifecycleBody) -> CampaignView:
    """Start, pause, resume or cancel a campaign.

    Pausing takes back at once what no link has yet; cancelling refunds it. A campaign that paused for lack of credit is
    brought back by `start` or `resume`, never by itself.
    """
    # Answered from the move itself: a second look could fail, and say that nothing was done.
    return _view(await lifecycle.act(rt, who, CampaignId(campaign_id), body.action))


@campaigns.call("GET", "/v1/campaigns/{campaign_id}/progress", "getProgress", scope=Scope.READ, errors=(_NO_CAMPAIGN,))
async def show_progress(rt: Runtime, who: Principal, campaign_id: Id) -> ProgressView:
    """Get a campaign's progress.

    Counts by state, rate, time left, money.
    """
    return _progress(await progress.now(rt, who, CampaignId(campaign_id)))


@campaigns.call(
    "GET",
    "/v1/campaigns/{campaign_id}/forecast",
    "getForecast",
    scope=Scope.READ,
    errors=(_NO_CAMPAIGN, Can(404, "list_not_found", "one of its lists was deleted")),
)
async def show_forecast(rt: Runtime, who: Principal, campaign_id: Id, prices: Prices) -> ForecastView:
    """Get a campaign's forecast.

    What it would send and cost if it started now, found by the steps that send it.
    """
    return forecasts.view(await forecast.of_campaign(rt, who, CampaignId(campaign_id), prices=prices))


def _view(one: Campaign) -> CampaignView:
    return CampaignView(
        id=one.id,
        name=one.name,
        description=one.description,
        state=one.state,
        reason=one.reason,
        contact_list_ids=list(one.list_ids),
        recipients=one.recipients,
        text=one.text,
        template_id=one.template_id,
        variables=one.variables,
        sender=list(one.sender) if isinstance(one.sender, tuple) else one.sender,
        message_class=one.message_class,
        schedule=shown(one.timing),
        start_at=one.start_at,
        smart_encoding=one.smart_encoding,
        media_url=one.media_url,
        provider_values=one.provider_values,
        per_five_minutes=one.per_five_minutes,
        valid_for=None if one.timing.validity is None else int(one.timing.validity.total_seconds()),
        when_closed=one.timing.when_closed,
        created_by=one.created_by,
        created_at=one.created_at,
        started_at=one.started_at,
        finished_at=one.finished_at,
    )


def _progress(one: Progress) -> ProgressView:
    return ProgressView(
        campaign=_view(one.campaign),
        counts=[StatusCount(state, count.n, count.amount) for state, count in one.counts.items()],
        handled=one.handled,
        left=one.left,
        not_made=one.not_made,
        rate=one.rate,
        seconds_left=one.seconds_left,
        done_at=one.done_at,
        charged=one.charged,
        refunded=one.refunded,
        in_question=one.in_question,
        resent=one.resent,
        segments=one.segments,
    )
