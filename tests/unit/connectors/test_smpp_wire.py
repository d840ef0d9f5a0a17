"""Between our messages and SMPP's, both ways."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.connectors import showing, smpp_wire
from cablegram.connectors.contract import Fragment, Incoming, Outcome, Outgoing, Receipt, Verdict
from cablegram.kit.ids import MessageId
from cablegram.simulators.handset import Handsets
from cablegram.simulators.wire import read_part
from cablegram.smpp import codec, status, tlv
from cablegram.smpp.pdu import DataSm, DeliverSm, SubmitSm
from cablegram.text import concat

ACCOUNTED = "id:{id} sub:001 dlvrd:001 submit date:2611220101 done date:2611220102 stat:{stat} err:{err} text:{text}"
LONG = "Καλημέρα 😀 " * 12


def outgoing(text: str = "Hello Anna", source: str = "ACME") -> Outgoing:
    return Outgoing(MessageId(UUID(int=1)), source, "34600000118", text, 1)


def receipt(
    stat: str = "DELIVRD", err: str = "000", text: str = "Hello", message_id: str = "77", *, to: str = "ACME"
) -> DeliverSm:
    body = ACCOUNTED.format(id=message_id, stat=stat, err=err, text=text).encode("latin-1")
    return DeliverSm("+34600000118", to, body, 0x04)


def read_receipt(message: DeliverSm | DataSm) -> Receipt:
    found = smpp_wire.read(message)
    assert isinstance(found, Receipt)
    return found


def read_text(message: DeliverSm | DataSm) -> Incoming:
    found = smpp_wire.read(message)
    assert isinstance(found, Incoming)
    return found


@pytest.mark.req("R37", "R40")
@pytest.mark.parametrize(("text", "coding"), [("Hello @ {Anna} €", 0), ("Привет 😀", 8)])
def test_a_short_text_is_one_request_without_a_header(text: str, coding: int) -> None:
    (request,) = smpp_wire.requests(outgoing(text), reference=7)
    assert (request.source_addr, request.destination_addr) == ("ACME", "34600000118")
    assert (request.esm_class, request.data_coding, request.registered_delivery) == (0, coding, 1)
    assert concat.read_text(request.short_message, data_coding=coding) == text


@pytest.mark.req("R55", "R121")
@pytest.mark.parametrize("text", ["Hello Anna", "long " * 60])
def test_a_picture_goes_along_once_in_the_parameter_of_the_carrier(text: str) -> None:
    message = outgoing(text)
    message.media_url = "https://example.com/menu.jpg"
    parts = smpp_wire.requests(message, 7, 0x1401)
    read = [read_part(cast("SubmitSm", codec.decode(codec.encode(part, 1)))) for part in parts]
    assert [one.media_url for one in read] == [message.media_url, *[""] * (len(parts) - 1)]
    phones = Handsets()
    shown = [phones.receive(part, datetime(2026, 11, 22, tzinfo=UTC)) for part in read]
    assert [(one.text, one.media_url) for one in shown if one] == [(text, message.media_url)]
    assert smpp_wire.requests(message, 7)[0].tlvs == ()
    assert dict(showing.pdus(message, 0x1401)[0].fields)["0x1401"] == message.media_url


@pytest.mark.req("R38", "R40")
@pytest.mark.parametrize("text", ["long " * 60, LONG])
def test_a_long_text_is_one_request_a_part_each_with_its_place_and_a_receipt_of_its_own(text: str) -> None:
    parts = smpp_wire.requests(outgoing(text), reference=7)
    headers = [concat.read_header(part.short_message) for part in parts]
    assert headers == [concat.Concat(7, len(parts), place) for place in range(1, len(parts) + 1)]
    assert {(part.esm_class, part.registered_delivery) for part in parts} == {(0x40, 1)}
    coding = parts[0].data_coding
    assert "".join(concat.read_text(one.short_message, data_coding=coding, has_header=True) for one in parts) == text


@pytest.mark.parametrize(
    ("source", "ton", "npi"),
    [("ACME", 5, 0), ("ACME 24", 5, 0), ("12345", 3, 0), ("1234567", 3, 0), ("12015550123", 1, 1)],
)
def test_a_sender_is_a_name_a_short_code_or_a_number(source: str, ton: int, npi: int) -> None:
    (request,) = smpp_wire.requests(outgoing(source=source), reference=1)
    assert (request.source_addr_ton, request.source_addr_npi) == (ton, npi)
    assert (request.dest_addr_ton, request.dest_addr_npi) == (1, 1)


@pytest.mark.parametrize(
    ("code", "verdict", "name"),
    [
        (0, Verdict.TAKEN, "ESME_ROK"),
        (status.ESME_RTHROTTLED, Verdict.THROTTLED, "ESME_RTHROTTLED"),
        (status.ESME_RMSGQFUL, Verdict.THROTTLED, "ESME_RMSGQFUL"),
        (status.ESME_RSYSERR, Verdict.TEMPORARY, "ESME_RSYSERR"),
        (status.ESME_RINVBNDSTS, Verdict.TEMPORARY, "ESME_RINVBNDSTS"),
        (status.ESME_RINVDSTADR, Verdict.REFUSED, "ESME_RINVDSTADR"),
        (status.ESME_RSUBMITFAIL, Verdict.REFUSED, "ESME_RSUBMITFAIL"),
    ],
)
def test_only_an_explicit_word_allows_a_second_attempt(code: int, verdict: Verdict, name: str) -> None:
    assert smpp_wire.verdict(code) == (verdict, name)


@pytest.mark.req("R50", "R51")
@pytest.mark.parametrize(
    ("stat", "outcome"),
    [
        ("DELIVRD", Outcome.DELIVERED),
        ("UNDELIV", Outcome.UNDELIVERED),
        ("REJECTD", Outcome.UNDELIVERED),
        ("DELETED", Outcome.UNDELIVERED),
        ("EXPIRED", Outcome.EXPIRED),
        ("ENROUTE", Outcome.ON_ITS_WAY),
        ("ACCEPTD", Outcome.ON_ITS_WAY),
        ("UNKNOWN", Outcome.ON_ITS_WAY),
    ],
)
def test_a_receipt_says_what_became_of_our_message(stat: str, outcome: Outcome) -> None:
    assert read_receipt(receipt(stat, "069")) == Receipt(
        "77", outcome, "069", "ACME", "34600000118", "Hello", f"{stat} 069"
    )


@pytest.mark.parametrize("err", ["000", "0", ""])
def test_no_error_is_no_error(err: str) -> None:
    assert read_receipt(receipt(err=err)).error == ""


def test_our_number_in_a_receipt_has_no_plus() -> None:
    assert read_receipt(receipt(to="+12015550123")).source == "12015550123"


def test_what_a_database_can_t_store_is_left_out_of_a_receipt() -> None:
    found = read_receipt(receipt(err="0\0", text="\0H\0e\0l", message_id="77\0"))
    assert (found.provider_id, found.error, found.head) == ("77", "", "")
    assert "\0" not in found.words


def test_a_receipt_in_parameters_alone_is_read() -> None:
    parameters = ((tlv.RECEIPTED_MESSAGE_ID, b"0A1B\0"), (tlv.MESSAGE_STATE, b"\x05"))
    found = read_receipt(DataSm("34600000118", "ACME", 0x04, tlvs=parameters))
    assert (found.provider_id, found.outcome) == ("0A1B", Outcome.UNDELIVERED)


def test_a_receipt_that_names_no_id_is_nothing_we_can_read() -> None:
    assert smpp_wire.read(DeliverSm("34600000118", "ACME", b"stat:DELIVRD", 0x04)) is None


@pytest.mark.req("R66")
@pytest.mark.parametrize(
    ("octets", "coding", "text"),
    [
        (b"YES \x00", 0, "YES @"),
        ("Да".encode("utf-16-be"), 8, "Да"),
        (b"S\xed", 3, "Sí"),
        (b"a\x00b", 3, "a\ufffdb"),
        (b"S\xed", 0xF5, "Sí"),
        (b"", 0, ""),
    ],
)
def test_what_somebody_wrote_is_read_whatever_its_coding(octets: bytes, coding: int, text: str) -> None:
    assert read_text(DeliverSm("+34600000118", "ACME", octets, 0, coding)) == Incoming("34600000118", "ACME", text)


def test_parts_of_a_longer_text_say_which() -> None:
    by_header = DeliverSm("34600000118", "ACME", b"\x05\x00\x03\x07\x02\x01Hello", 0x40)
    assert read_text(by_header) == Incoming("34600000118", "ACME", "Hello", Fragment(7, 2, 1, b"Hello", 0))
    sar = ((tlv.SAR_MSG_REF_NUM, b"\x00\x09"), (tlv.SAR_TOTAL_SEGMENTS, b"\x03"), (tlv.SAR_SEGMENT_SEQNUM, b"\x02"))
    assert read_text(DeliverSm("34600000118", "ACME", b"Hello", tlvs=sar)).fragment == (9, 3, 2, b"Hello", 0)


@pytest.mark.parametrize(
    "sar",
    [
        ((tlv.SAR_MSG_REF_NUM, b"\x00\x09"),),
        ((tlv.SAR_MSG_REF_NUM, b"\x00\x09"), (tlv.SAR_TOTAL_SEGMENTS, b"\x03"), (tlv.SAR_SEGMENT_SEQNUM, b"\x04")),
        ((tlv.SAR_MSG_REF_NUM, b"\x00\x09"), (tlv.SAR_TOTAL_SEGMENTS, b"\x01"), (tlv.SAR_SEGMENT_SEQNUM, b"\x01")),
    ],
)
def test_a_text_alone_is_no_part(sar: tlv.Tlvs) -> None:
    assert read_text(DeliverSm("34600000118", "ACME", b"Hello", tlvs=sar)).fragment is None


def test_a_header_that_is_longer_than_its_text_is_text() -> None:
    assert read_text(DeliverSm("34600000118", "ACME", b"", 0x40)).text == ""
    assert read_text(DeliverSm("34600000118", "ACME", b"YES", 0x40)).text == "YES"


@given(octets=st.binary(max_size=60), coding=st.integers(0, 255), esm_class=st.integers(0, 255))
def test_any_octets_are_something_or_nothing_and_never_an_error(octets: bytes, coding: int, esm_class: int) -> None:
    found = smpp_wire.read(DeliverSm("34600000118", "ACME", octets, esm_class, coding))
    if isinstance(found, Incoming):
        assert "\0" not in found.text
    elif found:
        assert "\0" not in found.provider_id + found.error + found.head + found.words


@pytest.mark.parametrize(
    ("address", "ours"), [("+34600", "34600"), ("34600", "34600"), ("+ACME", "+ACME"), ("ACME", "ACME")]
)
def test_addresses_are_written_in_our_form(address: str, ours: str) -> None:
    assert smpp_wire.digits(address) == ours
