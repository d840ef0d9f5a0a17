"""Names and notes that people give to things: short, on one line, and something PostgreSQL can store."""

from __future__ import annotations

import unicodedata

from cablegram.kit.errors import Fault, InvalidInput

# Control, surrogate and line or paragraph separators: nobody means them in a name, and NUL no database takes.
_NOT_IN_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def read_name(text: str, *, field: str = "name", most: int = 100) -> str:
    """Return a name without the spaces around it.

    Raises InvalidInput (`bad_name`, naming the field) when nothing is left, when it has more than `most` characters,
    or when it has line ends or other control characters.
    """
    return _read(text, field=field, least=1, most=most)


def read_note(text: str, *, field: str = "description", most: int = 500) -> str:
    """Return a description or note: as a name, but it may be empty."""
    return _read(text, field=field, least=0, most=most)


def _read(text: str, *, field: str, least: int, most: int) -> str:
    name = text.strip()
    if len(name) < least:
        raise _bad(field, f"{field} is empty: give one.")
    if len(name) > most:
        raise _bad(field, f"{field} has {len(name)} characters: use at most {most}.")
    if any(unicodedata.category(character) in _NOT_IN_LINE for character in name):
        raise _bad(field, f"{field} has line ends or control characters: write it on one line.")
    return name


def _bad(field: str, message: str) -> InvalidInput:
    return InvalidInput("bad_name", message, faults=[Fault(field, "bad_name", message)])
