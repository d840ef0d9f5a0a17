"""Read a list of mobile networks: our CSV, or the table that the package mcc-mnc-p1 installs (R32).

mcc,mnc,name,country
214,07,Movistar,ES
901,14,AeroMobile,
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

import msgspec

from cablegram.kit.csvio import CsvReader
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.names import read_name
from cablegram.lookup.model import Key, Network
from cablegram.numbers.countries import COUNTRIES, country
from cablegram.numbers.mobile_codes import read_code

COLUMNS = ["mcc", "mnc", "name", "country"]
_MOST_FAULTS = 100
_MOST_COLUMNS = 50  # far more than there may be, so that a line with too many is named as such


def read_csv(data: bytes) -> list[Network]:
    """Return the networks of a CSV file (UTF-8), in its order.

    Raises InvalidInput: `bad_network_file` with a fault for each line found wrong, a hundred at most; `csv_...` where
    reading can't go on.
    """
    reader = CsvReader(most_columns=_MOST_COLUMNS)
    rows = [*reader.feed(data), *reader.close()]
    if not rows or [name.strip().lower() for name in rows[0][1]] != COLUMNS:
        raise _refused([_fault(1, f"the first line must be {','.join(COLUMNS)}.")])
    found: dict[Key, Network] = {}
    faults: list[Fault] = []
    for line, row in rows[1:]:
        try:
            network = _network(row, found)
            found[network.key] = network
        except InvalidInput as error:
            faults.append(_fault(line, error.message))
    if not found and not faults:
        faults.append(_fault(rows[0][0], "no network stands below it."))
    if faults:
        raise _refused(faults[:_MOST_FAULTS])
    return list(found.values())


def read_package(data: bytes) -> list[Network]:
    """Return the networks of the package's table: [about, {"21407": {"operator", "brand", "cc2s"}, ...}].

    An entry without a name or a code of E.212 is none to list. Raises InvalidInput (`bad_network_file`).
    """
    try:
        table = cast("dict[str, dict[str, Any]]", msgspec.json.decode(data)[1])
        found = [one for code, entry in table.items() if (one := _of_package(code, entry)) is not None]
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError) as error:
        raise InvalidInput(
            "bad_network_file", f"The package's table of networks has another form now: {error}."
        ) from error
    return found


def _of_package(code: str, entry: dict[str, Any]) -> Network | None:
    name = " ".join(str(entry["brand"] or entry["operator"] or "").split())[:100]
    try:
        mcc, mnc = read_code(code[:3], code[3:])
    except InvalidInput:
        return None
    homes = [iso for iso in entry["cc2s"] if iso in COUNTRIES]
    return Network(mcc, mnc, name, homes[0] if homes else "") if name else None


def _network(row: list[str], above: Collection[Key]) -> Network:
    if len(row) != len(COLUMNS):
        raise InvalidInput("bad_network_line", f"there are {len(row)} fields, not {len(COLUMNS)}.")
    mcc, mnc, name, iso = (field.strip() for field in row)
    if read_code(mcc, mnc) in above:
        raise InvalidInput("bad_network_line", f"{mcc}-{mnc} stands in a line above too.")
    return Network(mcc, mnc, read_name(name), country(iso).iso if iso else "")


def _fault(line: int, what: str) -> Fault:
    return Fault(f"lines.{line}", "bad_network_line", f"Line {line}: {what}")


def _refused(faults: list[Fault]) -> InvalidInput:
    return InvalidInput("bad_network_file", f"The networks stay as they were. {faults[0].message}", faults=faults)
