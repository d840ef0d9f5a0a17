"""Sums of the ledger, for screens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.directory import no_such_account
from cablegram.billing import store
from cablegram.billing.model import Posting, PostingKind, Standing
from cablegram.kit.ids import AccountId, PostingId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_GIVEN = frozenset({
    PostingKind.GRANT, PostingKind.ADJUSTMENT, PostingKind.BONUS, PostingKind.RECHARGE, PostingKind.CHARGEBACK
})  # fmt: skip


async def standing(rt: Runtime, who: Principal) -> Standing:
    """Return the balance of the account that asks, and its newest grant. Raises NotFound (`account_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.read_standing(conn, who.account_id)
    if found is None:
        raise no_such_account(who.account_id)
    return found


async def spent(rt: Runtime, who: Principal, since: datetime) -> int:
    """Return what the account that asks was charged from a moment on, less what came back, in micro-credits."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        sums = await store.sum_since(conn, who.account_id, since)
    return -sum(amount for kind, amount in sums.items() if kind not in _GIVEN)


async def of_campaign(
    rt: Runtime, who: Principal, campaign_id: UUID, *, after: UUID | None = None, limit: int = 50
) -> list[Posting]:
    """Return the lines of the ledger that name a campaign, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.postings_of_campaign(conn, who.account_id, campaign_id, after=after, limit=limit)


async def lines(conn: Conn, account_id: AccountId, ids: Sequence[PostingId]) -> list[Posting]:
    """Return lines of an account's ledger by their ids, in their order."""
    return await store.postings_named(conn, account_id, ids) if ids else []


async def balances(rt: Runtime, who: Principal, account_ids: Sequence[AccountId]) -> dict[AccountId, int]:
    """Return the balances of accounts, to the operator, in micro-credits."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.balances(conn, account_ids)
