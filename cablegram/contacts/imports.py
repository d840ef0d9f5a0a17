"""Look back at an import: a page about it can be opened again, and opening it imports nothing."""

from __future__ import annotations

from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import import_store
from cablegram.contacts.model import PastImport
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import ListId
from cablegram.runtime.runtime import Runtime


async def get(rt: Runtime, who: Principal, list_id: ListId, import_id: UUID) -> PastImport:
    """Return one of a list's last imports. Raises NotFound (`import_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await import_store.get_import(conn, who.account_id, list_id, import_id)
    if found is None:
        message = f"This list has no import {import_id} among its last {import_store.IMPORTS_KEPT}."
        raise NotFound("import_not_found", message)
    return found
