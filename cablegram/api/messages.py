"""Messages: send one or a thousand, find them again, read what became of each (R46, R52)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import (
    NO_NULL,
    CountryCode,
    Credits,
    Id,
    MediaUrl,
    Moment,
    Next,
    Paging,
    Recipient,
    Reference,
    Sender,
    Senders,
    Shorten,
    SmartEncoding,
    Variables,
)
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import following
from cablegram.api.reading import Ruled
from cablegram.api.times import Timed
from cablegram.connectors.needs import ProviderValues
from cablegram.kit.errors import Fault
from cablegram.messages import search, story
from cablegram.messages.model import Message, MessageClass, State
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import Kind
from cablegram.senders.reading import kind_of
from cablegram.text.encoding import Encoding
from cablegram.text.limits import LEAST_CHARACTERS

messages = Resource("Messages", "Send texts and see what became of each.")

Text = Annotated[
    str,
    Meta(
        min_length=LEAST_CHARACTERS,
        pattern=NO_NULL,
        description="The words, at least 5 characters and at most 255 segments. One character outside GSM 03.38 makes "
        "the whole text UCS-2, with 70 characters to a segment in place of 160.",
        examples=["Your table is ready. See you at 8!"],
        extra={
            "codes": {"too_short": "text_too_short", "wrong_value": "bad_character"},
            "form": "text without null characters",
        },
    ),
]
Status = Annotated[State, Meta(description="Where the message is.", examples=["queued"])]
Class = Annotated[
    MessageClass, Meta(description="What the message is; decides which goes first: otp, transactional, marketing.")
]
Alphabet = Annotated[Encoding, Meta(description="How the text travels.")]
Brought = Annotated[
    ProviderValues,
    Meta(description="What the provider of the connector wants besides, such as a template's id."),
]
OfService = Annotated[
    UUID,
    Meta(
        description="The SMS service or store that sends it, from its own short code and only to somebody who is "
        "subscribed to it; without `from`."
    ),
]
Segments = Annotated[int, Meta(description="How many parts the text takes on the wire.", examples=[1])]
_RENAMED = {"sender": "from", "message_class": "class"}
# Exactly one of the two says what is sent; JSON Schema needs it in so many words.
ONE_WORDING: dict[str, Any] = {
    "oneOf": [
        {
            "title": "With a text",
            "properties": {"text": {"type": "string"}, "template_id": {"type": "null"}},
            "required": ["text"],
        },
        {
            "title": "With a template",
            "properties": {"template_id": {"type": "string"}, "text": {"type": "null"}},
            "required": ["template_id"],
        },
    ]
}


class NewMessage(Ruled, Timed, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """A message to send: give `text`, or `template_id` with `variables`."""

    __schema__: ClassVar[dict[str, Any]] = ONE_WORDING

    to: Recipient
    text: Text | None = None
    template_id: Annotated[UUID, Meta(description="A saved template, in place of `text`.")] | None = None
    variables: Variables = msgspec.field(default_factory=dict[str, str])
    sender: Sender | Senders | None = None
    message_class: Class = MessageClass.TRANSACTIONAL
    client_ref: Reference | None = None
    smart_encoding: SmartEncoding = False
    media_url: MediaUrl | None = None
    provider_values: Brought | None = None
    service_id: OfService | None = None
    shorten: Shorten = False

    def broken_rule(self) -> Fault | None:
        """Say what is wrong between fields."""
        return one_wording(self.text, self.template_id)


PICTURES = (
    Can(403, "media_not_carried", "no connector or sender of the account carries pictures"),
    Can(403, "media_wrong_type", "the picture is no JPG, GIF or PNG"),
    Can(403, "media_too_large", "the picture has more than 460,800 bytes"),
    Can(403, "address_unreachable", "the picture can't be fetched"),
    Can(403, "address_not_public", "the picture's address is none of the open internet"),
    Can(403, "address_invalid", "the picture's address names a login, or a port that is not fetched from"),
)
"""What can be wrong with the picture of a message."""


def one_wording(text: str | None, template_id: UUID | None) -> Fault | None:
    """Return the fault (`text_or_template`) of words that are given twice or not at all."""
    if (text is None) != (template_id is None):
        return None
    message = "Give either `text`, or `template_id` with `variables`; not both and not neither."
    return Fault("text", "text_or_template", message)


class BatchItem(Timed, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """A message of a batch, as a single one; what is wrong with its number, text or sender is its own verdict."""

    to: Annotated[str, Meta(description="Whom the message is for.", examples=["+34600000118"])]
    text: Annotated[str, Meta(description="The words.", examples=["Your table is ready"])] | None = None
    template_id: Annotated[UUID, Meta(description="A saved template, in place of `text`.")] | None = None
    variables: Variables = msgspec.field(default_factory=dict[str, str])
    sender: (
        Annotated[str, Meta(description="What it comes from, or `any`.", examples=["Acme"])]
        | Annotated[list[str], Meta(description="Several, of which one is chosen.")]
        | None
    ) = None
    message_class: Class = MessageClass.TRANSACTIONAL
    client_ref: Reference | None = None
    smart_encoding: SmartEncoding = False
    media_url: MediaUrl | None = None
    provider_values: Brought | None = None
    service_id: OfService | None = None
    shorten: Shorten = False


class Batch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Messages to send, judged one by one in their order."""

    messages: Annotated[list[BatchItem], Meta(min_length=1, max_length=1000, description="1 to 1,000 messages.")]


