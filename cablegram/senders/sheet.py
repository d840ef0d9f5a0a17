"""Read a file of senders: `number,country,type,capabilities,connector,account`, one sender a line (R58). Pure.

    number,country,type,capabilities,connector,account
    +34600000118,,,sms,Carrier A,Acme
    12125550100,US,local,sms mms voice,,Acme
    70500,US,,sms,Carrier A,Acme
    ACME,,,,,Acme

Only the first column is needed, and the others may stand in any order. What is empty is read off the number, where it
can be; no connector means any that the account may use. All that is wrong is said at once, by line, and then nothing
is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cablegram.kit.csvio import CsvReader
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.senders.model import Capability, NumberType
from cablegram.senders.reading import Described, check_capabilities, describe

COLUMNS = ("number", "country", "type", "capabilities", "connector", "account")
MOST_SENDERS = 100_000
MOST_FAULTS = 100
_MOST_COLUMNS = 50  # far more than there may be, so that a line with too many is named as such


@dataclass(frozen=True, slots=True)
class Line:
    """One sender of a file; `connector` and `account` are names, "" where nothing stands."""

    at: int
    sender: Described
    capabilities: tuple[Capability, ...]
    connector: str
    account: str


def read(data: bytes) -> list[Line]:
    """Return the senders of a file (UTF-8, with or without BOM; empty lines are skipped), in its order.

    Raises InvalidInput: `bad_sender_file` with a fault for each line found wrong, a hundred at most; `csv_...` where
    reading can't go on.
    """
    reader = CsvReader(most_columns=_MOST_COLUMNS)
    rows = [*reader.feed(data), *reader.close()]
    names = [name.strip().lower() for name in rows[0][1]] if rows else []
    if not is_header(names):
        message = f"the first line must name the columns: number first, then any of {', '.join(COLUMNS[1:])}."
        raise refused([fault(1, message)])
    if len(rows) - 1 > MOST_SENDERS:
        raise refused([fault(rows[-1][0], f"a file has {MOST_SENDERS:,} senders at most. Cut it in two.")])
    found: list[Line] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, str], int] = {}
    for at, row in rows[1:]:
        line = _line(at, dict(zip(names, row, strict=False))) if len(row) == len(names) else _count(at, row, names)
        if isinstance(line, Line):
            key = (line.account.lower(), line.sender.address.lower())
            first = seen.setdefault(key, at)
            if first != at:
                line = fault(at, f"{line.sender.address} stands in line {first} too.")
        if isinstance(line, Fault):
            faults.append(line)
        else:
            found.append(line)
    if not found and not faults:
        faults.append(fault(rows[0][0], "no sender stands below it."))
    if faults:
        raise refused(faults)
    return found


def is_header(names: Sequence[str]) -> bool:
    """Tell whether these name the columns of a file of senders: the number first, none twice, none that is strange."""
    known = [name.lower() for name in names]
    return known[:1] == ["number"] and len(set(known)) == len(known) and set(known) <= set(COLUMNS)


def _count(at: int, row: list[str], names: list[str]) -> Fault:
    return fault(at, f"there are {len(row)} fields, not {len(names)}.")


def _line(at: int, row: Mapping[str, str]) -> Line | Fault:
    given = {name: value.strip() for name, value in row.items()}
    kind = given.get("type", "").lower().replace("-", "_").replace(" ", "_")
    if kind and kind not in set(NumberType):
        return fault(at, f"{kind[:30]!r} is no type of a number: {', '.join(NumberType)}.")
    said = given.get("capabilities", "").lower().replace("+", " ").replace(";", " ").split() or [Capability.SMS]
    strange = [word for word in said if word not in set(Capability)]
    if strange:
        return fault(at, f"{strange[0][:30]!r} is nothing that a sender can do: {', '.join(Capability)}.")
    capabilities = tuple(dict.fromkeys(map(Capability, said)))
    try:
        sender = describe(
            given["number"], number_type=NumberType(kind) if kind else None, country=given.get("country") or None
        )
        check_capabilities(sender.kind, capabilities)
    except InvalidInput as error:
        return fault_of(at, error.code, error.message)
    return Line(at, sender, capabilities, given.get("connector", ""), given.get("account", ""))


def fault(at: int, what: str) -> Fault:
    """Say what is wrong with a line."""
    return Fault(f"lines.{at}", "bad_sender_line", f"Line {at}: {what}")


def fault_of(at: int, code: str, what: str) -> Fault:
    """Say what is wrong with a line, where the same has a code of its own elsewhere."""
    return Fault(f"lines.{at}", code, f"Line {at}: {what}")


def refused(faults: list[Fault]) -> InvalidInput:
    """Return the error of a file with these faults, to raise."""
    message = f"No sender was imported. {faults[0].message}"
    return InvalidInput("bad_sender_file", message, faults=faults[:MOST_FAULTS])
