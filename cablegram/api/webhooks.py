"""Webhooks: where an account's news is sent, what came of it, and sending it again (R152)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, Id, Moment, Name
from cablegram.api.operation import Can, Resource
from cablegram.kit.errors import InvalidInput
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import callback, endpoints, log
from cablegram.webhooks.endpoints import LONGEST_URL
from cablegram.webhooks.log import Health
from cablegram.webhooks.model import (
    Endpoint,
    EndpointChange,
    Form,
    NewEndpoint,
    Transport,
)

webhooks = Resource(
    "Webhooks",
    "Addresses of yours that hear of what happens, each call signed by Standard Webhooks; what was sent, and sending "
    "it again.",
)

Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_URL,
        pattern=r"^https?://[!-~]+\Z",
        description="Where events are sent: https, at an address of the open internet.",
        examples=["https://example.com/cablegram"],
        extra={"form": "an address such as https://example.com/hooks", "codes": {"wrong_value": "address_invalid"}},
    ),
]
Kinds = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=60, pattern=NO_NULL, examples=["message.delivered"])]],
    Meta(
        min_length=1,
        max_length=100,
        description="What it hears of: kinds, `message.*` for all that begin so, `*` for everything.",
        examples=[["message.*", "text.received"]],
    ),
]
FormOf = Annotated[
    Form,
    Meta(description="`standard`: the documented shapes. `notification`: one flat object with `notification_type`."),
]
Topic = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=400,
        pattern=NO_NULL,
        description="Of `sns`: the ARN of the topic.",
        examples=["arn:aws:sns:eu-west-1:123456789012:news"],
    ),
]
Key = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[!-~]+\Z")]
How = Annotated[
    Transport,
    Meta(description="`http`: a POST. `sns`: published to a topic. `stream`: asked for (`GET /v1/events/stream`)."),
]


class NewWebhook(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A webhook to be made. Without `kinds` it hears of the last word on each message, and of texts."""

    name: Name
    url: Url | UnsetType = UNSET
    kinds: Kinds | UnsetType = UNSET
    transport: How = Transport.HTTP
    format: FormOf = Form.STANDARD
    topic: Topic | UnsetType = UNSET
    access_key_id: Annotated[Key, Meta(description="Of `sns`: the access key that may publish.")] | UnsetType = UNSET
    secret_access_key: Annotated[Key, Meta(description="Of `sns`: its secret.")] | UnsetType = UNSET


