"""PDUs and bytes: golden bytes worked out by hand from SMPP 3.4, and properties over all PDUs."""

from __future__ import annotations

import contextlib
import dataclasses
import struct
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.smpp import binding, codec, commands, fields, pdu, status, tlv
from cablegram.smpp.codec import Decoder, Unreadable
from cablegram.smpp.errors import SmppError

LAID: list[type[pdu.Laid]] = [
    binding.BindTransmitter,
    binding.BindReceiver,
    binding.BindTransceiver,
    binding.BindTransmitterResp,
    binding.BindReceiverResp,
    binding.BindTransceiverResp,
    binding.Outbind,
    binding.EnquireLink,
    binding.EnquireLinkResp,
    binding.Unbind,
    binding.UnbindResp,
    binding.GenericNack,
    pdu.SubmitSm,
    pdu.SubmitSmResp,
    pdu.DeliverSm,
    pdu.DeliverSmResp,
    pdu.DataSm,
    pdu.DataSmResp,
    pdu.QuerySm,
    pdu.QuerySmResp,
    pdu.CancelSm,
    pdu.CancelSmResp,
    pdu.ReplaceSm,
    pdu.ReplaceSmResp,
    pdu.AlertNotification,
]
OCTET = st.integers(0, 255)
NUMBER = st.integers(0, 0xFFFF_FFFF)
TLVS = st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=40)), max_size=4).map(tuple)
LATIN = st.characters(min_codepoint=1, max_codepoint=255)


def _values(field: fields.Field) -> st.SearchStrategy[object]:
    match field:
        case fields.CString(size=size):
            return st.text(LATIN, max_size=size - 1)
        case fields.Counted(largest=largest):
            return st.binary(max_size=largest)
        case _:
            return OCTET


@st.composite
def pdus(draw: st.DrawFn) -> pdu.Pdu:
    if draw(st.integers(0, len(LAID))) == 0:
        command = draw(st.sampled_from([commands.SUBMIT_MULTI, commands.SUBMIT_MULTI | commands.RESPONSE]))
        return pdu.Other(command, draw(st.binary(max_size=60)), draw(NUMBER))
    kind = draw(st.sampled_from(LAID))
    values: dict[str, Any] = {field.name: draw(_values(field)) for field in kind.LAYOUT}
    names = {field.name for field in dataclasses.fields(kind)}
    if "tlvs" in names:
        values["tlvs"] = draw(TLVS)
    if "status" in names:
        values["status"] = draw(NUMBER)
    return kind(**values)


@given(pdus(), NUMBER)
def test_what_is_written_is_read_as_the_same(message: pdu.Pdu, sequence: int) -> None:
    read = codec.decode(codec.encode(message, sequence))
    assert read == dataclasses.replace(message, sequence=sequence)
    assert type(read) is type(message)


def _feed(stream: bytes, cuts: list[int]) -> list[object]:
    decoder = Decoder()
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    found = [item for start, end in pairwise(edges) for item in decoder.feed(stream[start:end])]
    return [_plain(item) for item in found]


def _plain(item: pdu.Pdu | Unreadable) -> object:
    if isinstance(item, Unreadable):
        return item.command, item.status, item.sequence, item.error.status, item.error.message, item.fatal
    return item


@settings(max_examples=60)
@given(st.lists(pdus(), max_size=5), st.binary(max_size=30), st.lists(st.integers(0, 600), max_size=8))
def test_the_split_of_a_stream_makes_no_difference(messages: list[pdu.Pdu], garbage: bytes, cuts: list[int]) -> None:
    stream = b"".join(codec.encode(message, i) for i, message in enumerate(messages)) + garbage
    whole = _feed(stream, [])
    assert _feed(stream, cuts) == whole
    assert _feed(stream, list(range(len(stream)))) == whole
    assert whole[: len(messages)] == [dataclasses.replace(m, sequence=i) for i, m in enumerate(messages)]


@given(st.binary(max_size=200))
def test_any_bytes_give_pdus_or_one_kind_of_error(data: bytes) -> None:
    for item in Decoder().feed(data):
        assert not isinstance(item, Unreadable) or item.error.status in status.STATUSES
    with contextlib.suppress(SmppError):
        codec.decode(data)


@given(st.sampled_from([kind.COMMAND for kind in LAID] + [0x0BAD]), st.binary(max_size=120), NUMBER)
def test_any_body_under_any_command_gives_a_pdu_or_names_a_status(command: int, body: bytes, sequence: int) -> None:
    data = struct.pack(">IIII", 16 + len(body), command, 0, sequence) + body
    (item,) = Decoder().feed(data)
    if isinstance(item, Unreadable):
        assert (item.command, item.sequence, item.fatal) == (command, sequence, False)
        assert item.error.status in status.STATUSES
        with pytest.raises(SmppError, match=r"\w"):
            codec.decode(data)
    else:
        assert codec.decode(data) == item


