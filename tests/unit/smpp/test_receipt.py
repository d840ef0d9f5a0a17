"""Receipts in the dialects of carriers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.smpp import receipt, tlv
from cablegram.smpp.pdu import DataSm, DeliverSm
from cablegram.smpp.receipt import Receipt, State

APPENDIX_B = (
    b"id:1234567890 sub:001 dlvrd:001 submit date:2611220101 done date:2611220102 stat:DELIVRD err:000 text:Hello Anna"
)
MARKED = 0x04


def _read(text: bytes | str, *, esm_class: int = MARKED, tlvs: tlv.Tlvs = (), data_coding: int = 0) -> Receipt | None:
    octets = text.encode("latin-1") if isinstance(text, str) else text
    return receipt.read(DeliverSm("4917", "ACME", octets, esm_class, data_coding, tlvs=tlvs))


@pytest.mark.parametrize("esm_class", [MARKED, 0x00, 0x20, 0x44])
def test_the_form_of_the_standard_is_read_marked_or_not(esm_class: int) -> None:
    found = _read(APPENDIX_B, esm_class=esm_class)
    assert found is not None
    assert found == Receipt(
        "1234567890", State.DELIVERED, "000", "2611220101", "2611220102", "001", "001", "Hello Anna", "DELIVRD"
    )
    assert found.submitted_at == datetime(2026, 11, 22, 1, 1, tzinfo=UTC)
    assert found.done_at == datetime(2026, 11, 22, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "message_id", "state", "error"),
    [
        ("id:1 stat:UNDELIV err:069", "1", State.UNDELIVERABLE, "069"),
        (
            "ID:0a-B SUB:1 DLVRD:0 SUBMIT DATE:20261122010203 DONE DATE:x STAT:EXPIRED ERR:0F2 TEXT:",
            "0a-B",
            State.EXPIRED,
            "0F2",
        ),
        ("id: 77, stat: rejected, err: 5", "77", State.REJECTED, "5"),
        ("id:77;stat:ACCEPTD;err:", "77", State.ACCEPTED, ""),
        ("id:5 submit_date:2611220101 donedate:2611220102 stat:ENROUTE", "5", State.ENROUTE, ""),
        ("stat:DELETED id:9 err:1 2", "9", State.DELETED, "1 2"),
        ("id:7 stat:NOTKNOWN err:1", "7", State.UNKNOWN, "1"),
        ("id:7 stat:SKIPPED", "7", State.SKIPPED, ""),
        ("id:7\r\nstat:FAILED", "7", State.UNDELIVERABLE, ""),
        ("id:7 text:stat:DELIVRD id:8", "7", State.UNKNOWN, ""),
    ],
)
def test_the_dialects_of_carriers_are_read(text: str, message_id: str, state: State, error: str) -> None:
    found = _read(text)
    assert found is not None
    assert (found.message_id, found.state, found.error) == (message_id, state, error)


def test_the_quoted_text_may_hold_anything() -> None:
    found = _read("id:7 stat:DELIVRD text:id:8 stat:UNDELIV text:x ")
    assert found is not None
    assert (found.message_id, found.state, found.text) == ("7", State.DELIVERED, "id:8 stat:UNDELIV text:x ")


def test_a_date_that_is_none_is_none() -> None:
    found = _read("id:7 stat:DELIVRD done date:soon")
    assert found is not None
    assert (found.done_date, found.done_at, found.submitted_at) == ("soon", None, None)


@pytest.mark.parametrize(
    ("text", "esm_class"),
    [
        ("Hello, how are you?", 0),
        ("My id:7 stat:DELIVRD", 0),
        ("id:7 stat:maybe", 0),
        ("id:7", 0),
        ("", 0),
        ("stat:DELIVRD", 0),
        ("Hello", MARKED),
        ("stat:DELIVRD err:0", MARKED),
    ],
)
def test_a_persons_text_and_a_receipt_without_id_are_no_receipt(text: str, esm_class: int) -> None:
    assert _read(text, esm_class=esm_class) is None


@pytest.mark.parametrize(("number", "state"), list(enumerate(State)))
def test_parameters_alone_are_enough(number: int, state: State) -> None:
    tlvs = ((tlv.RECEIPTED_MESSAGE_ID, b"ab12\0"), (tlv.MESSAGE_STATE, bytes((number,))))
    found = _read(b"", esm_class=0, tlvs=tlvs)
    assert found is not None
    assert (found.message_id, found.state) == ("ab12", state)


def test_parameters_win_over_the_text() -> None:
    tlvs = ((tlv.RECEIPTED_MESSAGE_ID, b"ff"), (tlv.MESSAGE_STATE, b"\x05"), (tlv.NETWORK_ERROR_CODE, b"\x03\x00\x45"))
    found = _read("id:255 stat:DELIVRD", tlvs=tlvs)
    assert found is not None
    assert (found.message_id, found.state, found.error) == ("ff", State.UNDELIVERABLE, "069")


@pytest.mark.parametrize(("number", "state"), [(0, State.SCHEDULED), (2, State.DELIVERED), (9, State.SKIPPED)])
def test_a_state_is_known_by_its_number(number: int, state: State) -> None:
    assert receipt.state_of(number) is state


@pytest.mark.parametrize("number", [-1, 10, 255])
def test_a_number_that_no_standard_has_says_nothing(number: int) -> None:
    assert receipt.state_of(number) is State.UNKNOWN


def test_the_error_of_the_text_stands_beside_a_network_error() -> None:
    found = _read("id:255 stat:UNDELIV err:12", tlvs=((tlv.NETWORK_ERROR_CODE, b"\x03\x00\x45"),))
    assert found is not None
    assert found.error == "12"


def test_a_state_out_of_range_leaves_that_of_the_text() -> None:
    found = _read("id:1 stat:DELIVRD", tlvs=((tlv.MESSAGE_STATE, b"\x0a"),))
    assert found is not None
    assert found.state is State.DELIVERED


def test_a_receipt_may_be_in_ucs2_or_in_data_sm() -> None:
    found = _read("id:1 stat:DELIVRD".encode("utf-16-be"), data_coding=8)
    assert found is not None
    assert found.state is State.DELIVERED
    in_data = DataSm("4917", "ACME", MARKED, tlvs=((tlv.MESSAGE_PAYLOAD, APPENDIX_B),))
    assert receipt.read(in_data) == _read(APPENDIX_B)


@given(st.binary(max_size=254), st.integers(0, 255), st.sampled_from([0, 8]), st.binary(max_size=4))
def test_any_message_is_a_receipt_or_none(text: bytes, esm_class: int, data_coding: int, parameter: bytes) -> None:
    tlvs = ((tlv.MESSAGE_STATE, parameter), (tlv.NETWORK_ERROR_CODE, parameter), (tlv.RECEIPTED_MESSAGE_ID, parameter))
    for parameters in ((), tlvs):
        found = _read(text, esm_class=esm_class, data_coding=data_coding, tlvs=parameters)
        assert found is None or found.message_id


WORD = st.text("abcdefABCDEF0123456789-", min_size=1, max_size=20)
DIGITS = st.text("0123456789", min_size=1, max_size=12)


@given(WORD, st.sampled_from(list(State)), DIGITS, DIGITS, st.text("abc:Ä ", max_size=20))
def test_what_is_written_is_read(message_id: str, state: State, error: str, date: str, text: str) -> None:
    written = Receipt(message_id, state, error, date, date, "002", "001", text, receipt.WORDS[state])
    octets = receipt.write(written)
    assert _read(octets) == written
    assert receipt._from_text(octets.decode("latin-1")) == written
    assert _read(octets, tlvs=receipt.parameters(written)) == written


def test_what_is_left_out_is_written_as_the_standard_does() -> None:
    octets = receipt.write(Receipt("1", State.UNDELIVERABLE, text="more than twenty letters, Ж"))
    assert octets == (b"id:1 sub:001 dlvrd:000 submit date: done date: stat:UNDELIV err:000 text:more than twenty let")


@pytest.mark.parametrize(
    ("in_response", "in_receipt"),
    [
        ("1A2B", "1a2b"),
        ("1A2B", "6699"),
        ("6699", "1A2B"),
        ("00001a2b", "6699"),
        ("6699", "0000006699"),
        (" 6699", "6699"),
        ("018f-AB", "018F-ab"),
        ("0", "000"),
        ("ffffffffffffffffffffffffffffffff", "340282366920938463463374607431768211455"),
    ],
)
def test_ids_written_in_two_ways_share_a_key(in_response: str, in_receipt: str) -> None:
    assert set(receipt.message_id_keys(in_response)) & set(receipt.message_id_keys(in_receipt))


def test_the_plain_form_comes_first_and_no_form_twice() -> None:
    assert receipt.message_id_keys("0010") == ("10", "16", "a")
    assert receipt.message_id_keys("7") == ("7",)
    assert receipt.message_id_keys("0b") == ("b", "11")
    assert receipt.message_id_keys("x-1") == ("x-1",)
    assert receipt.message_id_keys("") == ()


@given(st.integers(0, 2**128 - 1))
def test_decimal_and_hexadecimal_are_each_others_other_form(number: int) -> None:
    assert receipt.hex_to_decimal(f"{number:x}") == str(number)
    assert receipt.decimal_to_hex(str(number)) == f"{number:x}"
    assert receipt.hex_to_decimal("xyz") is None
    assert receipt.decimal_to_hex("ff") is None