class ChangedWebhook(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a webhook; what is left out stays."""

    name: Name | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    kinds: Kinds | UnsetType = UNSET
    format: FormOf | UnsetType = UNSET
    is_enabled: (
        Annotated[bool, Meta(description="Whether events are sent; while it is off they are kept.")] | UnsetType
    ) = UNSET


class HourView(msgspec.Struct):
    """What happened in one hour."""

    hour: Moment
    taken: Annotated[int, Meta(description="Attempts that succeeded.")]
    failed: Annotated[int, Meta(description="Attempts that did not.")]


class WebhookView(msgspec.Struct, kw_only=True):
    """A webhook."""

    id: Id
    name: Annotated[str, Meta(description="Its name.", examples=["Our shop"])]
    url: Annotated[str, Meta(description="Where events are sent.")]
    kinds: Annotated[list[str], Meta(description="What it hears of.", examples=[["message.*"]])]
    transport: How
    format: FormOf
    topic: Annotated[str, Meta(description="Of `sns`: the ARN of the topic; else empty.")]
    is_enabled: Annotated[bool, Meta(description="Whether events are sent.")]
    off_reason: Annotated[
        str,
        Meta(
            description="`by_hand`; `gone`: it answered 410; `failing`: it took nothing for five days; empty: it is on."
        ),
    ]
    off_at: Annotated[Moment | None, Meta(description="Since when it is off.")]
    is_callback: Annotated[bool, Meta(description="Whether it is the account's `callback_url`.")]
    old_secret_until: Annotated[Moment | None, Meta(description="Until when the secret before this one signs, too.")]
    last_sequence: Annotated[int, Meta(description="The number of its last event.")]
    waiting: Annotated[int, Meta(description="Events that wait to be sent, or to be tried again; 100,000 at most.")]
    missed: Annotated[int, Meta(description="Events that were given up or kept while it was off; 100,000 at most.")]
    failing_since: Annotated[Moment | None, Meta(description="Since when no attempt succeeded.")]
    last_ok_at: Annotated[Moment | None, Meta(description="When one last did.")]
    hours: Annotated[list[HourView], Meta(description="The last 24 hours, oldest first.")]
    created_by: Annotated[str, Meta(description="Who made it.")]
    created_at: Moment


class WebhookWithSecret(msgspec.Struct, kw_only=True):
    """A webhook and the secret that signs what it is sent."""

    webhook: WebhookView
    secret: Annotated[str, Meta(description="The secret, as Standard Webhooks writes it.", examples=["whsec_..."])]


class WebhookPage(msgspec.Struct):
    """All webhooks of the account, oldest first."""

    items: list[WebhookView]


class SecretView(msgspec.Struct):
    """A webhook's secret."""

    secret: Annotated[str, Meta(description="The secret, as Standard Webhooks writes it.", examples=["whsec_..."])]


class CallbackView(msgspec.Struct, kw_only=True):
    """Where the account's notifications go."""

    callback_url: Annotated[str | None, Meta(description="The address; null: nowhere.")]
    webhook_id: Annotated[UUID | None, Meta(description="The webhook that it is.")]


class NewCallback(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where notifications shall go; null: nowhere."""

    callback_url: Url | None


class TestSent(msgspec.Struct):
    """A test that is on its way."""

    event_id: Annotated[UUID, Meta(description="Its event, whose attempts say what came of it.")]


NO_WEBHOOK = Can(404, "webhook_not_found", "the account has no such webhook")
OFF = Can(409, "webhook_is_off", "the webhook is off")
_BAD = (
    Can(400, "bad_name", "the name is not one line"),
    Can(400, "bad_webhook_kind", "one of the kinds is none"),
    Can(400, "address_invalid", "the address can't be called"),
    Can(403, "address_not_public", "the address is not of the open internet"),
)


@webhooks.call("GET", "/v1/webhooks", "listWebhooks", scope=Scope.READ)
async def page(rt: Runtime, who: Principal) -> WebhookPage:
    """List webhooks.

    All of them, oldest first, each with how it fares.
    """
    found = await endpoints.all_of(rt, who)
    return WebhookPage(await _views(rt, who, found))


@webhooks.call(
    "POST",
    "/v1/webhooks",
    "createWebhook",
    scope=Scope.WEBHOOKS,
    status=201,
    errors=(
        *_BAD,
        Can(400, "account_needed", "the key belongs to no account"),
        Can(400, "bad_topic", "the topic is no ARN of SNS"),
        Can(400, "bad_webhook", "a field is missing for this transport"),
        Can(409, "too_many_webhooks", "the account has 50 already"),
    ),
)
async def create(rt: Runtime, who: Principal, body: NewWebhook) -> WebhookWithSecret:
    """Make a webhook.

    It hears of what happens from now on. The answer has the secret that signs what it is sent.
    """
    made, secret = await endpoints.create(rt, who, _new(body))
    (view,) = await _views(rt, who, [made])
    return WebhookWithSecret(webhook=view, secret=secret)


@webhooks.call("GET", "/v1/webhooks/{webhook_id}", "getWebhook", scope=Scope.READ, errors=(NO_WEBHOOK,))
async def get(rt: Runtime, who: Principal, webhook_id: Id) -> WebhookView:
    """Get one webhook."""
    (view,) = await _views(rt, who, [await endpoints.get(rt, who, webhook_id)])
    return view


@webhooks.call("PATCH", "/v1/webhooks/{webhook_id}", "changeWebhook", scope=Scope.WEBHOOKS, errors=(*_BAD, NO_WEBHOOK))
async def change(rt: Runtime, who: Principal, webhook_id: Id, body: ChangedWebhook) -> WebhookView:
    """Change a webhook.

    Switched off, it keeps its events, and they can be sent when it is on again.
    """
    wanted = EndpointChange(
        name=body.name or None,
        url=body.url or None,
        kinds=body.kinds or None,
        form=body.format or None,
        is_enabled=None if body.is_enabled is UNSET else body.is_enabled,
    )
    (view,) = await _views(rt, who, [await endpoints.change(rt, who, webhook_id, wanted)])
    return view


@webhooks.call(
    "DELETE", "/v1/webhooks/{webhook_id}", "deleteWebhook", scope=Scope.WEBHOOKS, status=204, errors=(NO_WEBHOOK,)
)
async def delete(rt: Runtime, who: Principal, webhook_id: Id) -> None:
    """Delete a webhook, and what waits for it."""
    await endpoints.delete(rt, who, webhook_id)


@webhooks.call(
    "GET", "/v1/webhooks/{webhook_id}/secret", "getWebhookSecret", scope=Scope.WEBHOOKS, errors=(NO_WEBHOOK,)
)
async def secret(rt: Runtime, who: Principal, webhook_id: Id) -> SecretView:
    """Get the secret of a webhook."""
    return SecretView(await endpoints.secret(rt, who, webhook_id))


@webhooks.call(
    "POST", "/v1/webhooks/{webhook_id}/rotate", "rotateWebhookSecret", scope=Scope.WEBHOOKS, errors=(NO_WEBHOOK,)
)
async def rotate(rt: Runtime, who: Principal, webhook_id: Id) -> WebhookWithSecret:
    """Give a webhook another secret.

    For a day both sign: `webhook-signature` has two signatures, and either proves what is sent.
    """
    changed, fresh = await endpoints.rotate(rt, who, webhook_id)
    (view,) = await _views(rt, who, [changed])
    return WebhookWithSecret(webhook=view, secret=fresh)


@webhooks.call("POST", "/v1/webhooks/{webhook_id}/test", "testWebhook", scope=Scope.WEBHOOKS, errors=(NO_WEBHOOK, OFF))
async def test(rt: Runtime, who: Principal, webhook_id: Id) -> TestSent:
    """Send a webhook a test.

    An event `webhook.test`, like any other; `listWebhookAttempts` of it says what came of it.
    """
    return TestSent(await endpoints.test(rt, who, webhook_id))


@webhooks.call("GET", "/v1/callback_url", "getCallbackUrl", scope=Scope.READ)
async def get_callback(rt: Runtime, who: Principal) -> CallbackView:
    """Get the one address that gets notifications."""
    return _callback(await callback.show(rt, who))


@webhooks.call(
    "PUT",
    "/v1/callback_url",
    "setCallbackUrl",
    scope=Scope.WEBHOOKS,
    errors=(
        *_BAD,
        Can(400, "account_needed", "the key belongs to no account"),
        Can(409, "too_many_webhooks", "the account has 50 webhooks already"),
    ),
)
async def put_callback(rt: Runtime, who: Principal, body: NewCallback) -> CallbackView:
    """Set the one address that gets notifications.

    A webhook like any other, in the format `notification`: it hears of messages, texts, subscriptions, campaigns, jobs.
    """
    return _callback(await callback.put(rt, who, body.callback_url))


def _callback(found: Endpoint | None) -> CallbackView:
    return CallbackView(callback_url=found.url if found else None, webhook_id=found.id if found else None)


def _new(body: NewWebhook) -> NewEndpoint:
    if body.transport is Transport.HTTP and not body.url:
        raise InvalidInput("bad_webhook", "A webhook over HTTP needs a `url`.")
    if body.transport is Transport.SNS and not (body.topic and body.access_key_id and body.secret_access_key):
        message = "A webhook to SNS needs a `topic`, an `access_key_id` and a `secret_access_key`."
        raise InvalidInput("bad_webhook", message)
    return NewEndpoint(
        body.name,
        body.url or "",
        body.kinds or None,
        transport=body.transport,
        form=body.format,
        topic=body.topic or "",
        access_key=body.access_key_id or "",
        secret_key=body.secret_access_key or "",
    )


async def _views(rt: Runtime, who: Principal, found: Sequence[Endpoint]) -> list[WebhookView]:
    healths = await log.health(rt, who, found)
    return [_view(one, healths[one.id]) for one in found]


def _view(one: Endpoint, health: Health) -> WebhookView:
    return WebhookView(
        id=one.id,
        name=one.name,
        url=one.url,
        kinds=list(one.kinds),
        transport=one.transport,
        format=one.form,
        topic=one.topic,
        is_enabled=one.is_enabled,
        off_reason=one.off_reason,
        off_at=one.off_at,
        is_callback=one.is_callback,
        old_secret_until=one.old_secret_until,
        last_sequence=one.sequence,
        waiting=health.waiting,
        missed=health.missed,
        failing_since=one.failing_since,
        last_ok_at=one.last_ok_at,
        hours=[HourView(each.hour, each.taken, each.failed) for each in health.hours],
        created_by=one.created_by,
        created_at=one.created_at,
    )
