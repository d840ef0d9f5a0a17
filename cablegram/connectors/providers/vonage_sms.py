"""Vonage's SMS API (once Nexmo's): a form for each message, an id for each of its parts, signed calls back.

An answer of 200 says nothing by itself: each part has its own `status`, "0" where it was taken, and some parts of a
text may be taken and others not. Receipts and texts come as form, query or JSON, as the account is set; signed by an
HMAC over all their parameters where the account has a signature secret.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from cablegram.connectors.contract import Fragment, Incoming, Outcome, Outgoing, PartResult, Receipt, Trouble
from cablegram.connectors.providers import fields, verdicts, vonage_numbers
from cablegram.connectors.providers.contract import (
    Callback,
    CallbackRequest,
    Context,
    HttpAnswer,
    HttpRequest,
    Reading,
    Shipment,
)
from cablegram.connectors.providers.kinds import HttpSettings, Kind, NumberForm
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.text import concat, encoding, gsm0338

_HOME: Final = "https://rest.nexmo.com"
_LONGEST_CALLBACK: Final = 100  # the most it takes in `callback`
_SHORTEST_TTL, _LONGEST_TTL = 20, 604_800  # seconds; it wants milliseconds
_SKEW: Final = 300  # seconds by which their clock may be ahead of ours
_GSM7, _OCTETS, _UTF16 = 0, 4, 8  # data_coding of SMPP 3.4, section 5.2.19
_LARGEST_REFERENCE: Final = 0xFFFF  # of 3GPP TS 23.040, section 9.2.3.24.8

Method = Literal["md5", "sha1", "sha256", "sha512"]


class VonageSmsSettings(HttpSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a connector to Vonage's SMS API is told."""

    api_key: Annotated[
        str,
        Meta(
            title="API key",
            min_length=1,
            max_length=100,
            description="On the first page of Vonage's dashboard.",
            examples=["abcd1234"],
        ),
    ]
    signature_method: Annotated[
        Method,
        Meta(title="Signature method", description="As chosen in Vonage's dashboard under API settings, an HMAC one."),
    ] = "sha256"
    callback_age: Annotated[
        int,
        Meta(
            title="Age of signed calls",
            ge=10,
            le=90_000,
            description=(
                "Seconds after which a signed call is too old. Vonage repeats calls for a day, "
                "and what was told once does not count again."
            ),
        ),
    ] = 90_000
    entity_id: Annotated[
        str,
        Meta(
            title="DLT entity id",
            max_length=100,
            description="For India: your principal entity's id, if a message brings none of its own as `entity_id`.",
            examples=["1101456324675322134"],
        ),
    ] = ""
    account_ref: Annotated[
        str,
        Meta(title="Account reference", max_length=100, description="For Vonage's invoice, where that was agreed on."),
    ] = ""


class VonageSmsSecrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What proves who we are, and who calls us."""

    api_secret: Annotated[
        str,
        Meta(
            title="API secret",
            max_length=200,
            description="Beside the API key. May be left out where the signature secret signs what we send, too.",
        ),
    ] = ""
    signature_secret: Annotated[
        str,
        Meta(
            title="Signature secret",
            max_length=200,
            description=(
                "Under API settings. With it every receipt and text must be signed; "
                "without it the secret in the callback address is all that protects them."
            ),
        ),
    ] = ""


ERRORS: Final[verdicts.Errors] = {
    "1": (Trouble.THROTTLED, "too many messages a second"),
    "2": (Trouble.CONFIG, "a parameter is missing"),
    "3": (Trouble.CONFIG, "a parameter is not valid"),
    "4": (Trouble.ACCOUNT, "API key or secret is wrong"),
    "5": (Trouble.TEMPORARY, "Vonage had an error of its own"),
    "6": (Trouble.RECIPIENT, "no network has this number"),
    "7": (Trouble.RECIPIENT, "this number is barred"),
    "8": (Trouble.ACCOUNT, "the account is barred"),
    "9": (Trouble.ACCOUNT, "the account has no credit left"),
    "10": (Trouble.THROTTLED, "too many connections at once"),
    "11": (Trouble.ACCOUNT, "the account may not send over HTTP"),
    "12": (Trouble.CONFIG, "the text is too long"),
    "13": (Trouble.TEMPORARY, "the network could not be reached"),
    "14": (Trouble.ACCOUNT, "the signature is wrong: look at signature secret and method"),
    "15": (Trouble.CONFIG, "this sender is not allowed"),
    "16": (Trouble.CONFIG, "the time it lives is not valid"),
    "19": (Trouble.CONFIG, "the account may not use this"),
    "20": (Trouble.CONFIG, "the message class is not valid"),
    "22": (Trouble.CONFIG, "the network code is not valid"),
    "23": (Trouble.CONFIG, "the callback address is not valid"),
    "29": (Trouble.CONFIG, "the account is on trial, and this number is not on its list"),
    "32": (Trouble.ACCOUNT, "the account takes signed requests alone: leave out the API secret"),
    "33": (Trouble.RECIPIENT, "this number is not in use any more"),
    "34": (Trouble.RECIPIENT, "this is no number"),
    "101": (Trouble.OPTED_OUT, "its owner opted out of this sender"),
    "err 1": (Trouble.TEMPORARY, "unknown"),
    "err 2": (Trouble.TEMPORARY, "the phone was not there"),
    "err 3": (Trouble.RECIPIENT, "this number is not in use any more"),
    "err 4": (Trouble.RECIPIENT, "its owner has texts barred"),
    "err 5": (Trouble.TEMPORARY, "the number moved to another network"),
    "err 6": (Trouble.CONTENT, "a filter against unwanted texts stopped it"),
    "err 7": (Trouble.TEMPORARY, "the phone was busy"),
    "err 8": (Trouble.TEMPORARY, "the network had an error"),
    "err 9": (Trouble.OPTED_OUT, "its owner opted out of this sender"),
    "err 10": (Trouble.CONFIG, "the network did not like the message"),
    "err 11": (Trouble.CONFIG, "there is no route to this number"),
    "err 12": (Trouble.RECIPIENT, "this number can't be reached"),
    "err 13": (Trouble.CONTENT, "not for people of this age"),
    "err 14": (Trouble.CONTENT, "the carrier blocked it"),
    "err 15": (Trouble.TEMPORARY, "the recipient's prepaid credit is used up"),
    "err 16": (Trouble.THROTTLED, "a gateway was over its limit"),
    "err 50": (Trouble.CONTENT, "the entity id does not fit the registration"),
    "err 51": (Trouble.CONTENT, "the sender does not fit the registration"),
    "err 52": (Trouble.CONTENT, "the text does not fit the registered template"),
    "err 53": (Trouble.CONTENT, "the recipient gave no consent, says the register"),
    "err 54": (Trouble.CONTENT, "a regulation forbids it"),
    "err 99": (Trouble.TEMPORARY, "something without a name"),
}
"""Codes of answers, and behind "err" those of receipts. Of both 9s Vonage says what they mean: no credit, and STOP."""

_OUTCOMES: Final = {
    "accepted": Outcome.ON_ITS_WAY,
    "buffered": Outcome.ON_ITS_WAY,
    "delivered": Outcome.DELIVERED,
    "expired": Outcome.EXPIRED,
    "failed": Outcome.UNDELIVERED,
    "rejected": Outcome.UNDELIVERED,
    "unknown": Outcome.ON_ITS_WAY,
}
_BAD: Final = frozenset({"failed", "rejected"})
_MILLISECONDS: Final = re.compile(r"wait \[ *([0-9]{1,7}) *\]")


def sign(parameters: Mapping[str, str], secret: str, method: Method) -> str:
    """Return the signature of parameters, without `sig` itself: an HMAC over `&name=value` of each, by name.

    In values `&` and `=` count as `_`, so that nobody can move a border.
    """
    message = "".join(
        f"&{name}={value.replace('&', '_').replace('=', '_')}"
        for name, value in sorted(parameters.items())
        if name != "sig"
    )
    return hmac.new(secret.encode(), message.encode(), method).hexdigest()


@dataclass(frozen=True, slots=True)
class VonageSms:
    """Vonage's SMS API with one connector's settings."""

    settings: VonageSmsSettings
    known: VonageSmsSecrets

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:
        """Return a request for each message: the API takes one at a time."""
        return [Shipment(self._request(message, context), (message,)) for message in batch]

    def read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        """Return what an answer says of each part of its message."""
        entries = [fields.as_object(one) for one in fields.as_list(fields.read_object(answer.body).get("messages"))]
        parts = [_part(entry) for entry in entries if fields.word(entry.get("status"))]
        if not parts:
            return verdicts.by_status(shipment, answer)
        trouble = next((part.words for part in parts if part.trouble is Trouble.ACCOUNT), "")
        waits = [_wait(part) for part in parts if part.trouble is Trouble.THROTTLED]
        return Reading([parts], trouble, max(waits) if waits else None)

    def hear(self, request: CallbackRequest, *, now: datetime) -> Callback:
        """Return the receipt or the text that a call carries. Raises CallbackRefused."""
        said = fields.parameters(request)
        once = self._check(said, now) if self.known.signature_secret else ()
        if not fields.word(said.get("messageId")):
            raise fields.unreadable("It has no messageId.")
        return Callback([_receipt(said) if "status" in said else _incoming(said)], once)

    def secrets(self) -> Sequence[str]:
        """Return both secrets, and the form in which one of them travels."""
        found = [self.known.api_secret, self.known.signature_secret]
        if self.known.api_secret:
            found.append(self._basic())
        return [secret for secret in found if secret]

    def _request(self, message: Outgoing, context: Context) -> HttpRequest:
        form = self._form(message, context)
        headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
        if self.known.api_secret:
            headers.append(("Authorization", f"Basic {self._basic()}"))
        else:
            form |= {"api_key": self.settings.api_key, "timestamp": str(int(context.now.timestamp()))}
            form["sig"] = sign(form, self.known.signature_secret, self.settings.signature_method)
        base = self.settings.base_url.rstrip("/") or _HOME
        return HttpRequest("POST", f"{base}/sms/json", tuple(headers), urlencode(form).encode())

    def _form(self, message: Outgoing, context: Context) -> dict[str, str]:
        seconds = fields.seconds_left(message, context.now, least=_SHORTEST_TTL, most=_LONGEST_TTL)
        callback = context.callback_url if len(context.callback_url) <= _LONGEST_CALLBACK else ""
        form = {
            "to": message.number,
            "from": message.source,
            "text": message.text,
            "type": "" if gsm0338.is_gsm(message.text) else "unicode",
            "ttl": "" if seconds is None else str(seconds * 1000),
            "client-ref": message.id.hex,
            "status-report-req": "True",
            "callback": callback,
            "entity-id": fields.given(message, "entity_id") or self.settings.entity_id,
            "content-id": fields.template_of(message),
            "account-ref": self.settings.account_ref,
        }
        return {name: value for name, value in form.items() if value}

    def _basic(self) -> str:
        return base64.b64encode(f"{self.settings.api_key}:{self.known.api_secret}".encode()).decode()

    def _check(self, said: Mapping[str, str], now: datetime) -> tuple[str, ...]:
        """Check signature and time of a call; return its nonce."""
        if any("&" in name or "=" in name for name in said):
            raise fields.forged("The name of a parameter has a sign by which others could hide in it.")
        wanted = sign(said, self.known.signature_secret, self.settings.signature_method)
        if not hmac.compare_digest(wanted.encode(), said.get("sig", "").lower().encode()):
            raise fields.forged("Its `sig` does not fit: compare signature secret and method with Vonage's dashboard.")
        moment = fields.whole(said.get("timestamp"))
        if moment is None or not -_SKEW <= now.timestamp() - moment <= self.settings.callback_age:
            raise fields.stale(f"Its timestamp is not of the last {self.settings.callback_age} seconds.")
        nonce = fields.word(said.get("nonce"))
        return (f"nonce {nonce}",) if nonce else ()


def _part(entry: Mapping[str, object]) -> PartResult:
    status, provider_id = fields.word(entry.get("status")), fields.word(entry.get("message-id"))
    if status == "0":
        return verdicts.taken(provider_id) if provider_id else verdicts.lost("0", "it was taken, but got no id")
    said = fields.word(entry.get("error-text"))
    # 3 is "Invalid from param" and the like: that of `to` alone is about the number.
    return verdicts.explain(
        ERRORS, "34" if status == "3" and " to " in said else status, said, otherwise=Trouble.CONFIG
    )


def _wait(part: PartResult) -> float:
    """Return the seconds it wants us to wait: it says so in milliseconds amid its words."""
    found = _MILLISECONDS.search(part.words)
    return int(found[1]) / 1000 if found else 0.0


def _receipt(said: Mapping[str, str]) -> Receipt:
    status, code = fields.word(said.get("status")), fields.word(said.get("err-code"))
    error = "" if code.strip("0") == "" else code
    trouble, meaning = ERRORS.get(f"err {error}", (None, "")) if error else (None, "")
    return Receipt(
        provider_id=fields.word(said.get("messageId")),
        outcome=_OUTCOMES.get(status, Outcome.ON_ITS_WAY),
        error=error,
        source=fields.digits(said.get("to")),
        number=fields.digits(said.get("msisdn")),
        head="",
        words=f"{status} {error}".strip() + (f": {meaning}" if meaning else ""),
        trouble=trouble if status in _BAD else None,
    )


def _incoming(said: Mapping[str, str]) -> Incoming:
    octets, header, coding = _user_data(said)
    part = _told_part(said) or header
    return Incoming(
        source=fields.digits(said.get("msisdn")),
        destination=fields.digits(said.get("to")),
        text=fields.text(concat.read_text(octets, data_coding=coding)),
        fragment=Fragment(part.reference, part.total, part.sequence, octets, coding) if part else None,
        provider_id=fields.word(said.get("messageId")),
    )


def _user_data(said: Mapping[str, str]) -> tuple[bytes, concat.Concat | None, int]:
    """Return what the phone wrote, as octets with their coding, and what a header of the network says of parts."""
    if said.get("type") != "binary":
        text = said.get("text", "")
        # As it was on the air, where a part has its place in 140 octets: that is how long a part may be (R166).
        return (gsm0338.encode(text), None, _GSM7) if gsm0338.is_gsm(text) else (encoding.utf16(text), None, _UTF16)
    try:
        header = concat.read_header(bytes.fromhex(said.get("udh", "")))
        return bytes.fromhex(said.get("data", "")), header if header and header.total > 1 else None, _OCTETS
    except ValueError:
        raise fields.unreadable("Its data are not hexadecimal.") from None


def _told_part(said: Mapping[str, str]) -> concat.Concat | None:
    reference, total, sequence = (fields.whole(said.get(f"concat-{name}")) for name in ("ref", "total", "part"))
    if reference is None or total is None or sequence is None or reference > _LARGEST_REFERENCE:
        return None
    fits = total > 1 and 1 <= sequence <= total <= concat.MOST_PARTS
    return concat.Concat(reference, total, sequence) if fits else None


def build(settings: VonageSmsSettings, secrets: VonageSmsSecrets) -> VonageSms:
    """Make the provider. Raises InvalidInput (`secret_missing`) where neither secret is given."""
    if not secrets.api_secret and not secrets.signature_secret:
        message = "Give the API secret, or the signature secret where your account wants signed requests."
        raise InvalidInput("secret_missing", message, faults=[Fault("secrets.api_secret", "secret_missing", message)])
    return VonageSms(settings, secrets)


KIND: Final = Kind(
    name="vonage_sms",
    title="Vonage SMS",
    blurb="Vonage's SMS API (once Nexmo's): texts to nearly every country, receipts and replies.",
    settings=VonageSmsSettings,
    secrets=VonageSmsSecrets,
    build=build,
    console=(
        "Open dashboard.nexmo.com. API key and API secret stand on its first page: copy them into the form.",
        "Under API settings, SMS settings, choose SMS API, and POST or POST-JSON as the HTTP method of webhooks.",
        "There, enter {callback_url} as delivery receipts webhook.",
        "Enter {callback_url} as inbound SMS webhook, too; numbers with a webhook of their own need it there.",
        "Ask Vonage's support to sign webhooks, choose SHA-256 HMAC as signature method, copy the signature secret.",
    ),
    help_url="https://developer.vonage.com/en/messaging/sms/overview",
    number_form=NumberForm.DIGITS,
    senders="numbers rented from Vonage; names of up to 11 letters and digits where countries allow them",
    errors=ERRORS,
    home=_HOME,
    numbers=lambda settings, secrets: vonage_numbers.made(settings.base_url, settings.api_key, secrets.api_secret),
)
