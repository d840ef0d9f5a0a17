"""AWS: what is signed and how, and what each error means."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import msgspec
import pytest
import time_machine

from asking import NOW, answer, asked, json_of, outgoing, reading, verdict
from cablegram.connectors.contract import Trouble, Verdict
from cablegram.connectors.providers import aws_sms
from cablegram.connectors.providers.aws_sms import KIND, AwsSms, AwsSmsSecrets, AwsSmsSettings, s3_place
from cablegram.connectors.providers.contract import Context

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def aws(**settings: object) -> AwsSms:
    given = {"region": "eu-west-1", "access_key_id": KEY_ID, **settings}
    return aws_sms.build(msgspec.convert(given, AwsSmsSettings), AwsSmsSecrets(secret_access_key=SECRET))


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


def test_its_kind_says_what_to_set_and_what_each_code_means() -> None:
    assert aws().secrets() == [SECRET]
    assert any("{callback_url}" in step for step in KIND.console)
    assert {Trouble(trouble) for trouble, _ in KIND.errors.values()} == set(Trouble)
