"""How many messages are where: sums of the log of counts, for campaigns and accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.ids import AccountId, CampaignId
from cablegram.messages import store
from cablegram.messages.model import Count, State
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

# Rows younger than this may still be written by open transactions.
_SETTLED_AFTER = timedelta(seconds=5)
_FOLD_AT_ONCE = 20_000


async def counts(conn: Conn, account_id: AccountId, campaign_id: CampaignId | None = None) -> dict[State, Count]:
    """Return messages and their price by state, of one campaign or of the whole account; absent means none."""
    return {state: count for state, count in (await store.counts(conn, account_id, campaign_id)).items() if count.n}


async def standing(rt: Runtime, who: Principal) -> dict[State, Count]:
    """Return the messages of the account that asks and their price, by state; absent means none."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await counts(conn, who.account_id)


async def since(rt: Runtime, who: Principal, moment: datetime) -> dict[State, Count]:
    """Return what moved from a moment on: how many more are in each state now.

    A move takes from one state what it adds to another, so all of it together is how many messages are new.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.counts_since(conn, who.account_id, moment)


async def series(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, since: datetime
) -> list[tuple[datetime, State, int]]:
    """Return per second how many messages of a campaign became `submitted` and `delivered`."""
    return await store.series(conn, account_id, campaign_id, since)


async def by_country(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId
) -> list[tuple[str, State, int, int, int]]:
    """Return what became of a campaign by country: (ISO country, state, messages, micro-credits, segments)."""
    return await store.by_country(conn, account_id, campaign_id)


async def skipped(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> dict[str, int]:
    """Return how many people of a campaign got nothing, by the reason's code."""
    return await store.skipped_by_reason(conn, account_id, campaign_id)


async def fold(rt: Runtime) -> None:
    """Keep the log of counts short: rows of one second become one row. The sums stay exactly what they were."""
    before = rt.clock.now() - _SETTLED_AFTER
    async with rt.db.transaction() as conn:
        await store.fold_progress(conn, before=before, limit=_FOLD_AT_ONCE)
        reach("tally.folded")
