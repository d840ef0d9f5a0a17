"""Vonage's Messages API, for texts and pictures: JSON, a token of our own making, calls back that carry one of theirs.

We sign with the private key of an application at Vonage (RS256), or send API key and secret. Vonage signs its calls
with the account's signature secret (HS256); a token covers the body by `payload_hash` alone, so that is compared, too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Final

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msgspec import Meta

from cablegram.connectors.contract import Incoming, Outcome, Outgoing, Receipt, Trouble
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
from cablegram.text import gsm0338

_HOME: Final = "https://api.nexmo.com"
_SMS_TTL: Final = (20, 604_800)  # seconds, of texts and of pictures
_MMS_TTL: Final = (300, 259_200)
_TOKEN_LIFE: Final = 900  # seconds
_TOKEN_STEP: Final = 60  # a token serves all requests of a minute: one costs a millisecond of signing
_SKEW: Final = 60  # seconds by which their clock may be ahead of ours


class VonageMessagesSettings(HttpSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a connector to Vonage's Messages API is told."""

    application_id: Annotated[
        str,
        Meta(
            title="Application id",
            max_length=100,
            description="Of an application with the capability Messages; with it goes the private key.",
            examples=["78d335fa-323d-0114-9c3d-d6f0d48968cf"],
        ),
    ] = ""
    api_key: Annotated[
        str,
        Meta(
            title="API key",
            max_length=100,
            description="For use without an application. Where it is given, calls back must be of this account.",
            examples=["abcd1234"],
        ),
    ] = ""
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
    pool_id: Annotated[
        str,
        Meta(title="Number pool", max_length=100, description="Of Vonage, which then chooses the sending number."),
    ] = ""
    entity_id: Annotated[
        str,
        Meta(
            title="DLT entity id",
            max_length=100,
            description="For India: your principal entity's id, if a message brings none of its own as `entity_id`.",
            examples=["1101456324675322134"],
        ),
    ] = ""


class VonageMessagesSecrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What proves who we are, and who calls us."""

    private_key: Annotated[
        str,
        Meta(
            title="Private key",
            max_length=20_000,
            description="The file private.key that Vonage gave when the application was made; all of it.",
            examples=["-----BEGIN PRIVATE KEY-----"],
        ),
    ] = ""
    api_secret: Annotated[
        str, Meta(title="API secret", max_length=200, description="Beside the API key; for use without application.")
    ] = ""
    signature_secret: Annotated[
        str,
        Meta(
            title="Signature secret",
            max_length=200,
            description=(
                "In Vonage's dashboard under API settings. With it every call must be signed; "
                "without it the secret in the callback address is all that protects receipts and texts."
            ),
        ),
    ] = ""


ERRORS: Final[verdicts.Errors] = {
    "unauthorized": (Trouble.ACCOUNT, "application id and private key, or API key and secret, don't fit"),
    "invalid-api-key": (Trouble.ACCOUNT, "there is no such API key"),
    "invalid-signature": (Trouble.ACCOUNT, "the private key does not belong to this application"),
    "jwt-expired": (Trouble.ACCOUNT, "our token is too old: look at this machine's clock"),
    "jwt-revoked": (Trouble.ACCOUNT, "our token was revoked"),
    "forbidden": (Trouble.ACCOUNT, "these credentials may not send messages"),
    "unprovisioned": (Trouble.ACCOUNT, "this account may not use the Messages API"),
    "account-suspended": (Trouble.ACCOUNT, "the account is suspended"),
    "low-balance": (Trouble.ACCOUNT, "the account has no credit left"),
    "invalid-params": (Trouble.CONFIG, "a parameter is not valid"),
    "1000": (Trouble.THROTTLED, "too many messages a second"),
    "1010": (Trouble.CONFIG, "a parameter is missing"),
    "1020": (Trouble.CONFIG, "a parameter is not valid"),
    "1022": (Trouble.CONFIG, "the template or its parameters are not valid"),
    "1030": (Trouble.TEMPORARY, "Vonage had an error of its own"),
    "1040": (Trouble.RECIPIENT, "no network has this number"),
    "1050": (Trouble.RECIPIENT, "this number is barred"),
    "1060": (Trouble.ACCOUNT, "the account is barred"),
    "1070": (Trouble.ACCOUNT, "the account has no credit left"),
    "1080": (Trouble.ACCOUNT, "the account may not send over HTTP"),
    "1090": (Trouble.CONFIG, "the text is too long"),
    "1100": (Trouble.TEMPORARY, "the network could not be reached"),
    "1120": (Trouble.CONFIG, "this sender is not allowed"),
    "1130": (Trouble.CONFIG, "the time it lives is not valid"),
    "1140": (Trouble.CONFIG, "the account may not use this"),
    "1160": (Trouble.CONFIG, "the account is on trial, and this number is not on its list"),
    "1170": (Trouble.RECIPIENT, "this is no number"),
    "1180": (Trouble.TEMPORARY, "the phone was not there"),
    "1190": (Trouble.RECIPIENT, "this number is not in use any more"),
    "1200": (Trouble.TEMPORARY, "the number moved to another network"),
    "1210": (Trouble.CONTENT, "a filter against unwanted texts stopped it"),
    "1220": (Trouble.TEMPORARY, "the phone was busy"),
    "1230": (Trouble.TEMPORARY, "the network had an error"),
    "1240": (Trouble.OPTED_OUT, "its owner opted out of this sender"),
    "1250": (Trouble.CONFIG, "there is no route to this number"),
    "1260": (Trouble.RECIPIENT, "this number can't be reached"),
    "1270": (Trouble.CONTENT, "not for people of this age"),
    "1280": (Trouble.CONTENT, "the carrier blocked it"),
    "1290": (Trouble.TEMPORARY, "the recipient's prepaid credit is used up"),
    "1300": (Trouble.RECIPIENT, "nobody has this number in that network"),
    "1310": (Trouble.CONFIG, "the phone can't receive this kind of message"),
    "1320": (Trouble.CONFIG, "the same message was sent already"),
    "1330": (Trouble.TEMPORARY, "unknown"),
    "1360": (Trouble.TEMPORARY, "its time was over"),
}
"""What stands behind the # of a problem's type, in answers and in receipts."""

