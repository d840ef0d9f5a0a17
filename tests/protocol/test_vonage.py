"""Our two ways to Vonage against the simulated one, and the official client and its validators against both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from vonage import Auth, HttpClientOptions, Vonage
from vonage_http_client.errors import AuthenticationError, HttpRequestError
from vonage_jwt import VonageVerifyJwtError, verify_signature
from vonage_messages import MmsImage, MmsResource
from vonage_messages import Sms as SmsOfMessages
from vonage_sms import SmsMessage
from vonage_sms.errors import PartialFailureError, SmsError

from cablegram.connectors.contract import Incoming, Outcome, Receipt, Trouble, Verdict
from cablegram.connectors.providers import vonage_messages, vonage_sms
from cablegram.connectors.providers.contract import Callback, CallbackRequest, Provider
from cablegram.connectors.providers.vonage_messages import VonageMessagesSecrets, VonageMessagesSettings
from cablegram.connectors.providers.vonage_sms import VonageSmsSecrets, VonageSmsSettings
from cablegram.simulators.provider.fates import FATES
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.vonage import Vonage as Simulator
from providers_at_home import Client, connected, said

API = Simulator(Credentials())
KNOWN = API.welcome()
SIGNING = KNOWN["signature_secret"]


def by_sms(url: str) -> Provider:
    settings = VonageSmsSettings(api_key=KNOWN["api_key"], base_url=url)
    return vonage_sms.build(settings, VonageSmsSecrets(api_secret=KNOWN["api_secret"], signature_secret=SIGNING))


def by_signed_sms(url: str) -> Provider:
    settings = VonageSmsSettings(api_key=KNOWN["api_key"], base_url=url)
    return vonage_sms.build(settings, VonageSmsSecrets(signature_secret=SIGNING))


def by_messages(url: str) -> Provider:
    settings = VonageMessagesSettings(application_id=KNOWN["application_id"], api_key=KNOWN["api_key"], base_url=url)
    secrets = VonageMessagesSecrets(private_key=KNOWN["private_key"], signature_secret=SIGNING)
    return vonage_messages.build(settings, secrets)


def by_messages_of_an_account(url: str) -> Provider:
    settings = VonageMessagesSettings(api_key=KNOWN["api_key"], base_url=url)
    return vonage_messages.build(settings, VonageMessagesSecrets(api_secret=KNOWN["api_secret"]))


WAYS = [by_sms, by_messages]


@pytest.fixture
async def client() -> AsyncGenerator[Client]:
    async with connected(API, by_sms) as client:
        yield client


TAKEN = (Verdict.TAKEN, None)
LOST = (Verdict.LOST, None)
TOLD = [Outcome.ON_ITS_WAY, Outcome.DELIVERED]
TWICE = [Outcome.ON_ITS_WAY] * 2 + [Outcome.DELIVERED] * 2
ENDS = {
    "0001": (TAKEN, TOLD),
    "0002": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.UNDELIVERED]),
    "0003": (TAKEN, [Outcome.UNDELIVERED]),
    "0004": ((Verdict.THROTTLED, Trouble.THROTTLED), []),
    "0005": (LOST, []),
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
    "0022": (TAKEN, [Outcome.UNDELIVERED]),
    "0023": ((Verdict.REFUSED, Trouble.CONFIG), []),
    "0024": (LOST, []),
    "0025": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.EXPIRED]),
    "0026": (TAKEN, [Outcome.UNDELIVERED]),
    "0027": (TAKEN, [Outcome.UNDELIVERED]),
    "0028": (TAKEN, [Outcome.UNDELIVERED]),
    "0029": ((Verdict.THROTTLED, Trouble.THROTTLED), []),
    "0030": ((Verdict.TURNED_AWAY, Trouble.ACCOUNT), []),
}


def number_in(request: CallbackRequest) -> str:
    """Return whose message a call is about."""
    if request.headers["content-type"] == "application/json":
        return msgspec.json.decode(request.body)["to"]
    return dict(parse_qsl(request.body.decode()))["msisdn"]


@pytest.mark.req("R127", "R129", "R136")
@pytest.mark.parametrize("way", WAYS)
async def test_every_fate_ends_as_it_should(way: Any) -> None:  # noqa: ANN401 - of pytest
    async with connected(API, way) as client:

        async def lives(suffix: str) -> tuple[str, tuple[Verdict, Trouble | None]]:
            (part,) = await client.one(f"3466131{suffix}")
            return suffix, (part.verdict, part.trouble)

        sent = asyncio.gather(*map(lives, ENDS))
        told: dict[str, list[str]] = {suffix: [] for suffix in ENDS}
        for _ in range(sum(len(outcomes) for _, outcomes in ENDS.values())):
            request, callback = await client.call()
            told[number_in(request)[-4:]].append(said(callback))
        client.simulator.let_go()
        assert dict(await sent) == {suffix: verdict for suffix, (verdict, _) in ENDS.items()}
    assert told == {suffix: outcomes for suffix, (_, outcomes) in ENDS.items()}
    assert set(FATES) == set(ENDS)


async def test_each_part_of_a_long_text_has_its_id_and_its_receipts(client: Client) -> None:
    parts = await client.one("34661310001", text="Καλημέρα " * 16)
    assert [part.verdict for part in parts] == [Verdict.TAKEN] * 3
    heard = [one.items[0] for one in await client.calls(6) if isinstance(one, Callback)]
    ids = [one.provider_id for one in heard if isinstance(one, Receipt)]
    assert sorted(ids) == sorted([part.provider_id for part in parts] * 2)


async def test_of_a_long_text_some_parts_may_be_taken_and_others_not(client: Client) -> None:
    parts = await client.one("34661310011", text="Hello " * 60)
    assert [part.verdict for part in parts] == [Verdict.TAKEN, Verdict.THROTTLED, Verdict.THROTTLED]


@pytest.mark.parametrize("way", WAYS)
async def test_a_receipt_carries_the_id_and_the_numbers_of_its_message(way: Any) -> None:  # noqa: ANN401 - of pytest
    async with connected(API, way) as client:
        (part,) = await client.one("34661310027", source="ACME")
        (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    (receipt,) = callback.items
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.source, receipt.number) == (part.provider_id, "ACME", "34661310027")
    assert receipt.trouble is Trouble.OPTED_OUT


@pytest.mark.parametrize(("way", "inbound_by"), [(by_sms, "sms"), (by_messages, "messages")])
async def test_a_phone_writes_to_us(way: Any, inbound_by: Any) -> None:  # noqa: ANN401 - of pytest
    async with connected(Simulator(Credentials(), inbound_by=inbound_by), way) as client:
        text = {"from": "+34661319196", "to": "+14155550100", "text": "Sí & no=", "url": client.callback_url}
        heard = await client.control("inbound", text)
        forged = await client.control("inbound", text | {"forged": True})
        callback, refused = await client.calls(2)
    assert (heard["status"], forged["status"]) == (200, 403)
    assert isinstance(callback, Callback)
    (item,) = callback.items
    assert isinstance(item, Incoming)
    assert (item.source, item.destination, item.text) == ("34661319196", "14155550100", "Sí & no=")
    assert item.provider_id
    assert len(callback.once) == 1
    assert said(refused) == "callback_forged"


async def test_a_long_text_from_a_phone_comes_in_parts(client: Client) -> None:
    words = "Ж" * 67 + "é" * 67 + "!"
    text = {"from": "+34661319196", "to": "+14155550100", "text": words, "url": client.callback_url}
    assert (await client.control("inbound", text))["status"] == 200
    items = [one.items[0] for one in await client.calls(3) if isinstance(one, Callback)]
    parts = [one for one in items if isinstance(one, Incoming) and one.fragment]
    assert "".join(one.text for one in parts) == words
    assert [one.fragment[1:3] for one in parts if one.fragment] == [(3, 1), (3, 2), (3, 3)]
    assert len({one.provider_id for one in parts}) == 3


async def test_a_phone_sends_a_picture() -> None:
    async with connected(Simulator(Credentials(), inbound_by="messages"), by_messages) as client:
        url = "https://m.example/1.jpg"
        text = {"from": "+34661319196", "to": "+1415", "text": "me", "media_urls": [url], "url": client.callback_url}
        await client.control("inbound", text)
        (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    (item,) = callback.items
    assert isinstance(item, Incoming)
    assert (item.text, item.media_urls) == ("me", (url,))


@pytest.mark.parametrize("way", [by_signed_sms, by_messages_of_an_account])
async def test_other_ways_to_show_who_we_are_are_known_too(way: Any) -> None:  # noqa: ANN401 - of pytest
    async with connected(API, way) as client:
        (part,) = await client.one("34661310001", media_url=None)
        assert [said(one) for one in await client.calls(2)] == TOLD
    assert part.verdict is Verdict.TAKEN


@pytest.mark.parametrize("is_sms", [True, False])
async def test_wrong_credentials_are_an_account_s_trouble(is_sms: bool) -> None:  # noqa: FBT001 - of pytest
    def stranger(url: str) -> Provider:
        if is_sms:
            return vonage_sms.build(VonageSmsSettings(api_key="x", base_url=url), VonageSmsSecrets(api_secret="y"))
        settings = VonageMessagesSettings(api_key="x", base_url=url)
        return vonage_messages.build(settings, VonageMessagesSecrets(api_secret="y"))

    async with connected(API, stranger) as client:
        (part,) = await client.one("34661319196")
    assert (part.verdict, part.trouble) == (Verdict.TURNED_AWAY, Trouble.ACCOUNT)
    assert part.code == ("4" if is_sms else "unauthorized")


def official(client: Client, **auth: Any) -> Vonage:  # noqa: ANN401 - as its own
    """Return the official client, led to the simulator: it knows https alone."""
    address = client.simulator.url.removeprefix("http://")
    made = Vonage(Auth(**auth), HttpClientOptions(api_host=address, rest_host=address))
    session: Any = made.http_client._session
    usual = session.request

    def nearby(method: str, url: str, **options: Any) -> Any:  # noqa: ANN401 - as its own
        return usual(method, url.replace("https://", "http://"), **options)

    session.request = nearby
    return made


async def test_the_official_client_sends_texts_through_the_simulator(client: Client) -> None:
    plain = official(client, api_key=KNOWN["api_key"], api_secret=KNOWN["api_secret"])
    sent = await asyncio.to_thread(
        plain.sms.send, text_to("34661310001", "Hola " * 40, client_ref="m42", callback=client.callback_url, ttl=60_000)
    )
    assert (sent.message_count, [one.client_ref for one in sent.messages]) == ("2", ["m42", "m42"])
    assert sorted(said(one) for one in await client.calls(4)) == sorted(TWICE)
    with pytest.raises(PartialFailureError):
        await asyncio.to_thread(plain.sms.send, text_to("34661310011", "Hello " * 60))
    # The official client signs parameters that it then leaves out, so a signature of its own never fits.
    signing = official(client, api_key=KNOWN["api_key"], signature_secret=SIGNING, signature_method="sha256")
    with pytest.raises(SmsError, match="error code 14"):
        await asyncio.to_thread(signing.sms.send, text_to("34661310001", "hi"))
    for wrong, code in (("34661310021", "6"), ("nobody", "3")):
        with pytest.raises(SmsError, match=f"error code {code}"):
            await asyncio.to_thread(plain.sms.send, text_to(wrong, "hi"))


async def test_the_official_client_sends_messages_through_the_simulator(client: Client) -> None:
    pair = official(client, application_id=KNOWN["application_id"], private_key=KNOWN["private_key"])
    url: dict[str, Any] = {"url": "https://m.example/1.png"}
    picture: dict[str, Any] = {"to": "34661310001", "from_": "14155550100", "image": MmsResource(**url)}
    for message in (message_to("34661310001"), MmsImage(**picture)):
        assert (await asyncio.to_thread(pair.messages.send, message)).message_uuid
    with pytest.raises(HttpRequestError, match="422"):
        await asyncio.to_thread(pair.messages.send, message_to("34661310021"))
    stranger = official(client, api_key="x", api_secret="y")
    with pytest.raises(AuthenticationError):
        await asyncio.to_thread(stranger.messages.send, message_to("34661310001"))


def text_to(number: str, text: str, **more: Any) -> SmsMessage:  # noqa: ANN401 - of any field
    given: dict[str, Any] = {"to": number, "from_": "ACME", "text": text, **more}
    return SmsMessage(**given)


def message_to(number: str) -> SmsOfMessages:
    given: dict[str, Any] = {"to": number, "from_": "ACME", "text": "hi", "client_ref": "m42"}
    return SmsOfMessages(**given)


async def test_the_official_validators_accept_the_simulator_s_calls(client: Client) -> None:
    await client.one("34661310001")
    request, _ = await client.call()
    pairs = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    auth = Auth(api_key="x", signature_secret=SIGNING, signature_method="sha256")
    assert auth.check_signature(dict(pairs))
    assert not auth.check_signature(pairs | {"status": "failed"})
    async with connected(API, by_messages) as other:
        await other.one("34661310001")
        request, _ = await other.call()
    token = request.headers["authorization"].removeprefix("Bearer ")
    assert verify_signature(token, SIGNING)
    assert not verify_signature(token, f"not {SIGNING}")
    with pytest.raises(VonageVerifyJwtError):
        verify_signature("no token", SIGNING)


@pytest.mark.parametrize("method", ["md5", "sha1", "sha256", "sha512"])
def test_we_accept_what_the_official_client_signs(method: Any) -> None:  # noqa: ANN401 - of pytest
    pairs = {"messageId": "A1", "text": "a&b=c é😀", "timestamp": "1577880000", "concat-ref": ""}
    signed = Auth(api_key="x", signature_secret=SIGNING, signature_method=method).sign_params(dict(pairs))
    assert vonage_sms.sign(pairs, SIGNING, method) == signed
