from __future__ import annotations

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.rentals import sheet
from cablegram.rentals.model import NewStock, Price
from cablegram.senders.model import Capability, NumberType

HEADER = "number,country,type,capabilities,connector,setup,monthly,note\n"


@pytest.mark.req("R58", "R27")
def test_a_file_says_all_of_a_number_or_leaves_it_to_be_read() -> None:
    text = HEADER + '+34600000118,ES,mobile,sms,Carrier A,,,\r\n13055550123,,,sms mms,,50,12.5,"easy, really"\n'
    first, second = sheet.read(text.encode())
    assert (first.at, first.connector) == (2, "Carrier A")
    assert first.new == NewStock("34600000118", "ES", NumberType.MOBILE)
    able = (Capability.SMS, Capability.MMS)
    price = Price(50_000_000, 12_500_000)
    assert second.new == NewStock("13055550123", "US", NumberType.LOCAL, able, None, price, "easy, really")
    assert sheet.has_header(b"\xef\xbb\xbfNumber,note\n1")
    assert not sheet.has_header(b"13055550123\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("70001,US,,,,,,", "only these are rented"),
        ("13055550123,US,satellite,,,,,", "no type of a number"),
        ("13055550123,US,,fly,,,,", "nothing that a number can do"),
        ("13055550123,US,,,,5,,", "both setup and monthly"),
        ("13055550123,US,,,,5,-1,", "0 or more"),
        ("13055550123,US,,,,x,1,", "not an amount"),
        ("13055550123,ES,,,,,,", "dialing code"),
        ("13055550123,US", "there are 2 fields"),
        ("13055550123,US,,,,,,\n+13055550123,US,,,,,,", "stands in line 2 too"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(line: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        sheet.read((HEADER + line).encode())
    assert caught.value.code == "bad_stock_file"
    assert said in caught.value.faults[0].message
    assert caught.value.faults[0].field.startswith("lines.")


@pytest.mark.parametrize("text", ["", "nothing,number\n", "number,number\n", "number\n", "number,color\n"])
def test_a_file_needs_its_header_and_a_number(text: str) -> None:
    with pytest.raises(InvalidInput):
        sheet.read(text.encode())


def test_a_file_has_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_NUMBERS", 1)
    with pytest.raises(InvalidInput, match="Cut it in two"):
        sheet.read(b"number\n13055550123\n13055550124\n")