_OUTCOMES: Final = {
    "submitted": Outcome.ON_ITS_WAY,
    "delivered": Outcome.DELIVERED,
    "read": Outcome.DELIVERED,
    "rejected": Outcome.UNDELIVERED,
    "undeliverable": Outcome.UNDELIVERED,
}
_TIME_WAS_OVER: Final = "1360"
_KINDS_OF_MEDIA: Final = ("image", "video", "audio", "file", "vcard")


@dataclass(frozen=True, slots=True)
class VonageMessages:
    """Vonage's Messages API with one connector's settings; `key` is the application's private one, if it has one."""

    settings: VonageMessagesSettings
    known: VonageMessagesSecrets
    key: RSAPrivateKey | None = None

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:
        """Return a request for each message: the API takes one at a time."""
        headers = (
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
            ("Authorization", self._authorization(context.now)),
        )
        url = f"{self.settings.base_url.rstrip('/') or _HOME}/v1/messages"
        return [
            Shipment(HttpRequest("POST", url, headers, msgspec.json.encode(self._body(message, context))), (message,))
            for message in batch
        ]

    def read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        """Return what an answer says of its message: an id, or a problem (RFC 9457)."""
        found = fields.read_object(answer.body)
        if provider_id := fields.word(found.get("message_uuid")):
            return verdicts.one_each(shipment, verdicts.taken(provider_id))
        said = fields.word(found.get("detail")) or fields.word(found.get("title"))
        names = [
            fields.word(fields.as_object(one).get("name")) for one in fields.as_list(found.get("invalid_parameters"))
        ]
        code = "1170" if "to" in names else _code(found)
        if code not in ERRORS or not 400 <= answer.status < 500:
            return verdicts.by_status(shipment, answer, said=said)
        said = f"{said} ({', '.join(names)})" if names else said
        part = verdicts.explain(ERRORS, code, said, otherwise=Trouble.CONFIG)
        wait = verdicts.retry_after(answer) if part.trouble is Trouble.THROTTLED else None
        return verdicts.one_each(shipment, part, wait=wait)

    def hear(self, request: CallbackRequest, *, now: datetime) -> Callback:
        """Return the receipt or the text that a call carries. Raises CallbackRefused."""
        once = self._check(request, now) if self.known.signature_secret else ()
        said = fields.read_object(request.body)
        if not fields.word(said.get("message_uuid")):
            raise fields.unreadable("It is no JSON object with a message_uuid.")
        return Callback([_receipt(said) if "status" in said else _incoming(said)], once)

    def secrets(self) -> Sequence[str]:
        """Return all secrets, and the form in which one of them travels."""
        found = [self.known.private_key, self.known.api_secret, self.known.signature_secret]
        if self.known.api_secret:
            found.append(self._basic())
        return [secret for secret in found if secret]

    def _authorization(self, now: datetime) -> str:
        if self.key is None:
            return f"Basic {self._basic()}"
        minute = int(now.timestamp()) // _TOKEN_STEP * _TOKEN_STEP
        return f"Bearer {make_token(self.settings.application_id, self.key, minute)}"

    def _basic(self) -> str:
        return base64.b64encode(f"{self.settings.api_key}:{self.known.api_secret}".encode()).decode()

    def _body(self, message: Outgoing, context: Context) -> dict[str, object]:
        is_mms = message.media_url is not None
        least, most = _MMS_TTL if is_mms else _SMS_TTL
        body: dict[str, object] = {
            "to": message.number,
            "client_ref": message.id.hex,
            "webhook_url": context.callback_url,
            "from": message.source,
            "ttl": fields.seconds_left(message, context.now, least=least, most=most),
        }
        if message.media_url is not None:
            image = fields.drop_empty({"url": message.media_url, "caption": message.text})
            body |= {"channel": "mms", "message_type": "image", "image": image}
        else:
            options = fields.drop_empty(
                {
                    "encoding_type": "" if gsm0338.is_gsm(message.text) else "unicode",
                    "content_id": fields.template_of(message),
                    "entity_id": fields.given(message, "entity_id") or self.settings.entity_id,
                    "pool_id": self.settings.pool_id,
                }
            )
            body |= {"text": message.text, "sms": options or None, "channel": "sms", "message_type": "text"}
        return fields.drop_empty(body)

    def _check(self, request: CallbackRequest, now: datetime) -> tuple[str, ...]:
        """Check the token of a call, its time, its body and whose it is; return its id."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise fields.forged("It carries no token: switch on signed webhooks, or take out the signature secret.")
        claims = _claims(token, self.known.signature_secret)
        told = fields.word(claims.get("payload_hash")).lower()
        if not hmac.compare_digest(hashlib.sha256(request.body).hexdigest().encode(), told.encode()):
            raise fields.forged("Its token belongs to another body.")
        for name, ours in (("api_key", self.settings.api_key), ("application_id", self.settings.application_id)):
            theirs = fields.word(claims.get(name))
            if ours and theirs and ours != theirs:
                raise fields.forged(f"Its token names another {name}.")
        issued = claims.get("iat")
        age = now.timestamp() - issued if isinstance(issued, (int, float)) else self.settings.callback_age + 1
        if not -_SKEW <= age <= self.settings.callback_age:
            raise fields.stale(f"Its token was not made within the last {self.settings.callback_age} seconds.")
        token_id = fields.word(claims.get("jti"))
        return (f"jti {token_id}",) if token_id else ()


@lru_cache(maxsize=64)
def make_token(application_id: str, key: RSAPrivateKey, issued: int) -> str:
    """Return the token of an application, made at `issued` (seconds since 1970) and good for 15 minutes (RFC 7519)."""
    claims: dict[str, Any] = {
        "application_id": application_id,
        "iat": issued,
        "jti": hashlib.sha256(f"{application_id} {issued}".encode()).hexdigest()[:32],
        "exp": issued + _TOKEN_LIFE,
    }
    return jwt.encode(claims, key, algorithm="RS256")


def _claims(token: str, secret: str) -> dict[str, Any]:
    # The layer below PyJWT's own, for that one looks at the clock.
    try:
        return fields.read_object(jwt.PyJWS().decode(token, secret.encode(), algorithms=["HS256"]))
    except jwt.InvalidTokenError:
        raise fields.forged(
            "Its token does not fit the signature secret: compare it with Vonage's dashboard."
        ) from None


def _code(problem: Mapping[str, object]) -> str:
    """Return the code of a problem: it stands behind the # of its type, and sometimes in its title."""
    behind = fields.word(problem.get("type")).rpartition("#")[2]
    return behind if behind in ERRORS else fields.word(problem.get("title"))


