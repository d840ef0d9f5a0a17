"""Each preset against its provider's shape over real HTTP: taken, refused, no credit, wrong key, receipt, text."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from cablegram.connectors.contract import Incoming, Outcome, Receipt, Trouble, Verdict
from cablegram.connectors.providers.contract import Callback, HttpRequest, Provider
from cablegram.connectors.providers.generic.presets.choose import PRESETS, configure
from cablegram.connectors.providers.generic.provider import build
from cablegram.connectors.providers.sigv4 import Signer
from cablegram.simulators.provider.described.generic import Generic
from cablegram.simulators.provider.shape import Credentials
from providers_at_home import FAST, Client, connected, outgoing, said
from providers_generic import made

ACCOUNT, SECRET = "simulated-account", "simulated-secret"
API = Generic(Credentials())
AWS = {name.removeprefix("aws "): value for name, value in API.welcome().items() if name.startswith("aws ")}
FILLED = {
    "token_id": ACCOUNT, "token_secret": SECRET, "sid": "s", "api_key": SECRET, "api_token": SECRET, "authkey": SECRET,
    "user": ACCOUNT, "password": SECRET, "auth_id": ACCOUNT, "auth_token": SECRET, "region": AWS["region"],
    "access_key": AWS["access_key_id"], "secret_key": AWS["secret_access_key"], "topic_arn": AWS["topics"],
    "app_id": "app", "config_set": "", "entity_id": "1101",
}  # fmt: skip
REFUSED, AWAY = Verdict.REFUSED, Verdict.TURNED_AWAY
RECIPIENT, OPTED_OUT, CONFIG = Trouble.RECIPIENT, Trouble.OPTED_OUT, Trouble.CONFIG


@dataclass(frozen=True, slots=True)
class Shape:
    """What a preset makes of who opted out (…0003), of no such number (…0021), and whether it hears of messages."""

    opted_out: tuple[Verdict, Trouble | None]
    no_number: tuple[Verdict, Trouble | None]
    has_receipts: bool = True
    broke: tuple[Verdict, Trouble | None] = (AWAY, Trouble.ACCOUNT)
    stranger: tuple[Verdict, Trouble | None] = (AWAY, Trouble.ACCOUNT)
    has_texts: bool = False
    broken: Verdict = Verdict.LOST


SHAPES = {
    "bulksms": Shape((REFUSED, OPTED_OUT), (REFUSED, CONFIG), has_texts=True),
    "exotel": Shape((REFUSED, CONFIG), (REFUSED, CONFIG), has_texts=True),
    "msg91": Shape((REFUSED, CONFIG), (REFUSED, RECIPIENT)),
    "nimbus": Shape((REFUSED, CONFIG), (REFUSED, CONFIG), broke=(REFUSED, CONFIG), stranger=(REFUSED, CONFIG)),
    "plivo": Shape((REFUSED, RECIPIENT), (REFUSED, RECIPIENT), broke=(REFUSED, CONFIG), has_texts=True),
    "smsindiahub": Shape((REFUSED, CONFIG), (REFUSED, CONFIG)),
    "textlocal": Shape((REFUSED, CONFIG), (REFUSED, RECIPIENT), stranger=(REFUSED, RECIPIENT), has_texts=True),
    "textlocal_bulk": Shape(
        (REFUSED, CONFIG), (REFUSED, RECIPIENT), has_receipts=False, stranger=(REFUSED, RECIPIENT), has_texts=True
    ),
    "aws_pinpoint": Shape((REFUSED, OPTED_OUT), (REFUSED, RECIPIENT), has_texts=True, broken=Verdict.TEMPORARY),
    "aws_pinpoint_legacy": Shape((REFUSED, OPTED_OUT), (REFUSED, CONFIG), has_receipts=False),
}
BROUGHT = {"template_id": "T1", "variables": {"VAR1": "Ana"}}


def number(end: str) -> str:
    return f"91981234{end}"


def of_preset(name: str, url: str, *, wrong: bool = False) -> Provider:
    preset = PRESETS[name]
    given = {field.name: FILLED[field.name] for field in preset.fields}
    if name == "exotel":
        given["api_key"] = ACCOUNT  # what others call their secret
    if wrong:
        given |= {field.name: "wrong" for field in preset.fields if field.is_secret}
    settings, secrets = configure(name, given, base_url=url)
    return build(settings, secrets)


@pytest.fixture(params=SHAPES)
async def named(request: pytest.FixtureRequest) -> AsyncGenerator[tuple[str, Client]]:
    name: str = request.param
    api = Generic(Credentials(), inbound_by=name.removesuffix("_bulk"))
    async with connected(api, lambda url: of_preset(name, url), is_set_there=SHAPES[name].has_receipts) as client:
        yield name, client


def test_there_is_a_table_for_every_preset() -> None:
    assert SHAPES.keys() == PRESETS.keys()


@pytest.mark.req("R134", "R136")
async def test_a_preset_sends_reads_refusals_and_hears(named: tuple[str, Client]) -> None:
    name, client = named
    shape = SHAPES[name]
    (taken,) = await client.one(number("0001"), values=BROUGHT)
    assert (taken.verdict, taken.trouble) == (Verdict.TAKEN, None), taken
    assert taken.provider_id
    if shape.has_receipts:
        assert await _until_delivered(client) == {taken.provider_id}
    for end, expected in (("0003", shape.opted_out), ("0021", shape.no_number), ("0012", shape.broke)):
        (part,) = await client.one(number(end), values=BROUGHT)
        assert (part.verdict, part.trouble) == expected, (end, part)
    for end, verdict in (("0004", Verdict.THROTTLED), ("0005", shape.broken), ("0019", Verdict.LOST)):
        (part,) = await client.one(number(end), values=BROUGHT)
        assert part.verdict is verdict, (end, part)
    if shape.has_receipts:
        await _until_delivered(client)
    client.provider = of_preset(name, client.simulator.url, wrong=True)
    if name != "aws_pinpoint_legacy":  # which looks for a signature and does not check it
        (part,) = await client.one(number("0001"), values=BROUGHT)
        assert (part.verdict, part.trouble) == shape.stranger, part


async def _until_delivered(client: Client) -> set[str]:
    """Hear calls up to the last one of a message; return the ids that they named."""
    named: set[str] = set()
    last = ""
    while last != Outcome.DELIVERED.value:
        _, heard = await client.call()
        last = said(heard)
        assert isinstance(heard, Callback)
        (receipt,) = heard.items
        assert isinstance(receipt, Receipt)
        named.add(receipt.provider_id)
    return named


@pytest.mark.req("R134")
@pytest.mark.parametrize("name", [name for name, shape in SHAPES.items() if shape.has_texts])
async def test_a_preset_takes_texts_from_phones(name: str) -> None:
    api = Generic(Credentials(), inbound_by=name.removesuffix("_bulk"))
    async with connected(api, lambda url: of_preset(name, url), is_set_there=True) as client:
        content = {"from": "919812340001", "to": "447700900000", "text": "STOP"}
        if name == "aws_pinpoint":  # which knows where it is once it was called: what it signs names its certificate
            await client.one(number("0010"), values=BROUGHT)
        await client.control("inbound", content)
        ((text,),) = [one.items for one in await client.calls(1) if isinstance(one, Callback)]
        assert isinstance(text, Incoming)
        assert (text.source, text.destination, text.text) == ("919812340001", "447700900000", "STOP")


RECORDS = {"messages": [{"to": "$$To", "text": "$$Body", "callback": "{{callback_url}}", "ref": "$$MessageID"}]}


@pytest.mark.req("R133", "R135")
async def test_a_free_description_sends_a_batch_and_tells_each_message_apart() -> None:
    def described(url: str) -> Provider:
        return made(
            {"client_id": ACCOUNT, "client_secret": SECRET, "key": SECRET},
            url="https://api.example.com/free/batch",
            base_url=url,
            headers={"X-API-Key": "{{key}}"},
            payload=RECORDS,
            batch={"size": 1000, "key": "messages"},
            answer={
                "items": "results[*]",
                "number": "to",
                "id": "id",
                "codes": ["error", "error.code"],
                "troubles": {"opted_out": "opted_out", "bad_number": "recipient", "no_credit": "account"},
            },
            ids="provider",
            receipts=[{"id": "id", "number": "to", "status": "status", "states": {"delivered": "delivered"}}],
        )

    async with connected(API, described, replace(FAST)) as client:
        messages = [outgoing(number(end)) for end in ("0001", "0003", "0021", "0040")]
        results = await client.send(messages)
        found = [results[one.id][0] for one in messages]
        assert [(part.verdict, part.trouble) for part in found] == [
            (Verdict.TAKEN, None),
            (REFUSED, OPTED_OUT),
            (REFUSED, RECIPIENT),
            (Verdict.TAKEN, None),
        ]
        heard = await client.calls(4)
        assert sorted(map(said, heard)) == ["delivered", "delivered", "on_its_way", "on_its_way"]


async def test_a_preset_says_yes_to_its_topic() -> None:
    async with connected(API, lambda url: of_preset("aws_pinpoint", url)) as client:
        said = {"Action": "Subscribe", "TopicArn": AWS["topics"], "Protocol": "http", "Endpoint": client.callback_url}
        form = (("Content-Type", "application/x-www-form-urlencoded"),)
        asked = HttpRequest("POST", f"{client.simulator.url}/", form, urlencode(said).encode())
        key = {"access_key": AWS["access_key_id"], "secret_key": AWS["secret_access_key"]}
        signed = Signer("sns", AWS["region"], **key).sign(asked, datetime.now(UTC))
        async with client.session.post(signed.url, headers=signed.headers, data=signed.body) as answer:
            assert answer.status == 200, await answer.text()
        (yes,) = await client.calls(1)
        assert isinstance(yes, Callback)
        assert "Action=ConfirmSubscription" in yes.visit
