"""How deep lists and objects stand in one another: what walks through them has only so much stack. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

MOST = 50
"""Levels that settings, payloads and samples may have: more than any provider was seen to want."""


def is_too_deep(value: object, most: int = MOST) -> bool:
    """Tell whether lists and objects stand in one another on more than `most` levels."""
    level = [value]
    for _ in range(most):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterable[Any]:
    """Return what stands in a value, of lists and objects alone."""
    if isinstance(value, dict):
        found: Iterable[Any] = cast("dict[Any, Any]", value).values()
    elif isinstance(value, list):
        found = cast("list[Any]", value)
    else:
        return ()
    return [one for one in found if isinstance(one, dict | list)]
