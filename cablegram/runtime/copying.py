"""Values as PostgreSQL's own bytes: parameters, arrays, and whole blocks of rows for COPY.

psycopg writes a value at a time, asking of each what it is: 5 us a uuid in a list, 3.5 us a row of COPY. Here a column
is written at a time, and its type is known (0.1 to 0.2 us a value). What many rows share is written once and used as
it is. The forms are those of the types' `send` and `recv` functions (PostgreSQL, "COPY", "Binary Format").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from struct import Struct
from typing import Any
from uuid import UUID

Field = bytes
"""A value with its length before it, or NULL: a piece of a row, an element of an array."""

_int2 = Struct("!h").pack
_length = Struct("!i").pack
_field_of_int2 = Struct("!ih").pack
_field_of_int4 = Struct("!ii").pack
_field_of_int8 = Struct("!iq").pack
_array_head = Struct("!iiIii").pack

NULL: Field = _length(-1)
_TRUE, _FALSE = b"\0\0\0\1\1", b"\0\0\0\1\0"
_UUID_LENGTH = 16 << 128  # put before the 128 bits of a uuid: length and value in one number
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"


def _uuids(values: Iterable[UUID | None]) -> list[Field]:
    return [NULL if one is None else (_UUID_LENGTH | one.int).to_bytes(20, "big") for one in values]


def _int2s(values: Iterable[int | None]) -> list[Field]:
    return [NULL if one is None else _field_of_int2(2, one) for one in values]


def _int4s(values: Iterable[int | None]) -> list[Field]:
    return [NULL if one is None else _field_of_int4(4, one) for one in values]


def _int8s(values: Iterable[int | None]) -> list[Field]:
    return [NULL if one is None else _field_of_int8(8, one) for one in values]


def _texts(values: Iterable[str | None]) -> list[Field]:
    return [NULL if one is None else _length(len(data := one.encode())) + data for one in values]


def _byteas(values: Iterable[bytes | None]) -> list[Field]:
    return [NULL if one is None else _length(len(one)) + one for one in values]


def _bools(values: Iterable[bool | None]) -> list[Field]:
    return [NULL if one is None else _TRUE if one else _FALSE for one in values]


def _moments(values: Iterable[datetime | None]) -> list[Field]:
    return [NULL if one is None else _field_of_int8(8, (one - _EPOCH) // _MICROSECOND) for one in values]


# Each type with its number in PostgreSQL's catalog and what writes a column of it. An enum is written like a text.
_TYPES: dict[str, tuple[int, Callable[[Iterable[Any]], list[Field]]]] = {
    "bool": (16, _bools),
    "bytea": (17, _byteas),
    "int8": (20, _int8s),
    "int2": (21, _int2s),
    "int4": (23, _int4s),
    "text": (25, _texts),
    "timestamptz": (1184, _moments),
    "uuid": (2950, _uuids),
}


def column(kind: str, values: Iterable[Any]) -> list[Field]:
    """Write values of one type (None is NULL) as fields.

    Types: bool, bytea, int2, int4, int8, text, timestamptz (aware), uuid. Raises struct.error where a number is too
    large, UnicodeEncodeError for half a surrogate pair.
    """
    return _TYPES[kind][1](values)


def record(kinds: Sequence[str], values: Sequence[Any]) -> bytes:
    """Write several fields in a row: what many rows share is written once, and stands in `block` as one column."""
    return b"".join(column(kind, [value])[0] for kind, value in zip(kinds, values, strict=True))


def value(kind: str, one: Any) -> bytes | None:  # noqa: ANN401 - of the type that `kind` names
    """Write one parameter."""
    return None if one is None else column(kind, [one])[0][4:]


def array(kind: str, values: Iterable[Any]) -> bytes:
    """Write values as one parameter: an array of that type."""
    return array_of(kind, column(kind, values))


def array_of(kind: str, fields: Sequence[Field]) -> bytes:
    """Write fields of a type as one parameter: an array of that type."""
    number = _TYPES[kind][0]
    if not fields:
        return _array_head(0, 0, number, 0, 0)[:12]
    # One dimension; whether there are NULLs; the type; how many, and that they are counted from 1.
    return _array_head(1, NULL in fields, number, len(fields), 1) + b"".join(fields)


def block(columns: Sequence[Sequence[bytes]], *, fields: int) -> bytes:
    """Write rows for COPY ... FROM STDIN (FORMAT BINARY), given by column.

    `fields` is how many each row has: a column may be made by `record`, and then holds several.
    """
    return b"".join(blocks([columns], fields=fields))


def blocks(pieces: Iterable[Sequence[Sequence[bytes]]], *, fields: int) -> Iterator[bytes]:
    """Write a block piece by piece, each given by column: the server reads one while the next is being written."""
    head = _COPY_HEAD
    for columns in pieces:
        rows = zip(repeat(_int2(fields), len(columns[0])), *columns, strict=True)
        yield b"".join((head, *chain.from_iterable(rows)))
        head = b""
    yield head + _COPY_END
