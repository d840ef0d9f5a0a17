from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit import csvio
from cablegram.kit.csvio import LONGEST_ROW, CsvReader, Row
from cablegram.kit.errors import InvalidInput

FIELDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6) | st.text('a,"\r\n é', max_size=8)
TABLES = st.lists(st.lists(FIELDS, min_size=1, max_size=4), max_size=8)
# Files with every kind of mistake in them.
FILES = st.text('ab,,""\r\n\né', max_size=40).map(str.encode) | st.binary(max_size=20)


def read(*chunks: bytes, most_columns: int = 100) -> list[Row]:
    reader = CsvReader(most_columns=most_columns)
    rows = [row for chunk in chunks for row in reader.feed(chunk)]
    return rows + reader.close()


def outcome(*chunks: bytes) -> list[Row] | tuple[str, str]:
    try:
        return read(*chunks)
    except InvalidInput as error:
        return error.code, error.message


def refusal(*chunks: bytes, most_columns: int = 100) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        read(*chunks, most_columns=most_columns)
    (fault,) = caught.value.faults
    assert fault.code == caught.value.code
    return caught.value.code, fault.field


@pytest.mark.req("R87")
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last_end", ["", "\n", "\r\n"])
def test_lines_end_with_lf_or_crlf_and_the_last_may_have_no_end(end: str, last_end: str) -> None:
    assert read(f"number,name{end}+34600000118,Ana{last_end}".encode()) == [
        (1, ["number", "name"]),
        (2, ["+34600000118", "Ana"]),
    ]


@pytest.mark.req("R87")
@pytest.mark.parametrize(
    ("source", "rows"),
    [
        (b"number;name\n1;a,b\n", [["number", "name"], ["1", "a,b"]]),
        (b'"name, first";number\n"a;""b""";1\n', [["name, first", "number"], ['a;"b"', "1"]]),
        (b"number\tname\r\n1\ta;b\r\n", [["number", "name"], ["1", "a;b"]]),
        (b"number|name\n1|a\n", [["number", "name"], ["1", "a"]]),
        (b"number,name\n1,a;b;c;d\n", [["number", "name"], ["1", "a;b;c;d"]]),
        (b"number\n1;2\n", [["number"], ["1;2"]]),
    ],
)
def test_a_file_of_any_tool_is_cut_by_what_its_first_row_is_cut_by(source: bytes, rows: list[list[str]]) -> None:
    reader = CsvReader(most_columns=100, separators=csvio.ANY_SEPARATOR)
    found = [row for byte in source for row in reader.feed(bytes([byte]))] + reader.close()
    assert [fields for _, fields in found] == rows


@pytest.mark.req("R87")
def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    assert read("\ufeffnumber,name".encode()) == [(1, ["number", "name"])]


@pytest.mark.req("R87")
def test_quoted_fields_hold_commas_quotation_marks_and_line_ends() -> None:
    source = '1,"a, b","say ""hi""","two\r\nlines",""\n2,x,,,\n'
    assert read(source.encode()) == [(1, ["1", "a, b", 'say "hi"', "two\r\nlines", ""]), (3, ["2", "x", "", "", ""])]


def test_empty_lines_are_no_rows_but_count_as_lines() -> None:
    assert read(b'\na\n\r\n\n"b"\n\n') == [(2, ["a"]), (5, ["b"])]


def test_a_file_of_nothing_has_no_rows() -> None:
    assert read() == read(b"") == read("\ufeff".encode()) == []


@given(TABLES, st.data())
def test_what_the_standard_writer_writes_is_read_back(table: list[list[str]], data: st.DataObject) -> None:
    text = io.StringIO()
    writer = csv.writer(
        text,
        lineterminator=data.draw(st.sampled_from(["\n", "\r\n"])),
        quoting=data.draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])),
    )
    writer.writerows(table)
    assert [fields for _, fields in read(text.getvalue().encode("utf-8-sig"))] == table


