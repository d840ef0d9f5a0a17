from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.billing import tariff_csv
from cablegram.billing.tariffs import Tariff
from cablegram.kit.errors import InvalidInput

HEADER = "prefix,country,name,price\n"


def faults(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        tariff_csv.read(data)
    assert caught.value.faults[0].message in caught.value.message
    return [(fault.field, fault.code) for fault in caught.value.faults]


@pytest.mark.req("R16")
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_file_is_read_as_spreadsheets_write_it(start: str, line_end: str) -> None:
    text = f'{start}Prefix, country,name,price\n1204,ca,"Canada, Manitoba",0.74\n\n+34,ES,España,2\n'
    assert tariff_csv.read(text.replace("\n", line_end).encode()) == [
        Tariff("1204", "CA", "Canada, Manitoba", 740_000, is_demo=False),
        Tariff("34", "ES", "España", 2_000_000, is_demo=False),
    ]


def test_the_demo_says_that_it_is_one() -> None:
    assert tariff_csv.read(f"{HEADER}1,US,United States,0".encode(), is_demo=True) == [
        Tariff("1", "US", "United States", 0, is_demo=True)
    ]


@pytest.mark.req("R16")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1,US,United States", "bad_tariff_line"),
        ("1,US,United States,1,2", "bad_tariff_line"),
        ("0,US,United States,1", "bad_tariff_line"),
        ("1234567890123456,US,United States,1", "bad_tariff_line"),
        ("١,US,United States,1", "bad_tariff_line"),
        (",US,United States,1", "bad_tariff_line"),
        ("1,USA,United States,1", "unknown_country"),
        ("1,US,,1", "bad_name"),
        ("1,US,United States,one", "bad_amount"),
        ("1,US,United States,0.0000001", "bad_amount"),
        ("1,US,United States,-1", "bad_amount"),
    ],
)
def test_a_line_that_is_wrong_is_named(line: str, code: str) -> None:
    assert faults(f"{HEADER}49,DE,Germany,3\n{line}\n".encode()) == [("lines.3", code)]


def test_a_prefix_stands_in_one_line_only() -> None:
    assert faults(f"{HEADER}49,DE,Germany,3\n+49,DE,Germany,4\n".encode()) == [("lines.3", "bad_tariff_line")]


def test_all_that_is_wrong_is_said_at_once_up_to_a_hundred_lines() -> None:
    named = faults((HEADER + "x,US,United States,1\n" * 300).encode())
    assert named == [(f"lines.{line}", "bad_tariff_line") for line in range(2, 102)]


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        (b"", "lines.1", "bad_tariff_file"),
        (b"number,name\n1,x\n", "lines.1", "bad_tariff_file"),
        (HEADER.encode(), "lines.1", "bad_tariff_file"),
        (HEADER.encode() + b'"1,US\n', "lines.2", "csv_broken_quoting"),
        (HEADER.encode() + b"1,US,\xe9,1\n", "lines.2", "csv_not_utf8"),
        (HEADER.encode() + b"1," * 100, "lines.2", "csv_too_many_columns"),
    ],
)
def test_a_file_that_is_no_tariff_is_refused(data: bytes, field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        tariff_csv.read(data)
    assert (caught.value.code, caught.value.faults[0].field) == (code, field)


def outcome(data: bytes) -> int:
    """Count tariffs, or else what was found wrong."""
    try:
        return len(tariff_csv.read(data))
    except InvalidInput as error:
        return len(error.faults)


@given(st.binary(max_size=60) | st.text('0123456789,US"\n.').map(lambda text: (HEADER + text).encode()))
def test_any_bytes_are_tariffs_or_a_refusal_that_names_a_line(data: bytes) -> None:
    assert outcome(data) >= 1


@pytest.mark.req("R16")
def test_prefixes_may_lie_one_within_the_other_twenty_thousand_of_them() -> None:
    lines = [f"34{n},ES,Spain,0.01" for n in range(20_000)]  # 3410 lies within 341, and that within 34
    found = tariff_csv.read((HEADER + "34,ES,Spain,1\n" + "\n".join(lines)).encode())
    assert len({one.prefix for one in found}) == 20_001
