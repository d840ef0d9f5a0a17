"""Whatever a provider answers or somebody calls with, it is read or refused, and nothing else happens."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asking import CALLBACK, FORM, JSON, NOW, answer, call, outgoing
from cablegram.connectors.providers import aws_sms, vonage_messages, vonage_sms
from cablegram.connectors.providers.aws_sms import AwsSmsSecrets, AwsSmsSettings
from cablegram.connectors.providers.contract import CallbackRefused, Context, Provider
from cablegram.connectors.providers.instasent import Instasent, InstasentSecrets, InstasentSettings
from cablegram.connectors.providers.vonage_messages import VonageMessagesSecrets, VonageMessagesSettings
from cablegram.connectors.providers.vonage_sms import VonageSmsSecrets, VonageSmsSettings

API_SECRET = "x" * 20
PROVIDERS: dict[str, Provider] = {
    "vonage_sms": vonage_sms.build(VonageSmsSettings(api_key="k"), VonageSmsSecrets(api_secret=API_SECRET)),
    "vonage_messages": vonage_messages.build(
        VonageMessagesSettings(api_key="k"), VonageMessagesSecrets(api_secret=API_SECRET)
    ),
    "instasent": Instasent(InstasentSettings(), InstasentSecrets(api_token=API_SECRET)),
    "aws_sms": aws_sms.build(
        AwsSmsSettings(region="eu-west-1", access_key_id="A" * 16, topics=("t",)),
        AwsSmsSecrets(secret_access_key=API_SECRET),
    ),
}

NAMES = """
    messages status message-id error-text message_uuid type title detail error invalid_parameters name to from text id
    clientId code message entity entities errors index field MessageId __type Reason Fields Name Type TopicArn Message
    SigningCertURL SubscribeURL Timestamp Signature SignatureVersion messageId err-code msisdn concat concat-ref
    concat-total concat-part data udh image url caption message_type
"""
KEYS = st.sampled_from(NAMES.split())
WORDS = st.sampled_from(
    ["", "0", "1", "2", "t", "stop", "failed", "binary", "Notification", "SubscriptionConfirmation"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=8)
BODIES = OBJECTS.map(msgspec.json.encode) | st.binary(max_size=60) | st.sampled_from([b"[" * 99_999, b"9" * 9_999])


@pytest.mark.parametrize("kind", PROVIDERS)
@settings(max_examples=40)
@given(status=st.integers(100, 599), body=BODIES, count=st.integers(1, 3))
def test_an_answer_says_something_of_each_message(kind: str, status: int, body: bytes, count: int) -> None:
    provider = PROVIDERS[kind]
    batch = [outgoing(place=place) for place in range(1, count + 1)]
    for shipment in provider.ship(batch, Context(NOW, CALLBACK)):
        reading = provider.read(shipment, answer(status, body, retry_after="1"))
        assert len(reading.results) == len(shipment.messages)
        assert all(parts for parts in reading.results)


@pytest.mark.parametrize("kind", PROVIDERS)
@settings(max_examples=40)
@given(body=BODIES, content_type=st.sampled_from([FORM, JSON]))
def test_a_call_is_read_or_refused(kind: str, body: bytes, content_type: str) -> None:
    request = call(body, content_type=content_type)
    request = replace(request, headers={**request.headers, "authorization": "Bearer x"})
    try:
        heard = PROVIDERS[kind].hear(request, now=NOW)
    except CallbackRefused:
        return
    assert heard.status == 200
