"""Read a file of numbers for the stock: `number,country,type,capabilities,connector,setup,monthly,note`. Pure.

    number,country,type,capabilities,connector,setup,monthly,note
    +34600000118,ES,mobile,sms,Carrier A,,,
    13055550123,,,sms mms,,50,12.5,easy to remember

Only the first column is needed, and the others may stand in any order. Country and type are read off the number where
they are empty; prices are credits, both or none: without them the number costs what its country and type do. All that
is wrong is said at once, by line, and then nothing is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cablegram.kit.csvio import CsvReader
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.money import credits_to_micro
from cablegram.kit.names import read_note
from cablegram.rentals.model import NewStock, Price
from cablegram.senders.model import Capability, Kind, NumberType
from cablegram.senders.reading import describe

COLUMNS = ("number", "country", "type", "capabilities", "connector", "setup", "monthly", "note")
MOST_NUMBERS = 100_000
MOST_FAULTS = 100
_MOST_COLUMNS = 50  # far more than there may be, so that a line with too many is named as such


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a file; `connector` is a name, "" where nothing stands."""

    at: int
    new: NewStock
    connector: str


def read(data: bytes) -> list[Line]:
    """Return the numbers of a file (UTF-8, with or without BOM; empty lines are skipped), in its order.

    Raises InvalidInput: `bad_stock_file` with a fault for each line found wrong, a hundred at most; `csv_...` where
    reading can't go on.
    """
    reader = CsvReader(most_columns=_MOST_COLUMNS)
    rows = [*reader.feed(data), *reader.close()]
    names = [name.strip().lower() for name in rows[0][1]] if rows else []
    if not _is_header(names):
        message = f"the first line must name the columns: number first, then any of {', '.join(COLUMNS[1:])}."
        raise refused([fault(1, message)])
    if len(rows) - 1 > MOST_NUMBERS:
        raise refused([fault(rows[-1][0], f"a file has {MOST_NUMBERS:,} numbers at most. Cut it in two.")])
    found: list[Line] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for at, row in rows[1:]:
        try:
            line = _line(at, names, row)
        except InvalidInput as error:
            faults.append(fault(at, error.message))
            continue
        first = seen.setdefault(line.new.number, at)
        if first == at:
            found.append(line)
        else:
            faults.append(fault(at, f"+{line.new.number} stands in line {first} too."))
    if not found and not faults:
        faults.append(fault(rows[0][0], "no number stands below it."))
    if faults:
        raise refused(faults)
    return found


def has_header(data: bytes) -> bool:
    """Tell whether the first line of a file names its columns."""
    line = data.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].decode(errors="replace")
    return _is_header([name.strip(' "\r').lower() for name in line.split(",")])


def described(new: NewStock) -> NewStock:
    """Return a number with what can be read off it.

    Raises InvalidInput as `senders.reading.describe`, and `number_invalid` for what is no number.
    """
    found = describe(new.number, number_type=new.number_type, country=new.country)
    if found.kind is not Kind.NUMBER:
        raise InvalidInput("number_invalid", f"{found.address} is no number of 8 to 15 digits: only these are rented.")
    note = read_note(new.note, field="note")
    return NewStock(
        found.address, found.country, found.number_type, new.capabilities, new.connector_id, new.price, note
    )


def _is_header(names: Sequence[str]) -> bool:
    return [*names[:1]] == ["number"] and len(set(names)) == len(names) and set(names) <= set(COLUMNS)


def _line(at: int, names: Sequence[str], row: Sequence[str]) -> Line:
    if len(row) != len(names):
        raise InvalidInput("bad_stock_line", f"there are {len(row)} fields, not {len(names)}.")
    given = {name: value.strip() for name, value in zip(names, row, strict=True)}
    kind = given.get("type", "").lower().replace("-", "_").replace(" ", "_")
    if kind and kind not in set(NumberType):
        raise InvalidInput("bad_stock_line", f"{kind[:30]!r} is no type of a number: {', '.join(NumberType)}.")
    new = NewStock(
        given["number"],
        given.get("country") or None,
        NumberType(kind) if kind else None,
        _abilities(given),
        None,
        _price(given),
        given.get("note", ""),
    )
    return Line(at, described(new), given.get("connector", ""))


def _abilities(given: Mapping[str, str]) -> tuple[Capability, ...]:
    said = given.get("capabilities", "").lower().replace("+", " ").replace(";", " ").split() or [Capability.SMS]
    strange = [word for word in said if word not in set(Capability)]
    if strange:
        raise InvalidInput(
            "bad_stock_line", f"{strange[0][:30]!r} is nothing that a number can do: {', '.join(Capability)}."
        )
    return tuple(dict.fromkeys(map(Capability, said)))


def _price(given: Mapping[str, str]) -> Price | None:
    setup, monthly = given.get("setup", ""), given.get("monthly", "")
    if not setup and not monthly:
        return None
    if not setup or not monthly:
        raise InvalidInput("bad_stock_line", "a price of its own has both setup and monthly; 0 is a price.")
    return read_price(setup, monthly)


def read_price(setup: str, monthly: str) -> Price:
    """Read what is charged once and for each month, in credits. Raises InvalidInput (`bad_amount`)."""
    price = Price(credits_to_micro(setup), credits_to_micro(monthly))
    if price.setup < 0 or price.monthly < 0:
        raise InvalidInput("bad_amount", "A price is 0 or more.")
    return price


def fault(at: int, what: str) -> Fault:
    """Say what is wrong with a line."""
    return Fault(f"lines.{at}", "bad_stock_line", f"Line {at}: {what}")


def refused(faults: list[Fault]) -> InvalidInput:
    """Return the error of a file with these faults, to raise."""
    message = f"No number was taken into the stock. {faults[0].message}"
    return InvalidInput("bad_stock_file", message, faults=faults[:MOST_FAULTS])
