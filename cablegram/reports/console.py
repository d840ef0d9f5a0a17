"""Show accounts to the operator: who they are, what they did lately, what they have left."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import AccountId
from cablegram.reports import console_store as store
from cablegram.reports.console_model import Customer, CustomerPage
from cablegram.runtime.runtime import Runtime

DAYS = 30
"""By how much of the past accounts are told apart."""


async def customers(
    rt: Runtime, who: Principal, words: str = "", *, after: UUID | None = None, limit: int = 50
) -> list[Customer]:
    """Return accounts, newest first; with words those of such a name, or of that id."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.page(conn, words=words, after=after, since=_since(rt), limit=limit)


async def customer(rt: Runtime, who: Principal, account_id: AccountId) -> CustomerPage:
    """Return one account with what belongs to it. Raises NotFound (`account_not_found`)."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        found = await store.page(conn, only=account_id, since=_since(rt), limit=1)
        if not found:
            raise NotFound("account_not_found", f"There is no account {account_id}.")
        return CustomerPage(
            found[0],
            await store.people(conn, account_id),
            await store.senders(conn, account_id),
            await store.connectors(conn, account_id),
        )


def _since(rt: Runtime) -> date:
    return rt.clock.now().date() - timedelta(days=DAYS - 1)
