"""Campaigns as the API shows them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from cablegram.api.campaign_forms import RENAMED
from cablegram.api.fields import Credits, Id, Moment, Next
from cablegram.api.goals import GoalView, goal_view
from cablegram.api.messages import Class
from cablegram.api.times import Schedule, shown
from cablegram.campaigns.draw import Stage
from cablegram.campaigns.guards import Guards
from cablegram.campaigns.model import Campaign, CampaignState, Progress
from cablegram.campaigns.variants import By, Winner
from cablegram.campaigns.winning import Why
from cablegram.connectors.needs import ProviderValues
from cablegram.messages.model import State
from cablegram.pacing.quiet_hours import WhenClosed


class VariantView(msgspec.Struct, kw_only=True):
    """One of several texts."""

    name: Annotated[str, Meta(description="Its name.", examples=["A"])]
    share: Annotated[int, Meta(description="How many percent get it.", examples=[50])]
    text: Annotated[str, Meta(description="Its words, as they were when the campaign was made.")]
    template_id: Annotated[UUID | None, Meta(description="The template that they came from.")]


class WinnerView(msgspec.Struct, kw_only=True):
    """How the best of several texts is found."""

    by: Annotated[By, Meta(description="By what.")]
    after_minutes: Annotated[int, Meta(description="So long after the sample was sent.")]
    sample: Annotated[int, Meta(description="How many percent of the people get the texts that are tried.")]


class TriedView(msgspec.Struct, kw_only=True):
    """What became of one text when it was decided."""

    name: Annotated[str, Meta(description="Its name.")]
    reached: Annotated[int, Meta(description="People it reached.")]
    reacted: Annotated[int, Meta(description="Those of them who replied, or opted out.")]


class VerdictView(msgspec.Struct, kw_only=True):
    """Which text the rest of a campaign gets, and how sure it is that it is the best."""

    variant: Annotated[str, Meta(description="Its name.")]
    why: Annotated[
        Why,
        Meta(
            description="`ahead` by more than chance explains, `maybe_chance` where it is not, `tie` where none is "
            "ahead and the first is taken, `too_few` where there is too little to tell from, or chosen `by_hand`."
        ),
    ]
    sentence: Annotated[str, Meta(description="The same for people.")]
    tried: Annotated[list[TriedView], Meta(description="The figures of that moment.")]


class GuardsView(msgspec.Struct, kw_only=True):
    """What pauses a campaign by itself."""

    opt_outs: Annotated[float | None, Meta(description="More than so many percent of those reached opt out.")]
    errors: Annotated[float | None, Meta(description="More than so many percent of messages fail.")]
    least: Annotated[int, Meta(description="So many messages have to be known before a rate counts.")]
    spend: Annotated[int | None, Meta(description="The next message would cost more, in micro-credits.")]


class CampaignView(msgspec.Struct, kw_only=True, rename=RENAMED):
    """A campaign as it stands."""

    id: Id
    name: Annotated[str, Meta(description="Its name.", examples=["Opening night"])]
    description: Annotated[str, Meta(description="What it is for.")]
    state: Annotated[CampaignState, Meta(description="Where it is.")]
    reason: Annotated[
        str | None,
        Meta(
            description="Why it is paused: `by_hand`, `out_of_funds`, `late`, `canary`, what a guard found "
            "(`opt_outs`, `errors`, `spend_limit`), or the code of a refusal. Of a cancelled one: why it could not "
            "be made."
        ),
    ]
    contact_list_ids: Annotated[list[UUID], Meta(description="To the people of these lists.")]
    segment_ids: Annotated[list[UUID], Meta(description="To the people of these segments.")]
    all_subscribers: Annotated[bool, Meta(description="To all subscribers of its program.")]
    except_list_ids: Annotated[list[UUID], Meta(description="To nobody on these lists.")]
    except_segment_ids: Annotated[list[UUID], Meta(description="To nobody in these segments.")]
    program_id: Annotated[UUID | None, Meta(description="The SMS service or store in whose name it goes.")]
    job_id: Annotated[UUID | None, Meta(description="The job that made it, or makes it while it is `creating`.")]
    recipients: Annotated[
        int,
        Meta(
            description="How many people that is: as of its start, and once everybody's message is made, whose were.",
            examples=[10000],
        ),
    ]
    taken_out: Annotated[int, Meta(description="People who were cancelled before their message was made.")]
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
    shorten: Annotated[bool, Meta(description="Whether its links are short ones that tell who opened them.")]
    valid_for: Annotated[int | None, Meta(description="How many seconds each of its messages is worth sending.")]
    when_closed: Annotated[
        WhenClosed | None, Meta(description="What becomes of messages outside the hours; null: as sending rules say.")
    ]
    media_url: Annotated[str | None, Meta(description="The picture that goes along.")]
    provider_values: Annotated[
        ProviderValues | None, Meta(description="What its messages bring along for their provider.")
    ]
    per_five_minutes: Annotated[int | None, Meta(description="How many messages it makes in five minutes at most.")]
    per_minute: Annotated[int | None, Meta(description="How many messages it makes in a minute at most.")]
    variants: Annotated[list[VariantView], Meta(description="The texts that are tried; none where there is one alone.")]
    holdout: Annotated[int, Meta(description="Percent of the people who get nothing.")]
    winner: Annotated[WinnerView | None, Meta(description="How the best text is found.")]
    verdict: Annotated[VerdictView | None, Meta(description="Which text the rest gets, once that is decided.")]
    canary: Annotated[int | None, Meta(description="So many people get it first.")]
    canary_minutes: Annotated[int | None, Meta(description="It goes on by itself so long after them.")]
    guards: Annotated[GuardsView | None, Meta(description="What pauses it by itself.")]
    goal: Annotated[GoalView | None, Meta(description="What it is for; its report says who did that.")]
    stage: Annotated[
        Stage, Meta(description="Whose messages are made: the `canary`'s, those of the `sample`, or the `rest`.")
    ]
    goes_on_at: Annotated[Moment | None, Meta(description="When the next stage begins by itself.")]
    goes_at: Annotated[Moment | None, Meta(description="Nothing leaves before; until then the start can be undone.")]
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
    """Where a campaign is at this moment: recipients = the sum of all counts + not_made.

    Who is held out is among the skipped.
    """

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


def view(one: Campaign) -> CampaignView:
    """Write a campaign."""
    return CampaignView(
        id=one.id,
        name=one.name,
        description=one.description,
        state=one.state,
        reason=one.reason,
        contact_list_ids=list(one.audience.list_ids),
        segment_ids=list(one.audience.segment_ids),
        all_subscribers=one.audience.program_id is not None,
        except_list_ids=list(one.audience.except_list_ids),
        except_segment_ids=list(one.audience.except_segment_ids),
        program_id=one.program_id,
        job_id=one.job_id,
        recipients=one.recipients,
        taken_out=one.taken_out,
        text=one.text,
        template_id=one.template_id,
        variables=one.variables,
        sender=list(one.sender) if isinstance(one.sender, tuple) else one.sender,
        message_class=one.message_class,
        schedule=shown(one.timing),
        start_at=one.start_at,
        smart_encoding=one.smart_encoding,
        shorten=one.shorten,
        media_url=one.media_url,
        provider_values=one.provider_values,
        per_five_minutes=one.per_five_minutes,
        per_minute=one.per_minute,
        variants=[
            VariantView(name=each.name, share=each.share, text=each.text or "", template_id=each.template_id)
            for each in one.trial.variants
        ],
        holdout=one.trial.holdout,
        winner=_winner(one.trial.winner),
        verdict=_verdict(one),
        canary=one.canary,
        canary_minutes=one.canary_minutes,
        guards=_guards(one.guards),
        goal=goal_view(one.goal),
        stage=one.stage,
        goes_on_at=one.goes_on_at,
        goes_at=one.goes_at,
        valid_for=None if one.timing.validity is None else int(one.timing.validity.total_seconds()),
        when_closed=one.timing.when_closed,
        created_by=one.created_by,
        created_at=one.created_at,
        started_at=one.started_at,
        finished_at=one.finished_at,
    )


def progress_view(one: Progress) -> ProgressView:
    """Write where a campaign is."""
    return ProgressView(
        campaign=view(one.campaign),
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


def _winner(one: Winner | None) -> WinnerView | None:
    return None if one is None else WinnerView(by=one.by, after_minutes=one.after, sample=one.sample)


def _verdict(campaign: Campaign) -> VerdictView | None:
    one = campaign.verdict
    if one is None:
        return None
    tried = [TriedView(name=each.name, reached=each.reached, reacted=each.reacted) for each in one.tried]
    name = campaign.trial.variants[one.place].name
    return VerdictView(variant=name, why=one.why, sentence=one.sentence, tried=tried)


def _guards(one: Guards | None) -> GuardsView | None:
    if one is None:
        return None
    return GuardsView(opt_outs=one.opt_outs, errors=one.errors, least=one.least, spend=one.spend)
