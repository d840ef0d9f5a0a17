"""The calls that send: one message, a batch, or a group by `contact_list_ids` in place of `to` (R46, R47)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Scope
from cablegram.api.campaign_forms import RENAMED, Worded
from cablegram.api.fields import NAME_LINE, Id
from cablegram.api.messages import (
    ONE_WORDING,
    PICTURES,
    Accepted,
    Batch,
    ItemRefused,
    NewMessage,
    Verdicts,
    messages,
)
from cablegram.api.operation import Can, Operation
from cablegram.campaigns.drawing import MOST_LISTS
from cablegram.campaigns.model import Campaign, CampaignState, NewCampaign
from cablegram.kit.ids import ListId
from cablegram.messages.model import Answer

_NAME = "Group message"


class GroupMessage(Worded, kw_only=True, forbid_unknown_fields=True, rename=RENAMED):
    """A message to everybody on lists: a campaign is made of it and started at once."""

    __schema__: ClassVar[dict[str, Any]] = ONE_WORDING

    contact_list_ids: Annotated[
        list[UUID],
        Meta(min_length=1, max_length=MOST_LISTS, description="In place of `to`: each person of these lists, once."),
    ]
    client_ref: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=100,
                pattern=NAME_LINE,
                description="Your own name for it, one line; it is the campaign's description.",
                examples=["spring-sale"],
                extra={"form": "one line that is not empty"},
            ),
        ]
        | None
    ) = None


class GroupAccepted(msgspec.Struct, kw_only=True):
    """A group send has begun: messages are made and charged as it goes on, like those of any campaign."""

    campaign_id: Id
    name: Annotated[str, Meta(description="The campaign's name.")]
    status: Annotated[CampaignState, Meta(description="Where the campaign is.")]
    recipients: Annotated[int, Meta(description="How many people are on the lists, each once.", examples=[10000])]
    client_ref: Annotated[str | None, Meta(description="Your own name for it.")]


REFUSALS = (
    Can(402, "insufficient_credit", "the credit left does not cover the price"),
    Can(403, "spending_cap", "the account has spent what it may in this day or month"),
    Can(403, "number_invalid", "no such number can exist"),
    Can(403, "number_too_long", "the number has more digits than its country allows"),
    Can(403, "number_landline", "a fixed line gets no texts"),
    Can(403, "no_tariff", "there is no price for that country"),
    Can(403, "sender_needed", "`from` is left out and the account has no default sender"),
    Can(403, "sender_not_owned", "the account may not send as that, or as one of those"),
    Can(403, "sender_no_texts", "the sender is a number for calls alone"),
    Can(403, "sender_suspended", "the rent of the number is not paid"),
    Can(403, "missing_variable", "the template has a variable without value"),
    Can(403, "text_too_short", "the template, filled in, has under 5 characters"),
    Can(403, "text_too_long", "the text takes more than 255 segments"),
    Can(403, "no_route", "no connector can carry the message"),
    Can(403, "sender_shared", "`from` is a short code that services share: name the service"),
    Can(403, "program_not_found", "the account has no such SMS service or store"),
    Can(403, "program_not_sending", "the operator has not approved the service, or has stopped it"),
    Can(403, "bad_link", "with `shorten`: a link leads to no host of the open internet, or has a name before @"),
    Can(403, "link_too_long", "with `shorten`: a link has over 2,000 characters"),
    Can(403, "too_many_links", "with `shorten`: the text has over 20 different links"),
    Can(403, "provider_values_missing", "its connector's provider wants values that are not given"),
    Can(403, "empty_window", "a window of the schedule begins and ends at the same time"),
    Can(403, "schedule_empty", "the schedule names no hour of any day"),
    Can(403, "unknown_zone", "there is no such time zone"),
    Can(403, "send_at_past", "`send_at` is in the past"),
    Can(403, "send_at_far", "`send_at` is more than a year ahead"),
    Can(403, "validity_over", "the validity of the message has ended"),
    Can(403, "window_missed", "its validity ends before the next hours at which it may go"),
    Can(403, "outside_hours", "it is outside the hours, and `when_closed` is `drop`"),
    Can(403, "never_open", "the hours that have to be kept exclude each other"),
    *PICTURES,
    Can(404, "template_not_found", "the account has no such template"),
)
# What the rules say (consent/reasons.py), in their order.
BY_RULES = (
    Can(403, "blacklisted", "the number is on the account's blacklist"),
    Can(403, "held_for_review", "an answer of the number waits in the review queue"),
    Can(403, "not_a_subscriber", "the number is not subscribed to the service or store that sends"),
    Can(403, "subscriber_paused", "the subscriber's carrier says that the line rests"),
    Can(403, "number_bounced", "the contact's phone status is bounced"),
    Can(403, "number_paused", "the contact's phone status is paused"),
    Can(403, "not_subscribed", "it is marketing, and the contact is not subscribed"),
    Can(403, "consent_unknown", "it is marketing, and nobody knows whether the contact wants any"),
    Can(403, "country_not_allowed", "the account does not send to the country"),
    Can(403, "range_not_allowed", "the account sends to no numbers of this kind"),
    Can(403, "short_code_abroad", "the sender is a short code of another country"),
    Can(403, "sender_name_not_carried", "carriers of the country carry no names"),
    Can(403, "sender_name_blocked", "carriers of the country block the name for everybody"),
    Can(403, "sender_name_not_registered", "the name has to be registered in the country, and the account is strict"),
    Can(403, "sender_number_foreign", "carriers of the country take no numbers from abroad"),
    Can(403, "duplicate_text", "the very same text went to the number less than 12 hours before"),
    Can(403, "frequency_cap", "the person got as many texts of the class as the account allows"),
    Can(403, "dwell_time", "the last text of the class to the person is too short a time ago"),
)
_OF_LISTS = (
    Can(404, "list_not_found", "the account has no such contact list"),
    Can(409, "no_recipients", "there is nobody on the lists"),
    Can(409, "held_after_restore", "a restore holds campaigns until the operator has given the word"),
)
_TWICE = (
    Can(422, "idempotency_key_reused", "the Idempotency-Key was used with another body"),
    Can(429, "too_busy", "more is waiting than this server takes at once"),
    Can(503, "outcome_unknown", "the database went away at the last moment; repeat with the same Idempotency-Key"),
    Can(503, "request_in_flight", "the same Idempotency-Key is being answered right now"),
)
_BAD_MESSAGE = (
    Can(400, "text_too_short", "the text has under 5 characters"),
    Can(400, "text_or_template", "both a text and a template are given, or neither"),
    Can(400, "number_invalid", "that is no telephone number"),
    Can(400, "sender_invalid", "that can't be a sender"),
    Can(403, "sender_invalid", "`any` stands in a list with others"),
    Can(400, "address_invalid", "`media_url` is no address of the web"),
    Can(400, "bad_idempotency_key", "the Idempotency-Key is not 1 to 255 visible ASCII characters"),
)

SEND = Operation(
    method="POST",
    path="/v1/messages",
    id="sendMessage",
    tag=messages.tag,
    summary="Send one message",
    description="202 says that it is on disk, charged and queued; what became of it is read with `getMessage`. For "
    "more than a few messages `sendBatch` costs a tenth.\n\nWith `contact_list_ids` in place of `to` it goes to "
    "everybody on the lists: a campaign is made of it and started, and the answer names that.",
    status=202,
    answer=Accepted,
    scope=Scope.SEND,
    errors=(*_BAD_MESSAGE, *REFUSALS, *BY_RULES, *_OF_LISTS, *_TWICE),
    path_types={},
    body=NewMessage,
    is_hot=True,
    others=((GroupMessage, GroupAccepted),),
)
SEND_BATCH = Operation(
    method="POST",
    path="/v1/messages/batch",
    id="sendBatch",
    tag=messages.tag,
    summary="Send up to 1,000 messages",
    description="Each gets its own verdict, in their order. Those that the credit left covers are accepted, the others "
    "are refused with the codes that a single message gets. The call as a whole fails only where the body breaks this "
    "schema, and then nothing was accepted.",
    status=202,
    answer=Verdicts,
    scope=Scope.SEND,
    errors=(_BAD_MESSAGE[-1], *_TWICE, Can(403, "too_many_media", "more than 20 different pictures")),
    path_types={},
    body=Batch,
    most_bytes=5_000_000,
    is_hot=True,
    parts=(Accepted, ItemRefused),
)
messages.operations[:0] = [SEND, SEND_BATCH]


def asked(body: GroupMessage) -> NewCampaign:
    """Return the campaign that a group send is."""
    lists = [ListId(one) for one in body.contact_list_ids]
    return replace(body.worded(_NAME), list_ids=lists, description=body.client_ref or "")


def answer(campaign: Campaign) -> Answer:
    """Write the answer to a group send."""
    said = GroupAccepted(
        campaign_id=campaign.id,
        name=campaign.name,
        status=campaign.state,
        recipients=campaign.recipients,
        client_ref=campaign.description or None,
    )
    return Answer(202, msgspec.json.encode(said))
