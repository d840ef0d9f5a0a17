"""What the rows of a contact file mean: the header first, then a person a row (R87, R31). Pure.

The first column is `number`, the others are variables for templates. All values are texts, taken as they stand: but
for fields with a type, and for an apostrophe that our own exports put before what a spreadsheet would take for a
formula. Two columns are no variables but the statuses of a contact (R142): `_mobilePhoneStatus` and
`_smsSubscriptionStatus`. Taken for variables they would be forgotten, and people who said no would be written to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from cablegram.contacts import values as typed
from cablegram.contacts.field_model import Field
from cablegram.contacts.model import NewPerson, PhoneStatus, Subscription
from cablegram.kit.csvio import Row, error_at, unguard
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.numbers import e164
from cablegram.templates.parse import is_name

MOST_COLUMNS = 100
LONGEST_VALUE = 10_000  # characters
LONGEST_COLUMN_NAME = 60

_NUMBER = "number"
_LOOKS_LIKE_A_NUMBER = re.compile(r"\+?[\d\s().-]{5,}")
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")  # NUL, and half a surrogate pair
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_PHONE_STATUS = "_mobilePhoneStatus"
_SUBSCRIPTION = "_smsSubscriptionStatus"
_STATUSES = (_PHONE_STATUS.lower(), _SUBSCRIPTION.lower())
_NO_VARIABLES = {_NUMBER, *_STATUSES}  # however they are written

_PHONE_WORDS = frozenset(one.value for one in PhoneStatus)
_SUBSCRIPTION_WORDS = frozenset(one.value for one in Subscription)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns after `number`: names of variables, and which columns are statuses, counted as in the file from 0."""

    variables: list[str]
    phone_status: int | None = None
    subscription: int | None = None

    @property
    def width(self) -> int:
        """Return how many columns a row has."""
        return 1 + len(self.variables) + len(self.statuses)

    @property
    def statuses(self) -> frozenset[int]:
        """Return the places of the columns that are statuses."""
        return frozenset(place for place in (self.phone_status, self.subscription) if place is not None)


def read_header(row: Row) -> Columns:
    """Return what the columns are.

    Raises InvalidInput with a fault for the line: `csv_no_header`, `csv_bad_separator`, `csv_number_not_first`,
    `csv_bad_column`, `csv_duplicate_column`.
    """
    line, fields = row
    names = [field.strip() for field in fields]
    if names[0].lower() != _NUMBER:
        raise not_a_header(line, names)
    seen = {_NUMBER}
    for place, name in enumerate(names[1:], 2):
        _check_name(line, place, name)
        key = name.lower() if name.lower() in _NO_VARIABLES else name
        if key in seen:
            what = f"two columns are named {key!r}. Give each column a name of its own."
            raise error_at(line, "csv_duplicate_column", what)
        seen.add(key)
    places = {name.lower(): place for place, name in enumerate(names)}
    variables = [name for name in names[1:] if name.lower() not in _STATUSES]
    return Columns(variables, *(places.get(name) for name in _STATUSES))


def check_variables(variables: Mapping[str, str]) -> None:
    """Raise InvalidInput (`bad_variable`, naming each) for names and values that a file could not have either."""
    faults = [
        Fault(f"variables.{name}", "bad_variable", f"{name[:40]!r}: {what}")
        for name, value in variables.items()
        if (what := _what_is_wrong(name, value))
    ]
    if faults:
        raise InvalidInput("bad_variable", faults[0].message, faults=faults)


def _what_is_wrong(name: str, value: str) -> str | None:
    if not is_name(name) or len(name) > LONGEST_COLUMN_NAME or name.lower() in _NO_VARIABLES:
        return (
            f"a variable is named with letters, digits and _ (at most {LONGEST_COLUMN_NAME}), not number or a status."
        )
    if len(value) > LONGEST_VALUE or _UNFIT.search(value):
        return f"a value has at most {LONGEST_VALUE:,} characters, each of which can be sent."
    return None


def no_header() -> InvalidInput:
    """Return the error of a file in which there is nothing."""
    return error_at(1, "csv_no_header", f"the file is empty. {_HOW}")


_HOW = "The first line must name the columns, with number as the first: number,first_name,city."


def not_a_header(line: int, names: Sequence[str]) -> InvalidInput:
    """Return the error of a first line that does not begin with `number`, after what it is instead."""
    for separator, word in _OTHER_SEPARATORS.items():
        if separator in names[0]:
            what = f"the columns are separated by {word}. Save the file with commas between them."
            return error_at(line, "csv_bad_separator", what)
    if any(_LOOKS_LIKE_A_NUMBER.fullmatch(name) for name in names):
        return error_at(line, "csv_no_header", f"this is no header but somebody's row. {_HOW}")
    return error_at(line, "csv_number_not_first", f"the first column is {names[0][:40]!r}, not 'number'. {_HOW}")


def _check_name(line: int, place: int, name: str) -> None:
    if is_name(name) and len(name) <= LONGEST_COLUMN_NAME:
        return
    better = _NOT_IN_NAMES.sub("_", name)[:LONGEST_COLUMN_NAME].strip("_")
    hint = f", such as {better}" if is_name(better) else ""
    what = (
        f"column {place} is named {name[:40]!r}. A column is named with letters, digits and _, starts with a letter "
        f"and has at most {LONGEST_COLUMN_NAME} characters{hint}."
    )
    raise error_at(line, "csv_bad_column", what)


