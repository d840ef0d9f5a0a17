"""What webhooks were sent, what came of it, and sending it again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, Id, Moment, Next
from cablegram.api.operation import Can, Resource
from cablegram.api.webhooks import NO_WEBHOOK, OFF, Kinds
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import endpoints, log
from cablegram.webhooks.model import Attempt, Delivery, Standing, Wanted

webhook_events = Resource("Webhook events", "What webhooks were sent, what came of each attempt, and sending it again.")


class EventView(msgspec.Struct, kw_only=True):
    """An event of a webhook."""

    id: Annotated[UUID, Meta(description="The `webhook-id` of every attempt.")]
    sequence: Annotated[int, Meta(description="Its number: events of a webhook are counted without a gap.")]
    kind: Annotated[str, Meta(description="What it tells.", examples=["message.delivered"])]
    at: Annotated[datetime, Meta(tz=True, description="When that happened.")]
    subject: Annotated[UUID | None, Meta(description="What it happened to: the message, the text, the campaign.")]
    status: Annotated[Standing, Meta(description="How it stands.")]
    tries: Annotated[int, Meta(description="Of one that waits: how often it was tried.")]
    next_at: Annotated[Moment | None, Meta(description="Of one that waits: when it is tried next.")]
    last_status: Annotated[int | None, Meta(description="The status of the last answer.")]
    last_error: Annotated[str, Meta(description="What was wrong with the last attempt.")]
    data: Annotated[dict[str, Any], Meta(description="What is told.")]


class WebhookEventPage(msgspec.Struct):
    """Events of a webhook, newest first."""

    items: list[EventView]
    next: Next


class AttemptView(msgspec.Struct, kw_only=True):
    """One attempt to send an event."""

    at: Moment
    number: Annotated[int, Meta(description="The how-manieth it was, since it was last asked for.")]
    is_ok: Annotated[bool, Meta(description="Whether it was taken: answered with 2xx.")]
    status: Annotated[int | None, Meta(description="The status of the answer; null: there was none.")]
    milliseconds: Annotated[int, Meta(description="How long it took.")]
    answer: Annotated[str, Meta(description="The beginning of the answer's body.")]
    error: Annotated[str, Meta(description="What was wrong.")]


class AttemptPage(msgspec.Struct):
    """The attempts of an event, newest first."""

    items: list[AttemptView]


Kind = Annotated[str, Meta(min_length=1, max_length=60, pattern=NO_NULL, description="Of this kind.")]
Subject = Annotated[UUID, Meta(description="About this message, text or campaign.")]
Since = Annotated[Moment, Meta(description="Of what happened at this time or later.")]
Until = Annotated[Moment, Meta(description="Of what happened before this time.")]


class EventFilter(msgspec.Struct, kw_only=True):
    """Which events are wanted."""

    limit: Annotated[int, Meta(ge=1, le=100, description="How many items at most.")] = 50
    before: Annotated[int, Meta(ge=1, le=2**62, description="With numbers before this one.")] | UnsetType = UNSET
    status: Annotated[Standing, Meta(description="That stand so.")] | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    subject: Subject | UnsetType = UNSET
    date_from: Since | UnsetType = UNSET
    date_to: Until | UnsetType = UNSET


class Replay(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which events to send again; all of what is given has to fit."""

    status: (
        Annotated[Standing, Meta(description="`missed`: only what was given up or came while it was off.")] | UnsetType
    ) = UNSET
    kinds: Kinds | UnsetType = UNSET
    subject: Subject | UnsetType = UNSET
    date_from: Since | UnsetType = UNSET
    date_to: Until | UnsetType = UNSET


class ReplayStarted(msgspec.Struct):
    """The job that sends events again."""

    job_id: Annotated[UUID, Meta(description="The job: `GET /v1/jobs/{job_id}`.")]


_NO_EVENT = Can(404, "webhook_event_not_found", "the webhook has no such event, or not any more")


