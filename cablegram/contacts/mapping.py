"""What the columns of a file are for, whatever they are called: guessed, shown, corrected, and then read (R87). Pure.

A mapping has a word for each column, in their order: `number`; the name of a field or variable; `_mobilePhoneStatus` or
`_smsSubscriptionStatus`; or nothing, and the column is left aside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from cablegram.contacts import sheet
from cablegram.contacts.field_model import Field, FieldType
from cablegram.contacts.sheet import Columns
from cablegram.kit.csvio import Row
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.numbers import e164
from cablegram.templates.parse import is_name

NUMBER, PHONE_STATUS, SUBSCRIPTION = "number", "_mobilePhoneStatus", "_smsSubscriptionStatus"
ASIDE = ""
_STATUSES = (PHONE_STATUS, SUBSCRIPTION)

# As `_bare` writes them: what files of other tools call the column with the number.
_NUMBER_WORDS = frozenset(
    {
        *("number", "phone", "phonenumber", "mobile", "mobilenumber", "mobilephone", "cell", "cellphone", "cellnumber"),
        *("telephone", "tel", "msisdn", "to", "recipient", "sms", "smsnumber"),
        *("telefono", "telefonomovil", "movil", "celular", "numero", "numerodetelefono"),
        *("handy", "mobil", "rufnummer", "telefon", "portable", "numerodetelephone", "telephonemobile", "telemovel"),
    }
)
_MOST_LOOKED_AT = 50  # rows

ADDED_COLUMNS: Final = ("line", "problem")
"""What stands behind the columns of the original in a file of bad rows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows are read: `pick` puts a row's fields in the order of `columns`, None where they stand in it.

    `checks` are variables whose field has a type, by their place.
    """

    width: int
    columns: Columns
    pick: Callable[[list[str]], Sequence[str]] | None
    checks: tuple[tuple[int, Field], ...] = ()


def has_header(first: Sequence[str], home: str) -> bool:
    """Tell whether a first row names columns: in somebody's row there is a number."""
    return not any(isinstance(one, e164.Number) for one in e164.parse_many(list(first), home))


def guess(header: Sequence[str], rows: Sequence[Row], fields: Mapping[str, Field], home: str) -> list[str]:
    """Return what columns are likely to be for, by their names and by what stands in them.

    `home` is the country of numbers without country code; `fields` are the account's own, by name.
    """
    known = {_bare(word): name for name, one in fields.items() for word in (one.label, name)}
    known |= {_bare(name): name for name in _STATUSES}
    place = _number_column(header, rows, home)
    # A file of bad rows that comes back corrected is like the one they came from.
    ours = len(header) - len(ADDED_COLUMNS) if tuple(header[-2:]) == ADDED_COLUMNS else len(header)
    words: list[str] = []
    for at, name in enumerate(header):
        word = NUMBER if at == place else known.get(_bare(name)) or variable_of(name)
        word = word if at < ours else ASIDE
        words.append(ASIDE if word in words or (word == NUMBER and at != place) else word)
    return words


def variable_of(name: str) -> str:
    """Return a name for a variable that is like a column's: "First Name" -> "first_name"; nothing where none is."""
    if is_name(name) and len(name) <= sheet.LONGEST_COLUMN_NAME:
        return name
    plain = re.sub(r"\W+", "_", name.strip().lower())[: sheet.LONGEST_COLUMN_NAME].strip("_")
    return plain if is_name(plain) else ASIDE


def _number_column(header: Sequence[str], rows: Sequence[Row], home: str) -> int | None:
    """Return which column has the numbers: one that is called so, else that with the most numbers in it."""
    named = [at for at, name in enumerate(header) if _bare(name) in _NUMBER_WORDS]
    looked = [fields for _, fields in rows[:_MOST_LOOKED_AT]]
    counts = {at: _numbers([fields[at] for fields in looked if at < len(fields)], home) for at in range(len(header))}
    best = max(named or counts, key=lambda at: counts[at], default=None)
    return best if best is not None and (named or counts[best]) else None


