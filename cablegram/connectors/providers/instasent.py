"""Instasent's transactional API: JSON, up to 100 messages a request of which some may be refused (R137, R143).

A request of several is answered by two lists, what was accepted and what was not. Each message is found again by our
own id, by its place, or by its number, whichever they repeat. Receipts, texts and opt-outs come to one address, without
any signature: only the secret in that address protects them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from cablegram.connectors.contract import Incoming, Outcome, Outgoing, PartResult, Receipt, Trouble
from cablegram.connectors.providers import fields, verdicts
from cablegram.connectors.providers.contract import (
    Callback,
    CallbackRequest,
    Context,
    HttpAnswer,
    HttpRequest,
    OptOut,
    Reading,
    Shipment,
    Told,
)
from cablegram.connectors.providers.kinds import HttpSettings, Kind, NumberForm
from cablegram.text import gsm0338

_HOME: Final = "https://api.instasent.com/transactional/v1"
_MOST_AT_ONCE: Final = 100


class InstasentSettings(HttpSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a connector to Instasent is told."""

    at_once: Annotated[
        int,
        Meta(title="Messages a request", ge=1, le=_MOST_AT_ONCE, description="1 sends each in a request of its own."),
    ] = _MOST_AT_ONCE
    bounce_codes: Annotated[
        tuple[int, ...],
        Meta(
            title="Codes of bounces",
            max_length=100,
            description=(
                "Codes of receipts by which a number is invalid, does not exist or is a fixed line: it becomes "
                "bounced. 1 and 11 are what mobile networks say of that."
            ),
            examples=[[1, 11]],
        ),
    ] = (1, 11)


class InstasentSecrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What proves who we are."""

    api_token: Annotated[
        str,
        Meta(
            title="API token",
            min_length=1,
            max_length=500,
            description="Of the kind api_sms: in Instasent's dashboard under API tokens.",
        ),
    ]


ERRORS: Final[verdicts.Errors] = {
    "400": (Trouble.CONFIG, "a field is not valid"),
    "401": (Trouble.ACCOUNT, "the API token is wrong, or not of the kind api_sms"),
    "402": (Trouble.ACCOUNT, "the account has no credit left"),
    "403": (Trouble.ACCOUNT, "the API token may not send messages"),
    "422": (Trouble.CONFIG, "a field is not valid"),
    "429": (Trouble.THROTTLED, "too many requests"),
    "from": (Trouble.CONFIG, "this sender is not allowed"),
    "to": (Trouble.RECIPIENT, "this is no number"),
    "text": (Trouble.CONFIG, "the text does not fit"),
    "clientId": (Trouble.CONFIG, "it has this message already"),
    "stop": (Trouble.OPTED_OUT, "its owner opted out"),
    "unpaid": (Trouble.ACCOUNT, "the account has no credit left"),
    "bounce": (Trouble.RECIPIENT, "this number does not exist, or takes no texts"),
}
"""Statuses of answers, the field that it did not like, and statuses of receipts."""

_OUTCOMES: Final = {
    "sent": Outcome.ON_ITS_WAY,
    "accepted": Outcome.ON_ITS_WAY,
    "buffered": Outcome.ON_ITS_WAY,
    "delivered": Outcome.DELIVERED,
    "error": Outcome.UNDELIVERED,
    "failed": Outcome.UNDELIVERED,
    "expired": Outcome.EXPIRED,
    "canceled": Outcome.UNDELIVERED,
    "rejected": Outcome.UNDELIVERED,
    "unknown": Outcome.ON_ITS_WAY,
    "unpaid": Outcome.UNDELIVERED,
    "stop": Outcome.ON_ITS_WAY,
}
_MAY_BOUNCE: Final = frozenset({"error", "failed", "rejected"})
_FIELDS: Final = ("to", "from", "text", "clientId")


@dataclass(frozen=True, slots=True)
class Instasent:
    """Instasent's API with one connector's settings."""

    settings: InstasentSettings
    known: InstasentSecrets

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:
        """Return requests of up to 100 messages each; one alone has a form of its own."""
        del context  # neither time nor address: the address of receipts belongs to the token, at Instasent
        size = self.settings.at_once
        slices = [tuple(batch[start : start + size]) for start in range(0, len(batch), size)]
        return [Shipment(self._request(messages), messages) for messages in slices]

    def read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        """Return what an answer says of each message, whatever it says of the others."""
        found = fields.read_object(answer.body)
        if len(shipment.messages) == 1 and not 400 <= answer.status < 500 and (provider_id := _id_of(found)):
            return verdicts.one_each(shipment, verdicts.taken(provider_id))
        if "entities" in found or (answer.status < 300 and "errors" in found):
            return Reading([[part] for part in _match(shipment.messages, found)])
        said = "; ".join(_sayings(found.get("errors"))) or fields.word(found.get("message"))
        status = str(answer.status)
        if status not in ERRORS:
            return verdicts.by_status(shipment, answer, said=said)
        code = next((name for name in _named(found.get("errors")) if name in _FIELDS), status)
        part = _no(code if len(shipment.messages) == 1 else status, said)
        return verdicts.one_each(shipment, part, wait=verdicts.retry_after(answer))

    def hear(self, request: CallbackRequest, *, now: datetime) -> Callback:
        """Return what a call says: a receipt, a text, an opt-out, or a text that is one. Raises CallbackRefused."""
        del now  # nothing is signed, so nothing is too old
        said = fields.read_object(request.body)
        status, provider_id = fields.word(said.get("status")), fields.word(said.get("id"))
        if not provider_id or not status:
            raise fields.unreadable("It is no JSON object with an id and a status.")
        items: list[Told] = []
        if text := fields.text(said.get("message")):
            items.append(_incoming(said, provider_id, text))
        if status == "stop" and said.get("from"):
            items.append(OptOut(fields.digits(said.get("from")), fields.digits(said.get("to"))))
        elif status == "stop" or not text:
            items.append(self._receipt(said, provider_id, status))
        return Callback(items)

    def secrets(self) -> Sequence[str]:
        """Return the token."""
        return [self.known.api_token]

    def _request(self, messages: Sequence[Outgoing]) -> HttpRequest:
        base = self.settings.base_url.rstrip("/") or _HOME
        url = f"{base}/sms" if len(messages) == 1 else f"{base}/sms/bulk"
        bodies = [_body(message) for message in messages]
        headers = (
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
            ("Authorization", f"Bearer {self.known.api_token}"),
        )
        return HttpRequest("POST", url, headers, msgspec.json.encode(bodies[0] if len(bodies) == 1 else bodies))

    def _receipt(self, said: Mapping[str, object], provider_id: str, status: str) -> Receipt:
        code = fields.whole(said.get("code"))
        is_bounce = status in _MAY_BOUNCE and code in self.settings.bounce_codes
        trouble, words = ERRORS.get("bounce" if is_bounce else status, (None, ""))
        error = str(code) if code else ""
        return Receipt(
            provider_id=provider_id,
            outcome=_OUTCOMES.get(status, Outcome.ON_ITS_WAY),
            error=error,
            source=fields.digits(said.get("from")),
            number=fields.digits(said.get("to")),
            head="",
            words=f"{status} {error}".strip() + (f": {words}" if words else ""),
            trouble=trouble,
        )


def _body(message: Outgoing) -> dict[str, object]:
    body: dict[str, object] = {
        "from": fields.plus(message.source),
        "to": fields.plus(message.number),
        "text": message.text,
        "clientId": message.id.hex,
    }
    return body if gsm0338.is_gsm(message.text) else body | {"allowUnicode": True}


def _id_of(found: Mapping[str, Any]) -> str:
    """Return the id of a single message: it stands in `entity`, or in the only one of `entities`, or alone."""
    entities = fields.as_list(found.get("entities"))
    entity = fields.as_object(found.get("entity")) or (fields.as_object(entities[0]) if len(entities) == 1 else found)
    return fields.word(entity.get("id"))


def _match(messages: Sequence[Outgoing], found: Mapping[str, Any]) -> list[PartResult]:
    """Find for each message what was said of it; of which nothing was said, nobody can say whether it goes."""
    accepted = [fields.as_object(one) for one in fields.as_list(found.get("entities"))]
    refused = [fields.as_object(one) for one in fields.as_list(found.get("errors"))]
    if len(accepted) == len(messages) and not any("clientId" in one for one in accepted):
        return [_accepted(one) for one in accepted]  # all of them, in our order
    places: dict[int, PartResult] = {}
    for entries, judge in ((accepted, _accepted), (refused, _refused)):
        for entry in entries:
            place = _place(messages, entry, places)
            if place is not None:
                places[place] = judge(entry)
    nothing = verdicts.lost("", "the answer does not say what became of this message")
    return [places.get(place, nothing) for place in range(len(messages))]


def _place(messages: Sequence[Outgoing], entry: Mapping[str, Any], known: Mapping[int, PartResult]) -> int | None:
    """Return which message an entry is about, by what it repeats of it; None where that fits none, or several."""
    reference, index, number = entry.get("clientId"), fields.whole(entry.get("index")), fields.digits(entry.get("to"))
    if reference is not None:
        return next((place for place, one in enumerate(messages) if one.id.hex == reference), None)
    if index is not None:
        return index if index < len(messages) else None
    fits = [place for place, one in enumerate(messages) if one.number == number and place not in known]
    return fits[0] if len(fits) == 1 else None


def _accepted(entry: Mapping[str, Any]) -> PartResult:
    provider_id = fields.word(entry.get("id"))
    return verdicts.taken(provider_id) if provider_id else verdicts.lost("", "it was accepted, but got no id")


def _refused(entry: Mapping[str, Any]) -> PartResult:
    told = entry.get("errors", [entry.get("message")])
    code = next((name for name in _named(told) if name in _FIELDS), "400")
    return _no(code, "; ".join(_sayings(told)))


def _no(code: str, said: str) -> PartResult:
    """Return a refusal; but what it has already may well arrive, and was a copy of it that was sent again."""
    part = verdicts.explain(ERRORS, code, said, otherwise=Trouble.CONFIG)
    return verdicts.lost(code, part.words) if code == "clientId" else part


def _named(errors: object) -> Iterator[str]:
    """Return which fields errors are about: names of lists of messages, or `field` of each."""
    for name, value in fields.as_object(errors).items():
        if isinstance(value, list | dict):
            yield name
    for one in fields.as_list(errors):
        yield fields.word(fields.as_object(one).get("field"))


def _sayings(errors: object, depth: int = 3) -> Iterator[str]:
    """Return what errors say in words, some levels deep."""
    for value in [*fields.as_object(errors).values(), *fields.as_list(errors)]:
        if isinstance(value, str):
            yield fields.word(value)
        elif depth:
            yield from _sayings(value, depth - 1)


def _incoming(said: Mapping[str, object], provider_id: str, text: str) -> Incoming:
    """Return what a phone wrote: where the call names no numbers, its id is that of our message that it answers."""
    source = fields.digits(said.get("from"))
    return Incoming(
        source=source,
        destination=fields.digits(said.get("to")),
        text=text,
        provider_id=f"{provider_id} {fields.word(said.get('eventAt'))}".strip(),
        answers="" if source else provider_id,
    )


KIND: Final = Kind(
    name="instasent",
    title="Instasent",
    blurb="Instasent's transactional API: texts in packets of a hundred, receipts, replies and opt-outs.",
    settings=InstasentSettings,
    secrets=InstasentSecrets,
    build=Instasent,
    console=(
        "Open Instasent's dashboard, API tokens, and copy the token of the kind api_sms into the form.",
        "In that token's settings, enter {callback_url} as callback URL: receipts, replies and opt-outs come there.",
        "That address is all that protects them, for Instasent signs nothing: keep it to yourself.",
        "For replies, ask Instasent to switch on two-way messages.",
    ),
    help_url="https://docs.instasent.com/transactional-api/overview/",
    number_form=NumberForm.PLUS,
    senders="names of up to 11 letters and digits; numbers that Instasent gave you",
    most_at_once=_MOST_AT_ONCE,
    errors=ERRORS,
)
