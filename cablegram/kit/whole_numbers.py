"""Numbers of JSON that are whole, however they are written. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast


def with_whole_numbers(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Write 24.0 as 24: to JSON, and so to a schema, they are the same number (RFC 8259, section 6)."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [with_whole_numbers(one) for one in cast("list[Any]", value)]
    if isinstance(value, Mapping):
        return {name: with_whole_numbers(one) for name, one in cast("Mapping[str, Any]", value).items()}
    return value
