"""What the rows of a blacklist file mean: a number a row, and a note if there is a column of that name (R91). Pure.

The first column is `number`, as in every file of numbers (R87). Other columns are left aside, so that the file of a
contact list, or an export of a blacklist, can be taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cablegram.consent.model import Entry
from cablegram.contacts.sheet import not_a_header
from cablegram.kit.csvio import Row, error_at, guard, unguard
from cablegram.kit.errors import Fault
from cablegram.numbers import e164

MOST_COLUMNS = 100
LONGEST_NOTE = 500  # characters

EXPORTED = ("number", "note", "how", "sender", "added_by", "added_at")

_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Columns:
    """How many columns a file has, and which of them is the note."""

    width: int
    note: int | None


def read_header(row: Row) -> Columns:
    """Return what the first line says.

    Raises InvalidInput with a fault for the line: `csv_no_header`, `csv_bad_separator`, `csv_number_not_first`,
    `csv_duplicate_column`.
    """
    line, fields = row
    names = [field.strip().lower() for field in fields]
    if names[0] != "number":
        raise not_a_header(line, [field.strip() for field in fields])
    for name in ("number", "note"):
        if names.count(name) > 1:
            what = f"two columns are named {name!r}. Give each column a name of its own."
            raise error_at(line, "csv_duplicate_column", what)
    return Columns(len(names), names.index("note") if "note" in names else None)


def read_rows(
    rows: Sequence[Row], columns: Columns, default_country: str
) -> tuple[list[tuple[int, str, str]], list[Fault]]:
    """Return (line, number, note) of these rows, and what is wrong with the others: one fault each, by line.

    Codes: `csv_wrong_column_count`, `value_too_long`, `bad_character`, and what `e164.parse` says of numbers. A number
    without country code is one of the default country.
    """
    good: list[tuple[int, str, str]] = []
    faults: list[Fault] = []
    found = e164.parse_many([fields[0] for _, fields in rows], default_country)
    for (line, fields), number in zip(rows, found, strict=True):
        note = unguard(fields[columns.note].strip()) if columns.note is not None and columns.note < len(fields) else ""
        if len(fields) != columns.width:
            what = f"this row has {len(fields)} columns, the header has {columns.width}."
            faults.append(_fault(line, "", "csv_wrong_column_count", what))
        elif isinstance(number, e164.BadNumber):
            faults.append(_fault(line, "number", number.code, number.message))
        elif len(note) > LONGEST_NOTE:
            what = f"the note has {len(note):,} characters; it may have {LONGEST_NOTE}."
            faults.append(_fault(line, "note", "value_too_long", what))
        elif _UNFIT.search(note):
            what = "the note has line ends or control characters: write it on one line."
            faults.append(_fault(line, "note", "bad_character", what))
        else:
            good.append((line, number.e164, note))
    return good, faults


def written(entry: Entry) -> list[str]:
    """Return an entry as a row of a file with the columns EXPORTED."""
    at = entry.added_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return [f"+{entry.number}", guard(entry.note), entry.how.value, entry.sender or "", entry.added_by, at]


def _fault(line: int, column: str, code: str, what: str) -> Fault:
    return Fault(f"lines.{line}.{column}" if column else f"lines.{line}", code, f"Line {line}: {what}")