GOLDEN = [
    (
        # SMPP 3.4 section 3.2.5 works this very PDU out: a bind_transmitter of "SMPP3TEST" with sequence 1.
        "0000002f 00000002 00000000 00000001 534d50503354455354 00 7365637265743038 00 5355424d495431 00 00 01 01 00",
        binding.BindTransmitter("SMPP3TEST", "secret08", "SUBMIT1", 0, 1, 1, ""),
        1,
    ),
    (
        "0000001e 80000009 00000000 00000007 63617272 00 0210 0001 34 001d 0000",
        binding.BindTransceiverResp("carr", ((tlv.SC_INTERFACE_VERSION, b"\x34"), (0x1D, b""))),
        7,
    ),
    ("00000010 00000015 00000000 0000000a", binding.EnquireLink(), 10),
    ("00000010 80000015 00000000 0000000a", binding.EnquireLinkResp(), 10),
    ("00000010 80000000 00000003 00000000", binding.GenericNack(status=3), 0),
    ("00000010 00000006 00000000 00000002", binding.Unbind(), 2),
    (
        (
            "0000003a 00000004 00000000 00000002 00 05 00 41434d45 00 01 01 3439313730 00 43 00 00 00 00 01 00 08 00"
            " 0a 050003cc020120acd83d 0204 0002 0007"
        ),
        pdu.SubmitSm(
            "ACME",
            "49170",
            bytes.fromhex("050003cc020120acd83d"),
            esm_class=0x43,
            data_coding=8,
            registered_delivery=1,
            source_addr_ton=5,
            dest_addr_ton=1,
            dest_addr_npi=1,
            tlvs=((tlv.USER_MESSAGE_REFERENCE, b"\0\7"),),
        ),
        2,
    ),
    ("00000015 80000004 00000000 00000002 3161 3262 00", pdu.SubmitSmResp("1a2b"), 2),
    ("00000010 80000004 00000058 00000002", pdu.SubmitSmResp(status=0x58), 2),
    ("00000011 80000005 00000000 00000009 00", pdu.DeliverSmResp(), 9),
    (
        "00000018 00000003 00000000 00000004 6162 00 01 01 343900",
        pdu.QuerySm("ab", "49", 1, 1),
        4,
    ),
    (
        "00000016 80000003 00000000 00000004 6162 00 00 02 00",
        pdu.QuerySmResp("ab", "", 2, 0),
        4,
    ),
]


@pytest.mark.parametrize(("octets", "message", "sequence"), GOLDEN)
def test_bytes_are_those_of_the_standard(octets: str, message: pdu.Pdu, sequence: int) -> None:
    data = bytes.fromhex(octets)
    assert codec.encode(message, sequence) == data
    assert codec.decode(data) == dataclasses.replace(message, sequence=sequence)


def _short_message(**changes: bytes) -> bytes:
    """Make the body of a submit_sm from its parts, any of them replaced by something wrong."""
    parts = {
        "service_type": b"\0",
        "source": b"\x01\x01123\0",
        "destination": b"\x01\x01456\0",
        "flags": b"\0\0\0",
        "schedule": b"\0",
        "validity": b"\0",
        "codings": b"\0\0\0\0",
        "text": b"\2hi",
        "tlvs": b"",
    }
    return b"".join((parts | changes).values())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"service_type": b"123456\0"}, status.ESME_RINVSERTYP),
        ({"source": b"\1\1" + b"1" * 21 + b"\0"}, status.ESME_RINVSRCADR),
        ({"destination": b"\1\1" + b"1" * 21 + b"\0"}, status.ESME_RINVDSTADR),
        ({"schedule": b"1" * 17 + b"\0"}, status.ESME_RINVSCHED),
        ({"validity": b"1" * 17 + b"\0"}, status.ESME_RINVEXPIRY),
        ({"text": b"\3hi"}, status.ESME_RINVMSGLEN),
        ({"text": b"\xff" + b"a" * 255}, status.ESME_RINVMSGLEN),
        ({"text": b""}, status.ESME_RINVCMDLEN),
        ({"codings": b"\0", "text": b""}, status.ESME_RINVCMDLEN),
        ({"flags": b"", "schedule": b"", "validity": b"", "codings": b"", "text": b""}, status.ESME_RINVCMDLEN),
        ({"validity": b"", "codings": b"1", "text": b""}, status.ESME_RINVCMDLEN),
        ({"tlvs": b"\0\5\0"}, status.ESME_RINVOPTPARSTREAM),
        ({"tlvs": b"\0\5\0\2a"}, status.ESME_RINVOPTPARSTREAM),
    ],
)
def test_each_wrong_part_of_a_message_has_its_own_status(change: dict[str, bytes], code: int) -> None:
    body = _short_message(**change)
    head = struct.pack(">IIII", 16 + len(body), commands.SUBMIT_SM, 0, 5)
    (item,) = Decoder().feed(head + body)
    assert isinstance(item, Unreadable)
    assert item.error.status == code


