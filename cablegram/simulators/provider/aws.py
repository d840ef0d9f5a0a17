"""AWS as it is from outside: End User Messaging SMS version 2, and as much of SNS as hands over its events.

Signatures of requests are checked by botocore. Events are signed with a key of its own, whose certificate stands at
/certificate.pem; to hear them, subscribe an address (Action=Subscribe, as SNS has it) and say yes to what comes there.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from cablegram.simulators.provider.shape import (
    Accepted,
    Answer,
    Asked,
    Asking,
    Call,
    Credentials,
    Door,
    Refusal,
    Report,
    Request,
    Stamp,
    State,
    Text,
    Told,
    answer,
)
from cablegram.text.segments import measure

_KEY_ID: Final = "AKIASIMULATED0000001"
_MADE_UP_SECRET: Final = "simulated-secret-access-key-of-nobody"  # noqa: S105 - of nobody
_REGION: Final = "eu-west-1"
TOPIC: Final = "arn:aws:sns:eu-west-1:000000000000:cablegram"
_TARGETS: Final = ("PinpointSMSVoiceV2.SendTextMessage", "PinpointSMSVoiceV2.SendMediaMessage")
_NUMBER: Final = re.compile(r"\+?[1-9][0-9]{1,18}")
_PLACE: Final = re.compile(r"s3://([a-z0-9.-]{3,63})/(.+)")
_LONGEST: Final = 1600
_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)

_REFUSED: Final[Mapping[Refusal, tuple[int, str, str]]] = {
    Refusal.BAD_NUMBER: (400, "ValidationException", "FIELD_VALIDATION_FAILED"),
    Refusal.OPTED_OUT: (400, "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"),
    Refusal.CONTENT: (400, "ConflictException", "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"),
    Refusal.BAD_SENDER: (400, "ConflictException", "NO_ORIGINATION_IDENTITIES_FOUND"),
    Refusal.BROKEN: (500, "InternalServerException", ""),
    Refusal.UNAVAILABLE: (503, "ServiceUnavailable", ""),
    Refusal.THROTTLED: (400, "ThrottlingException", ""),
    Refusal.NO_CREDIT: (400, "ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
}
_STATES: Final[Mapping[State, str]] = {
    State.SENT: "SENT",
    State.DELIVERED: "DELIVERED",
    State.UNDELIVERED: "UNREACHABLE",
    State.FAILED: "CARRIER_UNREACHABLE",
    State.REJECTED: "CARRIER_BLOCKED",
    State.EXPIRED: "TTL_EXPIRED",
}
_WHY: Final[Mapping[Refusal, str]] = {
    Refusal.BAD_NUMBER: "INVALID",
    Refusal.OPTED_OUT: "BLOCKED",
    Refusal.CONTENT: "SPAM",
    Refusal.BAD_SENDER: "INVALID_MESSAGE",
}


class Aws:
    """One account in one region, with one access key and one topic; `subscribed` is who said yes to hearing of it."""

    name = "aws"
    told_later: frozenset[Refusal] = frozenset()

    def __init__(self, credentials: Credentials) -> None:
        self._key_id = credentials.account or _KEY_ID
        self._secret = credentials.secret or _MADE_UP_SECRET
        self._key = generate_private_key(public_exponent=65537, key_size=2048)
        self._certificate = _certificate(self._key)
        self._origin = ""  # where clients found it last: what is signed names the place of the certificate
        self._asked_to_subscribe: dict[str, str] = {}
        self.subscribed = ""

    def doors(self) -> Sequence[Door]:
        """Return the one door of both services, that for saying yes to a subscription, and the certificate."""
        return [
            Door("POST", "/", self._called),
            Door("GET", "/", self._confirm),
            Door("GET", "/certificate.pem", self._show_certificate),
        ]

    def make_id(self, seed: UUID) -> str:
        """Return a message id."""
        return str(seed)

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:
        """Return an event, in an envelope of SNS."""
        asked = accepted.asked
        status = _WHY.get(report.refusal, "") if report.refusal else ""
        status = status or _STATES[report.state]
        event = {
            "eventType": f"{asked.notes['kind']}_{status}",
            "eventVersion": "1.0",
            "eventTimestamp": int(stamp.at.timestamp() * 1000),
            "isFinal": report.state is not State.SENT,
            "originationPhoneNumber": asked.source,
            "destinationPhoneNumber": f"+{asked.number}",
            "isInternationalSend": False,
            "messageId": accepted.id,
            "messageRequestTimestamp": int(accepted.at.timestamp() * 1000),
            "messageStatus": status,
            "messageStatusDescription": f"The message is {status.lower().replace('_', ' ')}",
            "context": json.loads(asked.notes["context"]),
            "totalMessageParts": measure(asked.text).segments,
            "totalMessagePrice": 0.09582,
        }
        return self._notification(asked.callback_url, event, stamp)

    def inbound(self, text: Text, stamp: Stamp) -> Call:
        """Return what a number with two-way SMS publishes."""
        said = {
            "originationNumber": text.source,
            "destinationNumber": text.to,
            "messageKeyword": "KEYWORD_000000000000",
            "messageBody": text.text,
            "inboundMessageId": str(UUID(text.id)),
            "previousPublishedMessageId": "",
        }
        return self._notification(text.url, said, stamp)

    def subscription(self, endpoint: str, at: datetime) -> Call:
        """Return the call that asks an address whether it wants to hear of the topic."""
        token = f"{len(self._asked_to_subscribe) + 1:064x}"
        self._asked_to_subscribe[token] = endpoint
        query = urlencode({"Action": "ConfirmSubscription", "TopicArn": TOPIC, "Token": token})
        said = {
            "Type": "SubscriptionConfirmation",
            "MessageId": str(UUID(int=len(self._asked_to_subscribe))),
            "Token": token,
            "TopicArn": TOPIC,
            "Message": f"You have chosen to subscribe to the topic {TOPIC}.",
            "SubscribeURL": f"{self._origin}/?{query}",
        }
        return self._enveloped(endpoint, said, at, is_forged=False)

    def welcome(self) -> Mapping[str, str]:
        """Return what to fill in at the client."""
        return {
            "region": _REGION,
            "access_key_id": self._key_id,
            "secret_access_key": self._secret,
            "topics": TOPIC,
        }

    def _called(self, request: Request) -> Asking | Answer:
        self._find_origin(request)
        refused = self._refusal_of(request)
        if refused is not None:
            return refused
        target = request.headers.get("x-amz-target", "")
        if not target:
            return self._subscribe(dict(request.form()))
        if target not in _TARGETS:
            return _error(400, "UnknownOperationException", "", "There is no such operation.")
        try:
            given = cast("dict[str, Any]", dict(json.loads(request.body)))
        except (ValueError, TypeError):
            return _error(400, "SerializationException", "", "The body is no JSON object.")
        kind = "TEXT" if target == _TARGETS[0] else "MEDIA"
        field = _fault(given, kind)
        if field:
            return _error(400, "ValidationException", "FIELD_VALIDATION_FAILED", "Invalid.", field)
        asked = Asked(
            given["DestinationPhoneNumber"].removeprefix("+"),
            given.get("OriginationIdentity", ""),
            given.get("MessageBody", ""),
            self.subscribed,
            notes={"kind": kind, "context": json.dumps(given.get("Context", {}))},
        )
        return Asking([asked], _told, _refused)

    def _refusal_of(self, request: Request) -> Answer | None:
        """Check who asks, as AWS does: by a signature over the whole request."""
        found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
        if found is None:
            return _error(403, "MissingAuthenticationTokenException", "", "Missing Authentication Token")
        key_id, day, region, service, names, signature = found.groups()
        if key_id != self._key_id:
            return _error(403, "UnrecognizedClientException", "", "The security token included is invalid.")
        headers = {name: request.headers.get(name, "") for name in names.split(";")}
        asked: Any = AWSRequest(method=request.method, url=request.url, headers=headers, data=request.body)
        asked.context["timestamp"] = request.headers.get("x-amz-date", day)
        signer: Any = SigV4Auth(ReadOnlyCredentials(key_id, self._secret, ""), service, region)
        wanted = signer.signature(signer.string_to_sign(asked, signer.canonical_request(asked)), asked)
        if hmac.compare_digest(wanted, signature):
            return None
        return _error(403, "InvalidSignatureException", "", "The request signature we calculated does not match.")

    def _subscribe(self, form: Mapping[str, str]) -> Answer:
        """Note who wants to hear of events, and ask there whether that is so."""
        if form.get("Action") != "Subscribe" or form.get("TopicArn") != TOPIC:
            return Answer(404, _xml("Error", "<Code>NotFound</Code><Message>No such topic.</Message>"), "text/xml")
        asked = self.subscription(form.get("Endpoint", ""), datetime.now(UTC))
        found = "<SubscriptionArn>pending confirmation</SubscriptionArn>"
        return Answer(200, _xml("Subscribe", found), "text/xml", calls=(asked,))

    def _confirm(self, request: Request) -> Answer:
        self._find_origin(request)
        endpoint = self._asked_to_subscribe.get(dict(request.query()).get("Token", ""))
        if endpoint is None:
            return Answer(400, _xml("Error", "<Code>InvalidParameter</Code>"), "text/xml")
        self.subscribed = endpoint
        return Answer(200, _xml("ConfirmSubscription", f"<SubscriptionArn>{TOPIC}:1</SubscriptionArn>"), "text/xml")

    def _show_certificate(self, request: Request) -> Answer:
        self._find_origin(request)
        return Answer(200, self._certificate, "application/x-pem-file")

    def _find_origin(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self._origin = f"{parts.scheme}://{parts.netloc}"

    def _notification(self, url: str, message: Mapping[str, Any], stamp: Stamp) -> Call:
        said = {
            "Type": "Notification",
            "MessageId": str(UUID(int=int(stamp.nonce))),
            "TopicArn": TOPIC,
            "Message": json.dumps(message, ensure_ascii=False),
        }
        return self._enveloped(url, said, stamp.at, is_forged=stamp.is_forged)

    def _enveloped(self, url: str, said: Mapping[str, str], at: datetime, *, is_forged: bool) -> Call:
        signed = {**said, "Timestamp": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"}
        lines = "".join(f"{name}\n{signed[name]}\n" for name in sorted(signed))
        signature = self._key.sign(f"{lines}forged".encode() if is_forged else lines.encode(), PKCS1v15(), SHA256())
        whole = {
            **signed,
            "SignatureVersion": "2",
            "Signature": base64.b64encode(signature).decode(),
            "SigningCertURL": f"{self._origin}/certificate.pem",
        }
        headers = (
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("x-amz-sns-message-type", said["Type"]),
            ("x-amz-sns-topic-arn", TOPIC),
        )
        return Call("POST", url, headers, json.dumps(whole, ensure_ascii=False).encode())


def _certificate(key: RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.simulated")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1)
    valid = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
    return valid.sign(key, SHA256()).public_bytes(Encoding.PEM)


def _fault(given: Mapping[str, Any], kind: str) -> str:
    """Return the first field that is wrong, by the rules of the service's own model."""
    text, media = given.get("MessageBody", ""), given.get("MediaUrls", [])
    ttl = given.get("TimeToLive", 5)
    rules = {
        "DestinationPhoneNumber": bool(_NUMBER.fullmatch(str(given.get("DestinationPhoneNumber", "")))),
        "MessageBody": len(text) <= _LONGEST and (bool(text.strip()) or (kind == "MEDIA" and not text)),
        "MediaUrls": kind == "TEXT" or (len(media) == 1 and bool(_PLACE.fullmatch(str(media[0])))),
        "OriginationIdentity": kind == "TEXT" or bool(given.get("OriginationIdentity")),
        "TimeToLive": isinstance(ttl, int) and 5 <= ttl <= 259_200,
    }
    return next((name for name, is_kept in rules.items() if not is_kept), "")


def _told(told: Sequence[Told]) -> Answer:
    (one,) = told
    return _amz(200, {"MessageId": one.ids[0]}) if one.ids else _refused(one.refusal or Refusal.BAD_NUMBER)


def _refused(refusal: Refusal) -> Answer:
    status, kind, reason = _REFUSED[refusal]
    field = "DestinationPhoneNumber" if refusal is Refusal.BAD_NUMBER else ""
    return _error(status, kind, reason, f"{kind}.", field)


def _error(status: int, kind: str, reason: str, message: str, field: str = "") -> Answer:
    said: dict[str, Any] = {"__type": kind, "Message": message, "message": message}
    if reason:
        said["Reason"] = reason
    if field:
        said["Fields"] = [{"Name": field, "Message": message}]
    return _amz(status, said)


def _amz(status: int, said: Mapping[str, Any]) -> Answer:
    return Answer(status, answer(status, said).body, "application/x-amz-json-1.0")


def _xml(name: str, inner: str) -> bytes:
    space = "http://sns.amazonaws.com/doc/2010-03-31/"
    whole = f'<{name}Response xmlns="{space}"><{name}Result>{inner}</{name}Result>'
    return f"{whole}<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{name}Response>".encode()
