"""How deep lists and objects may stand in one another."""

from __future__ import annotations

import pytest

from cablegram.kit.nesting import is_too_deep


def nested(levels: int) -> object:
    value: object = "inside"
    for place in range(levels):
        value = [value, 1] if place % 2 else {"a": value, "b": None}
    return value


@pytest.mark.parametrize(("levels", "expected"), [(0, False), (1, False), (3, False), (4, True), (5_000, True)])
def test_levels_are_counted_to_the_deepest_value(levels: int, *, expected: bool) -> None:
    assert is_too_deep(nested(levels), 3) is expected
