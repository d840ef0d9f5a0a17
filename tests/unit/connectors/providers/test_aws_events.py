"""AWS's events and texts by SNS: what they say, and which are believed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from asking import NOW, call
from cablegram.connectors.contract import Incoming, Outcome, Receipt, Trouble
from cablegram.connectors.providers import aws_sms, sns
from cablegram.connectors.providers.aws_sms import AwsSms, AwsSmsSecrets, AwsSmsSettings
from cablegram.connectors.providers.contract import Callback, CallbackRefused

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:cablegram"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem"
KEY = generate_private_key(public_exponent=65537, key_size=2048)
EVENT = {
    "eventType": "TEXT_DELIVERED",
    "isFinal": True,
    "originationPhoneNumber": "+12065550100",
    "destinationPhoneNumber": "+14255550142",
    "messageId": "862a",
    "messageStatus": "DELIVERED",
    "messageStatusDescription": "Message has been accepted by phone",
    "context": {"mid": "42"},
}
TEXT = {
    "originationNumber": "+14255550142",
    "destinationNumber": "+12065550100",
    "messageKeyword": "KEYWORD_1",
    "messageBody": "Yes please",
    "inboundMessageId": "in1",
    "previousPublishedMessageId": "862a",
}


def aws(**settings: object) -> AwsSms:
    given = {"region": "eu-west-1", "access_key_id": KEY_ID, "topics": [TOPIC], **settings}
    return aws_sms.build(msgspec.convert(given, AwsSmsSettings), AwsSmsSecrets(secret_access_key=SECRET))


def certificate(key: RSAPrivateKey | ec.EllipticCurvePrivateKey = KEY, *, days: int = 1) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1)
    made = builder.not_valid_before(NOW - timedelta(days=9)).not_valid_after(NOW + timedelta(days=days))
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM)


CERTIFICATE = certificate()


def envelope(message: object, *, kind: str = sns.NOTIFICATION, version: str = "2", **changes: object) -> dict[str, Any]:
    said: dict[str, Any] = {
        "Type": kind,
        "MessageId": "m1",
        "TopicArn": TOPIC,
        "Message": message if isinstance(message, str) else msgspec.json.encode(message).decode(),
        "Timestamp": "2026-11-22T11:59:30.123Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
    } | changes
    hashed = SHA1() if version == "1" else SHA256()  # noqa: S303 - as SNS does in version 1
    signature = KEY.sign(sns.to_sign(said), PKCS1v15(), hashed)
    return said | {"Signature": base64.b64encode(signature).decode()}


def hear(
    said: Mapping[str, Any] | bytes, *, pem: bytes | None = CERTIFICATE, provider: AwsSms | None = None
) -> Callback:
    body = said if isinstance(said, bytes) else msgspec.json.encode(said)
    request = call(body, content_type="text/plain; charset=UTF-8")
    if pem is not None:
        request = replace(request, fetched={CERTIFICATE_URL: pem})
    return (provider or aws()).hear(request, now=NOW)


@pytest.mark.parametrize(
    ("event", "changes", "outcome", "trouble"),
    [
        ("TEXT_QUEUED", {"isFinal": False}, Outcome.ON_ITS_WAY, None),
        ("TEXT_SENT", {}, Outcome.ON_ITS_WAY, None),
        ("TEXT_SUCCESSFUL", {"isFinal": False}, Outcome.ON_ITS_WAY, None),
        ("TEXT_SUCCESSFUL", {}, Outcome.DELIVERED, None),
        ("TEXT_DELIVERED", {}, Outcome.DELIVERED, None),
        ("MEDIA_DELIVERED", {}, Outcome.DELIVERED, None),
        ("TEXT_TTL_EXPIRED", {}, Outcome.EXPIRED, None),
        ("TEXT_UNKNOWN", {}, Outcome.ON_ITS_WAY, None),
        ("TEXT_INVALID", {}, Outcome.UNDELIVERED, Trouble.RECIPIENT),
        ("TEXT_INVALID_MESSAGE", {}, Outcome.UNDELIVERED, Trouble.CONFIG),
        ("TEXT_UNREACHABLE", {}, Outcome.UNDELIVERED, Trouble.TEMPORARY),
        ("TEXT_CARRIER_BLOCKED", {}, Outcome.UNDELIVERED, Trouble.CONTENT),
        ("TEXT_SPAM", {}, Outcome.UNDELIVERED, Trouble.CONTENT),
        ("MEDIA_FILE_SIZE_EXCEEDED", {}, Outcome.UNDELIVERED, Trouble.CONFIG),
    ],
)
@pytest.mark.req("R136", "R143")
def test_an_event_says_what_became_of_the_message(
    event: str, changes: dict[str, object], outcome: Outcome, trouble: Trouble | None
) -> None:
    heard = hear(envelope(EVENT | {"eventType": event} | changes))
    (found,) = heard.items
    assert isinstance(found, Receipt)
    assert (found.provider_id, found.source, found.number) == ("862a", "12065550100", "14255550142")
    assert (found.outcome, found.trouble) == (outcome, trouble)
    assert found.words.startswith(event.partition("_")[2])
    assert heard.once == ("sns m1",)


def test_a_text_comes_in() -> None:
    assert hear(envelope(TEXT)).items == [Incoming("14255550142", "12065550100", "Yes please", provider_id="in1")]


@pytest.mark.parametrize(
    "message", ["hello", {"eventType": "VOICE_ANSWERED", "messageId": "1"}, {"eventType": "TEXT_SENT"}]
)
def test_what_is_not_about_messages_is_taken_and_forgotten(message: object) -> None:
    assert hear(envelope(message)).items == []


def test_the_certificate_is_wanted_first() -> None:
    assert hear(envelope(EVENT), pem=None) == Callback(wants=CERTIFICATE_URL)


@pytest.mark.parametrize("version", ["1", "2"])
def test_both_versions_of_signatures_are_checked(version: str) -> None:
    assert hear(envelope(EVENT, version=version, Subject="s")).items
    with pytest.raises(CallbackRefused):
        hear(envelope(EVENT, version=version) | {"Message": "{}"})


def test_a_subscription_is_said_yes_to_and_its_end_is_taken_note_of() -> None:
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn&Token=t"
    more: dict[str, Any] = {"Token": "t", "SubscribeURL": url}
    assert hear(envelope("You have chosen", kind=sns.SUBSCRIPTION, **more)) == Callback(visit=url)
    assert hear(envelope("You have left", kind=sns.UNSUBSCRIPTION, **more)) == Callback()
    for elsewhere in ("http://sns.eu-west-1.amazonaws.com/", "https://169.254.169.254/latest", None):
        with pytest.raises(CallbackRefused) as refused:
            hear(envelope("You", kind=sns.SUBSCRIPTION, Token="t", SubscribeURL=elsewhere))
        assert refused.value.code == "callback_forged"


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com.example.com/a.pem",
        "https://example.com/sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://sns.eu-west-1.amazonaws.com@example.com/a.pem",
        "https://SNS.eu-west-1.amazonaws.com/a.pem",
        "https://s3.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com/?Action=Echo&Message=a.pem",
        "https://sns.eu-west-1.amazonaws.com/a.pem?Action=Echo",
        "https://[::1/a.pem",
        "",
    ],
)
def test_certificates_come_from_aws_alone(url: str) -> None:
    with pytest.raises(CallbackRefused) as refused:
        hear(envelope(EVENT, SigningCertURL=url), pem=None)
    assert refused.value.code == "callback_forged"


def test_a_simulator_may_have_certificates_of_its_own() -> None:
    url = "http://127.0.0.1:4566/certificate.pem"
    provider = aws(base_url="http://127.0.0.1:4566")
    assert hear(envelope(EVENT, SigningCertURL=url), pem=None, provider=provider) == Callback(wants=url)
    with pytest.raises(CallbackRefused):
        hear(envelope(EVENT, SigningCertURL=url.replace("4566", "4567")), pem=None, provider=provider)


def tampered(**changes: object) -> dict[str, Any]:
    return envelope(EVENT) | changes


@pytest.mark.parametrize(
    ("said", "pem", "code"),
    [
        (tampered(Message="{}"), CERTIFICATE, "callback_forged"),
        (tampered(Signature="AAAA"), CERTIFICATE, "callback_forged"),
        (tampered(Signature="no base64!"), CERTIFICATE, "callback_forged"),
        (tampered(Signature=None), CERTIFICATE, "callback_forged"),
        (tampered(SignatureVersion="3"), CERTIFICATE, "callback_forged"),
        (envelope(EVENT), b"no certificate", "callback_forged"),
        (envelope(EVENT), certificate(days=-1), "callback_forged"),
        (envelope(EVENT), certificate(ec.generate_private_key(ec.SECP256R1())), "callback_forged"),
        (envelope(EVENT, TopicArn="arn:aws:sns:eu-west-1:666:other"), CERTIFICATE, "callback_forged"),
        (envelope(EVENT, Timestamp="2026-11-21T11:59:30.123Z"), CERTIFICATE, "callback_stale"),
        (envelope(EVENT, Timestamp="2026-11-22T12:06:00.000Z"), CERTIFICATE, "callback_stale"),
        (envelope(EVENT, Timestamp="2026-11-22T12:00:00"), CERTIFICATE, "callback_stale"),
        (envelope(EVENT, Timestamp="now"), CERTIFICATE, "callback_stale"),
        (EVENT, CERTIFICATE, "callback_unreadable"),
        (b"{", CERTIFICATE, "callback_unreadable"),
    ],
)
def test_a_forged_old_or_unreadable_message_is_refused(said: dict[str, Any] | bytes, pem: bytes, code: str) -> None:
    with pytest.raises(CallbackRefused) as refused:
        hear(said, pem=pem)
    assert refused.value.code == code


def test_what_is_signed_stands_in_the_order_of_names_line_by_line() -> None:
    said = {"Type": "Notification", "MessageId": "m", "TopicArn": "t", "Message": "a\nb", "Timestamp": "now", "Else": 1}
    assert sns.to_sign(said) == b"Message\na\nb\nMessageId\nm\nTimestamp\nnow\nTopicArn\nt\nType\nNotification\n"
    with_subject = sns.to_sign(said | {"Subject": "s"})
    assert with_subject == b"Message\na\nb\nMessageId\nm\nSubject\ns\nTimestamp\nnow\nTopicArn\nt\nType\nNotification\n"
    yes = said | {"Type": "SubscriptionConfirmation", "SubscribeURL": "u", "Token": "k"}
    assert sns.to_sign(yes) == (
        b"Message\na\nb\nMessageId\nm\nSubscribeURL\nu\nTimestamp\nnow\nToken\nk\nTopicArn\nt\n"
        b"Type\nSubscriptionConfirmation\n"
    )


def test_who_adds_no_topic_is_told_which() -> None:
    with pytest.raises(CallbackRefused, match=TOPIC):
        hear(envelope(EVENT), provider=aws(topics=[]))
