"""Ids that prove something are not to be told from others."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from cablegram.kit.ids import time_of, uuid7s_apart


def test_ids_that_prove_something_are_in_no_distance_that_others_tell() -> None:
    first, second = uuid7s_apart(50), uuid7s_apart(50)
    assert [*first, *second] == sorted({*first, *second})
    assert {one.version for one in first} == {7}
    assert len({after.int - before.int for before, after in pairwise(first)}) == 49
    assert abs((time_of(second[0]) - datetime.now(UTC)).total_seconds()) < 60