def test_a_message_with_nothing_wrong_is_read() -> None:
    body = _short_message()
    kinds = dict.fromkeys(("source_addr_ton", "source_addr_npi", "dest_addr_ton", "dest_addr_npi"), 1)
    head = struct.pack(">IIII", 16 + len(body), commands.SUBMIT_SM, 0, 5)
    assert Decoder().feed(head + body) == [pdu.SubmitSm("123", "456", b"hi", sequence=5, **kinds)]


def _unreadable(items: list[pdu.Pdu | Unreadable]) -> list[Unreadable]:
    return [item for item in items if isinstance(item, Unreadable)]


def test_a_wrong_body_costs_only_its_own_pdu() -> None:
    wrong = struct.pack(">IIII", 20, commands.SUBMIT_SM, 0, 5) + b"abcd"
    unknown = struct.pack(">IIII", 18, 0x0BAD, 0, 6) + b"xy"
    extra = struct.pack(">IIII", 17, commands.ENQUIRE_LINK, 0, 7) + b"x"
    items = Decoder().feed(wrong + unknown + extra + codec.encode(binding.Unbind(), 8))
    assert [item.error.status for item in _unreadable(items[:3])] == [
        status.ESME_RINVCMDLEN,
        status.ESME_RINVCMDID,
        status.ESME_RINVCMDLEN,
    ]
    assert items[3] == binding.Unbind(8)


@pytest.mark.parametrize("length", [0, 15, 65_537, 0xFFFF_FFFF])
def test_a_length_that_cannot_be_right_costs_the_stream(length: int) -> None:
    decoder = Decoder()
    good = codec.encode(binding.EnquireLink(), 1)
    items = decoder.feed(good + struct.pack(">IIII", length, commands.SUBMIT_SM, 0, 5) + good)
    assert items[0] == binding.EnquireLink(1)
    assert [item.fatal for item in _unreadable(items)] == [True]
    assert len(items) == 2
    assert decoder.feed(good) == []


def test_a_stricter_decoder_refuses_what_is_longer_than_it_allows() -> None:
    items = Decoder(largest=100).feed(codec.encode(pdu.SubmitSm(short_message=b"a" * 100), 1))
    assert [item.fatal for item in _unreadable(items)] == [True]


@pytest.mark.parametrize("body", [b"", b"1a2b", b"1a2b\0"])
def test_a_response_is_read_however_little_it_says(body: bytes) -> None:
    data = struct.pack(">IIII", 16 + len(body), pdu.SubmitSmResp.COMMAND, 0, 5) + body
    assert codec.decode(data) == pdu.SubmitSmResp(body.rstrip(b"\0").decode(), 0, 5)


def test_a_refused_bind_may_come_without_a_body() -> None:
    data = struct.pack(">IIII", 16, binding.BindReceiverResp.COMMAND, status.ESME_RINVPASWD, 5)
    assert codec.decode(data) == binding.BindReceiverResp(status=status.ESME_RINVPASWD, sequence=5)
    assert codec.encode(binding.BindReceiverResp(status=status.ESME_RINVPASWD), 5) == data


def test_a_message_id_has_at_most_64_characters() -> None:
    data = struct.pack(">IIII", 82, pdu.SubmitSmResp.COMMAND, 0, 5) + b"1" * 65 + b"\0"
    with pytest.raises(SmppError) as caught:
        codec.decode(data)
    assert caught.value.status == status.ESME_RINVMSGID


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (pdu.SubmitSm(source_addr="1" * 21), status.ESME_RINVSRCADR),
        (pdu.SubmitSm(destination_addr="1\0"), status.ESME_RINVDSTADR),
        (pdu.SubmitSm(destination_addr="Ж"), status.ESME_RINVDSTADR),
        (pdu.SubmitSm(validity_period="1" * 17), status.ESME_RINVEXPIRY),
        (pdu.SubmitSm(schedule_delivery_time="1" * 17), status.ESME_RINVSCHED),
        (pdu.SubmitSm(service_type="123456"), status.ESME_RINVSERTYP),
        (pdu.SubmitSm(short_message=b"a" * 255), status.ESME_RINVMSGLEN),
        (pdu.SubmitSm(esm_class=256), status.ESME_RINVPARLEN),
        (pdu.SubmitSm(tlvs=((0x10000, b""),)), status.ESME_RINVPARLEN),
        (pdu.SubmitSm(tlvs=((tlv.MESSAGE_PAYLOAD, b"a" * 65_536),)), status.ESME_RINVPARLEN),
        (pdu.SubmitSm(tlvs=((tlv.MESSAGE_PAYLOAD, b"a" * 65_500),)), status.ESME_RINVCMDLEN),
        (pdu.SubmitSmResp("1" * 65), status.ESME_RINVMSGID),
        (pdu.SubmitSmResp(status=1 << 32), status.ESME_RINVPARLEN),
        (pdu.DataSm(esm_class=-1), status.ESME_RINVPARLEN),
        (pdu.ReplaceSm("1", short_message=b"a" * 255), status.ESME_RINVMSGLEN),
        (binding.BindTransceiver("1" * 16), status.ESME_RINVSYSID),
        (binding.BindTransceiver("a", "123456789"), status.ESME_RINVPASWD),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_its_status(message: pdu.Pdu, code: int) -> None:
    with pytest.raises(SmppError) as caught:
        codec.encode(message, 1)
    assert caught.value.status == code
    assert str(caught.value) == caught.value.message


