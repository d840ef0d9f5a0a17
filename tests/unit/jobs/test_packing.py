"""ZIPs and workbooks that are written while they are read."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cablegram.jobs import workbook
from cablegram.jobs.files import clean
from cablegram.jobs.workbook import WorkbookStream
from cablegram.jobs.zipping import ZipStream

AT = datetime(2026, 11, 22, 18, 15, tzinfo=UTC)


def test_what_goes_in_comes_out_and_does_not_stay() -> None:
    packed, out = ZipStream(), bytearray()
    for name in ("a.csv", "b.csv"):
        packed.begin(name, AT)
        for _ in range(100):
            packed.write(bytes(range(256)) * 100)
            out += packed.take()
            assert packed.take() == b""
        packed.end()
    packed.end()  # once more is nothing
    with pytest.raises(ValueError, match="no file is open"):
        packed.write(b"x")
    packed.close()
    out += packed.take()
    with zipfile.ZipFile(io.BytesIO(bytes(out))) as read:
        assert read.testzip() is None
        assert [one.filename for one in read.infolist()] == ["a.csv", "b.csv"]
        assert read.read("b.csv") == bytes(range(256)) * 10_000


def sheets(book: WorkbookStream) -> dict[str, list[list[object]]]:
    book.close()
    with CalamineWorkbook.from_filelike(io.BytesIO(book.take())) as read:
        return {name: [list(row) for row in read.get_sheet_by_name(name).to_python()] for name in read.sheet_names}


def test_cells_are_texts_whatever_they_look_like() -> None:
    book = WorkbookStream("People: <all> & 'more'", ["number", "a"], at=AT)
    book.write([["+34600000118", "=1+1"], ["007", "<b>&\x00\x1f"], ["", "x" * 40_000]])
    ((name, rows),) = sheets(book).items()
    assert name == "People  <all> &  more"
    assert rows == [["number", "a"], ["+34600000118", "=1+1"], ["007", "<b>&"], ["", "x" * 32_767]]


def test_what_is_too_much_for_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    book = WorkbookStream("/?*", ["number"], at=AT)
    book.write([[str(n)] for n in range(5)])
    assert sheets(book) == {
        "Sheet": [["number"], ["0"], ["1"]], "Sheet 2": [["number"], ["2"], ["3"]], "Sheet 3": [["number"], ["4"]]
    }  # fmt: skip


@given(st.text(max_size=300))
def test_a_file_s_name_leads_nowhere(name: str) -> None:
    safe = clean(name)
    assert safe
    assert not set(safe) & set('/\\"<>|:*?\n\r\0')
    assert len(safe) <= 120
    assert safe not in {".", ".."}
