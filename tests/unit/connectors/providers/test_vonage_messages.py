"""Vonage's Messages API: what it is asked, by which token, what each answer means, and which calls are forged."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from asking import CALLBACK, HEX, NOW, answer, asked, call, heard, json_of, outgoing, reading, verdict
from cablegram.connectors.contract import Incoming, Outcome, Receipt, Trouble, Verdict
from cablegram.connectors.providers import vonage_messages
from cablegram.connectors.providers.contract import CallbackRefused, CallbackRequest
from cablegram.connectors.providers.vonage_messages import (
    KIND,
    VonageMessages,
    VonageMessagesSecrets,
    VonageMessagesSettings,
)
from cablegram.kit.errors import InvalidInput

SECRET = "a signature secret of more than 32 bytes"
API_SECRET = "s3cret"
APPLICATION = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PROBLEM = "https://developer.vonage.com/api-errors"
RECEIPT = {
    "message_uuid": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    "to": "447700900000",
    "from": "ACME",
    "timestamp": "2026-11-22T12:00:00Z",
    "status": "delivered",
    "client_ref": HEX,
    "sms": {"count_total": "2"},
}
TEXT = {
    "channel": "sms",
    "message_uuid": "bbbbbbbb-bbbb-cccc-dddd-0123456789ab",
    "to": "12345",
    "from": "447700900000",
    "message_type": "text",
    "text": "Olá 😀",
}


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def made(settings: Mapping[str, object], **secrets: str) -> VonageMessages:
    return vonage_messages.build(msgspec.convert(settings, VonageMessagesSettings), VonageMessagesSecrets(**secrets))


def vonage(**settings: object) -> VonageMessages:
    return made({"api_key": "abcd1234", **settings}, api_secret=API_SECRET)


def signing(**settings: object) -> VonageMessages:
    given = {"api_key": "abcd1234", "application_id": APPLICATION, **settings}
    return made(given, private_key=pem(KEY), signature_secret=SECRET)


def signed(said: Mapping[str, object], *, secret: str = SECRET, **claims: object) -> CallbackRequest:
    body = msgspec.json.encode(said)
    usual: dict[str, Any] = {
        "iat": int(NOW.timestamp()),
        "jti": "t1",
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(body).hexdigest(),
        "api_key": "abcd1234",
        "application_id": APPLICATION,
    }
    kept = {name: value for name, value in (usual | claims).items() if value is not None}
    return call(body, authorization=f"Bearer {jwt.encode(kept, secret, algorithm='HS256')}")


@pytest.mark.req("R127", "R139")
def test_a_message_is_asked_as_the_official_client_asks() -> None:
    golden = {
        "to": "447700900000",
        "client_ref": HEX,
        "webhook_url": "https://h/x",
        "from": "Acme",
        "text": "hi",
        "sms": {"content_id": "T", "entity_id": "E"},
        "channel": "sms",
        "message_type": "text",
    }
    values = {"template_id": "T", "values": {"entity_id": "E"}}
    message = outgoing({"source": "Acme", "text": "hi", "values": values})
    request = asked(vonage(), message, callback_url="https://h/x")
    assert json_of(request) == golden
    assert (request.method, request.url) == ("POST", "https://api.nexmo.com/v1/messages")
    basic = base64.b64encode(b"abcd1234:s3cret").decode()
    assert dict(request.headers)["Authorization"] == f"Basic {basic}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": "Καλημέρα"}, {"sms": {"encoding_type": "unicode", "entity_id": "E0", "pool_id": "P"}}),
        ({"text": "€ Ä"}, {"sms": {"entity_id": "E0", "pool_id": "P"}, "ttl": None, "webhook_url": CALLBACK}),
        ({"valid_until": NOW + timedelta(minutes=5)}, {"ttl": 300}),
        ({"valid_until": NOW}, {"ttl": 20}),
        (
            {"media_url": "https://h/1.png", "valid_until": NOW},
            {
                "channel": "mms",
                "message_type": "image",
                "image": {"url": "https://h/1.png", "caption": "Hello Anna"},
                "ttl": 300,
                "text": None,
                "sms": None,
            },
        ),
        ({"media_url": "https://h/1.png", "text": ""}, {"image": {"url": "https://h/1.png"}}),
    ],
)
@pytest.mark.req("R55")
def test_what_a_message_has_goes_along(changes: dict[str, object], said: dict[str, object]) -> None:
    body = json_of(asked(vonage(entity_id="E0", pool_id="P"), outgoing(changes)))
    assert isinstance(body, dict)
    assert {name: body.get(name) for name in said} == said


def test_an_application_signs_a_token_that_serves_for_a_minute() -> None:
    provider = signing(base_url="http://127.0.0.1:9/")
    first, second = (asked(provider, outgoing(), now=NOW + timedelta(seconds=after)) for after in (1, 59))
    third = asked(provider, outgoing(), now=NOW + timedelta(seconds=60))
    tokens = [dict(one.headers)["Authorization"] for one in (first, second, third)]
    assert first.url == "http://127.0.0.1:9/v1/messages"
    assert tokens[0] == tokens[1] != tokens[2]
    claims = jwt.decode(
        tokens[0].removeprefix("Bearer "),
        KEY.public_key(),
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_iat": False},
    )
    issued = int(NOW.timestamp())
    assert claims.pop("jti")
    assert claims == {"application_id": APPLICATION, "iat": issued, "exp": issued + 900}


@pytest.mark.parametrize(
    ("settings", "secrets", "field"),
    [
        ({}, {}, "secrets.api_secret"),
        ({"api_key": "a"}, {}, "secrets.api_secret"),
        ({"application_id": "a"}, {"api_secret": "b"}, "secrets.private_key"),
        ({"application_id": "a"}, {"private_key": "my key"}, "secrets.private_key"),
        (
            {"application_id": "a"},
            {"private_key": pem(ec.generate_private_key(ec.SECP256R1()))},
            "secrets.private_key",
        ),
    ],
)
def test_one_pair_of_credentials_must_be_whole(
    settings: dict[str, object], secrets: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        made(settings, **secrets)
    assert refused.value.faults[0].field == field


def problem(code: str, **more: object) -> dict[str, object]:
    return {"type": f"{PROBLEM}/messages#{code}", "title": "T", "detail": "D", "instance": "i"} | more


@pytest.mark.parametrize(
    ("status", "said", "found", "trouble", "code"),
    [
        (429, problem("1000"), Verdict.THROTTLED, Trouble.THROTTLED, "1000"),
        (429, {}, Verdict.THROTTLED, Trouble.THROTTLED, "HTTP 429"),
        (401, {"type": f"{PROBLEM}#unauthorized", "title": "T"}, Verdict.TURNED_AWAY, Trouble.ACCOUNT, "unauthorized"),
        (401, {"title": "Unauthorized"}, Verdict.TURNED_AWAY, Trouble.ACCOUNT, "HTTP 401"),
        (402, problem("1070"), Verdict.TURNED_AWAY, Trouble.ACCOUNT, "1070"),
        (403, {"type": f"{PROBLEM}#forbidden"}, Verdict.TURNED_AWAY, Trouble.ACCOUNT, "forbidden"),
        (404, {}, Verdict.TURNED_AWAY, Trouble.ACCOUNT, "HTTP 404"),
        (422, problem("1120"), Verdict.REFUSED, Trouble.CONFIG, "1120"),
        (422, problem("1170"), Verdict.REFUSED, Trouble.RECIPIENT, "1170"),
        (422, problem("1240"), Verdict.REFUSED, Trouble.OPTED_OUT, "1240"),
        (422, problem("1210"), Verdict.REFUSED, Trouble.CONTENT, "1210"),
        (422, problem("1100"), Verdict.TEMPORARY, Trouble.TEMPORARY, "1100"),
        (422, {"title": "Your request was wrong"}, Verdict.REFUSED, Trouble.CONFIG, "HTTP 422"),
        (
            422,
            problem("invalid-params", invalid_parameters=[{"name": "from", "reason": "r"}]),
            Verdict.REFUSED,
            Trouble.CONFIG,
            "invalid-params",
        ),
        (
            422,
            problem("invalid-params", invalid_parameters=[{"name": "to", "reason": "r"}]),
            Verdict.REFUSED,
            Trouble.RECIPIENT,
            "1170",
        ),
        (500, problem("1030"), Verdict.LOST, None, "HTTP 500"),
        (500, {"message_uuid": "u1"}, Verdict.TAKEN, None, ""),
        (202, {"message_uuid": "u1", "workflow_id": "w"}, Verdict.TAKEN, None, ""),
        (202, {}, Verdict.LOST, None, "HTTP 202"),
        (202, b"\xff<html>", Verdict.LOST, None, "HTTP 202"),
    ],
)
@pytest.mark.req("R129")
def test_each_answer_means_something(
    status: int, said: object, found: Verdict, trouble: Trouble | None, code: str
) -> None:
    one = verdict(vonage(), answer(status, said))
    assert (one.verdict, one.trouble, one.code) == (found, trouble, code)
    assert one.provider_id == ("u1" if found is Verdict.TAKEN else "")
    assert bool(one.words) is (found is not Verdict.TAKEN)


def test_what_the_provider_says_is_handed_on() -> None:
    names = [{"name": "from", "reason": "r"}, {"name": "ttl"}]
    said = reading(vonage(), answer(422, problem("1020", invalid_parameters=names)))
    assert said.results[0][0].words == "a parameter is not valid: D (from, ttl)"
    assert reading(vonage(), answer(403, problem("1060"))).account_trouble == "the account is barred: D"
    assert reading(vonage(), answer(429, problem("1000"), retry_after="7")).wait == 7
    assert reading(vonage(), answer(429, retry_after="soon")).wait is None
    assert reading(vonage(), answer(429, retry_after="1e9")).wait == 3600


@pytest.mark.parametrize(
    ("status", "problem", "outcome", "error", "trouble"),
    [
        ("submitted", None, Outcome.ON_ITS_WAY, "", None),
        ("delivered", None, Outcome.DELIVERED, "", None),
        ("read", None, Outcome.DELIVERED, "", None),
        (
            "rejected",
            {"type": f"{PROBLEM}/messages#1240", "detail": "x"},
            Outcome.UNDELIVERED,
            "1240",
            Trouble.OPTED_OUT,
        ),
        ("undeliverable", {"title": 1190}, Outcome.UNDELIVERED, "1190", Trouble.RECIPIENT),
        ("rejected", {"type": f"{PROBLEM}/messages#1360"}, Outcome.EXPIRED, "1360", None),
        ("rejected", {"title": "New", "detail": "Nobody knows it"}, Outcome.UNDELIVERED, "New", None),
    ],
)
@pytest.mark.req("R136", "R143")
def test_a_receipt_says_what_became_of_the_message(
    status: str, problem: dict[str, object] | None, outcome: Outcome, error: str, trouble: Trouble | None
) -> None:
    found = heard(vonage(), call(RECEIPT | {"status": status} | ({"error": problem} if problem else {})))
    assert isinstance(found, Receipt)
    assert (found.provider_id, found.source, found.number) == (RECEIPT["message_uuid"], "ACME", "447700900000")
    assert (found.outcome, found.error, found.trouble) == (outcome, error, trouble)
    assert found.words.startswith(f"{status} {error}".strip())


def test_texts_and_pictures_come_in() -> None:
    found = heard(vonage(), call(TEXT))
    assert found == Incoming("447700900000", "12345", "Olá 😀", provider_id=TEXT["message_uuid"])
    picture = {"message_type": "image", "image": {"url": "https://h/1.png", "caption": "me"}, "text": None}
    found = heard(vonage(), call(TEXT | picture))
    assert found == Incoming(
        "447700900000", "12345", "me", provider_id=TEXT["message_uuid"], media_urls=("https://h/1.png",)
    )


def test_a_signed_call_is_believed_once() -> None:
    assert signing().hear(signed(RECEIPT), now=NOW).once == ("jti t1",)
    assert signing().hear(signed(RECEIPT, jti=None), now=NOW).once == ()
    # Of an account alone, without application, and of a clock that is a little ahead of ours.
    early = signed(RECEIPT, application_id=None, iat=int(NOW.timestamp()) + 59)
    assert signing().hear(early, now=NOW).items


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (call(RECEIPT), "callback_forged"),
        (call(RECEIPT, authorization="Basic abc"), "callback_forged"),
        (call(RECEIPT, authorization="Bearer abc"), "callback_forged"),
        (signed(RECEIPT, secret="somebody else's secret of many bytes"), "callback_forged"),
        (signed(RECEIPT, payload_hash="0" * 64), "callback_forged"),
        (signed(RECEIPT, payload_hash=None), "callback_forged"),
        (signed(RECEIPT, api_key="another"), "callback_forged"),
        (signed(RECEIPT, application_id="another"), "callback_forged"),
        (signed(RECEIPT, iat=int(NOW.timestamp()) - 90_001), "callback_stale"),
        (signed(RECEIPT, iat=int(NOW.timestamp()) + 61), "callback_stale"),
        (signed(RECEIPT, iat=None), "callback_stale"),
        (signed({"status": "delivered"}), "callback_unreadable"),
    ],
)
def test_a_forged_old_or_unreadable_call_is_refused(request_: CallbackRequest, code: str) -> None:
    with pytest.raises(CallbackRefused) as refused:
        signing().hear(request_, now=NOW)
    assert refused.value.code == code


def test_a_token_that_claims_to_need_no_signature_is_refused() -> None:
    body = msgspec.json.encode(RECEIPT)
    claims = {"iat": int(NOW.timestamp()), "payload_hash": hashlib.sha256(body).hexdigest()}
    token = jwt.encode(claims, "", algorithm="none")
    with pytest.raises(CallbackRefused) as refused:
        signing().hear(call(body, authorization=f"Bearer {token}"), now=NOW)
    assert refused.value.code == "callback_forged"


def test_what_is_secret_is_told() -> None:
    basic = base64.b64encode(b"abcd1234:s3cret").decode()
    assert vonage().secrets() == [API_SECRET, basic]
    assert signing().secrets() == [pem(KEY), SECRET]


def test_its_kind_says_what_to_set_and_what_each_code_means() -> None:
    assert KIND.carries_media
    assert any("{callback_url}" in step for step in KIND.console)
    assert {Trouble(trouble) for trouble, _ in KIND.errors.values()} == set(Trouble)