class Accepted(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """Accepted and charged; the message is on disk and will go out."""

    id: Id
    status: Status
    to: Annotated[str, Meta(description="The number, in E.164.", examples=["+34600000118"])]
    sender: Annotated[str, Meta(description="What it comes from.", examples=["Acme"])]
    encoding: Alphabet
    segments: Segments
    billed_segments: Annotated[
        int, Meta(description="For how many the account pays, by its `segment_profile`.", examples=[1])
    ]
    price: Credits
    country: CountryCode
    client_ref: Annotated[str | None, Meta(description="Your own name for it.")]
    waits_until: (
        Annotated[Moment, Meta(description="Of one that is `scheduled`: when it goes on, if nothing changes.")]
        | UnsetType
    ) = UNSET
    replaced: (
        Annotated[
            dict[str, str],
            Meta(
                description="With `smart_encoding`: the characters that were replaced, by what.", examples=[{"’": "'"}]
            ),
        ]
        | UnsetType
    ) = UNSET


class RefusedItem(msgspec.Struct):
    """Why a message was not accepted."""

    code: Annotated[str, Meta(description="A code that stays.", examples=["insufficient_credit"])]
    message: Annotated[str, Meta(description="What happened, why, and what to do.")]
    field: Annotated[str | None, Meta(description="The field it is about, if it is about one.", examples=["to"])]


class ItemRefused(msgspec.Struct):
    """The verdict on a message of a batch that was not accepted."""

    error: RefusedItem


class Verdicts(msgspec.Struct, kw_only=True):
    """One verdict for each message of the batch, in their order."""

    items: Annotated[
        list[Any],
        Meta(
            description="What a single message would have been answered, or `error`.",
            extra_json_schema={
                "items": {
                    "oneOf": [
                        {"$ref": "#/components/schemas/Accepted"},
                        {"$ref": "#/components/schemas/ItemRefused"},
                    ]
                }
            },
        ),
    ]
    accepted: Annotated[int, Meta(description="How many were accepted.", examples=[2])]
    price: Annotated[int, Meta(description="Their price together, in micro-credits.", examples=[1700000])]


class MessageView(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """A message as it stands."""

    id: Id
    status: Status
    reason: Annotated[str | None, Meta(description="Why it is in this state, as a code.")]
    error: Annotated[str | None, Meta(description="The carrier's own code.")]
    to: Annotated[str, Meta(description="The number, in E.164.", examples=["+34600000118"])]
    sender: Annotated[str, Meta(description="What it comes from: a number with its plus, a short code, or a name.")]
    text: Annotated[str, Meta(description="The words as they are sent.")]
    message_class: Class
    encoding: Alphabet
    segments: Segments
    billed_segments: Annotated[
        int, Meta(description="For how many the account pays, by its `segment_profile`.", examples=[1])
    ]
    gateway_segments: Annotated[
        int, Meta(description="How many the carrier's gateway bills, where it has its own count.", examples=[1])
    ]
    price: Credits
    country: CountryCode
    client_ref: Annotated[str | None, Meta(description="Your own name for it.")]
    media_url: Annotated[str | None, Meta(description="The address of the picture that goes with it.")]
    campaign_id: Annotated[UUID | None, Meta(description="The campaign it belongs to.")]
    connector_id: Annotated[UUID | None, Meta(description="The connector that carries it.")]
    posting_id: Annotated[UUID | None, Meta(description="The line of the ledger that paid for it.")]
    refund_id: Annotated[UUID | None, Meta(description="The line of the ledger that gave its price back.")]
    accepted_at: Moment
    waits_until: Annotated[
        Moment | None, Meta(description="Of one that is `scheduled`: when it goes on, if nothing changes.")
    ]
    claimed_at: Annotated[Moment | None, Meta(description="When a link took it from the queue.")]
    submitted_at: Annotated[Moment | None, Meta(description="When the carrier took it.")]
    finished_at: Annotated[Moment | None, Meta(description="When it reached its last state.")]
    clicked_at: Annotated[Moment | None, Meta(description="When its person first opened a short link of it.")]


class MessagePage(msgspec.Struct):
    """Messages, newest first."""

    items: list[MessageView]
    next: Next


class MessageFilter(Paging):
    """Which messages are wanted."""

    status: Annotated[State, Meta(description="In this state.")] | UnsetType = UNSET
    to: (
        Annotated[
            str,
            Meta(
                min_length=1, max_length=64, pattern=NO_NULL, description="To this number.", examples=["+34600000118"]
            ),
        ]
        | UnsetType
    ) = UNSET
    campaign_id: Annotated[UUID, Meta(description="Of this campaign.")] | UnsetType = UNSET
    client_ref: Reference | UnsetType = UNSET
    date_from: Annotated[Moment, Meta(description="Accepted at this time or later.")] | UnsetType = UNSET
    date_to: Annotated[Moment, Meta(description="Accepted before this time.")] | UnsetType = UNSET
    q: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=200,
                pattern=NO_NULL,
                description="With these words in text, number or reference. A whole number with its country code is "
                "taken as number or whole reference, and not looked for in texts.",
            ),
        ]
        | UnsetType
    ) = UNSET


