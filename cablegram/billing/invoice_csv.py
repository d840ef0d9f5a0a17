"""Read a carrier's invoice: CSV whose columns are mapped to what we know. Pure.

Times are ISO 8601, with or without a zone (then UTC), or seconds since 1970. Amounts have at most six decimals, with a
point or a comma. All that is wrong is said at once, by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cablegram.billing.reconciling import Line
from cablegram.kit.csvio import ANY_SEPARATOR, CsvReader, Row
from cablegram.kit.errors import Fault, InvalidInput, TooLarge
from cablegram.kit.money import credits_to_micro

FIELDS = ("id", "number", "time", "segments", "amount")
MOST_LINES = 1_000_000
_MOST_FAULTS = 100
_MOST_COLUMNS = 200
# How carriers call their columns, in small letters without anything else.
_GUESSES = {
    "id": ("id", "messageid", "messageuuid", "msgid", "sid", "smsid", "providerid", "reference"),
    "number": ("number", "to", "destination", "dest", "msisdn", "recipient", "bnumber", "phone", "da"),
    "time": ("time", "date", "datetime", "timestamp", "sent", "sentat", "submitted", "submittime", "datesent"),
    "segments": ("segments", "parts", "numsegments", "messageparts", "units", "count", "quantity"),
    "amount": ("amount", "price", "cost", "charge", "total", "fee"),
}
_DIGITS = re.compile(r"[0-9]{1,18}")
_NOT_DIGITS = re.compile(r"[^0-9]")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what, by its place; None: the file does not say."""

    places: Mapping[str, int | None]


def guess(header: Sequence[str], chosen: Mapping[str, str]) -> Columns:
    """Find the columns: those that were chosen by name, and for the others what they are usually called.

    Raises InvalidInput (`bad_invoice_columns`) for a name that no column has, and where neither ids nor both numbers
    and times are there.
    """
    names = [name.strip().lower() for name in header]
    plain = [re.sub(r"[^a-z]", "", name) for name in names]
    places: dict[str, int | None] = {}
    for what in FIELDS:
        wanted = chosen.get(what, "").strip().lower()
        if wanted and wanted not in names:
            raise _bad_columns(f"No column of the file is called {chosen[what][:60]!r}.")
        usual = next((plain.index(word) for word in _GUESSES[what] if word in plain), None)
        places[what] = names.index(wanted) if wanted else usual
    if places["id"] is None and (places["number"] is None or places["time"] is None):
        raise _bad_columns("Name the column of the carrier's ids, or those of numbers and times.")
    return Columns(places)


class Reader:
    """Reads an invoice as it comes in."""

    def __init__(self, chosen: Mapping[str, str]) -> None:
        self._chosen = chosen
        self._csv = CsvReader(most_columns=_MOST_COLUMNS, separators=ANY_SEPARATOR)
        self._mapping: Columns | None = None
        self.lines: list[Line] = []
        self._faults: list[Fault] = []

    def feed(self, data: bytes) -> None:
        """Take in a piece. Raises InvalidInput (`bad_invoice_columns`, `csv_...`), TooLarge (`invoice_too_long`)."""
        self._take(self._csv.feed(data))

    def close(self) -> list[Line]:
        """Return all lines. Raises as `feed`, and InvalidInput (`bad_invoice`) with a fault for each bad line."""
        self._take(self._csv.close())
        if not self.lines and not self._faults:
            self._faults.append(Fault("lines.1", "bad_invoice_line", "Line 1: there is no line below the names."))
        if self._faults:
            message = f"The invoice was not compared. {self._faults[0].message}"
            raise InvalidInput("bad_invoice", message, faults=self._faults)
        return self.lines

    def _take(self, rows: list[Row]) -> None:
        left: Iterator[Row] = iter(rows)
        if self._mapping is None:
            first = next(left, None)
            if first is None:
                return
            self._mapping = guess(first[1], self._chosen)
        for number, cells in left:
            if len(self.lines) >= MOST_LINES:
                raise TooLarge("invoice_too_long", f"An invoice has at most {MOST_LINES:,} lines. Split it by days.")
            try:
                self.lines.append(_line(number, cells, self._mapping))
            except (InvalidInput, ValueError) as error:
                if len(self._faults) < _MOST_FAULTS:  # of a file that is something else each line would be kept
                    self._faults.append(Fault(f"lines.{number}", "bad_invoice_line", f"Line {number}: {error}"))


def _line(number: int, cells: list[str], mapping: Columns) -> Line:
    id_, to, time, segments, amount = (_cell(cells, mapping.places[what]) for what in FIELDS)
    if segments and not _DIGITS.fullmatch(segments):
        raise ValueError(f"{segments[:30]!r} is no number of segments.")
    return Line(
        line=number,
        provider_id=id_,
        number=_NOT_DIGITS.sub("", to).removeprefix("00"),
        at=_moment(time) if time else None,
        segments=int(segments) if segments else None,
        amount=credits_to_micro(amount.replace(",", ".") if "." not in amount else amount) if amount else None,
    )


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromtimestamp(int(text), UTC) if _DIGITS.fullmatch(text) else datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{text[:40]!r} is no time: write 2026-11-22 09:30:00.") from error


def _bad_columns(message: str) -> InvalidInput:
    return InvalidInput("bad_invoice_columns", message)
