"""Cursor pages as addresses: every list is newest first, a page begins after an id. Pure.

The trail remembers how one came (`after` of the pages before), so that Newer leads back exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from litestar.connection import ASGIConnection

PAGE = 50
_LONGEST_TRAIL = 20  # pages; who went further comes back to the first
T = TypeVar("T")
Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins, and where those before it began."""

    after: UUID | None
    trail: tuple[UUID, ...]

    @classmethod
    def of(cls, request: ASGIConnection[Any, Any, Any, Any]) -> Cursor:
        """Read the cursor of a request."""
        return cls.read(request.query_params.get("after", ""), request.query_params.get("trail", ""))

    @classmethod
    def read(cls, after: str, trail: str) -> Cursor:
        """Read a cursor from an address; what is no id begins at the newest."""
        try:
            return cls(UUID(after) if after else None, tuple(UUID(one) for one in trail.split(".") if one))
        except ValueError:
            return cls(None, ())


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of a page, and the addresses of its neighbors: empty at the ends."""

    rows: Sequence[T]
    newer: str
    older: str


def paged(path: str, query: Query, cursor: Cursor, found: Sequence[T], ids: Sequence[UUID]) -> Page[T]:
    """Cut what was found (asked for one more than a page holds) to a page with its links; `ids` are the rows'."""
    return page_of(path, query, cursor, found[:PAGE], ids[PAGE - 1] if len(found) > PAGE else None)


def page_of(path: str, query: Query, cursor: Cursor, rows: Sequence[T], goes_on: UUID | None) -> Page[T]:
    """Give rows the links to the pages beside them; `goes_on`: behind which id the next one begins, if there is one."""
    newer = older = ""
    if cursor.after is not None:
        back = cursor.trail[-1] if cursor.trail else None
        newer = address(path, [*query, *_written(back, cursor.trail[:-1])])
    if goes_on is not None:
        trail = (*cursor.trail, cursor.after) if cursor.after is not None else ()
        older = address(path, [*query, *_written(goes_on, trail[-_LONGEST_TRAIL:])])
    return Page(rows, newer, older)


def address(path: str, query: Query) -> str:
    """Write an address; what is empty is left out."""
    kept = [(name, value) for name, value in query if value]
    return f"{path}?{urlencode(kept)}" if kept else path


def without(path: str, query: Query, *names: str) -> str:
    """Write an address without some of its filters."""
    return address(path, [(name, value) for name, value in query if name not in names])


def _written(after: UUID | None, trail: Sequence[UUID]) -> Query:
    return [("after", str(after or "")), ("trail", ".".join(one.hex for one in trail))]