@given(TABLES)
def test_what_we_write_is_read_back(table: list[list[str]]) -> None:
    assert [fields for _, fields in read(b"\xef\xbb\xbf", csvio.write(table))] == table


@given(FILES, st.data())
def test_a_file_split_anywhere_gives_the_same_rows_or_the_same_error(source: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(source)), max_size=6)))
    chunks = [source[start:end] for start, end in zip([0, *cuts], [*cuts, len(source)], strict=True)]
    whole = outcome(source)
    assert outcome(*chunks) == whole
    assert outcome(*(bytes([byte]) for byte in source)) == whole


@given(FILES)
def test_rows_are_on_the_lines_they_say(source: bytes) -> None:
    rows = outcome(source)
    if isinstance(rows, list):
        lines = source.decode("utf-8-sig").split("\n")
        for line, fields in rows:
            # A quoted field may start with what a plain one can't, but never before its mark.
            assert lines[line - 1].lstrip('"').startswith(fields[0].split("\n")[0].split('"')[0])


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b'a\nb,12" pan\nc\n', 2),  # opened in a plain field, and never again
        (b'a\nb,12" pan\nc,13" pan\n', 2),
        (b'a\nb,"pan" x\n', 2),
        (b'a\n"x\ny",z "b"\n', 3),
        (b'a\n"b\nc\n', 2),
        (b'a\n"', 2),
    ],
)
@pytest.mark.req("R87")
def test_a_quotation_mark_out_of_place_is_an_error_at_its_line(source: bytes, line: int) -> None:
    assert refusal(source) == ("csv_broken_quoting", f"lines.{line}")


@pytest.mark.parametrize("source", [b"number\r+34600000118\r", b'a\nb\n"c"\r"d"\n', b"a\nb\nc\rd"])
def test_a_line_that_ends_with_cr_alone_is_an_error(source: bytes) -> None:
    assert refusal(source) == ("csv_bad_line_end", "lines.1" if source.startswith(b"number") else "lines.3")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"\xff\xfen\x00u\x00", 1),  # UTF-16, as Excel's "Unicode text"
        (b"a\nb\nJos\xe9\n", 3),
        (b'a\n"b\nJos\xe9"\n', 3),
        (b"a\nb\xc3", 2),  # cut off inside a character
        (b"\xef\xbb", 1),  # cut off inside the byte order mark
    ],
)
def test_what_is_not_utf8_is_an_error_at_its_line(source: bytes, line: int) -> None:
    assert refusal(source) == ("csv_not_utf8", f"lines.{line}")


def test_an_earlier_error_is_told_before_a_later_one() -> None:
    assert refusal(b'a\nb,"c"d\n\xff') == ("csv_broken_quoting", "lines.2")


@pytest.mark.parametrize("columns", [4, 1_000_000])
def test_too_many_columns_are_an_error_however_many(columns: int) -> None:
    source = b"a\n" + b",".join([b"c"] * columns)
    assert refusal(source, most_columns=3) == ("csv_too_many_columns", "lines.2")
    assert refusal(source + b"\n", most_columns=3) == ("csv_too_many_columns", "lines.2")
    assert read(b"a,b,c", most_columns=3) == [(1, ["a", "b", "c"])]


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_row_that_does_not_end_is_an_error(end: bytes) -> None:
    assert refusal(b"a\n" + b"x" * (LONGEST_ROW + 1) + end) == ("csv_row_too_long", "lines.2")
    assert read(b"x" * LONGEST_ROW + end) == [(1, ["x" * LONGEST_ROW])]


def test_a_quotation_mark_that_swallows_a_large_file_stops_at_the_limit() -> None:
    reader = CsvReader(most_columns=100)
    reader.feed(b'number,name\n+34600000118,"Ana\n')

    def feed_more() -> None:
        for _ in range(LONGEST_ROW):
            reader.feed(b"+34600000118,Ana\n" * 10)

    with pytest.raises(InvalidInput) as caught:
        feed_more()
    assert (caught.value.code, caught.value.faults[0].field) == ("csv_row_too_long", "lines.2")
    assert "not closed" in caught.value.message
