"""Packed arrays, read by PostgreSQL itself."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from cablegram.runtime import arrays

SOME = UUID("018e6f3c-0000-7000-8000-000000000001")
WHEN = datetime(2026, 11, 22, 1, 2, 3, 456789, UTC)


@pytest.mark.parametrize(
    ("packed", "kind", "expected"),
    [
        (arrays.uuids([SOME]), "uuid[]", [SOME]),
        (arrays.uuids([]), "uuid[]", []),
        (arrays.texts(["a", None, "", "é"]), "text[]", ["a", None, "", "é"]),
        (arrays.texts([]), "text[]", []),
        (arrays.moments([WHEN]), "timestamp with time zone[]", [WHEN]),
        (arrays.smallints([-1, 32767]), "smallint[]", [-1, 32767]),
        (arrays.integers(range(3)), "integer[]", [0, 1, 2]),
    ],
)
def test_what_is_packed_is_what_the_server_reads(
    database_url: str, packed: arrays.Packed, kind: str, expected: list[object]
) -> None:
    with psycopg.connect(database_url, options="-c timezone=UTC") as conn:
        row = conn.execute("SELECT %s, pg_typeof(%s)::text", [packed, packed], binary=True).fetchone()
    assert row == (expected, kind)
