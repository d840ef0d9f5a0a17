"""What stands in `data` of each webhook. These are promises: fields are added, and none is renamed or taken away. Pure.

Numbers are E.164 with their plus, moments RFC 3339 in UTC, money micro-credits (1,000,000 is one credit). Descriptions
make the reference page (docs/reference/webhooks.md).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

Moment = Annotated[datetime, Meta(tz=True)]
Number = Annotated[str, Meta(examples=["+34600000118"])]
By = Annotated[str | None, Meta(description="Who did it; null: it happened by itself.")]
Credits = Annotated[int, Meta(description="Micro-credits.")]


class Shape(msgspec.Struct, kw_only=True):
    """What all have in common: what is not known is null and never missing."""


class MessageData(Shape, kw_only=True, rename={"sender": "from", "message_class": "class"}):
    """A message that came to a state."""

    message_id: Annotated[UUID, Meta(description="The message.")]
    status: Annotated[str, Meta(description="The state it came to.", examples=["delivered"])]
    to: Annotated[Number, Meta(description="Whom it is for.")]
    sender: Annotated[str, Meta(description="What it comes from: a number with its plus, a short code, or a name.")]
    client_ref: Annotated[str | None, Meta(description="Your own name for it, as it was sent.")] = None
    campaign_id: Annotated[UUID | None, Meta(description="The campaign it belongs to.")] = None
    reason: Annotated[str | None, Meta(description="Why it is in this state, as a code.")] = None
    error: Annotated[str | None, Meta(description="The carrier's own code.")] = None
    message_class: Annotated[str, Meta(description="`otp`, `transactional` or `marketing`.")]
    country: Annotated[str, Meta(description="Two letters of ISO 3166; 001 for numbers of no country.")]
    segments: Annotated[int, Meta(description="In how many parts it goes.")]
    price: Annotated[Credits, Meta(description="What it cost, in micro-credits.")]
    accepted_at: Annotated[Moment, Meta(description="When it was accepted.")]


class TextData(Shape, kw_only=True, rename={"source": "from", "destination": "to"}):
    """A text that somebody wrote."""

    text_id: Annotated[UUID, Meta(description="The text.")]
    source: Annotated[Number, Meta(description="Who wrote.")]
    destination: Annotated[str, Meta(description="Which of your senders they wrote to.")]
    text: Annotated[str, Meta(description="The words.")]
    text_is_cut: Annotated[bool, Meta(description="Whether more was written than fits here; `GET /v1/received/{id}`.")]
    parts: Annotated[int, Meta(description="In how many parts it came.")]
    media_urls: Annotated[list[str], Meta(description="Addresses of pictures that came with it.")]
    rule: Annotated[str | None, Meta(description="What was done with it, as a code.")] = None
    contact_id: Annotated[UUID | None, Meta(description="The contact who wrote.")] = None
    service_id: Annotated[UUID | None, Meta(description="The SMS service or store it is for.")] = None
    answers_message_id: Annotated[
        UUID | None, Meta(description="The last message that went from there to them in the 30 days before.")
    ] = None
    answers_client_ref: Annotated[str | None, Meta(description="And your own name for that.")] = None
    campaign_id: Annotated[UUID | None, Meta(description="And the campaign it belongs to.")] = None
    received_at: Annotated[Moment, Meta(description="When it came.")]


class SubscriptionData(Shape, kw_only=True):
    """Somebody's consent towards one SMS service or store."""

    service_id: Annotated[UUID | None, Meta(description="The service or store.")] = None
    number: Annotated[Number, Meta(description="Whose consent.")]
    new_number: Annotated[Number | None, Meta(description="Of `changed`: the number they have now.")] = None
    contact_id: Annotated[UUID | None, Meta(description="The contact.")] = None
    evidence_id: Annotated[UUID | None, Meta(description="What is known of it (`GET /v1/consent/evidence/{id}`).")] = (
        None
    )
    before: Annotated[str | None, Meta(description="Where they stood before.")] = None
    how: Annotated[str | None, Meta(description="`text`, `page`, `api`, `panel`, `file` or `carrier`.")] = None
    by: By = None


class BlacklistData(Shape, kw_only=True):
    """Numbers that get nothing more, or may get something again."""

    number: Annotated[Number | None, Meta(description="The number; null where a file brought several.")] = None
    how: Annotated[str | None, Meta(description="`by_hand`, `stop`, `review` or `import`.")] = None
    sender: Annotated[str | None, Meta(description="The sender that was written to.")] = None
    rows: Annotated[int | None, Meta(description="Of a file: how many rows it had.")] = None
    added: Annotated[int | None, Meta(description="Of a file: how many numbers were new.")] = None
    by: By = None


class ContactData(Shape, kw_only=True):
    """A contact whose number takes no texts."""

    contact_id: Annotated[UUID | None, Meta(description="The contact.")] = None
    number: Annotated[Number, Meta(description="The number.")]
    error: Annotated[str | None, Meta(description="What the carrier said.")] = None


