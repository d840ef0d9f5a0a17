"""Plivo: Message API v1 (https://www.plivo.com/docs/messaging/api/message). Pure.

One request carries the same text from one sender to up to 1,000 numbers. The answer names ids without numbers: they
stand in the order of the numbers, those left out that Plivo calls invalid. So no number is twice in a request.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Literal, NamedTuple
from urllib.parse import quote

import msgspec
from msgspec import Meta

from cablegram.connectors.contract import Incoming, Outcome, Outgoing, PartResult, Receipt, Trouble
from cablegram.connectors.providers import plivo_signature
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
from cablegram.connectors.providers.fields import (
    as_list,
    digits,
    drop_empty,
    given,
    parameters,
    read_object,
    seconds_left,
    template_of,
    text,
    unreadable,
    word,
)
from cablegram.connectors.providers.kinds import HttpSettings, Kind, NumberForm
from cablegram.connectors.providers.plivo_errors import ERRORS
from cablegram.connectors.providers.plivo_numbers import PlivoNumbers
from cablegram.connectors.providers.verdicts import by_status, failed, lost, one_each, taken
from cablegram.numbers.plan import calling_code

_ADDRESS: Final = "https://api.plivo.com"
_MOST: Final = 1000
_LONGEST_VALIDITY: Final = 10_800
_SHORTEST_VALIDITY: Final = 5
_STEP: Final = 60  # seconds: validities within one minute travel together
_OUTCOMES: Final = {
    "delivered": Outcome.DELIVERED,
    "read": Outcome.DELIVERED,
    "undelivered": Outcome.UNDELIVERED,
    "failed": Outcome.UNDELIVERED,
    "rejected": Outcome.UNDELIVERED,
}
_VALIDITY_RAN_OUT: Final = "420"
_NO_CREDIT: Final = "insufficient credit"
_NOT_THERE: Final = "geo"
_NOTHING_TO_SAY: Final = b"<Response/>"


class PlivoSettings(HttpSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a connector to Plivo is told."""

    auth_id: Annotated[
        str,
        Meta(
            pattern=r"^(MA|SA)[A-Z0-9]{18}\Z",
            title="Auth ID",
            description="Stands on the overview page of the Plivo console; a subaccount's begins with SA.",
            examples=["MAXXXXXXXXXXXXXXXXXX"],
        ),
    ]
    powerpack_uuid: Annotated[
        str,
        Meta(
            pattern=r"^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?\Z",
            title="Powerpack UUID",
            description="To let a Powerpack choose from which of its numbers each message goes out.",
            examples=["5ec4c8c9-cd74-42b5-9e41-0d7670d6bb46"],
        ),
    ] = ""
    most_numbers: Annotated[
        int,
        Meta(
            ge=1,
            le=_MOST,
            title="Numbers a request",
            description="Up to so many messages with the same text and sender share a request.",
        ),
    ] = _MOST
    log: Annotated[
        Literal["true", "false", "content_only", "number_only"],
        Meta(
            title="What Plivo keeps",
            description="true: numbers and texts can be read in Plivo's own log; false: neither.",
        ),
    ] = "true"
    dlt_entity_id: Annotated[
        str,
        Meta(
            max_length=64,
            title="DLT entity id",
            description="India alone: the principal entity as registered. A message may bring another one along "
            "(`dlt_entity_id` among its values).",
            examples=["1101234567890123456"],
        ),
    ] = ""
    dlt_template_category: Annotated[
        str,
        Meta(
            max_length=40,
            title="DLT template category",
            description="India alone: as the templates were registered.",
            examples=["promotional"],
        ),
    ] = ""


class PlivoSecrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is sealed of a connector to Plivo."""

    auth_token: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+\Z",
            title="Auth token",
            description="Stands below the Auth ID. Plivo also signs its calls to us with it.",
        ),
    ]


class _Alike(NamedTuple):
    """What messages of one request have in common; also the country, so that one that is barred bars no other."""

    source: str
    text: str
    media_url: str | None
    validity: int | None
    template: str
    entity: str
    category: str
    country: str


class Plivo:
    """One Plivo account, or subaccount."""

    def __init__(self, settings: PlivoSettings, secrets: PlivoSecrets) -> None:
        self._settings = settings
        self._token = secrets.auth_token
        base = settings.base_url.rstrip("/") or _ADDRESS
        self._account = f"{base}/v1/Account/{quote(settings.auth_id)}"
        self._url = f"{self._account}/Message/"
        self._login = base64.b64encode(f"{settings.auth_id}:{secrets.auth_token}".encode()).decode()
        self._headers = (
            ("Authorization", f"Basic {self._login}"),
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
        )

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:
        """Return requests: what is alike travels together, each number once a request."""
        open_ones: dict[_Alike, dict[str, Outgoing]] = {}
        full: list[tuple[_Alike, dict[str, Outgoing]]] = []
        for message in batch:
            alike = self._alike(message, context.now)
            numbers = open_ones.setdefault(alike, {})
            # A sender's own number would have the whole request refused: it travels alone.
            is_its_own = message.number == alike.source
            if is_its_own or message.number in numbers or len(numbers) == self._settings.most_numbers:
                full.append((alike, numbers))
                numbers = open_ones[alike] = {}
            numbers[message.number] = message
            if is_its_own:
                full.append((alike, open_ones.pop(alike)))
        full += open_ones.items()
        return [
            Shipment(self._request(alike, numbers, context), tuple(numbers.values()))
            for alike, numbers in full
            if numbers
        ]

    def read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        """Return what became of each message: ids stand in the order of the numbers that are valid."""
        body = read_object(answer.body)
        said = word(body.get("error")) or word(body.get("message"))
        ids = [word(one) for one in as_list(body.get("message_uuid"))]
        invalid = {digits(one) for one in as_list(body.get("invalid_number"))}
        if ids or (invalid and 200 <= answer.status < 300):
            return _told_one_by_one(shipment, ids, invalid)
        if 400 <= answer.status < 500 and _NO_CREDIT in said.lower():
            return one_each(shipment, failed(Trouble.ACCOUNT, "900", f"{ERRORS['900'][1]}: {said}"))
        if answer.status == 403 and _NOT_THERE in said.lower():
            return one_each(shipment, failed(Trouble.CONFIG, "450", f"{ERRORS['450'][1]}: {said}"))
        return by_status(shipment, answer, said=said)

    def hear(self, request: CallbackRequest, *, now: datetime) -> Callback:  # noqa: ARG002 - Plivo's calls are not dated
        """Return the receipt or the text that a call brings. Raises CallbackRefused."""
        nonce = plivo_signature.check(request, self._token)
        told = parameters(request)
        if told.get("Status"):
            items = _receipt(told)
        elif "Text" in told or "Media0" in told:
            items = _incoming(told)
        else:
            raise unreadable("It is neither a receipt nor a text.")
        # The nonce is all that makes a call of version 2 a fresh one: what it says is not under the signature.
        return Callback(items, once=(nonce,), content_type="application/xml", body=_NOTHING_TO_SAY)

    def numbers(self) -> PlivoNumbers:
        """Return where the account rents numbers."""
        return PlivoNumbers(self._account, self._headers)

    def secrets(self) -> Sequence[str]:
        """Return the token, and the login that is made of it."""
        return [self._token, self._login]

    def _alike(self, message: Outgoing, now: datetime) -> _Alike:
        settings = self._settings
        validity = seconds_left(message, now, least=_SHORTEST_VALIDITY, most=_LONGEST_VALIDITY)
        if validity is not None and validity > _STEP:
            validity -= validity % _STEP
        return _Alike(
            digits(message.source),
            message.text,
            message.media_url,
            validity,
            template_of(message) or given(message, "dlt_template_id"),
            given(message, "dlt_entity_id") or settings.dlt_entity_id,
            given(message, "dlt_template_category") or settings.dlt_template_category,
            calling_code(message.number),
        )

    def _request(self, alike: _Alike, numbers: dict[str, Outgoing], context: Context) -> HttpRequest:
        settings = self._settings
        content = {
            "src": "" if settings.powerpack_uuid else alike.source,
            "powerpack_uuid": settings.powerpack_uuid,
            "dst": "<".join(numbers),
            "text": alike.text,
            "type": "mms" if alike.media_url else "sms",
            "media_urls": [alike.media_url] if alike.media_url else None,
            "url": context.callback_url,
            "method": "POST" if context.callback_url else "",
            "log": settings.log,
            "message_expiry": alike.validity,
            "dlt_entity_id": alike.entity,
            "dlt_template_id": alike.template,
            "dlt_template_category": alike.category,
        }
        return HttpRequest("POST", self._url, self._headers, msgspec.json.encode(drop_empty(content)))


def _told_one_by_one(shipment: Shipment, ids: list[str], invalid: set[str]) -> Reading:
    """Return a result for each message, where ids stand for the valid numbers alone."""
    valid = [message for message in shipment.messages if message.number not in invalid]
    refused = failed(Trouble.RECIPIENT, "50", ERRORS["50"][1])
    if len(ids) != len(valid) or not all(ids):
        puzzling = lost("", f"it named {len(ids)} ids for {len(valid)} numbers, so nobody can tell which is whose")
        return Reading([[refused if one.number in invalid else puzzling] for one in shipment.messages])
    names = iter(ids)
    results: list[list[PartResult]] = [
        [refused if one.number in invalid else taken(next(names))] for one in shipment.messages
    ]
    return Reading(results)


def _receipt(told: dict[str, str]) -> list[Told]:
    uuid, status = word(told.get("MessageUUID")), word(told.get("Status")).lower()
    if not uuid:
        raise unreadable("It names no message.")
    code = word(told.get("ErrorCode")).lstrip("0")  # "000" is none
    source, number = digits(told.get("From")), digits(told.get("To"))
    outcome = Outcome.EXPIRED if code == _VALIDITY_RAN_OUT else _OUTCOMES.get(status, Outcome.ON_ITS_WAY)
    trouble, meaning = ERRORS.get(code, (None, ""))
    if outcome in (Outcome.DELIVERED, Outcome.ON_ITS_WAY):
        trouble = None
    words = " ".join(part for part in (status, code, f"({meaning})" if meaning else "") if part)
    receipt = Receipt(uuid, outcome, code, source, number, "", words, trouble)
    return [receipt, OptOut(number, source)] if trouble is Trouble.OPTED_OUT and number else [receipt]


def _incoming(told: dict[str, str]) -> list[Told]:
    source, to = digits(told.get("From")), digits(told.get("To"))
    if not source or not to:
        raise unreadable("It names no sender, or no number of ours.")
    media = tuple(url for place in range(10) if (url := word(told.get(f"Media{place}"))))
    return [Incoming(source, to, text(told.get("Text")), provider_id=word(told.get("MessageUUID")), media_urls=media)]


KIND = Kind(
    name="plivo",
    title="Plivo",
    blurb="Numbers and names nearly everywhere, up to 1,000 recipients a request; pictures in the US and Canada.",
    settings=PlivoSettings,
    secrets=PlivoSecrets,
    build=Plivo,
    console=(
        "Copy Auth ID and Auth Token from the overview page of the Plivo console into this form.",
        "Receipts need nothing more: each message brings their address along, {callback_url}",
        "For texts from phones: Messaging, Applications, Add new application; Message URL, POST, {callback_url}",
        "Then Phone Numbers, Your numbers, your number: choose that application.",
        "Allow the countries you send to: Messaging, Geo permissions.",
        "Register each number you send from as a sender here, as +14155550100, or names as your contract has them.",
    ),
    help_url="https://www.plivo.com/docs/messaging/api/message",
    number_form=NumberForm.DIGITS,
    senders="numbers and short codes of the account; names of up to 11 letters and digits where countries allow them",
    most_at_once=_MOST,
    carries_media=True,
    errors=ERRORS,
    home=_ADDRESS,
    numbers=lambda settings, secrets: Plivo(settings, secrets).numbers(),
)