def read_people(
    rows: Sequence[tuple[int, Sequence[str]]],
    columns: Columns,
    default_country: str,
    *,
    has_source: bool = False,
    checks: Sequence[tuple[int, Field]] = (),
) -> tuple[list[NewPerson], list[Fault]]:
    """Return the people of these rows, and what is wrong with the other rows: one fault each, by line.

    `has_source`: it is known where people of this file agreed; without, no row may say that somebody is subscribed.
    Where no column says who is, it is all of them. `checks` are variables, by their place, whose field has a type.

    Codes: `csv_wrong_column_count`, `value_too_long`, `value_unfit`, `bad_character`, `bad_status`, `source_needed`,
    and what `e164.parse` says of numbers. A number without country code is one of the default country.
    """
    width, variables, statuses = columns.width, columns.variables, columns.statuses
    phone_status: PhoneStatus | None = None
    subscription = Subscription.SUBSCRIBED if has_source and columns.subscription is None else None
    people: list[NewPerson] = []
    faults: list[Fault] = []
    found = e164.parse_many([unguard(fields[0]) for _, fields in rows], default_country)
    for (line, fields), number in zip(rows, found, strict=True):
        if len(fields) != width:
            faults.append(wrong_width(line, len(fields), width))
        elif isinstance(number, e164.BadNumber):
            faults.append(_fault(line, _NUMBER, number.code, number.message))
        else:
            values = fields[1:]
            if statuses:
                said = _statuses(line, fields, columns, has_source=has_source)
                if isinstance(said, Fault):
                    faults.append(said)
                    continue
                phone_status, told = said
                subscription = told if columns.subscription is not None else subscription
                values = [one for place, one in enumerate(fields) if place and place not in statuses]
            text = _written(variables, values)
            if checks or ":\"'" in text:  # few rows are looked at twice
                values, bad = _fitted(line, values, checks)
                if bad:
                    faults.append(bad)
                    continue
                text = _written(variables, values)
            # Only a text that is long or has such a mark in it can hold a bad value.
            bad = _bad_value(line, variables, values) if len(text) > LONGEST_VALUE or r"\u0000" in text else None
            if bad:
                faults.append(bad)
            else:
                people.append(NewPerson(line, number.e164, number.country, text, phone_status, subscription))
    return people, faults


def wrong_width(line: int, has: int, width: int) -> Fault:
    """Return what is wrong with a row that has more or fewer columns than the header."""
    return _fault(line, "", "csv_wrong_column_count", f"this row has {has} columns, the header has {width}.")


def _written(variables: Sequence[str], values: Sequence[str]) -> str:
    return msgspec.json.encode(dict(zip(variables, values, strict=True))).decode()


def _fitted(line: int, values: Sequence[str], checks: Sequence[tuple[int, Field]]) -> tuple[list[str], Fault | None]:
    """Return values as they are kept, or what is wrong with the first that does not fit its field."""
    kept = [unguard(one) for one in values]
    for place, field in checks:
        read = typed.read(field, kept[place])
        if isinstance(read, typed.Unfit):
            return kept, _fault(line, field.name, "value_unfit", read.message)
        kept[place] = read
    return kept, None


def _statuses(
    line: int, fields: Sequence[str], columns: Columns, *, has_source: bool
) -> tuple[PhoneStatus | None, Subscription | None] | Fault:
    """Read a row's statuses, None where it says nothing; or say what is wrong with them."""
    phone, said = _word(fields, columns.phone_status), _word(fields, columns.subscription)
    if phone and phone not in _PHONE_WORDS:
        return _fault(line, _PHONE_STATUS, "bad_status", _no_status(phone, PhoneStatus))
    if said and said not in _SUBSCRIPTION_WORDS:
        return _fault(line, _SUBSCRIPTION, "bad_status", _no_status(said, Subscription))
    if said == Subscription.SUBSCRIBED and not has_source:
        what = "it says subscribed, and not where the person agreed. Give the import a source, such as: web shop."
        return _fault(line, _SUBSCRIPTION, "source_needed", what)
    return PhoneStatus(phone) if phone else None, Subscription(said) if said else None


def _word(fields: Sequence[str], place: int | None) -> str:
    return "" if place is None else fields[place].strip().lower().replace(" ", "_")


def _no_status(word: str, kind: type[StrEnum]) -> str:
    return f"{word[:40]!r} is no status: write {', '.join(kind)}, or nothing."


def _bad_value(line: int, variables: Sequence[str], values: Sequence[str]) -> Fault | None:
    for name, value in zip(variables, values, strict=True):
        if len(value) > LONGEST_VALUE:
            what = f"{name} has {len(value):,} characters; a value may have {LONGEST_VALUE:,}."
            return _fault(line, name, "value_too_long", what)
        if "\0" in value:
            return _fault(line, name, "bad_character", f"{name} holds a null character, which can't be sent.")
    return None


def _fault(line: int, column: str, code: str, what: str) -> Fault:
    return Fault(f"lines.{line}.{column}" if column else f"lines.{line}", code, f"Line {line}: {what}")
