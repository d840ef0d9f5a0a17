"""Every script of the simulated carrier, over TCP."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from cablegram.simulators.options import CarrierOptions, IdDialect, IdForm, Outcomes
from cablegram.simulators.serve import Running, running
from cablegram.smpp import receipt, tlv
from cablegram.smpp.pdu import DeliverSm
from cablegram.smpp.receipt import State
from peers.esme import bound

FAST = CarrierOptions(
    smpp_port=0, http_port=0, response_delay=(0, 0), receipt_delay=(0.005, 0.01), late=0.15, retry_after=0.01
)
DELIVERED = [State.DELIVERED]


@pytest.fixture
async def carrier() -> AsyncGenerator[Running]:
    async with running(FAST) as carrier:
        yield carrier


def _number(ending: str) -> str:
    return f"49170123{ending}"


@pytest.mark.parametrize(
    ("ending", "states", "error"),
    [
        ("9001", DELIVERED, "000"),
        ("9002", [State.UNDELIVERABLE], "001"),
        ("9003", [State.EXPIRED], "027"),
        ("9005", [State.REJECTED], "008"),
        ("9006", [State.DELETED], "020"),
        ("9013", DELIVERED * 2, "000"),
        ("9015", DELIVERED, ""),
        ("9016", DELIVERED, "000"),
        ("9017", DELIVERED, "000"),
        ("9018", DELIVERED, "000"),
        ("9019", DELIVERED, "000"),
        ("9020", DELIVERED, "000"),
        ("9021", DELIVERED, "000"),
        ("9022", DELIVERED, ""),
        ("9023", DELIVERED, "000"),
        ("9024", DELIVERED, "000"),
        ("9025", DELIVERED, "000"),
        ("9026", [State.UNDELIVERABLE], "0F2"),
        ("9027", [State.ENROUTE, State.DELIVERED], "000"),
        ("9028", [State.UNDELIVERABLE, State.DELIVERED], "099"),
        ("9029", DELIVERED, "000"),
        ("9034", DELIVERED, "000"),
        ("9043", [State.ACCEPTED, State.DELIVERED], "000"),
        ("9044", [State.UNKNOWN], "099"),
    ],
)
async def test_what_is_taken_is_reported_by_receipt(
    carrier: Running, ending: str, states: list[State], error: str
) -> None:
    number = _number(ending)
    async with bound(carrier.smpp_port) as esme:
        esme.send(number)
        await esme.until(lambda: esme.status_of(number))
        assert esme.status_of(number) == [0]
        await esme.until(lambda: len(esme.receipts(number)) == len(states))
        receipts = esme.receipts(number)
        assert [each.state for each in receipts] == states
        assert receipts[0].error == error
        for each in receipts:
            assert set(receipt.message_id_keys(each.message_id)) & set(receipt.message_id_keys(esme.id_of(number)))
        assert bool(carrier.carrier.phones.conversation(number)) == (State.DELIVERED in states)
        assert carrier.carrier.counts()["on_their_way"] == 0


@pytest.mark.parametrize(
    ("ending", "status"),
    [("9004", 0x0B), ("9010", 0x0A), ("9011", 0x45), ("9012", 0x401), ("9036", 0x58), ("9037", 0x14), ("9038", 0x08)],
)
async def test_what_is_refused_stays_refused_and_brings_no_receipt(carrier: Running, ending: str, status: int) -> None:
    number = _number(ending)
    async with bound(carrier.smpp_port) as esme:
        for tries in (1, 2, 3):
            esme.send(number)
            await esme.until(lambda tries=tries: len(esme.answers) == tries)
        assert esme.answers == [(number, status, "")] * 3
    assert carrier.carrier.counts()["on_their_way"] == 0
    assert carrier.carrier.stats.refused == 3


@pytest.mark.parametrize(("ending", "statuses"), [("9007", [0x58, 0x58]), ("9008", [0x14, 0x14]), ("9009", [0x08])])
async def test_what_is_refused_for_a_while_is_then_delivered(
    carrier: Running, ending: str, statuses: list[int]
) -> None:
    number = _number(ending)
    async with bound(carrier.smpp_port) as esme:
        for _ in range(2):  # the next message to the number fares no better
            esme.answers.clear()
            esme.delivered.clear()
            for tries in range(1, len(statuses) + 2):
                esme.send(number)
                await esme.until(lambda tries=tries: len(esme.answers) == tries)
            assert esme.status_of(number) == [*statuses, 0]
            await esme.until(lambda: esme.receipts(number))
            assert [each.state for each in esme.receipts(number)] == DELIVERED


async def test_a_receipt_may_come_before_the_answer(carrier: Running) -> None:
    number = _number("9014")
    async with bound(carrier.smpp_port) as esme:
        esme.send(number)
        await esme.until(lambda: esme.answers)
        assert esme.order == ["Bound", "delivery", "answer"]
        assert esme.receipts(number)[0].message_id == esme.id_of(number)


@pytest.mark.parametrize(("ending", "has_parameters"), [("9001", True), ("9015", True), ("9016", False)])
async def test_a_receipt_says_it_in_text_or_in_parameters(
    carrier: Running, ending: str, *, has_parameters: bool
) -> None:
    number = _number(ending)
    async with bound(carrier.smpp_port) as esme:
        esme.send(number)
        await esme.until(lambda: esme.delivered)
        (message,) = esme.delivered
        assert isinstance(message, DeliverSm)
        assert (tlv.find(message.tlvs, tlv.RECEIPTED_MESSAGE_ID) is not None) == has_parameters
        assert bool(message.short_message) == (ending != "9015")


@pytest.mark.parametrize(("ending", "esm_class", "data_coding"), [("9001", 4, 0), ("9017", 0, 0), ("9029", 4, 8)])
async def test_the_bit_and_the_coding_of_a_receipt(
    carrier: Running, ending: str, esm_class: int, data_coding: int
) -> None:
    number = _number(ending)
    async with bound(carrier.smpp_port) as esme:
        esme.send(number)
        await esme.until(lambda: esme.delivered)
        assert (esme.delivered[0].esm_class, esme.delivered[0].data_coding) == (esm_class, data_coding)


@pytest.mark.parametrize(("ending", "digits"), [("9001", 10), ("9024", 14), ("9025", 12)])
async def test_the_dates_of_a_receipt(carrier: Running, ending: str, digits: int) -> None:
    number = _number(ending)
    async with bound(carrier.smpp_port) as esme:
        esme.send(number)
        await esme.until(lambda: esme.delivered)
        (found,) = esme.receipts(number)
        assert len(found.submit_date) == len(found.done_date) == digits
        assert found.done_at is not None


def _forms(number: int) -> dict[str, IdForm]:
    return {
        str(number): IdForm.DECIMAL,
        f"{number:x}": IdForm.HEX,
        f"{number:X}": IdForm.UPPER_HEX,
        f"{number:020d}": IdForm.PADDED,
        f"00000000-0000-0000-{number >> 48:04x}-{number & 0xFFFF_FFFF_FFFF:012x}": IdForm.UUID,
    }


FIRST_ID = 0x5AB_CDEF


@pytest.mark.parametrize(
    ("ending", "dialect", "in_response", "in_receipt"),
    [
        ("0001", IdDialect.DECIMAL, IdForm.DECIMAL, IdForm.DECIMAL),
        ("0001", IdDialect.HEX, IdForm.HEX, IdForm.HEX),
        ("0001", IdDialect.PADDED, IdForm.PADDED, IdForm.PADDED),
        ("0001", IdDialect.UUID, IdForm.UUID, IdForm.UUID),
        ("0001", IdDialect.HEX_THEN_DECIMAL, IdForm.HEX, IdForm.DECIMAL),
        ("0001", IdDialect.DECIMAL_THEN_HEX, IdForm.DECIMAL, IdForm.HEX),
        ("9018", IdDialect.UUID, IdForm.HEX, IdForm.DECIMAL),
        ("9019", IdDialect.UUID, IdForm.DECIMAL, IdForm.HEX),
        ("9020", IdDialect.UUID, IdForm.DECIMAL, IdForm.PADDED),
        ("9021", IdDialect.UUID, IdForm.HEX, IdForm.UPPER_HEX),
    ],
)
async def test_ids_are_written_in_the_dialect(
    ending: str, dialect: IdDialect, in_response: IdForm, in_receipt: IdForm
) -> None:
    options = CarrierOptions(
        smpp_port=0, http_port=0, receipt_delay=(0, 0), ids=dialect, first_id=FIRST_ID, outcomes=Outcomes(0, 0, 0)
    )
    number = _number(ending)
    async with running(options) as carrier, bound(carrier.smpp_port) as esme:
        esme.send(number)
        await esme.until(lambda: esme.answers and esme.receipts())
        forms = _forms(FIRST_ID)
        assert forms[esme.id_of(number)] is in_response
        assert forms[esme.receipts()[0].message_id] is in_receipt


async def test_a_phone_may_answer_stop(carrier: Running) -> None:
    number = _number("9030")
    async with bound(carrier.smpp_port) as esme:
        esme.send(number)
        await esme.until(lambda: len(esme.delivered) == 2)
        (answer,) = [each for each in esme.delivered if receipt.read(each) is None]
        assert isinstance(answer, DeliverSm)
        assert (answer.source_addr, answer.destination_addr, answer.short_message) == (number, "ACME", b"STOP")


@pytest.mark.parametrize(("ending", "receipts"), [("9031", 1), ("9032", 0), ("9033", 0)])
async def test_silence(carrier: Running, ending: str, receipts: int) -> None:
    number = _number(ending)
    async with bound(carrier.smpp_port) as esme:
        esme.send(number)
        esme.send(_number("9034"))  # its receipt is late: whatever the other brings has come before
        await esme.until(lambda: esme.receipts(_number("9034")))
        assert len(esme.status_of(number)) == (ending == "9033")
        assert len(esme.receipts(number)) == receipts


async def test_an_answer_may_be_late(carrier: Running) -> None:
    number = _number("9035")
    async with bound(carrier.smpp_port) as esme:
        esme.send(number)
        await esme.until(lambda: esme.receipts(number))
        assert esme.answers == []
        await esme.until(lambda: esme.answers)
        assert esme.status_of(number) == [0]


@pytest.mark.parametrize(("ending", "is_taken"), [("9039", True), ("9040", False)])
async def test_the_carrier_may_hang_up_instead_of_answering(carrier: Running, ending: str, *, is_taken: bool) -> None:
    number = _number(ending)
    async with bound(carrier.smpp_port) as esme:
        esme.send(number)
        await esme.until(lambda: esme.is_closed)
        assert esme.answers == []
    async with bound(carrier.smpp_port) as esme:
        esme.send(_number("9034"))
        await esme.until(lambda: esme.receipts(_number("9034")))
        assert len(esme.receipts(number)) == is_taken


async def test_the_carrier_may_write_garbage(carrier: Running) -> None:
    async with bound(carrier.smpp_port) as esme:
        esme.send(_number("9041"))
        await esme.until(lambda: "LinkLost" in esme.order)
        assert esme.answers == []


async def test_the_carrier_may_nack(carrier: Running) -> None:
    async with bound(carrier.smpp_port) as esme:
        esme.send(_number("9042"))
        await esme.until(lambda: esme.answers)
        assert esme.status_of(_number("9042")) == [0xFF]