class CampaignData(Shape, kw_only=True):
    """A campaign that moved."""

    campaign_id: Annotated[UUID, Meta(description="The campaign.")]
    name: Annotated[str | None, Meta(description="Its name.")] = None
    reason: Annotated[str | None, Meta(description="Of `paused`: why.")] = None
    start_at: Annotated[str | None, Meta(description="Of `scheduled`: when it starts.")] = None
    recipients: Annotated[int | None, Meta(description="Of `made`: how many people.")] = None
    stage: Annotated[str | None, Meta(description="Of `went_on`: the stage that begins.")] = None
    variant: Annotated[str | None, Meta(description="Of `decided`: which text the rest gets.")] = None
    sentence: Annotated[str | None, Meta(description="Of `decided`: why, for people.")] = None
    by: By = None


class JobData(Shape, kw_only=True):
    """A job that is over."""

    job_id: Annotated[UUID, Meta(description="The job.")]
    kind: Annotated[str | None, Meta(description="What it did.")] = None
    state: Annotated[str | None, Meta(description="`finished`, `failed` or `cancelled`.")] = None
    about: Annotated[Any, Meta(description="What it was about, for people.")] = None
    by: By = None


class NumberData(Shape, kw_only=True):
    """A number of the account."""

    number: Annotated[str, Meta(description="The number.")]
    country: Annotated[str | None, Meta(description="Two letters of ISO 3166.")] = None
    type: Annotated[str | None, Meta(description="`local`, `national`, `mobile` or `toll_free`.")] = None
    what: Annotated[str | None, Meta(description="Of `charged`: `setup` or `monthly`.")] = None
    amount: Annotated[Credits | None, Meta(description="What it cost, in micro-credits.")] = None
    until: Annotated[str | None, Meta(description="Of `charged`: until when it is paid.")] = None
    grace_until: Annotated[str | None, Meta(description="Of `charge_failed`: until when it stays.")] = None
    reason: Annotated[str | None, Meta(description="Of `released`: why.")] = None
    source: Annotated[str | None, Meta(description="Of `spam.reported`: who reported.")] = None
    by: By = None


class MoneyData(Shape, kw_only=True):
    """Credits and payments."""

    id: Annotated[UUID | None, Meta(description="The recharge, card or posting.")] = None
    credits: Annotated[Credits | None, Meta(description="How many, in micro-credits.")] = None
    balance: Annotated[Credits | None, Meta(description="The balance, in micro-credits.")] = None
    threshold: Annotated[Credits | None, Meta(description="The amount it fell below, in micro-credits.")] = None
    period: Annotated[str | None, Meta(description="Of a spending cap: `day` or `month`.")] = None
    cap: Annotated[Credits | None, Meta(description="What may be spent in it, in micro-credits.")] = None
    spent: Annotated[Credits | None, Meta(description="What was spent of it, in micro-credits.")] = None
    amount: Annotated[int | None, Meta(description="Of a payment: minor units of `currency`; else micro-credits.")] = (
        None
    )
    currency: Annotated[str | None, Meta(description="Of the payment: three letters of ISO 4217.")] = None
    is_automatic: Annotated[bool | None, Meta(description="Of a recharge: whether it happened by itself.")] = None
    reason: Annotated[str | None, Meta(description="Why it failed.")] = None
    state: Annotated[str | None, Meta(description="Of a dispute: how it stands.")] = None
    plan: Annotated[str | None, Meta(description="Of a fee: the plan.")] = None
    month: Annotated[str | None, Meta(description="Of a fee: the month.")] = None
    brand: Annotated[str | None, Meta(description="Of a card.")] = None
    last4: Annotated[str | None, Meta(description="Of a card: its last digits.")] = None
    expires: Annotated[str | None, Meta(description="Of a card.")] = None
    note: Annotated[str | None, Meta(description="What was noted with it.")] = None
    by: By = None


class ClickData(Shape, kw_only=True):
    """A short link that somebody opened."""

    message_id: Annotated[UUID | None, Meta(description="The message it stood in.")] = None
    campaign_id: Annotated[UUID | None, Meta(description="The campaign of that.")] = None
    to: Annotated[Number | None, Meta(description="Whom that was for.")] = None
    url: Annotated[str, Meta(description="Where it leads.")]
    clicked_at: Annotated[str | None, Meta(description="When it was opened.")] = None


class ServiceData(Shape, kw_only=True):
    """An SMS service that the operator decided about."""

    service_id: Annotated[UUID | None, Meta(description="The service.")] = None
    keyword: Annotated[str | None, Meta(description="Its keyword.")] = None
    short_code: Annotated[str | None, Meta(description="Its short code.")] = None
    status: Annotated[str | None, Meta(description="How it stands now.")] = None
    reason: Annotated[str | None, Meta(description="What the operator said.")] = None
    by: By = None


class WebhookData(Shape, kw_only=True):
    """A webhook endpoint."""

    endpoint_id: Annotated[UUID, Meta(description="The endpoint.")]
    url: Annotated[str | None, Meta(description="Its address.")] = None
    reason: Annotated[str | None, Meta(description="Of `disabled`: why.")] = None
    sentence: Annotated[str | None, Meta(description="Of `test`: a greeting.")] = None
    last_sequence: Annotated[
        int | None, Meta(description="Of `restored`: the last number that the backup knows of; the next is far above.")
    ] = None
