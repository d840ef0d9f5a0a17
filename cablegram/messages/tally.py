"""How many messages are where: sums of the log of counts, for campaigns and accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.ids import AccountId, CampaignId
from cablegram.messages import tally_store
from cablegram.messages.model import Count, State
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

# Rows younger than this may still be written by open transactions.
_SETTLED_AFTER = timedelta(seconds=5)
_FOLD_AT_ONCE = 20_000
# What happened is told by the second for a day, by the minute for a month, and then by the hour (of a campaign) or day.
BY_SECOND, BY_MINUTE = timedelta(days=1), timedelta(days=30)


async def counts(conn: Conn, account_id: AccountId, campaign_id: CampaignId | None = None) -> dict[State, Count]:
    """Return messages and their price by state, of one campaign or of the whole account; absent means none."""
    return {
        state: count for state, count in (await tally_store.counts(conn, account_id, campaign_id)).items() if count.n
    }


async def segments(conn: Conn, account_id: AccountId, campaign_id: CampaignId | None = None) -> int:
    """Return how many segments the gateways count of all that was accepted, whatever became of it since (R44)."""
    return await tally_store.segments(conn, account_id, campaign_id)


async def made_since(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, since: datetime, later: datetime
) -> tuple[int, int]:
    """Return how many messages of a campaign were accepted after a moment, and after a later one."""
    return await tally_store.made_since(conn, account_id, campaign_id, since, later)


async def resent(conn: Conn, account_id: AccountId, campaign_id: CampaignId | None = None) -> int:
    """Return how many messages in question were sent again by the operator's policy."""
    return await tally_store.resent(conn, account_id, campaign_id)


async def in_doubt(rt: Runtime, who: Principal) -> tuple[Count, int]:
    """Return what is in question in the account that asks, and how many messages were sent again for that reason."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await counts(conn, who.account_id)
        return found.get(State.UNKNOWN, Count()), await resent(conn, who.account_id)


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
        return await tally_store.counts_since(conn, who.account_id, moment)


async def series(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, since: datetime
) -> list[tuple[datetime, State, int]]:
    """Return per second (where it is old, minute or hour) how many messages became `submitted` and `delivered`."""
    return await tally_store.series(conn, account_id, campaign_id, since)


async def fold(rt: Runtime) -> None:
    """Keep the log of counts short: rows of one second become one row. The sums stay exactly what they were."""
    before = rt.clock.now() - _SETTLED_AFTER
    async with rt.db.transaction() as conn:
        await tally_store.fold_progress(conn, before=before, limit=_FOLD_AT_ONCE)
        reach("tally.folded")


async def fold_old(rt: Runtime) -> bool:
    """Make the log of counts coarser where it is old, a piece at a time; return whether there may be more to do.

    Sums of everything stay what they were. Who has added the log up to some moment has to be beyond its old part, whose
    rows move to the begin of their minute, hour or day.
    """
    now, most = rt.clock.now(), 0
    for fold_one, age in ((tally_store.fold_seconds, BY_SECOND), (tally_store.fold_minutes, BY_MINUTE)):
        async with rt.db.transaction() as conn:
            most = max(most, await fold_one(conn, before=now - age, limit=_FOLD_AT_ONCE))
    return most == _FOLD_AT_ONCE


def grain(at: datetime, now: datetime) -> int:
    """Return how many seconds a campaign's row of that moment may stand for. Pure."""
    age = now - at
    return 1 if age < BY_SECOND else 60 if age < BY_MINUTE else 3600
