"""An account together with its balance: what the account's own page and call show."""

from __future__ import annotations

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import Account
from cablegram.billing import ledger
from cablegram.runtime.runtime import Runtime


async def change(
    rt: Runtime,
    who: Principal,
    *,
    name: str | None = None,
    default_country: str | None = None,
    segment_profile: str | None = None,
) -> tuple[Account, int]:
    """Change settings of the account that asks; return it with its balance in micro-credits, as both were then.

    Raises as `directory.change`.
    """
    who.needs(Scope.READ)  # for the balance: asked before anything is changed
    async with rt.db.transaction() as conn:
        changed = await directory.put(
            conn, who, name=name, default_country=default_country, segment_profile=segment_profile
        )
        return changed, await ledger.balance_of(conn, who.account_id)
