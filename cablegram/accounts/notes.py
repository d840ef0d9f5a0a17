"""Small things that an account's people asked to remember for all of them, such as a step that they skip."""

from __future__ import annotations

from cablegram.accounts import store
from cablegram.accounts.access import Principal, Scope
from cablegram.runtime.runtime import Runtime


async def read(rt: Runtime, who: Principal) -> dict[str, str]:
    """Return all notes of the account that asks, by name."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.notes(conn, who.account_id)


async def write(rt: Runtime, who: Principal, name: str, value: str) -> None:
    """Remember something under a name of the caller's own code, in place of what stood there."""
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        await store.put_note(conn, who.account_id, name, value)