def _receipt(said: Mapping[str, object]) -> Receipt:
    status, problem = fields.word(said.get("status")), fields.as_object(said.get("error"))
    code = _code(problem)
    trouble, meaning = ERRORS.get(code, (None, fields.word(problem.get("detail"))))
    outcome = Outcome.EXPIRED if code == _TIME_WAS_OVER else _OUTCOMES.get(status, Outcome.ON_ITS_WAY)
    return Receipt(
        provider_id=fields.word(said.get("message_uuid")),
        outcome=outcome,
        error=code,
        source=fields.digits(said.get("from")),
        number=fields.digits(said.get("to")),
        head="",
        words=f"{status} {code}".strip() + (f": {meaning}" if meaning else ""),
        trouble=trouble if outcome is Outcome.UNDELIVERED else None,
    )


def _incoming(said: Mapping[str, object]) -> Incoming:
    media = [fields.as_object(said.get(kind)) for kind in _KINDS_OF_MEDIA]
    captions = [fields.text(one.get("caption")) for one in media]
    return Incoming(
        source=fields.digits(said.get("from")),
        destination=fields.digits(said.get("to")),
        text=fields.text(said.get("text")) or "\n".join(caption for caption in captions if caption),
        provider_id=fields.word(said.get("message_uuid")),
        media_urls=tuple(url for one in media if (url := fields.word(one.get("url")))),
    )


