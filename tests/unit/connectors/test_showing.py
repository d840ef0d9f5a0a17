"""What people see of PDUs: what a reader of SMPP finds, in the names of the standard."""

from __future__ import annotations

import pytest

from cablegram.connectors.contract import Outgoing
from cablegram.connectors.showing import pdus
from cablegram.kit.ids import MessageId, uuid7
from cablegram.panel.wire import dump


def outgoing(text: str, *, source: str = "Acme", number: str = "34600000118") -> Outgoing:
    return Outgoing(MessageId(uuid7()), source, number, text, 1)


def test_a_short_text_is_one_submit_sm_with_its_fields() -> None:
    (one,) = pdus(outgoing("Hello there"))
    fields = dict(one.fields)
    assert (one.part, fields["command_id"]) == (1, "0x00000004 submit_sm")
    assert int(fields["command_length"]) == len(one.octets) == int.from_bytes(one.octets[:4])
    assert (fields["source_addr"], fields["source_addr_ton"]) == ("Acme", "5")
    assert (fields["destination_addr"], fields["registered_delivery"]) == ("34600000118", "0x01")
    assert (fields["data_coding"], fields["text"]) == ("0x00", "Hello there")
    assert bytes.fromhex(fields["short_message"]) == b"Hello there"
    assert "part" not in fields


@pytest.mark.parametrize(("text", "coding", "parts"), [("a" * 161, "0x00", 2), ("Привет, Анна! " * 6, "0x08", 2)])
def test_parts_of_a_long_text_put_together_are_the_text(text: str, coding: str, parts: int) -> None:
    found = [dict(one.fields) for one in pdus(outgoing(text))]
    assert "".join(fields["text"] for fields in found) == text
    assert {fields["data_coding"] for fields in found} == {coding}
    assert {fields["esm_class"] for fields in found} == {"0x40"}
    assert [fields["part"] for fields in found] == [f"{n} of {parts}" for n in range(1, parts + 1)]


def test_what_no_field_can_hold_has_no_pdu() -> None:
    assert pdus(outgoing("Hello there", number="3" * 30)) == []


def test_octets_are_dumped_sixteen_to_a_line() -> None:
    assert dump(b"\x00\x00\x00\x3cHello there,\x7f\xff").splitlines() == [
        "0000  00 00 00 3c 48 65 6c 6c 6f 20 74 68 65 72 65 2c  ...<Hello there,",
        "0010  7f ff                                            ..",
    ]
