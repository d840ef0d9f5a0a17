"""The phones behind the carrier, over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from cablegram.simulators import handset_http
from cablegram.simulators.options import CarrierOptions, Outcomes
from cablegram.simulators.serve import Running, running
from cablegram.smpp import pdu, tlv
from cablegram.smpp.rules import Mode
from cablegram.text import concat
from peers.esme import Esme, bound

PHONE = "4917012340000"
FAST = CarrierOptions(
    smpp_port=0, http_port=0, outcomes=Outcomes(0, 0, 0), receipt_delay=(0.005, 0.01), retry_after=0.01
)
LONG = "A reply that is far too long for one message, so it has to be cut into pieces. " * 5


@pytest.fixture
async def carrier() -> AsyncGenerator[Running]:
    async with running(FAST) as carrier:
        yield carrier


@pytest.fixture
async def http(carrier: Running) -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(carrier.http_url) as session:
        yield session


async def _get(http: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with http.get(path) as response:
        assert response.status == 200
        return await response.json()


async def _reply(http: aiohttp.ClientSession, text: str, number: str = PHONE, to: str = "ACME") -> dict[str, Any]:
    async with http.post(f"/handsets/{number}/reply", json={"to": to, "text": text}) as response:
        assert response.status == 202
        return await response.json()


async def _arrived(esme: Esme, carrier: Running, texts: int, number: str = PHONE) -> None:
    await esme.until(lambda: len(carrier.carrier.phones.conversation(number)) == texts)


async def test_a_phone_shows_what_it_received(carrier: Running, http: aiohttp.ClientSession) -> None:
    async with bound(carrier.smpp_port) as esme:
        esme.send(PHONE, b"Hello @ you".replace(b"@", b"\0"))
        await _arrived(esme, carrier, 1)
    shown = await _get(http, f"/handsets/+{PHONE}")
    (text,) = shown["texts"]
    assert shown["number"] == PHONE
    assert text | {"at": "", "id": 0} == {
        "id": 0,
        "direction": "received",
        "at": "",
        "from": "ACME",
        "to": PHONE,
        "text": "Hello @ you",
        "parts": 1,
        "media_url": "",
        "state": "done",
    }
    assert (await _get(http, "/handsets"))["handsets"] == [{"number": PHONE, "texts": 1, "last": text}]
    assert (await _get(http, "/handsets/491"))["texts"] == []


async def test_parts_are_joined_in_whatever_order_and_way_they_come(
    carrier: Running, http: aiohttp.ClientSession
) -> None:
    long = "Καλημέρα 😀 " * 12
    by_header = [
        pdu.SubmitSm("ACME", PHONE, part.user_data, 0x40, part.data_coding) for part in concat.parts(long, reference=5)
    ]
    by_parameters = [
        pdu.SubmitSm(
            "OTHER",
            PHONE,
            text,
            tlvs=(
                (tlv.SAR_MSG_REF_NUM, b"\0\5"),
                (tlv.SAR_TOTAL_SEGMENTS, b"\2"),
                (tlv.SAR_SEGMENT_SEQNUM, bytes((number,))),
            ),
        )
        for number, text in ((2, b"world"), (1, b"Hello "))
    ]
    payload = pdu.SubmitSm("THIRD", PHONE, tlvs=((tlv.MESSAGE_PAYLOAD, b"x" * 300),))
    async with bound(carrier.smpp_port) as esme:
        parts = [*reversed(by_header), by_header[0], *by_parameters, payload]
        esme.submit(*((str(number), part) for number, part in enumerate(parts)))
        await _arrived(esme, carrier, 3)
    texts = {each["from"]: (each["text"], each["parts"]) for each in (await _get(http, f"/handsets/{PHONE}"))["texts"]}
    assert texts == {"ACME": (long, len(by_header)), "OTHER": ("Hello world", 2), "THIRD": ("x" * 300, 1)}


async def test_a_reply_reaches_who_sent_to_the_phone(carrier: Running, http: aiohttp.ClientSession) -> None:
    async with bound(carrier.smpp_port, system_id="other") as other, bound(carrier.smpp_port) as esme:
        esme.send(PHONE)
        await _arrived(esme, carrier, 1)
        sent = await _reply(http, "YES €")
        assert (sent["direction"], sent["from"], sent["to"], sent["text"]) == ("sent", PHONE, "ACME", "YES €")
        await esme.until(lambda: len(esme.delivered) == 2)
        message = esme.delivered[-1]
        assert (message.source_addr, message.destination_addr, message.esm_class) == (PHONE, "ACME", 0)
        assert concat.read_text(pdu.content(message), data_coding=message.data_coding) == "YES €"
        await esme.until(lambda: carrier.carrier.stats.replies_acknowledged)
        assert other.delivered == []
    received, answered = (await _get(http, f"/handsets/{PHONE}"))["texts"]
    assert (received["direction"], answered["direction"], answered["state"]) == ("received", "sent", "done")


async def test_a_long_reply_goes_in_parts(carrier: Running, http: aiohttp.ClientSession) -> None:
    async with bound(carrier.smpp_port, Mode.RECEIVER) as esme:
        sent = await _reply(http, LONG)
        assert sent["parts"] == 3
        await esme.until(lambda: len(esme.delivered) == 3)
        contents = [pdu.content(each) for each in esme.delivered]
        assert [concat.read_header(each) for each in contents] == [(1, 3, 1), (1, 3, 2), (1, 3, 3)]
        assert "".join(concat.read_text(each, data_coding=0, has_header=True) for each in contents) == LONG
        await esme.until(lambda: carrier.carrier.stats.replies_acknowledged == 3)
    assert (await _get(http, f"/handsets/{PHONE}"))["texts"][0]["state"] == "done"


async def test_a_reply_waits_until_somebody_is_bound_and_takes_it(
    carrier: Running, http: aiohttp.ClientSession
) -> None:
    assert (await _reply(http, "Is anybody there?"))["state"] == "waiting"
    assert (await _get(http, "/stats"))["waiting"] == 1
    async with bound(carrier.smpp_port, Mode.RECEIVER, acknowledges=False) as deaf:
        await deaf.until(lambda: deaf.delivered)
        assert (await _get(http, f"/handsets/{PHONE}"))["texts"][0]["state"] == "waiting"
    async with bound(carrier.smpp_port, Mode.RECEIVER) as esme:
        await esme.until(lambda: esme.delivered)
        await esme.until(lambda: carrier.carrier.stats.replies_acknowledged == 1)
    assert (await _get(http, f"/handsets/{PHONE}"))["texts"][0]["state"] == "done"
    assert (await _get(http, "/stats"))["waiting"] == 0


async def test_a_chosen_phone_is_always_reached() -> None:
    unreachable = replace(FAST, outcomes=Outcomes(1000, 0, 0), handsets=("+49170111",))
    async with running(unreachable) as carrier, aiohttp.ClientSession(carrier.http_url) as session:
        async with session.put("/handsets/+49170222") as response:
            assert await response.json() == {"number": "49170222"}
        async with bound(carrier.smpp_port) as esme:
            for number in ("49170111", "49170222", "49170333"):
                esme.send(number)
            await esme.until(lambda: len(esme.receipts()) == 3)
            assert {
                each.source_addr: found.state.value for each, found in zip(esme.delivered, esme.receipts(), strict=True)
            } == {
                "49170111": "delivered",
                "49170222": "delivered",
                "49170333": "undeliverable",
            }


async def _event(stream: aiohttp.StreamReader) -> dict[str, Any]:
    """Return the data of the next event; comments are skipped."""
    while not (line := await asyncio.wait_for(stream.readline(), 10)).startswith(b"data: "):
        assert line
    return json.loads(line[6:])


async def test_a_stream_shows_texts_as_they_come_and_go(carrier: Running, http: aiohttp.ClientSession) -> None:
    async with bound(carrier.smpp_port) as esme, http.get(f"/handsets/{PHONE}/events") as response:
        assert response.content_type == "text/event-stream"
        assert await response.content.readline() == b": here you are\n"
        esme.send("49170999")  # of another phone
        esme.send(PHONE, b"Hello")
        received = await _event(response.content)
        assert (received["direction"], received["text"]) == ("received", "Hello")
        await _reply(http, "YES")
        waiting, done = await _event(response.content), await _event(response.content)
        assert (waiting["text"], waiting["state"], done["state"]) == ("YES", "waiting", "done")
        assert waiting["id"] == done["id"]


async def test_a_quiet_stream_says_that_it_is_still_there(
    http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handset_http, "_HEARTBEAT", 0.01)
    async with http.get(f"/handsets/{PHONE}/events") as response:
        heard = await asyncio.wait_for(response.content.readuntil(b": still here\n\n"), 10)
        assert heard == b": here you are\n\n: still here\n\n"


async def test_a_stream_ends_with_the_carrier() -> None:
    async with aiohttp.ClientSession() as session:
        async with running(FAST) as carrier:
            response = await session.get(f"{carrier.http_url}/handsets/{PHONE}/events")
            assert await response.content.readline() == b": here you are\n"
        assert await asyncio.wait_for(response.content.read(), 10) == b"\n"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("no JSON", "not_json"),
        ("[]", "bad_reply"),
        ('{"to":"ACME"}', "bad_reply"),
        ('{"to":"ACME","text":""}', "bad_reply"),
        ('{"to":"","text":"x"}', "bad_reply"),
        ('{"to":7,"text":"x"}', "bad_reply"),
        ('{"to":"ACME","text":"%s"}' % ("x" * 40_000), "text_too_long"),
        ('{"to":"ACME","text":"\\ud800"}', "bad_character"),
    ],
)
async def test_a_bad_reply_is_explained(http: aiohttp.ClientSession, body: str, code: str) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post(f"/handsets/{PHONE}/reply", data=body, headers=headers) as response:
        assert response.status == 400
        assert response.content_type == "application/problem+json"
        problem = await response.json()
    assert problem["code"] == code
    assert problem["detail"]
    assert (await _get(http, f"/handsets/{PHONE}"))["texts"] == []


async def test_a_form_from_another_page_is_refused(http: aiohttp.ClientSession) -> None:
    async with http.post(f"/handsets/{PHONE}/reply", data='{"to":"ACME","text":"x"}') as response:
        assert response.status == 400
        assert (await response.json())["code"] == "not_json"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/handsets/abc", 400, "bad_number"),
        ("GET", "/handsets?limit=0", 400, "bad_limit"),
        ("GET", "/handsets?limit=x", 400, "bad_limit"),
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/handsets/49170", 405, "method_not_allowed"),
    ],
)
async def test_what_can_not_be_is_explained(
    http: aiohttp.ClientSession, method: str, path: str, status: int, code: str
) -> None:
    async with http.request(method, path) as response:
        assert response.status == status
        assert (await response.json())["code"] == code


async def test_it_says_that_it_lives_and_what_it_counted(carrier: Running, http: aiohttp.ClientSession) -> None:
    assert await _get(http, "/health") == {"status": "ok"}
    async with bound(carrier.smpp_port) as esme:
        esme.send(PHONE)
        esme.send("491709004")
        await esme.until(lambda: carrier.carrier.stats.receipts_acknowledged)
        assert await _get(http, "/stats") == {
            "submits": 2,
            "taken": 1,
            "refused": 1,
            "receipts": 1,
            "receipts_acknowledged": 1,
            "replies": 0,
            "replies_acknowledged": 0,
            "given_up": 0,
            "links": 1,
            "handsets": 1,
            "on_their_way": 0,
            "waiting": 0,
            "dropped": 0,
        }
