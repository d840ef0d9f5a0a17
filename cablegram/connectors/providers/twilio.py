"""Twilio: Programmable Messaging, API of 2010-04-01 (https://www.twilio.com/docs/messaging/api). Pure.

One message a request. Twilio repeats receipts and texts when it gets no answer; its id tells them apart.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Meta

from cablegram.connectors.contract import Incoming, Outcome, Outgoing, Receipt, Trouble
from cablegram.connectors.providers import twilio_signature
from cablegram.connectors.providers.contract import (
    Callback,
    CallbackRequest,
    Click,
    Context,
    HttpAnswer,
    HttpRequest,
    OptOut,
    Reading,
    Shipment,
    Told,
)
from cablegram.connectors.providers.fields import (
    as_object,
    digits,
    moment,
    parameters,
    plus,
    read_object,
    seconds_left,
    template_of,
    text,
    unreadable,
    whole,
    word,
)
from cablegram.connectors.providers.kinds import HttpSettings, Kind, NumberForm
from cablegram.connectors.providers.twilio_errors import ERRORS
from cablegram.connectors.providers.twilio_names import TwilioNames, home_of
from cablegram.connectors.providers.twilio_numbers import TwilioNumbers
from cablegram.connectors.providers.verdicts import by_status, explain, one_each, retry_after, taken
from cablegram.kit.errors import Fault, InvalidInput

_ADDRESS: Final = "https://api.twilio.com"
_LONGEST_VALIDITY: Final = 36_000
_DEAD: Final = frozenset({"failed", "undelivered", "canceled"})
_OUTCOMES: Final = {
    "accepted": Outcome.ON_ITS_WAY,
    "scheduled": Outcome.ON_ITS_WAY,
    "queued": Outcome.ON_ITS_WAY,
    "sending": Outcome.ON_ITS_WAY,
    "sent": Outcome.ON_ITS_WAY,
    "delivered": Outcome.DELIVERED,
    "partially_delivered": Outcome.DELIVERED,
    "read": Outcome.DELIVERED,
    "undelivered": Outcome.UNDELIVERED,
    "failed": Outcome.UNDELIVERED,
    "canceled": Outcome.UNDELIVERED,
}
_PREVIEWED: Final = "preview"
_OPENED: Final = frozenset({"click", _PREVIEWED})
_VALIDITY_RAN_OUT: Final = "30036"
_NOTHING_TO_SAY: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


class TwilioSettings(HttpSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a connector to Twilio is told."""

    account_sid: Annotated[
        str,
        Meta(
            pattern=r"^AC[0-9a-fA-F]{32}\Z",
            title="Account SID",
            description="Stands on the first page of the Twilio console, under Account Info.",
            examples=["AC0123456789abcdef0123456789abcdef"],
        ),
    ]
    api_key_sid: Annotated[
        str,
        Meta(
            pattern=r"^(SK[0-9a-fA-F]{32})?\Z",
            title="API key SID",
            description="To log in with an API key instead of the account's own token, which is needed all the same: "
            "Twilio signs its calls with it.",
            examples=["SK0123456789abcdef0123456789abcdef"],
        ),
    ] = ""
    messaging_service_sid: Annotated[
        str,
        Meta(
            pattern=r"^(MG[0-9a-fA-F]{32})?\Z",
            title="Messaging service SID",
            description="To send through a messaging service, for its 10DLC campaign or its own rules. The sender of "
            "each message must be in the service's pool.",
            examples=["MG0123456789abcdef0123456789abcdef"],
        ),
    ] = ""
    service_chooses_sender: Annotated[
        bool,
        Meta(
            title="The service chooses the sender",
            description="Leave it to the messaging service from which number of its pool a message goes out.",
        ),
    ] = False
    smart_encoded: Annotated[
        bool,
        Meta(
            title="Replace typographic characters",
            description="Let Twilio write plain quotes and dashes for typographic ones, so that a text takes fewer "
            "parts. Prices here are by the text as it was given.",
        ),
    ] = False
    shorten_urls: Annotated[
        bool,
        Meta(
            title="Let Twilio shorten links",
            description="Long links become short ones of the messaging service's own domain, and Twilio tells who "
            "opens them. Leave it off where links are shortened here.",
        ),
    ] = False
    caller_names: Annotated[
        bool,
        Meta(
            title="Look up who writes",
            description="Ask Twilio Lookup for the name of whoever texts one of your numbers that wants names (CNAM). "
            "Twilio knows numbers of the US, and bills each question.",
        ),
    ] = False


class TwilioSecrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is sealed of a connector to Twilio."""

    auth_token: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+\Z",
            title="Auth token",
            description="Stands below the Account SID. Twilio also signs its calls to us with it.",
        ),
    ]
    api_key_secret: Annotated[
        str,
        Meta(
            max_length=200,
            pattern=r"^[\x21-\x7e]*\Z",
            title="API key secret",
            description="Only with an API key: the secret that Twilio showed once, when the key was made.",
        ),
    ] = ""
    webhook_secret: Annotated[
        str,
        Meta(
            max_length=200,
            pattern=r"^[\x21-\x7e]*\Z",
            title="Webhook secret",
            description="Only where Twilio signs its calls with a shared key (HMAC-SHA256) instead of the token.",
        ),
    ] = ""


class Twilio:
    """One Twilio account."""

    def __init__(self, settings: TwilioSettings, secrets: TwilioSecrets) -> None:
        self._settings = settings
        self._secrets = secrets
        base = settings.base_url.rstrip("/") or _ADDRESS
        self._account = f"{base}/2010-04-01/Accounts/{quote(settings.account_sid)}"
        self._url = f"{self._account}/Messages.json"
        user, password = settings.account_sid, secrets.auth_token
        if settings.api_key_sid:
            user, password = settings.api_key_sid, secrets.api_key_secret
        self._login = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = (
            ("Authorization", f"Basic {self._login}"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "application/json"),
        )

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:
        """Return one request a message."""
        return [Shipment(self._request(message, context), (message,)) for message in batch]

    def read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        """Return what became of the message: an id means that Twilio has it, whatever the status."""
        body = read_object(answer.body)
        code, said = word(body.get("code") or body.get("error_code")), word(body.get("message"))
        sid = word(body.get("sid"))
        if sid and word(body.get("status")) in _DEAD:
            return one_each(shipment, explain(ERRORS, code, word(body.get("error_message")), otherwise=Trouble.CONFIG))
        if sid:
            return one_each(shipment, taken(sid))
        if not code or not 400 <= answer.status < 500:
            return by_status(shipment, answer, said=said)
        otherwise = Trouble.ACCOUNT if answer.status in (401, 403) else Trouble.CONFIG
        if answer.status == 429:
            otherwise = Trouble.THROTTLED
        part = explain(ERRORS, code, said, otherwise=otherwise)
        return one_each(shipment, part, wait=retry_after(answer) if part.trouble is Trouble.THROTTLED else None)

    def hear(self, request: CallbackRequest, *, now: datetime) -> Callback:  # noqa: ARG002 - Twilio's calls have no date
        """Return the receipt or the text that a call brings. Raises CallbackRefused."""
        secrets = self._secrets
        twilio_signature.check(request, auth_token=secrets.auth_token, webhook_secret=secrets.webhook_secret)
        given = parameters(request)
        if given.get("event_type") in _OPENED:
            return _answered([_click(given)])
        status = given.get("MessageStatus") or given.get("SmsStatus") or ""
        if status in ("received", "receiving"):
            return _answered(_incoming(given))
        if status:
            return _answered(_receipt(given, status))
        raise unreadable("It is neither a receipt nor a text, nor does it tell of a link that was opened.")

    def numbers(self) -> TwilioNumbers:
        """Return where the account buys numbers."""
        return TwilioNumbers(self._account, self._headers)

    def names(self) -> TwilioNames | None:
        """Return where names are asked for; None where that is not wanted."""
        return TwilioNames(self._settings.base_url, self._headers) if self._settings.caller_names else None

    def secrets(self) -> Sequence[str]:
        """Return the tokens, and the login that is made of them."""
        kept = self._secrets
        return [one for one in (kept.auth_token, kept.api_key_secret, kept.webhook_secret, self._login) if one]

    def _request(self, message: Outgoing, context: Context) -> HttpRequest:
        settings = self._settings
        pairs: list[tuple[str, str]] = [("To", plus(message.number))]
        if context.callback_url:
            pairs.append(("StatusCallback", context.callback_url))
        validity = seconds_left(message, context.now, least=1, most=_LONGEST_VALIDITY)
        if validity is not None:
            pairs.append(("ValidityPeriod", str(validity)))
        if settings.messaging_service_sid:
            pairs.append(("MessagingServiceSid", settings.messaging_service_sid))
        if message.source and not settings.service_chooses_sender:
            pairs.append(("From", plus(message.source)))
        pairs += _content(message)
        if settings.smart_encoded:
            pairs.append(("SmartEncoded", "true"))
        if settings.shorten_urls:
            pairs.append(("ShortenUrls", "true"))
        return HttpRequest("POST", self._url, self._headers, urlencode(pairs).encode())


def _content(message: Outgoing) -> list[tuple[str, str]]:
    """Return what a message says: a content template with its variables, or a text and a picture."""
    template = template_of(message)
    if template:
        variables = as_object((message.values or {}).get("variables"))
        filled = [("ContentVariables", msgspec.json.encode(variables).decode())] if variables else []
        return [("ContentSid", template), *filled]
    body = [("Body", message.text)] if message.text else []
    return [*body, *([("MediaUrl", message.media_url)] if message.media_url else [])]


def _receipt(given: dict[str, str], status: str) -> list[Told]:
    # A state that came after this was written changes nothing, but is on record.
    outcome = _OUTCOMES.get(status, Outcome.ON_ITS_WAY)
    sid = word(given.get("MessageSid") or given.get("SmsSid"))
    if not sid:
        raise unreadable("It names no message.")
    code = word(given.get("ErrorCode"))
    source, number = digits(given.get("From")), digits(given.get("To"))
    trouble, meaning = ERRORS.get(code, (None, ""))
    if code == _VALIDITY_RAN_OUT:
        outcome = Outcome.EXPIRED
    if outcome in (Outcome.DELIVERED, Outcome.ON_ITS_WAY):
        trouble = None
    words = " ".join(part for part in (status, code, f"({meaning})" if meaning else "") if part)
    receipt = Receipt(sid, outcome, code, source, number, "", words, trouble)
    return [receipt, OptOut(number, source)] if trouble is Trouble.OPTED_OUT and number else [receipt]


def _click(given: dict[str, str]) -> Click:
    """Read that somebody, or a program that looks ahead, opened a link that Twilio shortened."""
    sid = word(given.get("sms_sid") or given.get("message_sid"))
    if not sid:
        raise unreadable("It names no message.")
    is_machine = given["event_type"] == _PREVIEWED
    return Click(sid, text(given.get("link")), moment(given.get("click_time")), is_machine=is_machine)


def _incoming(given: dict[str, str]) -> list[Told]:
    source, to = digits(given.get("From")), digits(given.get("To"))
    sid = word(given.get("MessageSid") or given.get("SmsSid"))
    if not source or not to:
        raise unreadable("It names no sender, or no number of ours.")
    pictures = range(min(whole(given.get("NumMedia")) or 0, 10))
    media = tuple(url for place in pictures if (url := word(given.get(f"MediaUrl{place}"))))
    came = Incoming(source, to, text(given.get("Body")), provider_id=sid, media_urls=media)
    return [came, OptOut(source, to)] if given.get("OptOutType", "").upper() == "STOP" else [came]


def _answered(items: list[Told]) -> Callback:
    """Answer in TwiML that says nothing: answers to people go out as messages of their own, counted and paid."""
    return Callback(items, content_type="text/xml", body=_NOTHING_TO_SAY)


def _made(settings: TwilioSettings, secrets: TwilioSecrets) -> Twilio:
    """Make the provider. Raises InvalidInput (`secret_missing`, `missing_field`) where two fields don't fit."""
    if settings.api_key_sid and not secrets.api_key_secret:
        raise _lacking("secrets.api_key_secret", "secret_missing", "An API key has a secret of its own: fill it in.")
    if settings.service_chooses_sender and not settings.messaging_service_sid:
        words = "Only a messaging service can choose the sender: fill in its SID."
        raise _lacking("settings.messaging_service_sid", "missing_field", words)
    if settings.shorten_urls and not settings.messaging_service_sid:
        words = "Only a messaging service can shorten links: fill in its SID."
        raise _lacking("settings.messaging_service_sid", "missing_field", words)
    return Twilio(settings, secrets)


