"""Our Plivo against the simulated one, and the official client and its validators against both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from urllib.parse import parse_qsl, urlencode

import plivo.rest.client
import pytest
from plivo import RestClient
from plivo.exceptions import AuthenticationError, ValidationError
from plivo.utils import validate_signature, validate_v3_signature

from cablegram.connectors.contract import Incoming, Outcome, Receipt, Trouble, Verdict
from cablegram.connectors.providers.contract import Callback, OptOut
from cablegram.connectors.providers.plivo import Plivo, PlivoSecrets, PlivoSettings
from cablegram.connectors.providers.plivo_signature import signature_v2, signature_v3
from cablegram.simulators.provider.fates import FATES
from cablegram.simulators.provider.plivo import Plivo as Simulator
from cablegram.simulators.provider.shape import Credentials
from providers_at_home import Client, connected, outgoing, said

API = Simulator(Credentials())
ACCOUNT, TOKEN = API.welcome()["auth_id"], API.welcome()["auth_token"]
NONCE = "05429567804466091622"


def ours(url: str) -> Plivo:
    return Plivo(PlivoSettings(auth_id=ACCOUNT, base_url=url), PlivoSecrets(auth_token=TOKEN))


@pytest.fixture
async def client() -> AsyncGenerator[Client]:
    async with connected(API, ours) as client:
        yield client


TAKEN = (Verdict.TAKEN, None)
LOST = (Verdict.LOST, None)
ENDS = {
    "0001": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.DELIVERED]),
    "0002": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.UNDELIVERED]),
    "0003": (TAKEN, [Outcome.UNDELIVERED]),
    "0004": ((Verdict.THROTTLED, Trouble.THROTTLED), []),
    "0005": (LOST, []),
    "0006": (LOST, [Outcome.ON_ITS_WAY, Outcome.DELIVERED]),
    "0007": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.DELIVERED]),
    "0008": (TAKEN, [Outcome.ON_ITS_WAY] * 2 + [Outcome.DELIVERED] * 2),
    "0009": (TAKEN, [Outcome.DELIVERED, Outcome.ON_ITS_WAY]),
    "0010": (TAKEN, []),
    "0011": ((Verdict.REFUSED, Trouble.RECIPIENT), []),
    "0012": ((Verdict.TURNED_AWAY, Trouble.ACCOUNT), []),
    "0013": (TAKEN, ["callback_forged"] * 2),
    "0014": (TAKEN, [Outcome.ON_ITS_WAY] * 2 + [Outcome.DELIVERED] * 2),
    "0015": (LOST, [Outcome.ON_ITS_WAY, Outcome.DELIVERED]),
    "0016": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.DELIVERED]),
    "0017": (LOST, [Outcome.ON_ITS_WAY, Outcome.DELIVERED]),
    "0018": (LOST, [Outcome.ON_ITS_WAY, Outcome.DELIVERED]),
    "0019": (LOST, [Outcome.ON_ITS_WAY, Outcome.DELIVERED]),
    "0020": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.DELIVERED]),
    "0021": ((Verdict.REFUSED, Trouble.RECIPIENT), []),
    "0022": (TAKEN, [Outcome.UNDELIVERED]),
    "0023": (TAKEN, [Outcome.UNDELIVERED]),
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
        told[dict(parse_qsl(request.body.decode()))["To"][-4:]].append(said(callback))
    client.simulator.let_go()
    assert dict(await sent) == {suffix: verdict for suffix, (verdict, _) in ENDS.items()}
    assert told == {suffix: outcomes for suffix, (_, outcomes) in ENDS.items()}
    assert set(FATES) == set(ENDS)


@pytest.mark.req("R133")
async def test_a_batch_is_told_apart_though_some_of_it_is_invalid(client: Client) -> None:
    numbers = ["34661319196", "34661310021", "34661319197", "34661310011", "34661319198"]
    results = await client.send([outgoing(number) for number in numbers])
    verdicts = [parts[0].verdict for parts in results.values()]
    assert verdicts == [Verdict.TAKEN, Verdict.REFUSED, Verdict.TAKEN, Verdict.REFUSED, Verdict.TAKEN]
    names = {parts[0].provider_id: number for number, parts in zip(numbers, results.values(), strict=True)}
    for callback in await client.calls(6):
        assert isinstance(callback, Callback)
        (receipt,) = callback.items
        assert isinstance(receipt, Receipt)
        assert names[receipt.provider_id] == receipt.number
    assert client.simulator.desk.requests == 1


async def test_a_replayed_call_brings_the_same_nonce_and_a_repeated_one_another(client: Client) -> None:
    for suffix, kinds in (("0014", 2), ("0008", 4)):
        await client.one(f"3466131{suffix}")
        calls = await client.calls(4)
        assert len({one.once for one in calls if isinstance(one, Callback)}) == kinds


async def test_a_stop_is_told_by_receipt(client: Client) -> None:
    (part,) = await client.one("34661310003", source="14155550100")
    (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    receipt, opt_out = callback.items
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.error, receipt.trouble) == (part.provider_id, "200", Trouble.OPTED_OUT)
    assert opt_out == OptOut("34661310003", "14155550100")


async def test_a_phone_writes_to_us(client: Client) -> None:
    text = {"from": "+34661319196", "to": "+14155550100", "text": "Sí & no+", "url": client.callback_url}
    heard = await client.control("inbound", text | {"media_urls": ["https://m.example/1.jpg"]})
    assert (heard["status"], heard["answer"]) == (200, "<Response/>")
    (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    (came,) = callback.items
    assert isinstance(came, Incoming)
    assert (came.source, came.destination, came.text) == ("34661319196", "14155550100", "Sí & no+")
    assert came.media_urls == ("https://m.example/1.jpg",)
    assert (await client.control("inbound", text | {"forged": True}))["status"] == 403
    assert [said(one) for one in await client.calls(1)] == ["callback_forged"]


async def test_receipts_told_by_hand_come_as_asked(client: Client) -> None:
    (part,) = await client.one("34661310010")
    heard = await client.control("receipts", {"id": part.provider_id, "state": "failed", "why": "no_credit"})
    assert heard["status"] == 200
    (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    (receipt,) = callback.items
    assert isinstance(receipt, Receipt)
    assert (receipt.error, receipt.trouble) == ("900", Trouble.ACCOUNT)


@pytest.fixture
def official(client: Client, monkeypatch: pytest.MonkeyPatch) -> RestClient:
    """Return the official client; nothing of it is changed but the address."""
    monkeypatch.setattr(plivo.rest.client, "PLIVO_API_BASE_URI", f"{client.simulator.url}/v1/Account")
    return RestClient(ACCOUNT, TOKEN)


async def test_the_official_client_sends_through_the_simulator(client: Client, official: RestClient) -> None:
    sent = await asyncio.to_thread(
        official.messages.create,
        src="14155550100",
        dst="34661319196<34661310021",
        text="hi",
        url=client.callback_url,
        dlt_entity_id="1",
        dlt_template_id="2",
        dlt_template_category="promotional",
    )
    assert sent.message == "message(s) queued"
    assert len(sent.message_uuid) == 1
    assert sent.invalid_number == ["34661310021"]
    assert [said(one) for one in await client.calls(2)] == [Outcome.ON_ITS_WAY, Outcome.DELIVERED]


async def test_the_official_client_reads_the_simulator_s_refusals(official: RestClient) -> None:
    with pytest.raises(ValidationError, match="Insufficient Credit"):
        await asyncio.to_thread(official.messages.create, src="14155550100", dst="34661310012", text="hi")
    stranger = RestClient(ACCOUNT, "guessed")
    with pytest.raises(AuthenticationError):
        await asyncio.to_thread(stranger.messages.create, src="14155550100", dst="34661319196", text="hi")


async def test_receipts_by_get_are_signed_and_read_too(client: Client, official: RestClient) -> None:
    await asyncio.to_thread(
        official.messages.create,
        src="14155550100",
        dst="34661319196",
        text="hi",
        url=client.callback_url,
        method="GET",
    )
    request, callback = await client.call()
    assert (request.method, request.body, said(callback)) == ("GET", b"", Outcome.ON_ITS_WAY)


async def test_the_official_validator_accepts_the_simulator_s_calls(client: Client) -> None:
    await client.one("34661319196")
    request, _ = await client.call()
    nonce, given = request.headers["x-plivo-signature-v2-nonce"], request.headers["x-plivo-signature-v2"]
    assert validate_signature(request.url, nonce, given, TOKEN)
    assert not validate_signature(request.url, f"{nonce}0", given, TOKEN)


@pytest.mark.parametrize(
    "url", ["https://h.example/x", "https://h.example/x?b=2&a=1", "https://h.example:8443/x?a=%26"]
)
@pytest.mark.parametrize("pairs", [{}, {"Text": "Sí & no+", "From": "1", "z": ""}])
def test_we_sign_as_the_official_client_does(url: str, pairs: dict[str, str]) -> None:
    assert validate_signature(url, NONCE, signature_v2(TOKEN, url, NONCE), TOKEN)
    by_post = signature_v3(TOKEN, url, NONCE, pairs.items())
    assert validate_v3_signature("POST", url, NONCE, TOKEN, by_post, dict(pairs))
    whole = f"{url}{'&' if '?' in url else '?'}{urlencode(pairs)}" if pairs else url
    by_get = signature_v3(TOKEN, whole, NONCE, None)
    assert validate_v3_signature("GET", url, NONCE, TOKEN, by_get, dict(pairs))
