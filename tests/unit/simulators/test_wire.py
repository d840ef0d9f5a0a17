"""Texts, receipts and replies as PDUs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cablegram.simulators import wire
from cablegram.simulators.scripts import Style
from cablegram.simulators.wire import Report
from cablegram.smpp import receipt, tlv
from cablegram.smpp.pdu import DeliverSm, SubmitSm
from cablegram.smpp.receipt import State
from cablegram.text.concat import Concat

NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)


def _sar(reference: int, total: int, sequence: int) -> tlv.Tlvs:
    return (
        (tlv.SAR_MSG_REF_NUM, reference.to_bytes(2, "big")),
        (tlv.SAR_TOTAL_SEGMENTS, bytes((total,))),
        (tlv.SAR_SEGMENT_SEQNUM, bytes((sequence,))),
    )


@pytest.mark.parametrize(
    ("message", "text", "place"),
    [
        (SubmitSm(short_message=b"Hi \x1be"), "Hi €", None),
        (SubmitSm(short_message=b"\x05\0\x03\x07\x02\x01Hi", esm_class=0x40), "Hi", Concat(7, 2, 1)),
        (SubmitSm(short_message=b"\x04\x1f", data_coding=8), "П", None),
        (SubmitSm(short_message=b"Hi", tlvs=_sar(300, 2, 2)), "Hi", Concat(300, 2, 2)),
        (SubmitSm(short_message=b"Hi", tlvs=_sar(300, 2, 3)), "Hi", None),
        (SubmitSm(short_message=b"Hi", tlvs=_sar(300, 2, 2)[:2]), "Hi", None),
        (SubmitSm(short_message=b"\xff\x01", esm_class=0x40), "ff 01", None),
        (SubmitSm(short_message=b"\x01\x02", data_coding=9), "01 02", None),
    ],
)
def test_a_part_shows_its_text_and_its_place(message: SubmitSm, text: str, place: Concat | None) -> None:
    part = wire.read_part(message)
    assert (part.text, part.place) == (text, place)


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize("state", list(State))
def test_a_receipt_in_any_style_is_read_back(style: Style, state: State) -> None:
    asked = SubmitSm("ACME", "49170", source_addr_ton=5, dest_addr_ton=1, tlvs=((tlv.USER_MESSAGE_REFERENCE, b"\1\2"),))
    message = wire.write_receipt(asked, Report("7f", state, NOW, NOW, "01A"), style=style)
    assert (message.source_addr, message.destination_addr) == ("49170", "ACME")
    assert (message.source_addr_ton, message.dest_addr_ton) == (1, 5)
    assert tlv.find(message.tlvs, tlv.USER_MESSAGE_REFERENCE) == b"\1\2"
    found = receipt.read(message)
    assert found is not None
    assert (found.message_id, found.state) == ("7f", state)
    assert found.error == ("" if style in {Style.SCANTY, Style.PARAMETERS_ONLY} else "01A")


@pytest.mark.parametrize(
    ("asked", "state", "wants"),
    [
        (0, State.DELIVERED, False),
        (1, State.DELIVERED, True),
        (1, State.EXPIRED, True),
        (2, State.DELIVERED, False),
        (2, State.EXPIRED, True),
        (2, State.ENROUTE, False),
        (0x11, State.DELIVERED, True),
    ],
)
def test_receipts_are_wanted_as_registered(asked: int, state: State, *, wants: bool) -> None:
    assert wire.wants_receipt(SubmitSm(registered_delivery=asked), state) is wants


def test_a_short_reply_has_no_header_and_a_long_one_has() -> None:
    (short,) = wire.write_reply("49170", "ACME", "YES", reference=7)
    assert short == DeliverSm("49170", "ACME", b"YES", source_addr_ton=1, source_addr_npi=1, dest_addr_npi=1)
    first, second = wire.write_reply("49170", "ACME", "ж" * 100, reference=7)
    assert (first.esm_class, first.data_coding, first.short_message[:6]) == (0x40, 8, b"\x05\0\x03\x07\x02\x01")
    assert second.short_message[:6] == b"\x05\0\x03\x07\x02\x02"
