"""Workbooks as other programs write them: shared texts, numbers, dates, rows that are left out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="People" sheetId="1" r:id="r1"/></sheets>'
    "</workbook>"
)
# The second style is a date.
_STYLES = f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'


def workbook(
    rows: Sequence[Sequence[str | float | bool | None]], *, dates: Sequence[int] = (), sheet: str = ""
) -> bytes:
    """Write a workbook; None is an empty cell, a row of none is left out. `dates`: columns whose numbers are days."""
    shared: list[str] = []
    lines = [_row(number, row, shared, dates) for number, row in enumerate(rows, 1) if row]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr("_rels/.rels", _relations(("r1", f"{_OFFICE}/officeDocument", "xl/workbook.xml")))
        packed.writestr("xl/workbook.xml", _BOOK)
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            _relations(
                ("r1", f"{_OFFICE}/worksheet", "worksheets/sheet1.xml"),
                ("r2", f"{_OFFICE}/sharedStrings", "sharedStrings.xml"),
                ("r3", f"{_OFFICE}/styles", "styles.xml"),
            ),
        )
        packed.writestr("xl/styles.xml", _STYLES)
        texts = "".join(f"<si><t>{escape(one)}</t></si>" for one in shared)
        packed.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{texts}</sst>')
        data = sheet or f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        packed.writestr("xl/worksheets/sheet1.xml", data)
    return out.getvalue()


def far_cell() -> bytes:
    """Write a workbook of a kilobyte whose only cell stands in the last row of the last column."""
    cell = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'
    return workbook([], sheet=f'<worksheet xmlns="{_MAIN}"><sheetData>{cell}</sheetData></worksheet>')


def _row(number: int, row: Sequence[str | float | bool | None], shared: list[str], dates: Sequence[int]) -> str:
    cells = [_cell(f"{chr(65 + at)}{number}", value, shared, at in dates) for at, value in enumerate(row)]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: str | float | bool | None, shared: list[str], is_date: bool) -> str:  # noqa: FBT001 - a test's
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        shared.append(value)
        return f'<c r="{place}" t="s"><v>{len(shared) - 1}</v></c>'
    return f'<c r="{place}"{" s=" + chr(34) + "1" + chr(34) if is_date else ""}><v>{value}</v></c>'


def _relations(*of: tuple[str, str, str]) -> str:
    lines = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{to}"/>' for name, kind, to in of)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'
