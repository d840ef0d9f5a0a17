"""Our Instasent against the simulated one: alone, in packets, and what comes to its one address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import msgspec
import pytest

from cablegram.connectors.contract import Incoming, Outcome, Receipt, Trouble, Verdict
from cablegram.connectors.providers.contract import Callback, OptOut
from cablegram.connectors.providers.instasent import Instasent, InstasentSecrets, InstasentSettings
from cablegram.simulators.provider.fates import FATES
from cablegram.simulators.provider.instasent import Instasent as Simulator
from cablegram.simulators.provider.shape import Credentials
from providers_at_home import Client, connected, outgoing, said

API = Simulator(Credentials())
TOKEN = API.welcome()["api_token"]


def ours(url: str) -> Instasent:
    settings = InstasentSettings(base_url=f"{url}/transactional/v1")
    return Instasent(settings, InstasentSecrets(api_token=TOKEN))


@pytest.fixture
async def client() -> AsyncGenerator[Client]:
    async with connected(API, ours, is_set_there=True) as client:
        yield client


TAKEN = (Verdict.TAKEN, None)
LOST = (Verdict.LOST, None)
TOLD = [Outcome.ON_ITS_WAY, Outcome.DELIVERED]
TWICE = [Outcome.ON_ITS_WAY] * 2 + [Outcome.DELIVERED] * 2
STOP = ["stop"]
ENDS = {
    "0001": (TAKEN, TOLD),
    "0002": (TAKEN, [Outcome.ON_ITS_WAY, Outcome.UNDELIVERED]),
    "0003": (TAKEN, STOP),
    "0004": ((Verdict.THROTTLED, Trouble.THROTTLED), []),
    "0005": (LOST, []),
    "0006": (LOST, TOLD),
    "0007": (TAKEN, TOLD),
    "0008": (TAKEN, TWICE),
    "0009": (TAKEN, [Outcome.DELIVERED, Outcome.ON_ITS_WAY]),
    "0010": (TAKEN, []),
    "0011": ((Verdict.REFUSED, Trouble.RECIPIENT), []),
    "0012": ((Verdict.TURNED_AWAY, Trouble.ACCOUNT), []),
    "0013": (TAKEN, TOLD),  # nothing is signed: only the secret address tells who may call
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
    "0027": (TAKEN, STOP),
    "0028": (TAKEN, [Outcome.UNDELIVERED]),
    "0029": ((Verdict.THROTTLED, Trouble.THROTTLED), []),
    "0030": ((Verdict.TURNED_AWAY, Trouble.ACCOUNT), []),
}


@pytest.mark.req("R127", "R129", "R137")
async def test_every_fate_ends_as_it_should(client: Client) -> None:
    async def lives(suffix: str) -> tuple[str, tuple[Verdict, Trouble | None]]:
        (part,) = await client.one(f"3466131{suffix}")
        return suffix, (part.verdict, part.trouble)

    sent = asyncio.gather(*map(lives, ENDS))
    told: dict[str, list[str]] = {suffix: [] for suffix in ENDS}
    for _ in range(sum(len(outcomes) for _, outcomes in ENDS.values())):
        request, callback = await client.call()
        event = msgspec.json.decode(request.body)
        suffix = f"{int(event['clientId'], 16)}"[-4:]
        told[suffix].append("stop" if event["status"] == "stop" else said(callback))
    client.simulator.let_go()
    assert dict(await sent) == {suffix: verdict for suffix, (verdict, _) in ENDS.items()}
    assert told == {suffix: outcomes for suffix, (_, outcomes) in ENDS.items()}
    assert set(FATES) == set(ENDS)


async def test_of_a_packet_each_message_has_its_own_end(client: Client) -> None:
    numbers = ["34661310001", "34661310021", "34661310023", "34661310010"]
    batch = [outgoing(number) for number in numbers]
    parts = [found[0] for found in (await client.send(batch)).values()]
    assert [part.verdict for part in parts] == [Verdict.TAKEN, Verdict.REFUSED, Verdict.REFUSED, Verdict.TAKEN]
    assert [part.trouble for part in parts] == [None, Trouble.RECIPIENT, Trouble.CONFIG, None]
    heard = [one.items[0] for one in await client.calls(2) if isinstance(one, Callback)]
    assert [one.provider_id for one in heard if isinstance(one, Receipt)] == [parts[0].provider_id] * 2


async def test_a_packet_is_refused_or_lost_as_a_whole(client: Client) -> None:
    for last, verdict in (("0012", Verdict.TURNED_AWAY), ("0029", Verdict.THROTTLED), ("0019", Verdict.LOST)):
        found = await client.send([outgoing("34661310010"), outgoing(f"3466131{last}")])
        assert [parts[0].verdict for parts in found.values()] == [verdict] * 2


@pytest.mark.req("R137", "R143")
async def test_a_number_that_does_not_exist_bounces(client: Client) -> None:
    await client.one("34661310026")
    (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    (receipt,) = callback.items
    assert isinstance(receipt, Receipt)
    assert (receipt.error, receipt.trouble) == ("1", Trouble.RECIPIENT)


@pytest.mark.req("R137")
async def test_an_opt_out_that_answers_our_message_is_told(client: Client) -> None:
    (part,) = await client.one("34661310027")
    (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    text, receipt = callback.items
    assert isinstance(text, Incoming)
    assert isinstance(receipt, Receipt)
    assert (text.text, text.answers, receipt.provider_id) == ("STOP", part.provider_id, part.provider_id)
    assert receipt.trouble is Trouble.OPTED_OUT


@pytest.mark.parametrize("opts_out", [False, True])
async def test_a_phone_writes_to_us(client: Client, opts_out: bool) -> None:  # noqa: FBT001 - of pytest
    written = {"from": "+34661319196", "to": "27777", "text": "Sí", "opt_out": opts_out}
    assert (await client.control("inbound", written))["status"] == 200
    (callback,) = await client.calls(1)
    assert isinstance(callback, Callback)
    text, *others = callback.items
    assert isinstance(text, Incoming)
    assert (text.source, text.destination, text.text) == ("34661319196", "27777", "Sí")
    assert others == ([OptOut("34661319196", "27777")] if opts_out else [])


async def test_wrong_credentials_are_an_account_s_trouble() -> None:
    def stranger(url: str) -> Instasent:
        return Instasent(InstasentSettings(base_url=url), InstasentSecrets(api_token="guessed"))

    async with connected(API, stranger) as client:
        (part,) = await client.one("34661319196")
        both = await client.send([outgoing("34661319196"), outgoing("34661319197")])
    assert (part.verdict, part.trouble) == (Verdict.TURNED_AWAY, Trouble.ACCOUNT)
    assert [parts[0].verdict for parts in both.values()] == [Verdict.TURNED_AWAY] * 2