def _numbers(cells: list[str], home: str) -> int:
    return sum(isinstance(one, e164.Number) for one in e164.parse_many(cells, home))


def read(words: Sequence[str], *, width: int, fields: Mapping[str, Field]) -> Plan:
    """Return how to read rows by a mapping.

    Raises InvalidInput with a fault for each column (`columns.2`): `bad_mapping` where a word is no name, stands twice,
    or no column is the number; where there are more or fewer words than the file has columns.
    """
    faults = [Fault(f"columns.{at}", "bad_mapping", what) for at, what in enumerate(_wrong(words)) if what]
    if len(words) != width:
        faults.append(Fault("columns", "bad_mapping", f"The file has {width} columns, and {len(words)} are said."))
    elif NUMBER not in words:
        faults.append(
            Fault("columns", "bad_mapping", "No column is the number: say which one has the telephone numbers.")
        )
    if faults:
        raise InvalidInput("bad_mapping", faults[0].message, faults=faults)
    variables = [word for word in words if word not in {ASIDE, NUMBER, *_STATUSES}]
    there = [word for word in _STATUSES if word in words]
    order = [NUMBER, *variables, *there]
    places = [words.index(word) for word in order]
    columns = Columns(variables, *(order.index(word) if word in there else None for word in _STATUSES))
    return Plan(width, columns, _picker(places, width), checks(variables, fields))


def of_header(row: Row, fields: Mapping[str, Field]) -> Plan:
    """Return how to read a file whose columns are what they are called. Raises as `sheet.read_header`."""
    columns = sheet.read_header(row)
    return Plan(columns.width, columns, None, checks(columns.variables, fields))


def arranged(rows: Sequence[Row], plan: Plan) -> tuple[Sequence[tuple[int, Sequence[str]]], list[Fault]]:
    """Return rows in the order of a plan's columns, and a fault for each that has more or fewer of them."""
    pick = plan.pick
    if pick is None:
        return rows, []  # `sheet.read_people` counts them
    faults = [sheet.wrong_width(line, len(one), plan.width) for line, one in rows if len(one) != plan.width]
    return [(line, pick(one)) for line, one in rows if len(one) == plan.width], faults


def checks(variables: Sequence[str], fields: Mapping[str, Field]) -> tuple[tuple[int, Field], ...]:
    """Return which variables, by place, have a field that does not take any text."""
    return tuple(
        (at, fields[name])
        for at, name in enumerate(variables)
        if name in fields and fields[name].type is not FieldType.TEXT
    )


def _wrong(words: Sequence[str]) -> list[str]:
    return [_what_is_wrong(word, words[:at]) for at, word in enumerate(words)]


def _what_is_wrong(word: str, before: Sequence[str]) -> str:
    if word == ASIDE or (word in {NUMBER, *_STATUSES} and word not in before):
        return ""
    if word in before:
        return f"Two columns are {word}. Each is for something else, or is left aside."
    if not is_name(word) or len(word) > sheet.LONGEST_COLUMN_NAME:
        return (
            f"{word[:40]!r} can't name a variable: use letters, digits and _, a letter first, at most "
            f"{sheet.LONGEST_COLUMN_NAME} characters."
        )
    lower = {one.lower(): one for one in (NUMBER, *_STATUSES)}
    return f"Write {lower[word.lower()]}, or choose another name." if word.lower() in lower else ""


def _picker(places: list[int], width: int) -> Callable[[list[str]], Sequence[str]] | None:
    if places == list(range(width)):
        return None
    if len(places) == 1:
        (only,) = places
        return lambda fields: (fields[only],)
    return itemgetter(*places)


def _bare(name: str) -> str:
    """Write a name so that only its letters and digits count: "Teléfono móvil" -> "telefonomovil"."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