NO_MESSAGE = Can(404, "message_not_found", "the account has no such message")


@messages.call("GET", "/v1/messages", "listMessages", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: MessageFilter) -> MessagePage:
    """List messages.

    Newest first, and only those that all given filters fit. A page looks through 100,000 messages at most: where few
    fit, it may hold fewer than `limit`, even none. Go on as long as there is a `next`.
    """
    found = await search.look(
        rt,
        who,
        state=(query.status,) if query.status else (),
        to=query.to or None,
        campaign_id=query.campaign_id or None,
        client_ref=query.client_ref or None,
        q=query.q or None,
        date_from=query.date_from or None,
        date_to=query.date_to or None,
        after=query.after or None,
        limit=query.limit,
    )
    return MessagePage([view(message) for message in found.messages], following("/v1/messages", query, found.goes_on))


@messages.call("GET", "/v1/messages/{message_id}", "getMessage", scope=Scope.READ, errors=(NO_MESSAGE,))
async def get(rt: Runtime, who: Principal, message_id: Id) -> MessageView:
    """Get one message."""
    return view(await story.get(rt, who, message_id))


def view(message: Message) -> MessageView:
    """Show a message as the API writes it."""
    return MessageView(
        id=message.id,
        status=message.state,
        reason=message.reason,
        error=message.error,
        to=shown_number(message.number),
        sender=shown_sender(message.source),
        text=message.text,
        message_class=message.message_class,
        encoding=Encoding(message.encoding),
        segments=message.segments,
        billed_segments=message.billed,
        gateway_segments=message.counted_by_gateway,
        price=message.price,
        country=message.country,
        client_ref=message.client_ref,
        media_url=message.media_url,
        campaign_id=message.campaign_id,
        connector_id=message.connector_id,
        posting_id=message.posting_id,
        refund_id=message.refund_id,
        accepted_at=message.accepted_at,
        waits_until=message.waits_until,
        claimed_at=message.claimed_at,
        submitted_at=message.submitted_at,
        finished_at=message.finished_at,
        clicked_at=message.clicked_at,
    )


def shown_sender(address: str) -> str:
    """Write a sender: a number with its plus, as whom it writes to; a short code or a name as it is."""
    return f"+{address}" if address.isdigit() and kind_of(address) is Kind.NUMBER else address


def shown_number(number: str) -> str:
    """Write a number with its plus. Of a message that was never accepted it may be what somebody wrote."""
    return f"+{number}" if number.isdigit() else number
