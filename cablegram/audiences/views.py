"""Views of the table of people: whom, which columns, in which order, under a name; an account's people share them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.audiences import filters, view_store
from cablegram.audiences.model import Sort
from cablegram.audiences.view_store import Kept
from cablegram.kit.errors import Conflict, NotFound
from cablegram.kit.ids import uuid7
from cablegram.kit.names import read_name
from cablegram.kit.storable import storable
from cablegram.runtime.runtime import Runtime

MOST: Final = 50
MOST_COLUMNS: Final = 20
_LONGEST_COLUMN = 60


@dataclass(frozen=True, slots=True)
class View:
    """A saved view; `text` is its filter as a person would write it today, empty for everybody."""

    id: UUID
    name: str
    text: str
    columns: tuple[str, ...]
    sort: Sort


async def every(rt: Runtime, who: Principal) -> list[View]:
    """Return the account's views, by name."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await view_store.views(conn, who.account_id, limit=MOST)
        return [
            View(
                one.id,
                one.name,
                await filters.written(conn, who.account_id, one.filter) if one.filter else "",
                tuple(one.columns),
                Sort(one.sort),
            )
            for one in found
        ]


async def save(rt: Runtime, who: Principal, name: str, *, text: str, columns: Sequence[str], sort: Sort) -> None:
    """Save a view; one of the same name is replaced.

    Raises BadFilter, InvalidInput (`bad_name`), Conflict (`too_many_views`).
    """
    who.needs(Scope.CONTACTS)
    name = read_name(name)
    kept = [storable(one)[:_LONGEST_COLUMN] for one in dict.fromkeys(columns)][:MOST_COLUMNS]
    async with rt.db.transaction() as conn:
        if await view_store.count_views(conn, who.account_id) >= MOST:
            message = f"The account has {MOST} views, and there can be no more. Delete one that nobody uses."
            raise Conflict("too_many_views", message)
        found = await filters.read(conn, who.account_id, text) if text.strip() else None
        new = Kept(uuid7(), name, found, kept, sort.value)
        await view_store.insert_view(conn, who.account_id, new, by=who.name, now=rt.clock.now())


async def delete(rt: Runtime, who: Principal, view_id: UUID) -> None:
    """Delete a view; nothing happens to anybody. Raises NotFound (`view_not_found`)."""
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        if not await view_store.delete_view(conn, who.account_id, view_id):
            raise NotFound("view_not_found", "The account has no such view.")
