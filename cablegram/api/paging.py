"""Pages of lists: one item more than asked for is read, and tells whether a page follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from cablegram.api.fields import Paging, Places


class Known(Protocol):
    """Something with an id."""

    @property
    def id(self) -> UUID:
        """Return what a next page starts behind."""
        ...


T = TypeVar("T", bound=Known)


def cut(found: Sequence[T], path: str, asked: Paging) -> tuple[Sequence[T], str | None]:
    """Return at most `limit` of the items found, and the address of the next page; None where this is the last.

    The address repeats the filters, so that following it is all a client has to do.
    """
    if len(found) <= asked.limit:
        return found, None
    items = found[: asked.limit]
    return items, following(path, asked, items[-1].id)


def following(path: str, asked: Paging, after: UUID | None) -> str | None:
    """Return the address of the page behind an id, with the same filters; None where there is none."""
    return f"{path}?{urlencode({**msgspec.to_builtins(asked), 'after': str(after)})}" if after else None


def cut_at(found: Sequence[Any], path: str, asked: Places) -> tuple[Sequence[Any], str | None]:
    """Return at most `limit` of the items found behind `skip`, and the address of the next page, as `cut` does."""
    if len(found) <= asked.limit:
        return found, None
    given: dict[str, Any] = {**msgspec.to_builtins(asked), "skip": asked.skip + asked.limit}
    return found[: asked.limit], f"{path}?{urlencode(given)}"
