"""Whatever Twilio and Plivo answer or call, each message gets a result, and a call is read or refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.connectors.contract import Outgoing, Verdict
from cablegram.connectors.providers.contract import CallbackRefused, CallbackRequest, Context, HttpAnswer, Provider
from cablegram.connectors.providers.plivo import Plivo, PlivoSecrets, PlivoSettings
from cablegram.connectors.providers.plivo_signature import signature_v2
from cablegram.connectors.providers.twilio import Twilio, TwilioSecrets, TwilioSettings
from cablegram.connectors.providers.twilio_signature import signature
from cablegram.kit.ids import MessageId

FEW = settings(max_examples=40)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://sms.example.com/callbacks/secret"
TWILIO = Twilio(TwilioSettings(account_sid="AC" + "1" * 32), TwilioSecrets(auth_token="token"))
PLIVO = Plivo(PlivoSettings(auth_id="MAXXXXXXXXXXXXXXXXXX"), PlivoSecrets(auth_token="token"))
REFUSED = ("callback_forged", "callback_unreadable")
NUMBERS = ("14155550001", "14155550002", "14155550003")

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(NUMBERS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(
    ["sid", "code", "status", "message", "error_code", "message_uuid", "invalid_number", "error", "api_id"]
)
bodies = st.binary(max_size=40) | st.dictionaries(names, values, max_size=5).map(lambda body: json.dumps(body).encode())


@pytest.mark.parametrize("provider", [TWILIO, PLIVO], ids=["twilio", "plivo"])
@FEW
@given(status=st.integers(100, 599), body=bodies, retry_after=st.text(max_size=6))
def test_every_message_gets_one_result(provider: Provider, status: int, body: bytes, retry_after: str) -> None:
    batch = [Outgoing(MessageId(UUID(int=place)), "ACME", number, "Hi", 1) for place, number in enumerate(NUMBERS)]
    for shipment in provider.ship(batch, Context(NOW)):
        reading = provider.read(shipment, HttpAnswer(status, {"retry-after": retry_after}, body))
        parts = [part for (part,) in reading.results]
        assert len(parts) == len(shipment.messages)
        for part in parts:
            assert bool(part.provider_id) is (part.verdict is Verdict.TAKEN)
            assert bool(part.words) is (part.verdict is not Verdict.TAKEN)
        ids = [part.provider_id for part in parts if part.provider_id]
        assert b'"message_uuid"' in body or len(ids) <= 1
        assert reading.wait is None or 0 <= reading.wait <= 3600
        assert bool(reading.account_trouble) is any(part.verdict is Verdict.TURNED_AWAY for part in parts)


FIELDS = """
    MessageSid MessageStatus SmsStatus MessageUUID Status From To Body Text ErrorCode
    NumMedia MediaUrl0 Media0 OptOutType
"""
WORDS = ["received", "delivered", "failed", "200", "21610", "+14155550001", "STOP"]
pairs = st.dictionaries(st.sampled_from(FIELDS.split()), st.text(max_size=12) | st.sampled_from(WORDS), max_size=8)


@FEW
@given(form=pairs)
def test_a_genuine_call_is_read_or_unreadable(form: dict[str, str]) -> None:
    body = urlencode(form).encode()
    twilio = {"x-twilio-signature": signature("token", URL, form.items())}
    plivo = {"x-plivo-signature-v2": signature_v2("token", URL, "1"), "x-plivo-signature-v2-nonce": "1"}
    for provider, headers in ((TWILIO, twilio), (PLIVO, plivo)):
        assert said(provider, CallbackRequest("POST", URL, headers, body, "127.0.0.1")) in (
            "items",
            "callback_unreadable",
        )


def said(provider: Provider, request: CallbackRequest) -> str:
    try:
        callback = provider.hear(request, now=NOW)
    except CallbackRefused as refused:
        return refused.code
    return "items" if callback.items else ""


@FEW
@given(body=st.binary(max_size=60), given_signature=st.text(max_size=30), nonce=st.text(max_size=5))
def test_no_other_call_is_ever_taken(body: bytes, given_signature: str, nonce: str) -> None:
    headers = {
        "x-twilio-signature": given_signature,
        "x-plivo-signature-v3": given_signature,
        "x-plivo-signature-v3-nonce": nonce,
    }
    for provider in (TWILIO, PLIVO):
        assert said(provider, CallbackRequest("POST", URL, headers, body, "127.0.0.1")) in REFUSED
