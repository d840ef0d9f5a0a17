"""Our Twilio against the simulated one, and the official client and its validator against both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client as OfficialClient
from yarl import URL

from cablegram.connectors.contract import Incoming, Outcome, Receipt, Trouble, Verdict
from cablegram.connectors.providers.contract import Callback, CallbackRequest, HttpAnswer, OptOut
from cablegram.connectors.providers.name_book import Named
from cablegram.connectors.providers.twilio import Twilio, TwilioSecrets, TwilioSettings
from cablegram.connectors.providers.twilio_names import TwilioNames
from cablegram.connectors.providers.twilio_signature import check, signature
from cablegram.simulators.provider.fates import FATES
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.twilio import Twilio as Simulator
from providers_at_home import Client, connected, outgoing, said

SIGNING = "a shared key"
API = Simulator(Credentials())
ACCOUNT, TOKEN = API.welcome()["account_sid"], API.welcome()["auth_token"]


def ours(url: str) -> Twilio:
    settings = TwilioSettings(account_sid=ACCOUNT, base_url=url)
    return Twilio(settings, TwilioSecrets(auth_token=TOKEN, webhook_secret=SIGNING))


@pytest.fixture
async def client() -> AsyncGenerator[Client]:
    async with connected(API, ours) as client:
        yield client


TAKEN = (Verdict.TAKEN, None)
LOST = (Verdict.LOST, None)
ENDS = {
    "0001": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.DELIVERED]),
    "0002": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.UNDELIVERED]),
    "0003": ((Verdict.REFUSED, Trouble.OPTED_OUT), []),
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
    assert set(FATES) - set(ENDS) == {"0020"}


async def test_a_huge_answer_is_read_as_far_as_it_matters(client: Client) -> None:
    (part,) = await client.one("34661310020")
    assert part.verdict is Verdict.TAKEN
    assert [said(one) for one in await client.calls(2)] == [Outcome.ON_ITS_WAY, Outcome.DELIVERED]


async def test_what_was_told_to_come_later_is_taken_then(client: Client) -> None:
    verdicts = [(await client.one("34661310004"))[0].verdict for _ in range(3)]
    assert verdicts == [Verdict.THROTTLED, Verdict.TAKEN, Verdict.THROTTLED]


async def test_a_receipt_carries_the_id_and_the_numbers_of_its_message(client: Client) -> None:
    (part,) = await client.one("34661310027", source="ACME")
    (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    receipt, opt_out = callback.items
    assert isinstance(receipt, Receipt)
    assert (receipt.provider_id, receipt.source, receipt.number) == (part.provider_id, "ACME", "34661310027")
    assert (receipt.error, receipt.trouble) == ("21610", Trouble.OPTED_OUT)
    assert opt_out == OptOut("34661310027", "ACME")


@pytest.mark.parametrize("opts_out", [False, True])
async def test_a_phone_writes_to_us(client: Client, opts_out: bool) -> None:  # noqa: FBT001 - of pytest
    heard = await client.control(
        "inbound",
        {
            "from": "+34661319196",
            "to": "+14155550100",
            "text": "Sí & no+",
            "media_urls": ["https://m.example/1.jpg"],
            "url": client.callback_url,
            "opt_out": opts_out,
        },
    )
    assert (heard["status"], heard["answer"]) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response/>')
    (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    text, *others = callback.items
    assert isinstance(text, Incoming)
    assert (text.source, text.destination, text.text) == ("34661319196", "14155550100", "Sí & no+")
    assert text.media_urls == ("https://m.example/1.jpg",)
    assert others == ([OptOut("34661319196", "14155550100")] if opts_out else [])


async def test_a_forged_text_is_refused(client: Client) -> None:
    heard = await client.control(
        "inbound", {"from": "+1", "to": "+2", "text": "x", "url": client.callback_url, "forged": True}
    )
    assert heard["status"] == 403
    assert [said(one) for one in await client.calls(1)] == ["callback_forged"]


async def test_wrong_credentials_are_an_account_s_trouble() -> None:
    def stranger(url: str) -> Twilio:
        return Twilio(TwilioSettings(account_sid=ACCOUNT, base_url=url), TwilioSecrets(auth_token="guessed"))

    async with connected(API, stranger) as client:
        (part,) = await client.one("34661319196")
    assert (part.verdict, part.code, part.trouble) == (Verdict.TURNED_AWAY, "20003", Trouble.ACCOUNT)


async def test_calls_signed_with_a_webhook_secret_are_taken() -> None:
    async with connected(Simulator(Credentials(signing_secret=SIGNING)), ours) as client:
        await client.one("34661319196")
        request, callback = await client.call()
    assert said(callback) == Outcome.ON_ITS_WAY
    validator = RequestValidator(SIGNING)
    pairs = dict(parse_qsl(request.body.decode()))
    assert validator.validate(request.url, pairs, request.headers["x-twilio-signature"], "HMAC_SHA256")


class _Nearby(TwilioHttpClient):
    """The official client's own way to speak HTTP, to another address."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:  # noqa: ANN401 - as its own
        for home in ("https://api.twilio.com", "https://lookups.twilio.com"):
            url = url.replace(home, self._address)
        return super().request(method, url, *args, **options)


