"""Read what people write into a field, and write it in one form: filters and texts meet no other. Pure.

number  `-1234.5`: digits, a point, no zeros that say nothing. `1.234` is one and a bit; `1,5` is read as 1.5, and
        `1,234` is refused, for half the world means a thousand by it.
date    `2026-05-03`. `3.5.2026` and `2026/5/3` are read; `03/05/2026` is refused, for it may be in March or in May.
yes_no  `yes` or `no`.
choice  one of the field's choices as the field writes it, however it was written.
text    as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cablegram.contacts.field_model import Field, FieldType
from cablegram.kit.errors import Fault, InvalidInput

_NUMBER = re.compile(r"([+-]?)0*([0-9]{1,18})(?:\.([0-9]{1,9}))?")
_COMMA = re.compile(r"[+-]?[0-9]{1,18},(?:[0-9]{1,2}|[0-9]{4,9})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_YES = frozenset({"yes", "y", "true", "1", "on"})
_NO = frozenset({"no", "n", "false", "0", "off"})
_SHOWN = 40  # characters of a value that does not fit


@dataclass(frozen=True, slots=True)
class Unfit:
    """A value that does not fit its field, and why."""

    message: str


def read(field: Field, text: str) -> str | Unfit:
    """Return a value in its one form; an empty one is no value, and fits every field."""
    bare = text.strip()
    if field.type is FieldType.TEXT:
        return text
    if not bare:
        return ""
    match field.type:
        case FieldType.NUMBER:
            return _number(field, bare)
        case FieldType.DATE:
            return _date(field, bare)
        case FieldType.YES_NO:
            return _yes_no(field, bare)
        case _:
            return _choice(field, bare)


def canonical(fields: Mapping[str, Field], variables: Mapping[str, str]) -> dict[str, str]:
    """Return variables with each value as its field writes it; a variable without a field is a text.

    Raises InvalidInput (`value_unfit`, naming each as `variables.birthday`).
    """
    out: dict[str, str] = {}
    faults: list[Fault] = []
    for name, text in variables.items():
        field = fields.get(name)
        value = text if field is None else read(field, text)
        if isinstance(value, Unfit):
            faults.append(Fault(f"variables.{name}", "value_unfit", value.message))
        else:
            out[name] = value
    if faults:
        raise InvalidInput("value_unfit", faults[0].message, faults=faults)
    return out


def _number(field: Field, text: str) -> str | Unfit:
    found = _NUMBER.fullmatch(text.replace(",", ".") if _COMMA.fullmatch(text) else text)
    if not found:
        return _unfit(field, text, "a number, such as 12 or 12.5, without separators of thousands")
    sign, whole, rest = found[1], found[2], (found[3] or "").rstrip("0")
    number = f"{whole}.{rest}" if rest else whole
    return number if sign != "-" or number == "0" else f"-{number}"


def _date(field: Field, text: str) -> str | Unfit:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    else:
        return _unfit(field, text, "a date, such as 2026-05-03")
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return _unfit(field, text, "a day that the calendar has, such as 2026-05-03")


def _yes_no(field: Field, text: str) -> str | Unfit:
    word = text.casefold()
    if word in _YES:
        return "yes"
    return "no" if word in _NO else _unfit(field, text, "yes or no")


def _choice(field: Field, text: str) -> str | Unfit:
    word = text.casefold()
    found = next((one for one in field.choices if one.casefold() == word), None)
    return found if found is not None else _unfit(field, text, f"one of: {', '.join(field.choices)}")


def _unfit(field: Field, text: str, wanted: str) -> Unfit:
    return Unfit(f"{field.label} is {text[:_SHOWN]!r}; write {wanted}.")
