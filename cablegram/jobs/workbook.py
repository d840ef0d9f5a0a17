"""Write a workbook (.xlsx, ECMA-376) while it is being read: rows go in, bytes come out, and no row stays. Pure.

All cells are texts written where they stand, so that nothing becomes a date, loses its zeros, or is a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from cablegram.jobs.zipping import ZipStream

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 1_048_576  # of a sheet; more go on in the next

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KINDS = "application/vnd.openxmlformats-"
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML 1.0 has no way to write
_LONGEST = 32_767  # characters of a cell; Excel calls a file with more of them broken
_NAME = re.compile(r"[\[\]:*?/\\']")


class WorkbookStream:
    """A workbook in the making: `write` rows as often as you like, `close` at last; `take` what is ready."""

    def __init__(self, name: str, header: Sequence[str], *, at: datetime) -> None:
        self._name = _UNFIT.sub("", _NAME.sub(" ", name)).strip()[:25] or "Sheet"
        self._header = header
        self._at = at
        self._packed = ZipStream()
        self._sheets = 0
        self._rows = 0
        self._begin_sheet()

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Write rows."""
        lines: list[str] = []
        for row in rows:
            if self._rows == MOST_ROWS:
                self._packed.write("".join(lines).encode())
                lines = []
                self._end_sheet()
                self._begin_sheet()
            lines.append(_line(row))
            self._rows += 1
        self._packed.write("".join(lines).encode())

    def take(self) -> bytes:
        """Return the bytes that are ready, and forget them."""
        return self._packed.take()

    def close(self) -> None:
        """Write what stands at the end: which sheets there are."""
        self._end_sheet()
        numbers = range(1, self._sheets + 1)
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KINDS}officedocument.spreadsheetml.'
            'worksheet+xml"/>'
            for n in numbers
        )
        self._part(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{_KINDS}package.'
            'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName='
            f'"/xl/workbook.xml" ContentType="{_KINDS}officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>',
        )
        self._part("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
        self._part("xl/_rels/workbook.xml.rels", _relations(targets))
        name = escape(self._name, {'"': "&quot;"})
        sheets = "".join(
            f'<sheet name="{name}{"" if n == 1 else f" {n}"}" sheetId="{n}" r:id="r{n}"/>' for n in numbers
        )
        self._part(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
        )
        self._packed.close()

    def _begin_sheet(self) -> None:
        self._sheets += 1
        self._packed.begin(f"xl/worksheets/sheet{self._sheets}.xml", self._at)
        self._packed.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{_line(self._header)}'.encode())
        self._rows = 1

    def _end_sheet(self) -> None:
        self._packed.write(b"</sheetData></worksheet>")
        self._packed.end()

    def _part(self, name: str, text: str) -> None:
        self._packed.begin(name, self._at)
        self._packed.write(f"{_HEAD}{text}".encode())
        self._packed.end()


def _line(row: Sequence[str]) -> str:
    cells = "".join(
        f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_UNFIT.sub("", cell[:_LONGEST]))}</t></is></c>'
        if cell
        else "<c/>"
        for cell in row
    )
    return f"<row>{cells}</row>"


def _relations(of: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(of, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'
