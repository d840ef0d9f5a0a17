"""Read CSV as it comes in: bytes of any length go in, complete rows come out (RFC 4180, with LF or CRLF line ends).

Only the unfinished last row is kept between two calls, and it may not grow beyond a limit, so that a file of any size
takes the memory of one chunk. A quotation mark that is never closed or stands where none may stand is an error at its
line: a reader that guesses would join rows and send people somebody else's words.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import AsyncIterable, Iterable, Sequence
from typing import cast

from cablegram.kit.errors import Fault, InvalidInput

Row = tuple[int, list[str]]
"""The line on which a row starts, counted from 1, and its fields."""

LONGEST_ROW = 100_000  # characters
_PIECE = 64 * 1024  # bytes parsed at once
_NOT_UTF8 = ("csv_not_utf8", "this is not UTF-8. Save the file as CSV in UTF-8.")

COMMA = ","
ANY_SEPARATOR = ",;\t|"
"""Spreadsheets write semicolons where a comma is the decimal mark, and databases tabs or bars."""

# Possessive: a row that is almost right is refused in linear time.
_FIELDS = {one: re.compile(rf'(?:"([^"]*+(?:""[^"]*+)*+)"|([^"{re.escape(one)}\r]*+))') for one in ANY_SEPARATOR}
_QUOTED = re.compile(r'"[^"]*+"')


# What Excel, LibreOffice and Google Sheets take for the beginning of a formula.
_FORMULA = frozenset("=+-@\t\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


class CsvReader:
    """Takes the bytes of one file in order; `feed` as often as there are some, then `close`.

    All errors are InvalidInput with a fault for `lines.N`: `csv_not_utf8`, `csv_broken_quoting`, `csv_bad_line_end`
    (CR alone), `csv_too_many_columns`, `csv_row_too_long`. After an error the reader is of no more use.

    Of several `separators` the file's is the one that the first row has most of, outside quotation marks; the first of
    them where it has none.
    """

    def __init__(self, *, most_columns: int, separators: str = COMMA) -> None:
        # "utf-8-sig" takes away the byte order mark with which Excel starts a file.
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._most_columns = most_columns
        self._separators = separators  # one, as soon as the first row is there
        self._rest = ""  # the row that has no end yet
        self._line = 1  # where it starts

    def feed(self, data: bytes) -> list[Row]:
        """Return the rows that these bytes complete. Empty lines are no rows."""
        return self._cut(self._decode(data))

    def close(self) -> list[Row]:
        """Return the last row where its line has no end."""
        self._decode(b"", is_last=True)
        if self._decoder.getstate()[0]:  # the first bytes of a byte order mark, and then nothing: swallowed in silence
            raise error_at(self._line, *_NOT_UTF8)
        rows = self._cut("\n") if self._rest else []
        if self._rest:
            raise error_at(self._line, "csv_broken_quoting", "a quotation mark that is opened here is never closed.")
        return rows

    def _decode(self, data: bytes, *, is_last: bool = False) -> str:
        try:
            return self._decoder.decode(data, is_last)
        except UnicodeDecodeError as error:
            # What stands before may have an error of its own, which comes first.
            self._cut(error.object[: error.start].decode())
            line = self._line + self._rest.count("\n")
            raise error_at(line, *_NOT_UTF8) from None

    def _cut(self, more: str) -> list[Row]:
        text = self._rest + more
        lines = text.split("\n")
        self._rest = lines.pop()
        rows = self._read_quoted(lines) if '"' in text else self._read_plain(lines)
        if len(self._rest) > LONGEST_ROW:
            raise self._endless(self._rest)
        return rows

    def _read_plain(self, lines: list[str]) -> list[Row]:
        rows: list[Row] = []
        for line in lines:
            if line and line != "\r":
                rows.append((self._line, self._fields(line)))
            self._line += 1
        return rows

    def _read_quoted(self, lines: list[str]) -> list[Row]:
        """Join lines while a quotation mark is open: a field may have line ends in it."""
        rows: list[Row] = []
        held: list[str] = []
        size = 0
        is_open = False
        for line in lines:
            held.append(line)
            size += len(line) + 1
            if line.count('"') % 2:
                is_open = not is_open
            if is_open:
                if size > LONGEST_ROW:
                    raise self._endless("\n".join(held))
                continue
            row = "\n".join(held)
            if row and row != "\r":
                rows.append((self._line, self._fields(row)))
            self._line += len(held)
            held, size = [], 0
        self._rest = "\n".join([*held, self._rest])
        return rows

    def _fields(self, row: str) -> list[str]:
        if len(row) > LONGEST_ROW:
            raise self._endless(row)
        row = row.removesuffix("\r")
        if len(self._separators) > 1:
            self._separators = max(self._separators, key=_QUOTED.sub("", row).count)
        fields = row.split(self._separators) if '"' not in row and "\r" not in row else self._quoted_fields(row)
        if len(fields) > self._most_columns:
            raise self._too_many_columns()
        return fields

    def _quoted_fields(self, row: str) -> list[str]:
        fields: list[str] = []
        at = 0
        while at <= len(row):
            field = cast("re.Match[str]", _FIELDS[self._separators].match(row, at))  # its second half fits anywhere
            quoted, plain = field.groups()
            fields.append(plain if quoted is None else quoted.replace('""', '"'))
            at = field.end()
            if row[at : at + 1] not in {self._separators, ""}:
                raise self._unreadable(row, at)
            at += 1
        return fields

    def _unreadable(self, row: str, at: int) -> InvalidInput:
        line = self._line + row.count("\n", 0, at)
        if row[at] == "\r":
            return error_at(line, "csv_bad_line_end", "it ends with CR alone. Save the file with LF or CRLF line ends.")
        what = 'a quotation mark is out of place. Put the whole field in quotation marks, and write "" for each inside.'
        return error_at(line, "csv_broken_quoting", what)

    def _endless(self, row: str) -> InvalidInput:
        """Say what is the matter with a row that is too long, by its beginning alone: its end may not be here yet."""
        head = row[:LONGEST_ROW]
        if '"' not in head and head.count(self._separators[0]) >= self._most_columns:
            return self._too_many_columns()
        what = f"this row has more than {LONGEST_ROW:,} characters. Look for a quotation mark that is not closed."
        return error_at(self._line, "csv_row_too_long", what)

    def _too_many_columns(self) -> InvalidInput:
        what = f"this row has more than {self._most_columns} columns."
        return error_at(self._line, "csv_too_many_columns", what)


async def pieces(chunks: AsyncIterable[bytes]) -> AsyncIterable[bytes]:
    """Cut and join what arrives to pieces of one size: a client may send single bytes, or everything at once."""
    waiting = bytearray()
    async for chunk in chunks:
        for start in range(0, len(chunk), _PIECE):
            waiting += chunk[start : start + _PIECE]
            if len(waiting) >= _PIECE:
                yield bytes(waiting)
                waiting.clear()
    if waiting:
        yield bytes(waiting)


def error_at(line: int, code: str, what: str) -> InvalidInput:
    """Return an error of one line, as one to raise."""
    message = f"Line {line}: {what}"
    return InvalidInput(code, message, faults=[Fault(f"lines.{line}", code, message)])


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that begins like one gets an apostrophe in front.

    Numbers, and so telephone numbers with their plus, stay as they are. `unguard` undoes it.
    """
    return f"'{cell}" if cell[:1] in _FORMULA and not _NUMBER.fullmatch(cell) else cell


def unguard(cell: str) -> str:
    """Return a cell as it was before it was guarded."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell


def write(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV in UTF-8 with CRLF line ends, such as `CsvReader` reads them."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
