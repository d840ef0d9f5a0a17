"""What all simulated providers share: limits, repeated calls, the journal, the side entrance."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cablegram.connectors.contract import Verdict
from cablegram.connectors.providers.contract import Callback
from cablegram.connectors.providers.plivo import Plivo, PlivoSecrets, PlivoSettings
from cablegram.kit.errors import InvalidInput, Unavailable
from cablegram.simulators.provider.kinds import KINDS, made
from cablegram.simulators.provider.options import Receipts
from cablegram.simulators.provider.plivo import Plivo as Simulator
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Credentials
from providers_at_home import FAST, connected, outgoing, said

ACCOUNT = "MATHEACCOUNTOFSOME01"
API = Simulator(Credentials(ACCOUNT, "secret"))
SENT, DELIVERED = "on_its_way", "delivered"


def ours(url: str) -> Plivo:
    return Plivo(PlivoSettings(auth_id=ACCOUNT, base_url=url), PlivoSecrets(auth_token="secret"))


async def test_above_its_rate_it_refuses_and_takes_nothing() -> None:
    async with connected(API, ours, replace(FAST, rate=2)) as client:
        verdicts = [(await client.one(f"3466131919{digit}"))[0].verdict for digit in range(3)]
        assert verdicts == [Verdict.TAKEN, Verdict.TAKEN, Verdict.THROTTLED]
        assert [entry["taken"] for entry in client.simulator.desk.ledger.entries] == [True, True, False]


@pytest.mark.parametrize(("receipts", "told"), [(Receipts.FINAL, [DELIVERED]), (Receipts.ALL, [SENT, DELIVERED])])
async def test_it_tells_as_many_receipts_as_it_is_asked_to(receipts: Receipts, told: list[str]) -> None:
    async with connected(API, ours, replace(FAST, receipts=receipts)) as client:
        await client.one("34661319196")
        assert [said(one) for one in await client.calls(len(told))] == told


async def test_without_receipts_only_those_asked_for_come() -> None:
    async with connected(API, ours, replace(FAST, receipts=Receipts.NONE)) as client:
        (part,) = await client.one("34661319196")
        await client.control("receipts", {"id": part.provider_id, "state": "expired"})
        assert [said(one) for one in await client.calls(1)] == ["expired"]
        assert client.came.empty()


async def test_a_call_that_nobody_takes_in_is_made_again() -> None:
    async with connected(API, ours, replace(FAST, receipts=Receipts.FINAL, retries=3)) as client:
        answers = [503, 429, 200]
        client.answers = iter([*answers, 403])
        for number in ("34661319196", "34661319197"):
            await client.one(number)
            calls = await client.calls(3 if number.endswith("6") else 1)
            assert {said(one) for one in calls} == {DELIVERED}
        await client.simulator.desk.caller.told()
        async with client.session.get(f"{client.simulator.url}/_simulator/callbacks") as response:
            assert [one["status"] for one in (await response.json())["callbacks"]] == [*answers, 403]


async def test_it_gives_up_where_nobody_listens() -> None:
    async with connected(API, ours, replace(FAST, callback_url="http://127.0.0.1:1/nobody")) as client:
        client.callback_url = ""
        await client.one("34661319196")
        heard = await client.control("inbound", {"from": "1", "to": "2", "text": "x", "url": "http://127.0.0.1:1/"})
    assert heard["status"] == 0
    assert heard["words"].startswith("ClientConnectorError")


async def test_the_journal_is_on_disk_before_the_answer(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    async with connected(API, ours, replace(FAST, journal=journal)) as client:
        batch = [outgoing("34661319196", text="Sí"), outgoing("34661310021", text="Sí")]
        results = await client.send(batch)
        lines = [json.loads(line) for line in journal.read_text().splitlines()]
        await client.one("34661310012")
        (last,) = [json.loads(line) for line in journal.read_text().splitlines()[2:]]
    taken = results[batch[0].id][0].provider_id
    assert [(line["number"], line["ids"], line["to"], line["text"]) for line in lines] == [
        (1, [taken], "34661319196", "Sí"),
        (2, [], "34661310021", "Sí"),
    ]
    assert (last["number"], last["taken"], last["why"]) == (3, False, "no_credit")


async def test_receipts_go_to_the_usual_address_where_a_request_names_none() -> None:
    async with connected(API, ours) as client:
        usual, client.callback_url = client.callback_url, ""
        await client.one("34661319196")
        async with connected(API, ours, replace(FAST, callback_url=usual)) as other:
            other.callback_url = ""
            await other.one("34661319197")
            callbacks = await client.calls(2)
    receipts = [one.items[0] for one in callbacks if isinstance(one, Callback)]
    assert [getattr(receipt, "number", "") for receipt in receipts] == ["34661319197"] * 2


async def test_the_side_entrance_says_what_it_is_and_what_became_of_messages() -> None:
    async with connected(API, ours) as client:
        await client.send([outgoing("34661319196"), outgoing("34661310021")])
        async with client.session.get(f"{client.simulator.url}/_simulator") as response:
            assert await response.json() == {
                "provider": "plivo",
                "settings": {"auth_id": ACCOUNT, "auth_token": "secret"},
                "requests": 1,
                "messages": {"taken": 1, "bad_number": 1},
            }


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("inbound", {"from": "+1"}, "bad_text"),
        ("inbound", {"from": "+1", "to": "+2", "text": "x"}, "no_url"),
        ("inbound", [], "not_json"),
        ("receipts", {"id": "x"}, "bad_receipt"),
        ("receipts", {"id": "x", "state": "lost"}, "bad_receipt"),
        ("receipts", {"id": "x", "state": "sent", "why": "none"}, "bad_receipt"),
        ("receipts", {"id": "x", "state": "sent"}, "message_unknown"),
    ],
)
async def test_the_side_entrance_says_what_is_wrong(path: str, content: Any, code: str) -> None:  # noqa: ANN401 - JSON
    async with connected(API, ours) as client:
        assert (await client.control(path, content))["code"] == code


async def test_a_page_elsewhere_cannot_use_the_side_entrance() -> None:
    async with connected(API, ours) as client:
        url = f"{client.simulator.url}/_simulator"
        async with client.session.post(f"{url}/inbound", data=b'{"from":"1","to":"2","text":"x"}') as response:
            assert (await response.json())["code"] == "not_json"
        headers = {"Content-Type": "application/json"}
        async with client.session.post(f"{url}/inbound", data=b"{", headers=headers) as response:
            assert (await response.json())["code"] == "not_json"
        async with client.session.get(f"{url}/journal?after=x") as response:
            assert (response.status, (await response.json())["code"]) == (400, "bad_limit")


async def test_a_port_that_is_taken_is_named() -> None:
    async with running(API, FAST) as first:
        with pytest.raises(Unavailable, match=str(first.port)):
            async with running(API, replace(FAST, port=first.port)):
                pass


def test_every_kind_says_what_to_fill_in_and_an_unknown_one_is_refused() -> None:
    for kind in KINDS:
        api = made(kind, Credentials())
        assert api.doors()
        assert api.welcome()
    with pytest.raises(InvalidInput, match="twilio"):
        made("carrier-pigeon", Credentials())
