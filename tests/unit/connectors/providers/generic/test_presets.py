"""Each preset, pure: its request for one message, what it needs, who may call it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from asking import CALLBACK, HEX, NOW, answer, asked, call, form_of, json_of, outgoing, reading
from cablegram.connectors.contract import Verdict
from cablegram.connectors.providers.contract import CallbackRefused
from cablegram.connectors.providers.generic.kind import KIND
from cablegram.connectors.providers.generic.presets.choose import PRESETS, configure, find
from cablegram.connectors.providers.generic.provider import GenericProvider, addresses, build, carries_media, needs
from cablegram.connectors.providers.generic.settings import GenericSettings, OAuth
from cablegram.connectors.providers.plivo_signature import signature_v2
from cablegram.kit.errors import InvalidInput

MESSAGE = outgoing(
    {
        "number": "919812345678",
        "source": "ACME",
        "text": "Hello",
        "values": {"template_id": "T1", "variables": {"VAR1": "Ana"}},
    }
)


def made(name: str, **given: str) -> GenericProvider:
    values = {field.name: f"my-{field.name}" for field in PRESETS[name].fields} | given
    return build(*configure(name, values))


REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "bulksms",
        "https://api.bulksms.com/v1/messages?auto-unicode=true",
        {"to": "+919812345678", "body": "Hello", "from": "ACME", "deliveryReports": "ALL"},
    ),
    (
        "exotel",
        "https://api.exotel.com/v1/Accounts/my-sid/Sms/send.json",
        {
            "From": "ACME", "To": "+919812345678", "Body": "Hello", "DltEntityId": "my-entity_id",
            "DltTemplateId": "T1", "SmsType": "transactional", "CustomField": HEX, "StatusCallback": CALLBACK,
        },
    ),
    (
        "msg91",
        "https://control.msg91.com/api/v5/flow",
        {"template_id": "T1", "short_url": "0", "recipients": [{"VAR1": "Ana", "mobiles": "919812345678"}]},
    ),
    (
        "nimbus",
        "http://nimbusit.biz/api/SmsApi/SendMultipleApi",
        {
            "UserID": "my-user", "Password": "my-password", "SenderID": "ACME", "Phno": "9812345678", "Msg": "Hello",
            "EntityID": "my-entity_id", "TemplateID": "T1",
        },
    ),
    (
        "plivo",
        "https://api.plivo.com/v1/Account/my-auth_id/Message/",
        {
            "src": "ACME", "dst": "919812345678", "text": "Hello", "url": CALLBACK, "method": "POST",
            "dlt_entity_id": "my-entity_id", "dlt_template_id": "T1",
        },
    ),
    (
        "smsindiahub",
        "https://cloud.smsindiahub.in/vendorsms/pushsms.aspx",
        {
            "APIKey": "my-api_key", "msisdn": "919812345678", "sid": "ACME", "msg": "Hello", "fl": "0", "gwid": "2",
            "DLT_TE_ID": "T1", "EntityId": "my-entity_id",
        },
    ),
    (
        "textlocal",
        "https://api.textlocal.in/send/",
        {
            "apikey": "my-api_key", "sender": "ACME", "numbers": "919812345678", "message": "Hello", "custom": HEX,
            "receipt_url": CALLBACK,
        },
    ),
    (
        "textlocal_bulk",
        "https://api.textlocal.in/bulk_json/",
        {
            "apikey": "my-api_key",
            "data": '{"sender":"ACME","messages":[{"number":"919812345678","text":"Hello"}]}',
        },
    ),
    (
        "aws_pinpoint",
        "https://sms-voice.my-region.amazonaws.com/",
        {
            "DestinationPhoneNumber": "+919812345678", "OriginationIdentity": "ACME", "MessageBody": "Hello",
            "MessageType": "PROMOTIONAL", "ConfigurationSetName": "my-config_set", "Context": {"mid": HEX},
            "DestinationCountryParameters": {"IN_ENTITY_ID": "my-entity_id", "IN_TEMPLATE_ID": "T1"},
        },
    ),
    (
        "aws_pinpoint_legacy",
        "https://pinpoint.my-region.amazonaws.com/v1/apps/my-app_id/messages",
        {
            "Addresses": {"+919812345678": {"ChannelType": "SMS", "BodyOverride": "Hello"}},
            "MessageConfiguration": {
                "SMSMessage": {
                    "MessageType": "PROMOTIONAL", "SenderId": "ACME", "EntityId": "my-entity_id", "TemplateId": "T1",
                    "Body": "-",
                }
            },
        },
    ),
]  # fmt: skip


@pytest.mark.req("R134")
@pytest.mark.parametrize(("name", "url", "said"), REQUESTS, ids=[name for name, *_ in REQUESTS])
def test_a_preset_makes_the_request_that_its_provider_documents(name: str, url: str, said: dict[str, Any]) -> None:
    request = asked(made(name), MESSAGE)
    if request.method == "GET":
        assert request.url.partition("?")[0] == url
        assert dict(parse_qsl(urlsplit(request.url).query)) == said
        return
    assert request.url == url
    if dict(request.headers)["Content-Type"] == "application/x-www-form-urlencoded":
        assert form_of(request) == said
    else:
        found = json_of(request)
        assert (found[0] if isinstance(found, list) else found) == said


@pytest.mark.req("R134")
def test_there_is_a_request_for_every_preset() -> None:
    assert [name for name, *_ in REQUESTS] == list(PRESETS)
    for preset in PRESETS.values():
        assert preset.settings.preset == preset.name
        assert preset.console
        assert preset.help_url.startswith("https://")
        assert not carries_media(preset.settings)


@pytest.mark.req("R139")
def test_only_templates_alone_are_needed_everywhere() -> None:
    found = {name: needs(preset.settings) for name, preset in PRESETS.items()}
    assert found["msg91"] == ("TemplateID", "TemplateVariables")
    assert found["bulksms"] == found["textlocal"] == ()
    assert found["nimbus"] == found["exotel"] == ("TemplateID+91",)


def test_aws_is_signed_for_a_moment() -> None:
    headers = dict(asked(made("aws_pinpoint"), MESSAGE).headers)
    assert headers["X-Amz-Date"] == NOW.strftime("%Y%m%dT%H%M%SZ")
    assert headers["Authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=my-access_key/20261122/my-region/sms-voice/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature="
    )


def test_a_call_of_plivo_is_checked_and_counts_once() -> None:
    said = {"MessageUUID": "u", "Status": "delivered", "To": "919812345678"}
    signed = {"x_plivo_signature_v2_nonce": "5", "x_plivo_signature_v2": signature_v2("my-auth_token", CALLBACK, "5")}
    form = "application/x-www-form-urlencoded"
    heard = made("plivo").hear(call(said, content_type=form, **signed), now=NOW)
    assert (heard.once, heard.body) == (("5",), b"<Response></Response>")
    with pytest.raises(CallbackRefused) as refused:
        made("plivo", auth_token="other").hear(call(said, content_type=form, **signed), now=NOW)
    assert refused.value.code == "callback_forged"


def test_a_call_of_another_topic_is_refused_and_a_certificate_is_wanted_first() -> None:
    provider = made("aws_pinpoint")
    said = {
        "Type": "Notification",
        "MessageId": "m",
        "TopicArn": "my-topic_arn",
        "Message": "{}",
        "Timestamp": (NOW - timedelta(seconds=1)).isoformat(),
        "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/cert.pem",
    }
    assert provider.hear(call(said), now=NOW).wants == "https://sns.eu-west-1.amazonaws.com/cert.pem"
    with pytest.raises(CallbackRefused, match="another topic"):
        provider.hear(call(said | {"TopicArn": "other"}), now=NOW)


def test_a_preset_wants_its_fields_and_no_others() -> None:
    with pytest.raises(InvalidInput) as refused:
        configure("msg91", {"other": "x"})
    assert [(one.code, one.field) for one in refused.value.faults] == [
        ("unknown_field", "other"),
        ("field_missing", "authkey"),
    ]
    with pytest.raises(InvalidInput) as unknown:
        find("nobody")
    assert unknown.value.code == "unknown_preset"
    settings, secrets = configure("bulksms", {"token_id": "a", "token_secret": "b"}, base_url="http://127.0.0.1:1")
    assert (settings.base_url, settings.values, secrets.values) == (
        "http://127.0.0.1:1",
        {"token_id": "a"},
        {"token_secret": "b"},
    )


def test_the_kind_tells_what_depends_on_settings() -> None:
    single = GenericSettings(url="https://x.example/{{a}}", payload={"t": "$$To", "b": "$$Body", "m": "$$MediaURL"})
    assert (KIND.most(single), KIND.has_media(single)) == (1, True)
    assert KIND.most(PRESETS["bulksms"].settings) == 1000
    assert addresses(single) == {"settings.url": "https://x.example"}
    moved = GenericSettings(
        url="https://x.example", base_url="http://127.0.0.1:1/p/", auth=OAuth(token_url="https://l.example/t")
    )
    assert addresses(moved) == {
        "settings.base_url": "http://127.0.0.1:1/p",
        "settings.auth.token_url": "https://l.example/t",
    }
    assert addresses(GenericSettings(url="nowhere")) == {"settings.url": ""}


def test_who_is_called_invalid_leaves_the_ids_of_others_in_their_order() -> None:
    others = [
        outgoing({"number": f"91981234567{place}", "text": "Hello", "values": {"template_id": "T"}}, place=place)
        for place in (1, 2, 3)
    ]
    said = {"message_uuid": ["a", "c"], "invalid_number": ["919812345672"]}
    found = reading(made("plivo"), answer(202, said), *others)
    assert [part.provider_id or part.verdict for (part,) in found.results] == ["a", Verdict.REFUSED, "c"]
