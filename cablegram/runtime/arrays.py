"""Columns of a batch as PostgreSQL's arrays, packed by us: a third of the time that a list of any values takes.

A statement that takes a batch takes one array a column. psycopg writes a list value by value, since any list may hold
anything; here the type is known, so a column is one join of bytes. The layout is that of array_recv (PostgreSQL's
arrayfuncs.c): dimensions, whether there are nulls, the element's type, count, first index; then length and octets each.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from psycopg import adapters, postgres
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEAD = struct.Struct(">iiIii")
_LENGTH = struct.Struct(">i")
_SMALLINT = struct.Struct(">ih")
_INTEGER = struct.Struct(">ii")
_MOMENT = struct.Struct(">iq")
_EPOCH, _TICK = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)  # as timestamptz counts
_NULL = _LENGTH.pack(-1)
_OF_UUID = _LENGTH.pack(16)


class Packed(bytes):
    """An array as it goes to the server."""

    ELEMENT: ClassVar[int]

    @classmethod
    def of(cls, count: int, items: bytes, *, has_nulls: bool = False) -> Packed:
        """Put the head before `count` items that have their lengths."""
        head = _HEAD.pack(1, has_nulls, cls.ELEMENT, count, 1) if count else _HEAD.pack(0, 0, cls.ELEMENT, 0, 0)[:12]
        return cls(head + items)


class Uuids(Packed):
    """A uuid[]."""

    ELEMENT = postgres.types["uuid"].oid


class Texts(Packed):
    """A text[]."""

    ELEMENT = postgres.types["text"].oid


class Moments(Packed):
    """A timestamptz[]."""

    ELEMENT = postgres.types["timestamptz"].oid


class Smallints(Packed):
    """A smallint[]."""

    ELEMENT = postgres.types["int2"].oid


class Integers(Packed):
    """An integer[]."""

    ELEMENT = postgres.types["int4"].oid


def uuids(values: Sequence[UUID]) -> Packed:
    """Pack uuids."""
    return Uuids.of(len(values), b"".join([_OF_UUID + value.bytes for value in values]))


def texts(values: Sequence[str | None]) -> Packed:
    """Pack texts; None is null. Raises UnicodeEncodeError for half a surrogate pair."""
    octets = [None if value is None else value.encode() for value in values]
    items = b"".join([_NULL if value is None else _LENGTH.pack(len(value)) + value for value in octets])
    return Texts.of(len(values), items, has_nulls=None in octets)


def moments(values: Sequence[datetime]) -> Packed:
    """Pack moments; they have a zone."""
    return Moments.of(len(values), b"".join([_MOMENT.pack(8, (value - _EPOCH) // _TICK) for value in values]))


def smallints(values: Sequence[int]) -> Packed:
    """Pack numbers of 16 bits; raises struct.error for others."""
    return Smallints.of(len(values), b"".join([_SMALLINT.pack(2, value) for value in values]))


def integers(values: Sequence[int]) -> Packed:
    """Pack numbers of 32 bits; raises struct.error for others."""
    return Integers.of(len(values), b"".join([_INTEGER.pack(4, value) for value in values]))


class _Dumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Packed) -> bytes:
        return obj


def _register(kind: type[Packed]) -> None:
    found = postgres.types.get(kind.ELEMENT)
    if found is None:
        raise RuntimeError(f"psycopg does not know type {kind.ELEMENT}")
    adapters.register_dumper(kind, type(f"{kind.__name__}Dumper", (_Dumper,), {"oid": found.array_oid}))


for _kind in (Uuids, Texts, Moments, Smallints, Integers):
    _register(_kind)
