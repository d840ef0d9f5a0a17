"""A file of senders: what each line says, and all that is wrong with it at once."""

from __future__ import annotations

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.senders import sheet
from cablegram.senders.model import Capability, Kind, NumberType
from cablegram.senders.reading import Described

HEAD = "number,country,type,capabilities,connector,account\n"


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        sheet.read(text.encode())
    return [(one.field, one.code) for one in caught.value.faults]


def test_each_line_is_a_sender() -> None:
    file = HEAD + '+34600000118,es,,,,\n\n70500,US,,sms+mms,"Carrier, A",Acme\r\nAcme,,,SMS,,\n'
    file += "12125550100,US,Toll-Free,voice;sms,,\n"
    number, code, name, other = sheet.read(("\ufeff" + file).encode())
    assert (number.at, number.sender, number.capabilities) == (
        2,
        Described("34600000118", Kind.NUMBER, NumberType.MOBILE, "ES"),
        (Capability.SMS,),
    )
    assert (code.capabilities, code.connector, code.account) == (
        (Capability.SMS, Capability.MMS),
        "Carrier, A",
        "Acme",
    )
    assert (name.sender.kind, other.sender.number_type, other.capabilities) == (
        Kind.NAME,
        NumberType.TOLL_FREE,
        (Capability.VOICE, Capability.SMS),
    )


def test_columns_may_be_left_out_and_stand_in_any_order() -> None:
    (line,) = sheet.read(b"Number,account,type\n34600000118,Acme,local")
    assert (line.sender.number_type, line.account, line.connector) == (NumberType.LOCAL, "Acme", "")


@pytest.mark.parametrize("head", ["", "country,number", "number,number", "number,color", "34600000118"])
def test_without_a_line_that_names_the_columns_nothing_is_read(head: str) -> None:
    assert faults(f"{head}\n34600000118,ES\n") == [("lines.1", "bad_sender_line")]


def test_every_bad_line_is_named_and_a_hundred_at_most() -> None:
    assert faults(
        "number,type,capabilities\nZed!,,\n34600000118,fax,\n34600000118,,fly\n34600000118,\nAcme,,mms\n"
    ) == [
        ("lines.2", "sender_invalid"),
        ("lines.3", "bad_sender_line"),
        ("lines.4", "bad_sender_line"),
        ("lines.5", "bad_sender_line"),
        ("lines.6", "sender_capabilities_wrong"),
    ]
    assert len(faults("number\n" + "!\n" * 300)) == sheet.MOST_FAULTS


def test_a_sender_stands_once_for_each_account() -> None:
    assert faults("number,account\nAcme,One\nACME,one\nAcme,Two\n") == [("lines.3", "bad_sender_line")]


def test_a_file_without_senders_or_with_too_many_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults("number\n") == [("lines.1", "bad_sender_line")]
    monkeypatch.setattr(sheet, "MOST_SENDERS", 2)
    assert faults("number\nA\nB\nC\n") == [("lines.4", "bad_sender_line")]
