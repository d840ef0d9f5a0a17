"""AWS: what is signed and how, what each error means, and which messages of SNS are believed."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import msgspec
import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from asking import NOW, answer, asked, call, json_of, outgoing, reading, verdict
from cablegram.connectors.contract import Incoming, Outcome, Receipt, Trouble, Verdict
from cablegram.connectors.providers import aws_sms, sns
from cablegram.connectors.providers.aws_sms import KIND, AwsSms, AwsSmsSecrets, AwsSmsSettings, s3_place
from cablegram.connectors.providers.contract import Callback, CallbackRefused, Context

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


@pytest.mark.req("R127", "R139")
def test_a_text_is_asked_with_all_that_is_known() -> None:
    provider = aws(
        configuration_set="cablegram",
        max_price="0.10",
        protect_configuration="protect-1",
        entity_id="E0",
        message_type="PROMOTIONAL",
    )
    values = {"template_id": "T", "values": {"entity_id": "E"}}
    message = outgoing({"valid_until": NOW + timedelta(minutes=5), "values": values})
    request = asked(provider, message)
    assert (request.method, request.url) == ("POST", "https://sms-voice.eu-west-1.amazonaws.com/")
    headers = dict(request.headers)
    assert headers["Content-Type"] == "application/x-amz-json-1.0"
    assert headers["X-Amz-Target"] == "PinpointSMSVoiceV2.SendTextMessage"
    assert json_of(request) == {
        "DestinationPhoneNumber": "+447700900000",
        "OriginationIdentity": "ACME",
        "MessageBody": "Hello Anna",
        "MessageType": "PROMOTIONAL",
        "ConfigurationSetName": "cablegram",
        "MaxPrice": "0.10",
        "TimeToLive": 300,
        "Context": {"mid": f"{1:032x}"},
        "DestinationCountryParameters": {"IN_TEMPLATE_ID": "T", "IN_ENTITY_ID": "E"},
        "ProtectConfigurationId": "protect-1",
    }


def test_a_pool_chooses_the_sender_and_what_is_not_set_is_not_said() -> None:
    said = json_of(asked(aws(pool_id="pool-1"), outgoing({"source": "12065550100"})))
    assert isinstance(said, dict)
    assert said["OriginationIdentity"] == "pool-1"
    assert sorted(said) == ["Context", "DestinationPhoneNumber", "MessageBody", "MessageType", "OriginationIdentity"]


@pytest.mark.req("R55")
def test_a_picture_in_s3_goes_as_a_media_message() -> None:
    url = "https://pictures.s3.eu-west-1.amazonaws.com/spring/1%20a.png"
    request = asked(aws(), outgoing({"media_url": url, "text": " "}))
    assert dict(request.headers)["X-Amz-Target"] == "PinpointSMSVoiceV2.SendMediaMessage"
    said = json_of(request)
    assert isinstance(said, dict)
    assert said["MediaUrls"] == ["s3://pictures/spring/1 a.png"]
    assert "MessageBody" not in said
    assert "MessageType" not in said


def test_a_picture_elsewhere_is_refused_before_anything_is_asked() -> None:
    (shipment,) = aws().ship([outgoing({"media_url": "https://example.com/1.png"})], Context(NOW))
    assert shipment.verdict is not None
    ((part,),) = shipment.verdict.results
    assert (part.verdict, part.code) == (Verdict.REFUSED, "MEDIA_NOT_IN_S3")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("s3://bucket/key.png", "s3://bucket/key.png"),
        ("https://bucket.s3.amazonaws.com/key.png", "s3://bucket/key.png"),
        ("https://bucket.s3-eu-west-1.amazonaws.com/key.png", "s3://bucket/key.png"),
        ("https://bucket.s3.amazonaws.com/", ""),
        ("https://bucket.s3.amazonaws.com.example.com/key.png", ""),
    ],
)
def test_places_in_s3_are_known_by_their_address(url: str, place: str) -> None:
    assert s3_place(url) == place


@pytest.mark.parametrize("base_url", ["", "http://127.0.0.1:4566", "http://127.0.0.1:4566/"])
def test_requests_are_signed_as_botocore_signs_them_at_that_moment(base_url: str) -> None:
    request = asked(aws(base_url=base_url), outgoing())
    headers = dict(request.headers)
    signature = headers.pop("Authorization")
    official: Any = botocore.awsrequest.AWSRequest("POST", request.url, headers=dict(headers), data=request.body)
    keys = botocore.credentials.ReadOnlyCredentials(KEY_ID, SECRET, None)
    with time_machine.travel(NOW, tick=False):
        botocore.auth.SigV4Auth(keys, "sms-voice", "eu-west-1").add_auth(official)
    assert official.headers["X-Amz-Date"] == headers["X-Amz-Date"] == "20261122T120000Z"
    assert official.headers["Authorization"] == signature


def error(kind: str, reason: str = "", **more: object) -> dict[str, object]:
    return (
        {"__type": f"com.amazonaws.pinpointsmsvoicev2#{kind}", "Message": "M"}
        | ({"Reason": reason} if reason else {})
        | more
    )


@pytest.mark.parametrize(
    ("status", "said", "found", "trouble", "code"),
    [
        (200, {"MessageId": "862a"}, Verdict.TAKEN, None, ""),
        (500, {"MessageId": "862a"}, Verdict.TAKEN, None, ""),
        (200, {}, Verdict.LOST, None, "HTTP 200"),
        (200, b"\xff", Verdict.LOST, None, "HTTP 200"),
        (400, error("ThrottlingException"), Verdict.THROTTLED, Trouble.THROTTLED, "ThrottlingException"),
        (500, error("InternalServerException"), Verdict.TEMPORARY, Trouble.TEMPORARY, "InternalServerException"),
        (503, {"__type": "ServiceUnavailable"}, Verdict.LOST, None, "HTTP 503"),
        (
            400,
            error("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
            Verdict.TURNED_AWAY,
            Trouble.ACCOUNT,
            "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
        ),
        (
            400,
            error("ServiceQuotaExceededException", "SOMETHING_NEW"),
            Verdict.TURNED_AWAY,
            Trouble.ACCOUNT,
            "ServiceQuotaExceededException",
        ),
        (400, error("AccessDeniedException"), Verdict.TURNED_AWAY, Trouble.ACCOUNT, "AccessDeniedException"),
        (
            400,
            error("AccessDeniedException", "ACCOUNT_DISABLED"),
            Verdict.TURNED_AWAY,
            Trouble.ACCOUNT,
            "ACCOUNT_DISABLED",
        ),
        (
            400,
            error("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"),
            Verdict.REFUSED,
            Trouble.OPTED_OUT,
            "DESTINATION_PHONE_NUMBER_OPTED_OUT",
        ),
        (
            400,
            error("ConflictException", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"),
            Verdict.TURNED_AWAY,
            Trouble.ACCOUNT,
            "DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
        ),
        (
            400,
            error("ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"),
            Verdict.REFUSED,
            Trouble.CONTENT,
            "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
        ),
        (
            400,
            error("ConflictException", "NO_ORIGINATION_IDENTITIES_FOUND"),
            Verdict.REFUSED,
            Trouble.CONFIG,
            "NO_ORIGINATION_IDENTITIES_FOUND",
        ),
        (
            400,
            error("ValidationException", "FIELD_VALIDATION_FAILED", Fields=[{"Name": "DestinationPhoneNumber"}]),
            Verdict.REFUSED,
            Trouble.RECIPIENT,
            "DestinationPhoneNumber",
        ),
        (
            400,
            error("ValidationException", "FIELD_VALIDATION_FAILED", Fields=[{"Name": "MessageBody"}]),
            Verdict.REFUSED,
            Trouble.CONFIG,
            "ValidationException",
        ),
        (
            400,
            error("ValidationException", "COUNTRY_NOT_ENABLED", Fields=[{"Name": "DestinationPhoneNumber"}]),
            Verdict.REFUSED,
            Trouble.CONFIG,
            "COUNTRY_NOT_ENABLED",
        ),
        (400, error("ResourceNotFoundException"), Verdict.REFUSED, Trouble.CONFIG, "ResourceNotFoundException"),
        (
            403,
            {"__type": "InvalidSignatureException"},
            Verdict.TURNED_AWAY,
            Trouble.ACCOUNT,
            "InvalidSignatureException",
        ),
        (400, error("SomethingNewException"), Verdict.REFUSED, Trouble.CONFIG, "HTTP 400"),
    ],
)
@pytest.mark.req("R129")
def test_each_answer_means_something(
    status: int, said: object, found: Verdict, trouble: Trouble | None, code: str
) -> None:
    one = verdict(aws(), answer(status, said))
    assert (one.verdict, one.trouble, one.code) == (found, trouble, code)
    assert one.provider_id == ("862a" if found is Verdict.TAKEN else "")


def test_what_aws_says_is_handed_on() -> None:
    away = reading(aws(), answer(400, error("AccessDeniedException", "ACCOUNT_DISABLED")))
    assert away.account_trouble == "the account is disabled: M"
    headed = verdict(aws(), answer(400, {"message": "slow"}, x_amzn_errortype="ThrottlingException:http://x/"))
    assert (headed.code, headed.words) == ("ThrottlingException", "too many messages a second: slow")
    strange = verdict(aws(), answer(400, error("NewException", "NEW_REASON")))
    assert strange.words == "it does not take this request: NEW_REASON: M"


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


def test_its_kind_says_what_to_set_and_what_each_code_means() -> None:
    assert aws().secrets() == [SECRET]
    assert any("{callback_url}" in step for step in KIND.console)
    assert {Trouble(trouble) for trouble, _ in KIND.errors.values()} == set(Trouble)