@pytest.mark.parametrize("data", [b"", b"\0" * 15, struct.pack(">IIII", 17, 0x15, 0, 1)])
def test_one_pdu_must_be_whole(data: bytes) -> None:
    with pytest.raises(SmppError) as caught:
        codec.decode(data)
    assert caught.value.status == status.ESME_RINVCMDLEN


def test_a_text_may_be_in_message_payload() -> None:
    assert pdu.content(pdu.SubmitSm(short_message=b"hi")) == b"hi"
    assert pdu.content(pdu.SubmitSm(tlvs=((tlv.MESSAGE_PAYLOAD, b"long"),))) == b"long"
    assert pdu.content(pdu.DataSm(tlvs=((tlv.MESSAGE_PAYLOAD, b"long"),))) == b"long"
    assert pdu.content(pdu.DataSm()) == b""


def test_parameters_are_found_by_tag() -> None:
    tlvs = ((tlv.SAR_MSG_REF_NUM, b"\1\2"), (tlv.RECEIPTED_MESSAGE_ID, b"abc\0"), (tlv.RECEIPTED_MESSAGE_ID, b"x"))
    assert tlv.number(tlvs, tlv.SAR_MSG_REF_NUM) == 0x0102
    assert tlv.text(tlvs, tlv.RECEIPTED_MESSAGE_ID) == "abc"
    assert tlv.find(tlvs, tlv.MESSAGE_STATE) is None
    assert tlv.number(tlvs, tlv.MESSAGE_STATE) is None
    assert tlv.text(tlvs, tlv.MESSAGE_STATE) is None
    assert tlv.NAMES[0x0424] == "message_payload"


def test_commands_have_the_names_of_the_standard() -> None:
    assert commands.name(commands.SUBMIT_SM) == "submit_sm"
    assert commands.name(commands.SUBMIT_SM | commands.RESPONSE) == "submit_sm_resp"
    assert commands.name(0x0BAD) == "0x00000bad"
    assert commands.name(commands.OUTBIND | commands.RESPONSE) == "0x8000000b"


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        (0x00, "ESME_ROK", status.Kind.OK),
        (0x58, "ESME_RTHROTTLED", status.Kind.THROTTLED),
        (0x14, "ESME_RMSGQFUL", status.Kind.THROTTLED),
        (0x08, "ESME_RSYSERR", status.Kind.TEMPORARY),
        (0x0B, "ESME_RINVDSTADR", status.Kind.PERMANENT),
        (0x45, "ESME_RSUBMITFAIL", status.Kind.PERMANENT),
        (0x0E, "ESME_RINVPASWD", status.Kind.BIND),
        (0x04, "ESME_RINVBNDSTS", status.Kind.BIND),
        (0x401, "0x00000401", status.Kind.PERMANENT),
        (0x9999, "0x00009999", status.Kind.PERMANENT),
    ],
)
def test_a_status_has_a_name_and_says_what_to_conclude(code: int, name: str, kind: status.Kind) -> None:
    found = status.of(code)
    assert (found.code, found.name, found.kind) == (code, name, kind)
    assert found.meaning.endswith(".")


def test_a_carriers_own_status_is_told_from_an_unlisted_one() -> None:
    assert "own" in status.of(0x400).meaning
    assert "own" not in status.of(0x500).meaning


def test_a_pdu_may_come_octet_by_octet_and_two_at_once() -> None:
    one = codec.encode(pdu.SubmitSm("ACME", "49170", b"hi"), 1)
    two = codec.encode(binding.EnquireLink(), 2)
    decoder = Decoder()
    assert [item for octet in one for item in decoder.feed(bytes((octet,)))] == [codec.decode(one)]
    assert decoder.feed(two[:5]) == []
    assert decoder.feed(two[5:] + one + one[:20]) == [codec.decode(two), codec.decode(one)]
    assert decoder.feed(one[20:]) == [codec.decode(one)]
