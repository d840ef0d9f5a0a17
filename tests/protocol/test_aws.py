"""Our AWS against the simulated one, and the official client against it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import boto3
import msgspec
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from cablegram.connectors.contract import Incoming, Outcome, Receipt, Trouble, Verdict
from cablegram.connectors.providers import aws_sms
from cablegram.connectors.providers.aws_sms import AwsSms, AwsSmsSecrets, AwsSmsSettings
from cablegram.connectors.providers.contract import Callback, Context
from cablegram.simulators.provider.aws import TOPIC, Aws
from cablegram.simulators.provider.fates import FATES
from cablegram.simulators.provider.shape import Credentials
from providers_at_home import Client, connected, outgoing, said

API = Aws(Credentials())
KNOWN = API.welcome()


def ours(url: str, key_id: str = KNOWN["access_key_id"], secret: str = KNOWN["secret_access_key"]) -> AwsSms:
    settings = AwsSmsSettings(region=KNOWN["region"], access_key_id=key_id, topics=(TOPIC,), base_url=url)
    return aws_sms.build(settings, AwsSmsSecrets(secret_access_key=secret))


@pytest.fixture
async def client() -> AsyncGenerator[Client]:
    async with connected(API, ours, is_set_there=True) as client:
        yield client


TAKEN = (Verdict.TAKEN, None)
LOST = (Verdict.LOST, None)
TOLD = [Outcome.ON_ITS_WAY, Outcome.DELIVERED]
TWICE = [Outcome.ON_ITS_WAY] * 2 + [Outcome.DELIVERED] * 2
ENDS = {
    "0001": (TAKEN, TOLD),
    "0002": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.UNDELIVERED]),
    "0003": ((Verdict.REFUSED, Trouble.OPTED_OUT), []),
    "0004": ((Verdict.THROTTLED, Trouble.THROTTLED), []),
    "0005": ((Verdict.TEMPORARY, Trouble.TEMPORARY), []),
    "0006": (LOST, TOLD),
    "0007": (TAKEN, TOLD),
    "0008": (TAKEN, TWICE),
    "0009": (TAKEN, [Outcome.DELIVERED, Outcome.ON_ITS_WAY]),
    "0010": (TAKEN, []),
    "0011": ((Verdict.REFUSED, Trouble.RECIPIENT), []),
    "0012": ((Verdict.TURNED_AWAY, Trouble.ACCOUNT), []),
    "0013": (TAKEN, ["callback_forged"] * 2),
    "0014": (TAKEN, TWICE),
    "0015": (LOST, TOLD),
    "0016": (TAKEN, TOLD),
    "0017": (LOST, TOLD),
    "0018": (LOST, TOLD),
    "0019": (LOST, TOLD),
    "0020": (TAKEN, TOLD),
    "0021": ((Verdict.REFUSED, Trouble.RECIPIENT), []),
    "0022": ((Verdict.REFUSED, Trouble.CONTENT), []),
    "0023": ((Verdict.REFUSED, Trouble.CONFIG), []),
    "0024": (LOST, []),
    "0025": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.EXPIRED]),
    "0026": (TAKEN, [Outcome.UNDELIVERED]),
    "0027": (TAKEN, [Outcome.UNDELIVERED]),
    "0028": (TAKEN, [Outcome.UNDELIVERED]),
    "0029": ((Verdict.THROTTLED, Trouble.THROTTLED), []),
    "0030": ((Verdict.TURNED_AWAY, Trouble.ACCOUNT), []),
}


@pytest.mark.req("R127", "R129", "R136")
async def test_every_fate_ends_as_it_should(client: Client) -> None:
    async def lives(suffix: str) -> tuple[str, tuple[Verdict, Trouble | None]]:
        (part,) = await client.one(f"3466131{suffix}")
        return suffix, (part.verdict, part.trouble)

    sent = asyncio.gather(*map(lives, ENDS))
    told: dict[str, list[str]] = {suffix: [] for suffix in ENDS}
    for _ in range(sum(len(outcomes) for _, outcomes in ENDS.values())):
        request, callback = await client.call()
        event = msgspec.json.decode(msgspec.json.decode(request.body)["Message"])
        told[event["destinationPhoneNumber"][-4:]].append(said(callback))
    client.simulator.let_go()
    assert dict(await sent) == {suffix: verdict for suffix, (verdict, _) in ENDS.items()}
    assert told == {suffix: outcomes for suffix, (_, outcomes) in ENDS.items()}
    assert set(FATES) == set(ENDS)


async def test_a_receipt_carries_the_id_and_the_numbers_of_its_message(client: Client) -> None:
    (part,) = await client.one("34661310026", source="ACME")
    (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    (receipt,) = callback.items
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.source, receipt.number) == (part.provider_id, "ACME", "34661310026")
    assert (receipt.error, receipt.trouble) == ("INVALID", Trouble.RECIPIENT)


async def test_a_phone_writes_to_us(client: Client) -> None:
    await client.one("34661310010")
    text = {"from": "+34661319196", "to": "+14155550100", "text": "Sí 😀"}
    assert (await client.control("inbound", text))["status"] == 200
    assert (await client.control("inbound", text | {"forged": True}))["status"] == 403
    callback, refused = await client.calls(2)
    assert isinstance(callback, Callback)
    (item,) = callback.items
    assert isinstance(item, Incoming)
    assert (item.source, item.destination, item.text) == ("34661319196", "14155550100", "Sí 😀")
    assert said(refused) == "callback_forged"


@pytest.mark.parametrize(
    ("key_id", "secret", "code"),
    [
        ("AKIASTRANGER00000000", KNOWN["secret_access_key"], "UnrecognizedClientException"),
        (KNOWN["access_key_id"], "guessed-guessed-guessed", "InvalidSignatureException"),
    ],
)
async def test_wrong_credentials_are_an_account_s_trouble(key_id: str, secret: str, code: str) -> None:
    async with connected(API, lambda url: ours(url, key_id, secret)) as client:
        (part,) = await client.one("34661319196")
    assert (part.verdict, part.trouble, part.code) == (Verdict.TURNED_AWAY, Trouble.ACCOUNT, code)


async def test_a_picture_in_s3_is_sent(client: Client) -> None:
    (part,) = await client.one("34661310010", media_url="https://bucket.s3.eu-west-1.amazonaws.com/1.png")
    assert part.verdict is Verdict.TAKEN


def official(client: Client, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients by itself
    return boto3.client(
        service,
        endpoint_url=client.simulator.url,
        region_name=KNOWN["region"],
        aws_access_key_id=KNOWN["access_key_id"],
        aws_secret_access_key=KNOWN["secret_access_key"],
        config=Config(retries={"total_max_attempts": 1}),
    )


async def test_the_official_client_subscribes_us_and_sends_through_the_simulator() -> None:
    async with connected(Aws(Credentials()), ours) as client:  # one of its own, for it remembers who subscribed
        sns = official(client, "sns")
        await asyncio.to_thread(sns.subscribe, TopicArn=TOPIC, Protocol="http", Endpoint=client.callback_url)
        (yes,) = await client.calls(1)
        assert isinstance(yes, Callback)
        assert "Action=ConfirmSubscription" in yes.visit
        voice = official(client, "pinpoint-sms-voice-v2")
        sent = await asyncio.to_thread(
            voice.send_text_message,
            DestinationPhoneNumber="+34661310001",
            OriginationIdentity="ACME",
            MessageBody="Hello",
            MessageType="TRANSACTIONAL",
            Context={"mid": "42"},
            DestinationCountryParameters={"IN_ENTITY_ID": "E"},
            TimeToLive=60,
        )
        heard = [one.items[0] for one in await client.calls(2) if isinstance(one, Callback)]
        assert [one.provider_id for one in heard if isinstance(one, Receipt)] == [sent["MessageId"]] * 2
        picture = await asyncio.to_thread(
            voice.send_media_message,
            DestinationPhoneNumber="+34661310010",
            OriginationIdentity="ACME",
            MediaUrls=["s3://bucket/1.png"],
        )
        assert picture["MessageId"]
        for number, code, reason in (
            ("+34661310003", "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"),
            ("+34661310021", "ValidationException", "FIELD_VALIDATION_FAILED"),
            ("+34661310012", "ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
        ):
            with pytest.raises(ClientError) as caught:
                await asyncio.to_thread(voice.send_text_message, DestinationPhoneNumber=number, MessageBody="hi")
            answered: Any = caught.value.response
            assert (answered["Error"]["Code"], answered["Reason"]) == (code, reason)


async def test_botocore_finds_nothing_wrong_with_what_we_send(client: Client) -> None:
    """Our bodies fit the service's own model, by which botocore checks what its callers give it."""
    model = official(client, "pinpoint-sms-voice-v2").meta.service_model
    provider = aws_sms.build(
        AwsSmsSettings(
            region="eu-west-1",
            access_key_id=KNOWN["access_key_id"],
            configuration_set="set",
            max_price="0.10",
            protect_configuration="protect",
            entity_id="E",
        ),
        AwsSmsSecrets(secret_access_key=KNOWN["secret_access_key"]),
    )
    now = datetime.now(UTC)
    batch = [
        outgoing("34661310001", valid_until=now, values={"template_id": "T"}),
        outgoing("34661310002", valid_until=now, media_url="https://bucket.s3.amazonaws.com/1.png"),
    ]
    for shipment in provider.ship(batch, Context(now)):
        operation = dict(shipment.request.headers)["X-Amz-Target"].partition(".")[2]
        shape = model.operation_model(operation).input_shape
        report: Any = ParamValidator().validate(msgspec.json.decode(shipment.request.body), shape)
        assert not report.has_errors(), report.generate_report()
