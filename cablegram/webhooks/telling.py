"""What happened, as it is told: events and news of messages become kinds of webhooks with their data as JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec

from cablegram.events.model import Kind, Told
from cablegram.messages.news_model import About as OfMessage
from cablegram.messages.news_model import News
from cablegram.senders.model import Kind as SenderKind
from cablegram.senders.reading import kind_of
from cablegram.webhooks import catalogue, shapes

MOST_TEXT = 12_000  # bytes of what somebody wrote: a webhook has less than 20,000
_MOST_WORD = 1_000  # characters of any other word in an event
_LARGEST = 18_000  # bytes of data; what is larger goes with its longest words cut further

_JSON = msgspec.json.Encoder(uuid_format="canonical")
_NUMBERS = ("number", "new_number")
# What events call the thing that they happened to, in what is told.
_SUBJECTS: Mapping[type[shapes.Shape], str] = {
    shapes.CampaignData: "campaign_id",
    shapes.ContactData: "contact_id",
    shapes.JobData: "job_id",
    shapes.MoneyData: "id",
    shapes.ServiceData: "service_id",
    shapes.SubscriptionData: "service_id",
    shapes.WebhookData: "endpoint_id",
}


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be told; `subject` is what it can be found by: the message, the text, the campaign."""

    kind: str
    at: datetime
    subject: UUID | None
    data: str


@dataclass(frozen=True, slots=True)
class Text:
    """What a text that came in says, and the message before it between the same two."""

    id: UUID
    source: str
    destination: str
    text: str
    parts: int
    media_urls: Sequence[str] | None
    rule: str | None
    contact_id: UUID | None
    service_id: UUID | None
    received_at: datetime
    message_id: UUID | None = None
    client_ref: str | None = None
    campaign_id: UUID | None = None


def of_news(news: News, messages: Sequence[OfMessage]) -> list[Item]:
    """Tell of messages that moved, each for itself, in the order in which they stand there."""
    place = {message_id: n for n, message_id in enumerate(news.message_ids)}
    kind = catalogue.message_kind(news.state)
    told: list[Item] = []
    for one in messages:
        n = place[one.id]
        data = shapes.MessageData(
            message_id=one.id,
            status=news.state,
            to=plus(one.to),
            sender=shown_sender(one.sender),
            client_ref=one.client_ref,
            campaign_id=one.campaign_id,
            reason=news.reasons[n] if news.reasons else None,
            error=news.errors[n] if news.errors else None,
            message_class=one.message_class,
            country=one.country,
            segments=one.segments,
            price=one.price,
            accepted_at=one.accepted_at,
        )
        told.append(Item(kind, news.at, one.id, _written(data)))
    return told


def of_text(told: Told, text: Text) -> Item:
    """Tell of a text that came in; of a very long one the beginning."""
    words = text.text.encode(errors="replace")
    data = shapes.TextData(
        text_id=text.id,
        source=plus(text.source),
        destination=shown_sender(text.destination),
        text=words[:MOST_TEXT].decode(errors="ignore"),
        text_is_cut=len(words) > MOST_TEXT,
        parts=text.parts,
        media_urls=list(text.media_urls or ()),
        rule=text.rule,
        contact_id=text.contact_id,
        service_id=text.service_id,
        answers_message_id=text.message_id,
        answers_client_ref=text.client_ref,
        campaign_id=text.campaign_id,
        received_at=text.received_at,
    )
    if len(written := _JSON.encode(data)) > _LARGEST:  # what JSON has to escape takes up to six times the room
        data.text, data.text_is_cut, data.media_urls = data.text[:_MOST_WORD], True, data.media_urls[:2]
        written = _JSON.encode(data)
    return Item(catalogue.TEXT, told.at, text.id, written.decode())


def of_event(told: Told, *, names: Mapping[UUID, str]) -> list[Item]:
    """Tell of any other event; nothing where no webhook is made of its kind. `names` are those of campaigns."""
    if told.kind == Kind.LINKS_CLICKED:
        return _clicks(told)
    about = catalogue.OF_EVENT.get(told.kind)  # pyright: ignore[reportArgumentType, reportCallIssue] - a word of Kind is that Kind
    if about is None or about.kind == catalogue.TEXT:
        return []
    facts = dict(told.data)
    if (name := _SUBJECTS.get(about.shape)) is not None:
        facts[name] = told.subject
    if about.shape is shapes.CampaignData and told.subject is not None and told.subject in names:
        facts["name"] = names[told.subject]
    return [Item(about.kind, told.at, told.subject, _written(_fill(about.shape, facts)))]


def test(endpoint_id: UUID, url: str, now: datetime) -> Item:
    """Greet an endpoint that somebody tries."""
    data = shapes.WebhookData(endpoint_id=endpoint_id, url=url, sentence="If you can read this, your webhook works.")
    return Item(catalogue.TEST, now, endpoint_id, _written(data))


def restored(endpoint_id: UUID, url: str, last: int, now: datetime) -> Item:
    """Tell an endpoint that its numbers go on from elsewhere."""
    data = shapes.WebhookData(endpoint_id=endpoint_id, url=url, last_sequence=last)
    return Item(catalogue.RESTORED, now, endpoint_id, _written(data))


def body(kind: str, at: datetime, sequence: int, data: str) -> str:
    """Return what is sent of an event: the same bytes in every attempt."""
    moment = msgspec.json.encode(at).decode()
    return f'{{"type":"{kind}","timestamp":{moment},"sequence":{sequence},"data":{data}}}'


def plus(number: str) -> str:
    """Write a number with its plus."""
    return f"+{number}" if number.isdigit() else number


def shown_sender(address: str) -> str:
    """Write a sender: a number with its plus, a short code or a name as it is."""
    return plus(address) if address.isdigit() and kind_of(address) is SenderKind.NUMBER else address


def _clicks(told: Told) -> list[Item]:
    found = told.data.get("clicks")
    clicks = cast("list[Any]", found) if isinstance(found, list) else []
    made: list[Item] = []
    for one in clicks:
        if not isinstance(one, dict):
            continue
        facts = {**cast("dict[str, Any]", one), "campaign_id": told.subject}
        facts |= {"clicked_at": facts.get("at"), "to": _plus_if_text(facts.get("to"))}
        message_id = facts.get("message_id")
        subject = UUID(message_id) if isinstance(message_id, str) else told.subject
        made.append(Item(catalogue.CLICK, told.at, subject, _written(_fill(shapes.ClickData, facts))))
    return made


def _fill(shape: type[shapes.Shape], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that a shape has, under its names, what is not known as null."""
    filled: dict[str, Any] = {}
    for field in msgspec.structs.fields(shape):
        value = facts.get(field.name)
        if field.name in _NUMBERS:
            value = _plus_if_text(value)
        filled[field.encode_name] = value[:_MOST_WORD] if isinstance(value, str) else value
    return filled


def _plus_if_text(value: object) -> object:
    return shown_sender(value) if isinstance(value, str) else value


def _written(data: object) -> str:
    text = _JSON.encode(data)
    if len(text) > _LARGEST:
        found: dict[str, Any] = msgspec.json.decode(text)
        text = _JSON.encode({name: _short(value) for name, value in found.items()})
    return text.decode()


def _short(value: object) -> object:
    """Return what is left of a value of something that is too large to be sent whole."""
    if isinstance(value, str):
        return value[:_MOST_WORD]
    return None if isinstance(value, (list, dict)) else value