@webhook_events.call(
    "GET", "/v1/webhooks/{webhook_id}/events", "listWebhookEvents", scope=Scope.READ, errors=(NO_WEBHOOK,)
)
async def events(rt: Runtime, who: Principal, webhook_id: Id, query: EventFilter) -> WebhookEventPage:
    """List events of a webhook.

    Newest first, and only those that all given filters fit. They are kept for two weeks, unless the operator chose
    otherwise.
    """
    wanted = Wanted(
        kinds=[query.kind] if query.kind else None,
        subject=query.subject or None,
        since=query.date_from or None,
        until=query.date_to or None,
        standing=query.status or None,
    )
    before = None if query.before is UNSET else query.before
    found = await log.page(rt, who, webhook_id, wanted, before=before, limit=query.limit + 1)
    items, following = found[: query.limit], None
    if len(found) > query.limit:
        given: dict[str, Any] = {**msgspec.to_builtins(query), "before": items[-1].sequence}
        following = f"/v1/webhooks/{webhook_id}/events?{urlencode(given)}"
    return WebhookEventPage([_event(one) for one in items], following)


@webhook_events.call(
    "GET",
    "/v1/webhooks/{webhook_id}/events/{event_id}/attempts",
    "listWebhookAttempts",
    scope=Scope.READ,
    errors=(NO_WEBHOOK,),
)
async def attempts(rt: Runtime, who: Principal, webhook_id: Id, event_id: Id) -> AttemptPage:
    """List the attempts of an event.

    Newest first, each with the beginning of what was answered.
    """
    await endpoints.get(rt, who, webhook_id)
    return AttemptPage([_attempt(one) for one in await log.attempts(rt, who, event_id)])


@webhook_events.call(
    "POST",
    "/v1/webhooks/{webhook_id}/events/{event_id}/replay",
    "replayWebhookEvent",
    scope=Scope.WEBHOOKS,
    status=204,
    errors=(NO_WEBHOOK, _NO_EVENT, OFF),
)
async def replay_one(rt: Runtime, who: Principal, webhook_id: Id, event_id: Id) -> None:
    """Send one event again.

    With the `webhook-id` that it had; one that waits goes at once.
    """
    await log.replay_one(rt, who, webhook_id, event_id)


@webhook_events.call(
    "POST",
    "/v1/webhooks/{webhook_id}/replay",
    "replayWebhookEvents",
    scope=Scope.WEBHOOKS,
    status=202,
    errors=(
        NO_WEBHOOK,
        OFF,
        Can(400, "bad_webhook_filter", "only `missed` can be asked for"),
        Can(409, "too_many_jobs", "the account has too many jobs at work"),
    ),
)
async def replay(rt: Runtime, who: Principal, webhook_id: Id, body: Replay) -> ReplayStarted:
    """Send events again, as a job.

    Those that fit, in their order and with the `webhook-id` that each had; what waits is left to wait.
    """
    wanted = Wanted(
        kinds=log.kinds_of(body.kinds) if body.kinds else None,
        subject=body.subject or None,
        since=body.date_from or None,
        until=body.date_to or None,
        standing=body.status or None,
    )
    return ReplayStarted(await log.replay(rt, who, webhook_id, wanted))


def _event(one: Delivery) -> EventView:
    """Show an event as the API writes it."""
    return EventView(
        id=one.id,
        sequence=one.sequence,
        kind=one.kind,
        at=one.at,
        subject=one.subject,
        status=one.standing,
        tries=one.tries,
        next_at=one.next_at,
        last_status=one.last_status,
        last_error=one.last_error,
        data=msgspec.json.decode(one.data),
    )


def _attempt(one: Attempt) -> AttemptView:
    return AttemptView(
        at=one.at,
        number=one.number,
        is_ok=one.is_ok,
        status=one.status,
        milliseconds=one.milliseconds,
        answer=one.answer,
        error=one.error,
    )
