"""The choice between GSM 03.38 and UCS-2: one character outside GSM makes the whole text Unicode (R37)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from cablegram.kit.errors import InvalidInput
from cablegram.text import gsm0338


class Encoding(StrEnum):
    """How a text travels. The value is the word of the API, `code` the number in the database."""

    code: int

    GSM0338 = "gsm0338", 0
    UCS2 = "ucs2", 1

    def __new__(cls, word: str, code: int) -> Self:
        """Make a member out of its word and its number."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.code = code
        return member

    @classmethod
    def of(cls, code: int) -> Encoding:
        """Return the encoding that has this number in the database."""
        return _BY_CODE[code]


_BY_CODE = (Encoding.GSM0338, Encoding.UCS2)


@dataclass(frozen=True, slots=True)
class Offender:
    """A character that forces Unicode. `position` counts code points from 0."""

    position: int
    character: str

    @property
    def code_point(self) -> str:
        """Return its number as Unicode writes it, such as U+20BF."""
        return f"U+{ord(self.character):04X}"


def choose(text: str) -> Encoding:
    """Return GSM 03.38 if every character is in its tables, else UCS-2 (R37)."""
    return Encoding.GSM0338 if gsm0338.is_gsm(text) else Encoding.UCS2


def offenders(text: str) -> list[Offender]:
    """List the characters that force Unicode, in order, each time they occur; empty for a GSM text (R45)."""
    if gsm0338.is_gsm(text):
        return []
    return [Offender(place, character) for place, character in enumerate(text) if not gsm0338.is_gsm(character)]


def utf16(text: str) -> bytes:
    """Return a text as UTF-16, big-endian, no byte order mark: what data_coding 8 carries.

    Raises InvalidInput (`bad_character`) for a surrogate without its other half, which no carrier can show.
    """
    try:
        return text.encode("utf-16-be")
    except UnicodeEncodeError as error:
        message = f"Character {error.start + 1} is half of a surrogate pair: send the whole character."
        raise InvalidInput("bad_character", message) from None
