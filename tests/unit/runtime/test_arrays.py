"""Arrays as PostgreSQL reads them."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from uuid import UUID

import pytest

from cablegram.runtime import arrays

SOME = UUID("018e6f3c-0000-7000-8000-000000000001")


def test_an_array_says_its_dimension_its_element_and_its_items() -> None:
    head = bytes.fromhex("00000001 00000000 00000b86 00000002 00000001")
    assert arrays.uuids([SOME, SOME]) == head + (b"\0\0\0\x10" + SOME.bytes) * 2


def test_nulls_are_announced() -> None:
    head = bytes.fromhex("00000001 00000001 00000019 00000002 00000001")
    assert arrays.texts(["é", None]) == head + b"\0\0\0\x02\xc3\xa9" + b"\xff\xff\xff\xff"


def test_an_empty_array_has_no_dimension() -> None:
    assert arrays.texts([]) == bytes.fromhex("00000000 00000000 00000019")


def test_moments_are_microseconds_since_2000() -> None:
    assert arrays.moments([datetime(2000, 1, 1, 0, 0, 1, 5, UTC)])[20:] == struct.pack(">iq", 8, 1_000_005)


def test_a_number_that_does_not_fit_is_refused() -> None:
    assert arrays.integers([70_000])[20:] == struct.pack(">ii", 4, 70_000)
    with pytest.raises(struct.error):
        arrays.smallints([70_000])
