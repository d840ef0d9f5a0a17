"""What we write as PostgreSQL's bytes, psycopg reads as the same values: it has its own code for these forms."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.adapt import Transformer
from psycopg.pq import Format

from cablegram.runtime import copying

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis' bounds are naive
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def signed(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


KINDS: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "bytea": st.binary(),
    "int2": signed(16),
    "int4": signed(32),
    "int8": signed(64),
    "text": TEXTS,
    "timestamptz": MOMENTS,
    "uuid": st.uuids(),
}


def loader(name: str) -> Callable[[bytes], Any]:
    found = psycopg.adapters.types[name]
    oid = found.array_oid if name.endswith("[]") else found.oid
    load = Transformer().get_loader(oid, Format.BINARY).load

    def read(data: bytes) -> Any:  # noqa: ANN401 - whatever the type's values are
        return load(data)

    return read


def fields(data: bytes, count: int) -> tuple[list[bytes | None], bytes]:
    """Take fields off the front of data; return them and the rest."""
    found: list[bytes | None] = []
    for _ in range(count):
        (length,) = struct.unpack_from("!i", data)
        end = 4 + max(length, 0)
        found.append(None if length == -1 else data[4:end])
        data = data[end:]
    return found, data


def same(read: object, given: object) -> bool:
    # A session without a time zone reads moments in its own; they are the same moments.
    return read == given


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_is_read_as_what_it_was(kind: str) -> None:
    load = loader(kind)

    @settings(max_examples=50, deadline=None)
    @given(KINDS[kind])
    def check(given: Any) -> None:  # noqa: ANN401 - of the kind
        written = copying.value(kind, given)
        assert written is not None
        assert same(load(written), given)

    check()


@pytest.mark.parametrize("kind", KINDS)
def test_an_array_is_read_as_what_it_was_nulls_included(kind: str) -> None:
    load = loader(f"{kind}[]")

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.none() | KINDS[kind], max_size=8))
    def check(given: list[Any]) -> None:
        assert same(load(copying.array(kind, given)), given)

    check()


def test_nothing_is_null_as_a_parameter_and_in_a_row() -> None:
    for kind in KINDS:
        assert copying.value(kind, None) is None
        assert copying.column(kind, [None]) == [copying.NULL]


def test_a_block_holds_its_rows_and_columns_that_hold_several_fields() -> None:
    shared = copying.record(["text", "int2"], ["ES", 7])
    ids = [UUID(int=1), UUID(int=2)]
    block = copying.block([[shared, shared], copying.column("uuid", ids)], fields=3)
    # PostgreSQL, "COPY", "Binary Format": signature, flags, length of the extension; -1 as a count of fields ends it.
    assert block[:19] == b"PGCOPY\n\xff\r\n\0" + bytes(8)
    rest = block[19:]
    for one in ids:
        assert rest[:2] == b"\0\3"
        row, rest = fields(rest[2:], 3)
        assert row == [b"ES", b"\0\7", one.bytes]
    assert rest == b"\xff\xff"


def test_columns_of_different_lengths_make_no_block() -> None:
    with pytest.raises(ValueError, match="shorter"):
        copying.block([copying.column("int2", [1, 2]), copying.column("int2", [1])], fields=2)


def test_moments_are_counted_from_2000_in_microseconds() -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=5)
    assert copying.value("timestamptz", moment) == bytes(7) + b"\5"


@pytest.mark.parametrize(("kind", "value"), [("int2", 2**15), ("int4", -(2**31) - 1), ("int8", 2**63)])
def test_a_number_too_large_for_its_type_is_an_error(kind: str, value: int) -> None:
    with pytest.raises(struct.error):
        copying.column(kind, [value])


def test_half_a_surrogate_pair_is_an_error() -> None:
    with pytest.raises(UnicodeEncodeError):
        copying.value("text", "\ud83d")