async def test_the_official_client_sends_through_the_simulator(client: Client) -> None:
    official = OfficialClient(ACCOUNT, TOKEN, http_client=_Nearby(client.simulator.url))
    sent = await asyncio.to_thread(
        official.messages.create,
        to="+34661319196",
        from_="+14155550100",
        body="héllo " * 30,
        status_callback=client.callback_url,
        media_url=["https://m.example/1.png", "https://m.example/2.png"],
        validity_period=60,
    )
    assert (sent.status, sent.num_segments, sent.num_media, sent.to) == ("queued", "2", "2", "+34661319196")
    assert sent.sid is not None
    assert len(sent.sid) == 34
    assert [said(one) for one in await client.calls(2)] == [Outcome.ON_ITS_WAY, Outcome.DELIVERED]
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(official.messages.create, to="+34661310003", from_="+14155550100", body="hi")
    assert (caught.value.status, caught.value.code) == (400, 21610)


async def test_the_official_validator_accepts_the_simulator_s_calls(client: Client) -> None:
    await client.one("34661319196")
    validator = RequestValidator(TOKEN)
    request, _ = await client.call()
    pairs = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    given = request.headers["x-twilio-signature"]
    assert validator.validate(request.url, pairs, given)
    assert not validator.validate(request.url, pairs | {"MessageStatus": "failed"}, given)


@pytest.mark.parametrize("algorithm", ["HMAC_SHA1", "HMAC_SHA256"])
@pytest.mark.parametrize("url", ["https://h.example/x?a=b&c=%20", "https://h.example:443/x", "http://h.example:8080/x"])
@pytest.mark.parametrize("pairs", [{}, {"Body": "Sí & no+\U0001f600", "A": "", "a": "1"}])
def test_we_accept_what_the_official_client_signs(algorithm: str, url: str, pairs: dict[str, str]) -> None:
    secret = {"HMAC_SHA1": TOKEN, "HMAC_SHA256": SIGNING}[algorithm]
    signed = RequestValidator(secret).compute_signature(url, pairs, algorithm)
    assert signature(secret, url, pairs.items(), algorithm) == signed
    assert RequestValidator(secret).validate(url, pairs, signed, algorithm)


def test_we_accept_json_as_the_official_client_signs_it() -> None:
    body = '{"a":"é"}'
    validator = RequestValidator(TOKEN)
    url = f"https://h.example/x?bodySHA256={validator.compute_hash(body)}"
    headers = {"content-type": "application/json", "x-twilio-signature": validator.compute_signature(url, {})}
    request = CallbackRequest("POST", url, headers, body.encode(), "127.0.0.1")
    check(request, auth_token=TOKEN, webhook_secret="")
    assert validator.validate(url, body, headers["x-twilio-signature"])


async def test_the_journal_tells_what_was_taken_and_what_not(client: Client) -> None:
    await client.send([outgoing("34661319196", text="One"), outgoing("34661310021", text="Two")])
    async with client.session.get(f"{client.simulator.url}/_simulator/journal") as response:
        entries = (await response.json())["entries"]
    assert [(one["to"], one["text"], one["taken"], one["why"]) for one in entries] == [
        ("34661319196", "One", True, ""),
        ("34661310021", "Two", False, "bad_number"),
    ]


@pytest.mark.req("R61")
async def test_the_official_client_sees_the_names_that_ours_reads(client: Client) -> None:
    official = OfficialClient(ACCOUNT, TOKEN, http_client=_Nearby(client.simulator.url))
    theirs = official.lookups.v2.phone_numbers("+13055550101").fetch
    found = await asyncio.to_thread(theirs, fields="caller_name")
    assert found.caller_name == {"caller_name": "CALLER 0101", "caller_type": "CONSUMER", "error_code": None}
    book = TwilioNames(client.simulator.url, ours(client.simulator.url).numbers().headers)
    request = book.ask("13055550101")
    url = URL(request.url, encoded=True)
    async with client.session.request(request.method, url, headers=dict(request.headers)) as response:
        answer = HttpAnswer(response.status, {}, await response.read())
    assert book.read(answer) == Named(True, "CALLER 0101")
