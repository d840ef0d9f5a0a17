"""The parts a PDU body is made of: single octets, C-octet strings with a limit, counted octets (SMPP 3.4 section 3.1).

A field knows its name, how it is read and written, and the command_status that says it is wrong. Text is kept as
str in Latin-1, so that octets outside ASCII, which some peers send in addresses, survive reading and writing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cablegram.smpp.errors import SmppError
from cablegram.smpp.status import ESME_RINVCMDLEN, ESME_RINVPARLEN


class Field(Protocol):
    """One part of a body."""

    @property
    def name(self) -> str:
        """The attribute of the PDU that holds it."""
        ...

    def read(self, data: bytes, position: int, end: int) -> tuple[object, int]:
        """Return the value at `position` and the position after it; raises SmppError."""
        ...

    def write(self, value: object) -> bytes:
        """Return the octets of a value; raises SmppError."""
        ...


@dataclass(frozen=True, slots=True)
class Octet:
    """One octet: an int of 0 to 255."""

    name: str

    def read(self, data: bytes, position: int, end: int) -> tuple[int, int]:
        """Return the octet and the position after it."""
        if position >= end:
            raise SmppError(ESME_RINVCMDLEN, f"The body ends before {self.name}.")
        return data[position], position + 1

    def write(self, value: object) -> bytes:
        """Return the octet as one byte."""
        if not isinstance(value, int) or not 0 <= value <= 255:
            raise SmppError(ESME_RINVPARLEN, f"{self.name} is {value!r}; it must be a number from 0 to 255.")
        return bytes((value,))


@dataclass(frozen=True, slots=True)
class CString:
    """A C-octet string: text ended by NUL, `size` octets at most with the NUL."""

    name: str
    size: int
    status: int

    def read(self, data: bytes, position: int, end: int) -> tuple[str, int]:
        """Return the text without its NUL and the position after it."""
        stop = data.find(0, position, end)
        if stop < 0:
            raise SmppError(ESME_RINVCMDLEN, f"{self.name} does not end inside the body.")
        if stop - position >= self.size:
            raise SmppError(self.status, f"{self.name} has {stop - position} characters; {self.size - 1} are allowed.")
        return data[position:stop].decode("latin-1"), stop + 1

    def write(self, value: object) -> bytes:
        """Return the text with its NUL."""
        if isinstance(value, str) and len(value) < self.size and "\0" not in value:
            try:
                return f"{value}\0".encode("ascii" if value.isascii() else "latin-1")
            except UnicodeEncodeError:
                pass  # refused below, with everything else that is no such text
        rule = f"it must be text of at most {self.size - 1} Latin-1 characters without NUL"
        raise SmppError(self.status, f"{self.name} is {value!r}; {rule}.")


@dataclass(frozen=True, slots=True)
class Counted:
    """Octets behind one octet that counts them, such as short_message behind sm_length."""

    name: str
    largest: int
    status: int

    def read(self, data: bytes, position: int, end: int) -> tuple[bytes, int]:
        """Return the octets and the position after them."""
        if position >= end:
            raise SmppError(ESME_RINVCMDLEN, f"The body ends before the length of {self.name}.")
        length = data[position]
        stop = position + 1 + length
        if length > self.largest:
            raise SmppError(self.status, f"{self.name} says {length} octets; {self.largest} are allowed.")
        if stop > end:
            raise SmppError(self.status, f"{self.name} says {length} octets; the body has {end - position - 1}.")
        return data[position + 1 : stop], stop

    def write(self, value: object) -> bytes:
        """Return the count and the octets."""
        if not isinstance(value, bytes) or len(value) > self.largest:
            raise SmppError(self.status, f"{self.name} must be at most {self.largest} octets.")
        return bytes((len(value),)) + value
