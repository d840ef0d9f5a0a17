from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.consent.blacklist_file import EXPORTED, LONGEST_NOTE, Columns, read_header, read_rows, written
from cablegram.consent.model import Entry, How
from cablegram.kit import csvio
from cablegram.kit.csvio import CsvReader
from cablegram.kit.errors import InvalidInput

AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
NUMBERS = st.integers(600000000, 699999999).map(lambda number: f"34{number}")
NOTES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=LONGEST_NOTE).map(str.strip)


@pytest.mark.req("R91", "R87")
def test_the_first_column_is_number_a_note_is_kept_and_others_are_left_aside() -> None:
    assert read_header((1, ["number"])) == Columns(1, None)
    assert read_header((1, [" Number ", "First Name", "NOTE", "First Name"])) == Columns(4, 2)
    rows = [(2, ["600 000 118", "Ana", " asked by letter ", "x"]), (5, ["+447400123456", "", "", ""])]
    good, faults = read_rows(rows, Columns(4, 2), "ES")
    assert (good, faults) == ([(2, "34600000118", "asked by letter"), (5, "447400123456", "")], [])


@pytest.mark.req("R91", "R87")
@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["+34600000118"], "csv_no_header"),
        (["name", "number"], "csv_number_not_first"),
        (["number;note"], "csv_bad_separator"),
        (["number", "Number"], "csv_duplicate_column"),
        (["number", "note", "x", "Note"], "csv_duplicate_column"),
        ([""], "csv_number_not_first"),
    ],
)
def test_a_first_line_that_names_no_numbers_is_refused_at_its_line(header: list[str], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_header((3, header))
    assert caught.value.code == code
    assert [fault.field for fault in caught.value.faults] == ["lines.3"]


@pytest.mark.req("R91", "R87")
@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        (["12", "x"], "number_invalid", "lines.7.number"),
        (["", "x"], "number_invalid", "lines.7.number"),
        (["+34600000118"], "csv_wrong_column_count", "lines.7"),
        (["+34600000118", "x", "y"], "csv_wrong_column_count", "lines.7"),
        (["+34600000118", "x" * (LONGEST_NOTE + 1)], "value_too_long", "lines.7.note"),
        (["+34600000118", "two\nlines"], "bad_character", "lines.7.note"),
        (["+34600000118", "nul\0"], "bad_character", "lines.7.note"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_holds_up_nobody_else(fields: list[str], code: str, field: str) -> None:
    good, faults = read_rows([(6, ["+34600000119", ""]), (7, fields)], Columns(2, 1), "US")
    assert [line for line, _, _ in good] == [6]
    assert [(fault.code, fault.field) for fault in faults] == [(code, field)]
    assert faults[0].message.startswith("Line 7: ")


@pytest.mark.req("R91")
@given(st.dictionaries(NUMBERS, NOTES, max_size=5), st.sampled_from(How), st.integers(1, 40))
def test_what_is_exported_is_what_is_imported_however_it_is_cut(said: dict[str, str], how: How, size: int) -> None:
    entries = [
        Entry(UUID(int=n), number, how, note, "Acme", None, 'key "sk", x', AT)
        for n, (number, note) in enumerate(said.items())
    ]
    file = csvio.write([EXPORTED, *(written(one) for one in entries)])
    reader = CsvReader(most_columns=len(EXPORTED))
    rows = [row for at in range(0, len(file), size) for row in reader.feed(file[at : at + size])] + reader.close()
    columns = read_header(rows[0])
    good, faults = read_rows(rows[1:], columns, "US")
    assert faults == []
    assert [(number, note) for _, number, note in good] == list(said.items())