def build(settings: VonageMessagesSettings, secrets: VonageMessagesSecrets) -> VonageMessages:
    """Make the provider. Raises InvalidInput where it can't log in either way, or the private key is none."""
    if settings.application_id and secrets.private_key:
        return VonageMessages(settings, secrets, _read_key(secrets.private_key))
    if settings.api_key and secrets.api_secret:
        return VonageMessages(settings, secrets)
    message = "Give application id and private key, or API key and API secret: one of the pairs, whole."
    place = "secrets.private_key" if settings.application_id else "secrets.api_secret"
    raise InvalidInput("secret_missing", message, faults=[Fault(place, "secret_missing", message)])


def _read_key(pem: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(pem.strip().encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, RSAPrivateKey):
        return key
    message = "This is no private key of RSA in PEM: paste the whole file private.key, with its first and last line."
    raise InvalidInput("bad_private_key", message, faults=[Fault("secrets.private_key", "bad_private_key", message)])


KIND: Final = Kind(
    name="vonage_messages",
    title="Vonage Messages",
    blurb="Vonage's Messages API: texts, and pictures in the USA, with signed receipts and replies.",
    settings=VonageMessagesSettings,
    secrets=VonageMessagesSecrets,
    build=build,
    console=(
        "Open dashboard.nexmo.com, Applications, and create one; keep the file private.key that it gives you.",
        "Switch on its capability Messages, version v1; enter {callback_url} as inbound URL and as status URL.",
        "Link your numbers to the application, and copy its id and all of private.key into the form.",
        "Under API settings, choose Messages API for SMS, so that replies come to the application.",
        "Copy the signature secret from API settings: Vonage then signs every call, and we refuse others.",
    ),
    help_url="https://developer.vonage.com/en/messages/overview",
    number_form=NumberForm.DIGITS,
    senders="numbers linked to the application; names of up to 11 letters and digits where countries allow them",
    carries_media=True,
    errors=ERRORS,
    home=_HOME,
    numbers=lambda settings, secrets: vonage_numbers.made(settings.base_url, settings.api_key, secrets.api_secret),
)
