"""What Amazon SNS posts to an address: an envelope in JSON, signed by a key whose certificate AWS publishes. Pure.

Where the certificate stands is said in the envelope itself, so its address is judged before anybody goes there: it must
be AWS's own. The same goes for the address whose call says yes to a subscription.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import load_pem_x509_certificate

from cablegram.connectors.providers import fields

NOTIFICATION: Final = "Notification"
SUBSCRIPTION: Final = "SubscriptionConfirmation"
UNSUBSCRIPTION: Final = "UnsubscribeConfirmation"

_OLDEST: Final = timedelta(days=1)  # SNS tries for an hour; a queue of letters it could not deliver comes later
_SKEW: Final = timedelta(minutes=5)
_HOST: Final = re.compile(r"sns\.[a-z0-9-]{3,40}\.amazonaws\.com(\.cn)?")
_HASHES: Final = {"1": SHA1, "2": SHA256}
_SIGNED: Final = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    SUBSCRIPTION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    UNSUBSCRIPTION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SNS sent, unproved."""

    kind: str
    id: str
    topic: str
    message: str
    at: str
    certificate_url: str
    subscribe_url: str
    said: Mapping[str, Any]


def read(body: bytes) -> Envelope:
    """Return the envelope. Raises CallbackRefused (`callback_unreadable`)."""
    said = fields.read_object(body)
    kind = fields.word(said.get("Type"))
    if kind not in _SIGNED:
        raise fields.unreadable("It is no message of SNS: switch off raw message delivery for this subscription.")
    return Envelope(
        kind=kind,
        id=fields.word(said.get("MessageId")),
        topic=fields.word(said.get("TopicArn")),
        message=fields.text(said.get("Message")),
        at=fields.word(said.get("Timestamp")),
        certificate_url=_url(said.get("SigningCertURL")),
        subscribe_url=_url(said.get("SubscribeURL")),
        said=said,
    )


def check_address(url: str, base_url: str) -> None:
    """Let through what is AWS's own, or the simulator's at `base_url`. Raises CallbackRefused (`callback_forged`)."""
    try:
        parts = urlsplit(url)
        is_aws = parts.scheme == "https" and _HOST.fullmatch(parts.netloc) is not None
        ours = urlsplit(base_url)
    except ValueError:
        raise fields.forged("It names an address that is none.") from None
    is_simulator = bool(base_url) and (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
    if not is_aws and not is_simulator:
        raise fields.forged(f"It names an address that is not AWS's own: {parts.netloc[:100]}.")


def check_certificate_address(url: str, base_url: str) -> None:
    """Let through where AWS keeps its certificates, and nothing else of AWS's; as `check_address`."""
    check_address(url, base_url)
    parts = urlsplit(url)
    if parts.query or not parts.path.endswith(".pem"):
        raise fields.forged("It names a certificate at an address that is none of a certificate.")


def check(envelope: Envelope, certificate: bytes, now: datetime) -> None:
    """Check signature and age of an envelope. Raises CallbackRefused (`callback_forged`, `callback_stale`)."""
    _check_signature(envelope, certificate, now)
    try:
        moment = datetime.fromisoformat(envelope.at)
        age = now - moment
    except (ValueError, TypeError):
        raise fields.stale("It does not say when it was made.") from None
    if not -_SKEW <= age <= _OLDEST:
        raise fields.stale("It was made more than a day ago, or will be made later.")


def to_sign(said: Mapping[str, Any]) -> bytes:
    """Return what the signature covers: names and values, each on a line of its own, in the order of names."""
    names = _SIGNED[said["Type"]]
    return "".join(f"{name}\n{said[name]}\n" for name in names if said.get(name) is not None).encode()


def _check_signature(envelope: Envelope, certificate: bytes, now: datetime) -> None:
    hashed = _HASHES.get(fields.word(envelope.said.get("SignatureVersion")))
    if hashed is None:
        raise fields.forged("It has no signature of version 1 or 2.")
    try:
        found = load_pem_x509_certificate(certificate)
        key = found.public_key()
        signature = base64.b64decode(str(envelope.said.get("Signature")), validate=True)
    except (ValueError, UnsupportedAlgorithm):
        raise fields.forged("Its signature, or the certificate that it names, can't be read.") from None
    if not isinstance(key, RSAPublicKey) or not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise fields.forged("The certificate that it names is not valid now.")
    try:
        key.verify(signature, to_sign(envelope.said), PKCS1v15(), hashed())
    except InvalidSignature:
        raise fields.forged("Its signature does not fit.") from None


def _url(value: object) -> str:
    return value if isinstance(value, str) else ""
