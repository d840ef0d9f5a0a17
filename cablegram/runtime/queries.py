"""Read the `queries.sql` of a room's store: named statements with a sentence of prose above each.

    -- name: claim_batch
    -- Take the oldest rows of a lane that nobody holds.
    DELETE FROM queue WHERE ...

A name that is missing or given twice fails when the room is imported, not when the query is first needed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import LiteralString, cast

_NAME = re.compile(r"^-- name: ([a-z_][a-z0-9_]*)$", re.MULTILINE)


class Queries:
    """A room's statements as attributes: `queries.claim_batch` is SQL text."""

    def __init__(self, source: str, path: str = "<queries>") -> None:
        pieces = _NAME.split(source)
        if pieces[0].strip() and not all(line.startswith("--") for line in pieces[0].strip().splitlines()):
            raise ValueError(f"{path}: SQL before the first '-- name:' line")
        self._by_name: dict[str, str] = {}
        for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
            statement = body.strip().rstrip(";")
            if name in self._by_name or not statement:
                raise ValueError(f"{path}: query {name!r} stands twice or is empty")
            self._by_name[name] = statement

    def __getattr__(self, name: str) -> LiteralString:
        """Return the statement of that name. It comes from our own file, so it counts as a literal."""
        try:
            return cast("LiteralString", self._by_name[name])
        except KeyError:
            raise AttributeError(f"queries.sql has no query named {name!r}") from None

    def names(self) -> list[str]:
        """Return all names, in the order of the file."""
        return list(self._by_name)


def load(store_file: str) -> Queries:
    """Load the statements beside a store: `queries.sql` of `store.py`, `times_queries.sql` of `times_store.py`.

    To be called with `__file__`.
    """
    store = Path(store_file)
    path = store.with_name(f"{store.stem.removesuffix('store')}queries.sql")
    return Queries(path.read_text(encoding="utf-8"), str(path))
