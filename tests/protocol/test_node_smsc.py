"""Our client side of SMPP against a carrier by others: what we write is read, what it writes we read."""

from __future__ import annotations

import pytest

from cablegram.smpp import pdu, receipt, status, tlv
from cablegram.smpp.pdu import SubmitSm
from cablegram.smpp.receipt import State
from cablegram.smpp.rules import Mode
from cablegram.text import concat
from peers.esme import bound, connected, is_refused, is_unbound
from peers.node_smsc import node_smsc

LONG = "Καλημέρα 😀 " * 12


@pytest.mark.parametrize("mode", [Mode.TRANSCEIVER, Mode.TRANSMITTER, Mode.RECEIVER])
async def test_we_bind_and_say_good_bye(mode: Mode) -> None:
    async with node_smsc(password="secret") as smsc, bound(smsc.port, mode, password="secret") as esme:
        await smsc.until(lambda: smsc.all("bind"))  # it tells us on another way than it answers
        assert smsc.all("bind") == [
            {
                "event": "bind",
                "mode": f"bind_{str(mode.name).lower()}",
                "system_id": "acme",
                "password": "secret",
                "version": 0x34,
            }
        ]
        esme.unbind()
        await esme.until(lambda: is_unbound(esme))


async def test_a_wrong_password_is_refused() -> None:
    async with node_smsc(password="secret") as smsc, connected(smsc.port) as esme:
        esme.bind(Mode.TRANSCEIVER, "acme", "wrong")
        await esme.until(lambda: esme.events)
        assert is_refused(esme) == status.ESME_RINVPASWD


@pytest.mark.parametrize("text", ["Hello @ {Anna} €", "Привет 😀", LONG, "long " * 60])
async def test_texts_arrive_as_they_were_written(text: str) -> None:
    async with node_smsc() as smsc, bound(smsc.port) as esme:
        parts = concat.parts(text, 7)
        for number, part in enumerate(parts):
            message = SubmitSm(
                "ACME",
                "49170",
                part.user_data,
                0x40 if part.has_header else 0,
                part.data_coding,
                source_addr_ton=5,
                dest_addr_ton=1,
                validity_period="000001000000000R",
                tlvs=((tlv.USER_MESSAGE_REFERENCE, b"\x01\x02"),),
            )
            esme.submit((str(number), message))
        await smsc.until(lambda: len(smsc.all("submit")) == len(parts))
        seen = smsc.all("submit")
        assert "".join(each["text"] for each in seen) == text
        assert {(each["from"], each["to"], each["source_ton"], each["destination_ton"]) for each in seen} == {
            ("ACME", "49170", 5, 1)
        }
        assert {each["reference"] for each in seen} == {0x0102}
        if len(parts) > 1:
            assert [each["udh"] for each in seen] == [
                [f"000307{len(parts):02x}{number:02x}"] for number in range(1, len(parts) + 1)
            ]


@pytest.mark.parametrize(("receipts", "ids"), [("both", "decimal"), ("text", "hex-then-decimal"), ("tlv", "hex")])
async def test_its_receipts_are_read(receipts: str, ids: str) -> None:
    async with node_smsc(receipts=receipts, ids=ids, state="UNDELIV") as smsc, bound(smsc.port) as esme:
        esme.send("49170")
        await esme.until(lambda: esme.receipts() and esme.answers)
        (found,) = esme.receipts()
        assert found.state is State.UNDELIVERABLE
        assert set(receipt.message_id_keys(found.message_id)) & set(receipt.message_id_keys(esme.id_of("49170")))
        await smsc.until(lambda: smsc.all("deliver_resp"))
        assert smsc.all("deliver_resp")[0]["status"] == 0


async def test_a_receipt_may_come_before_the_answer() -> None:
    async with node_smsc(delay=-50) as smsc, bound(smsc.port) as esme:
        esme.send("49170")
        await esme.until(lambda: esme.answers)
        assert esme.order == ["Bound", "delivery", "answer"]


async def test_refusals_are_heard() -> None:
    async with node_smsc(receipts="none") as smsc, bound(smsc.port) as esme:
        smsc.tell("status", status=status.ESME_RTHROTTLED, times=2)
        smsc.tell("mo", **{"from": "49170", "to": "ACME", "text": "the commands before were obeyed"})
        await esme.until(lambda: esme.delivered)
        for tries in (1, 2, 3):
            esme.send("49170")
            await esme.until(lambda tries=tries: len(esme.answers) == tries)
        assert esme.status_of("49170") == [0x58, 0x58, 0]


async def test_its_messages_are_read() -> None:
    texts = ["YES €", "Ναι 😀"]
    async with node_smsc() as smsc, bound(smsc.port, Mode.RECEIVER) as esme:
        for text in texts:
            smsc.tell("mo", **{"from": "49170", "to": "ACME", "text": text})
        await esme.until(lambda: len(esme.delivered) == len(texts))
        assert {(each.source_addr, each.destination_addr) for each in esme.delivered} == {("49170", "ACME")}
        contents = [(pdu.content(each), each.data_coding) for each in esme.delivered]
        assert [concat.read_text(octets, data_coding=coding) for octets, coding in contents] == texts
        await smsc.until(lambda: len(smsc.all("deliver_resp")) == len(texts))


async def test_its_long_messages_have_headers_that_are_read() -> None:
    async with node_smsc() as smsc, bound(smsc.port) as esme:
        smsc.tell("mo", **{"from": "49170", "to": "ACME", "text": "one", "udh": "0500030a0201"})
        await esme.until(lambda: esme.delivered)
        (message,) = esme.delivered
        assert isinstance(message, pdu.DeliverSm)
        assert message.esm_class & 0x40
        assert concat.read_header(message.short_message) == (10, 2, 1)


async def test_it_can_be_asked_about_a_message() -> None:
    async with node_smsc() as smsc, bound(smsc.port) as esme:
        esme.submit(("q", pdu.QuerySm("77")), ("c", pdu.CancelSm("77")))
        await esme.until(lambda: len(esme.replies) == 2)
        found = dict(esme.replies)["q"]
        assert isinstance(found, pdu.QuerySmResp)
        assert (found.message_id, found.message_state, found.status) == ("77", 2, 0)


async def test_its_garbage_its_good_bye_and_its_hanging_up_end_the_session() -> None:
    async with node_smsc() as smsc:
        async with bound(smsc.port) as esme:
            smsc.tell("garbage")
            await esme.until(lambda: "LinkLost" in esme.order)
        async with bound(smsc.port) as esme:
            smsc.tell("unbind")
            await esme.until(lambda: is_unbound(esme))
            await smsc.until(lambda: smsc.all("unbind_resp"))
        async with bound(smsc.port) as esme:
            smsc.tell("hangup")
            await esme.until(lambda: esme.is_closed)


async def test_what_it_holds_back_is_answered_when_released() -> None:
    async with node_smsc(receipts="none") as smsc, bound(smsc.port) as esme:
        smsc.tell("hold")
        smsc.tell("mo", **{"from": "49170", "to": "ACME", "text": "the command before was obeyed"})
        await esme.until(lambda: esme.delivered)
        esme.send("49170")
        await smsc.until(lambda: smsc.all("submit"))
        assert esme.answers == []
        smsc.tell("release")
        await esme.until(lambda: esme.answers)
