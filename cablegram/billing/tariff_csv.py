"""Read a tariff file: `prefix,country,name,price`, one prefix a line, the price in credits a segment.

    prefix,country,name,price
    1,US,United States,1
    1204,CA,Canada,0.74

All that is wrong is said at once, by line, and then nothing is taken (R16).
"""

from __future__ import annotations

import re

from cablegram.billing.tariffs import Tariff
from cablegram.kit.csvio import CsvReader
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.money import credits_to_micro
from cablegram.kit.names import read_name
from cablegram.numbers.countries import country

COLUMNS = ["prefix", "country", "name", "price"]
_PREFIX = re.compile(r"\+?([1-9][0-9]{0,14})")
_MOST_FAULTS = 100
_MOST_COLUMNS = 50  # far more than there may be, so that a line with too many is named as such


def read(data: bytes, *, is_demo: bool = False) -> list[Tariff]:
    """Return the tariffs of a file (UTF-8, with or without BOM; empty lines are skipped), in its order.

    Raises InvalidInput: `bad_tariff_file` with a fault for each line found wrong, a hundred at most; `csv_...` where
    reading can't go on.
    """
    reader = CsvReader(most_columns=_MOST_COLUMNS)
    rows = [*reader.feed(data), *reader.close()]
    if not rows or [name.strip().lower() for name in rows[0][1]] != COLUMNS:
        raise _refused([_fault(1, f"the first line must be {','.join(COLUMNS)}.")])
    found: dict[str, Tariff] = {}
    faults: list[Fault] = []
    for line, row in rows[1:]:
        fault = _take(row, line, found, is_demo=is_demo)
        if fault is not None:
            faults.append(fault)
    if not found and not faults:
        faults.append(_fault(rows[0][0], "no tariff stands below it, and without one nothing can be sent."))
    if faults:
        raise _refused(faults[:_MOST_FAULTS])
    return list(found.values())


def _take(row: list[str], line: int, found: dict[str, Tariff], *, is_demo: bool) -> Fault | None:
    """Add the line's tariff to those found, or return what is wrong with it."""
    if len(row) != len(COLUMNS):
        return _fault(line, f"there are {len(row)} fields, not {len(COLUMNS)}.")
    prefix = _PREFIX.fullmatch(row[0].strip())
    if prefix is None:
        return _fault(line, f"{row[0][:30]!r} is no prefix: write 1 to 15 digits that begin with the country code.")
    if prefix[1] in found:
        return _fault(line, f"the prefix {prefix[1]} stands in a line above too.")
    try:
        tariff = Tariff(prefix[1], country(row[1].strip()).iso, read_name(row[2]), _price(row[3]), is_demo=is_demo)
    except InvalidInput as error:
        return Fault(f"lines.{line}", error.code, f"Line {line}: {error.message}")
    found[tariff.prefix] = tariff
    return None


def _price(text: str) -> int:
    price = credits_to_micro(text)
    if price < 0:
        raise InvalidInput("bad_amount", f"{text!r} is less than nothing: a price is 0 or more.")
    return price


def _fault(line: int, what: str) -> Fault:
    return Fault(f"lines.{line}", "bad_tariff_line", f"Line {line}: {what}")


def _refused(faults: list[Fault]) -> InvalidInput:
    message = f"The tariff was not imported. {faults[0].message}"
    return InvalidInput("bad_tariff_file", message, faults=faults)