def _addresses(settings: TwilioSettings) -> dict[str, str]:
    """Return where requests go: look-ups have a host of their own."""
    found = {"settings.base_url": settings.base_url}
    return found | {"settings.caller_names": home_of(settings.base_url)} if settings.caller_names else found


def _lacking(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault(field, code, message)])


KIND = Kind(
    name="twilio",
    title="Twilio",
    blurb="Numbers, short codes and names nearly everywhere; pictures in the US and Canada.",
    settings=TwilioSettings,
    secrets=TwilioSecrets,
    build=_made,
    console=(
        "Copy Account SID and Auth Token from the first page of the Twilio console into this form.",
        "Receipts need nothing more: each message brings their address along, {callback_url}",
        "For texts from phones: Phone Numbers, Manage, Active numbers, your number, Messaging configuration.",
        'There set "A message comes in" to Webhook, HTTP POST, {callback_url}',
        "For texts to a messaging service: its page Integration, Send a webhook, the same address.",
        "Register each number you send from as a sender here, as +14155550100, or names as your contract has them.",
        "Where Twilio shortens links: Services, your service, Link shortening, the same address for clicks.",
        "Twilio answers STOP by itself and then refuses messages to that number (21610); both are counted as opt-outs.",
    ),
    help_url="https://www.twilio.com/docs/messaging/api/message-resource",
    number_form=NumberForm.PLUS,
    senders="numbers and short codes of the account; names of up to 11 letters and digits where countries allow them",
    carries_media=True,
    errors=ERRORS,
    home=_ADDRESS,
    numbers=lambda settings, secrets: _made(settings, secrets).numbers(),
    names=lambda settings, secrets: _made(settings, secrets).names(),
    addresses=_addresses,
)
