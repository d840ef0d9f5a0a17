"""Statements about sums of the log of counts."""

from __future__ import annotations

from datetime import datetime
from typing import LiteralString

from cablegram.kit.ids import AccountId, CampaignId, lowest_at
from cablegram.messages.model import Count, State
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def counts(conn: Conn, account_id: AccountId, campaign_id: CampaignId | None) -> dict[State, Count]:
    """Sum the log of counts, of one campaign or (None) of the whole account."""
    query = queries.counts if campaign_id else queries.account_counts
    cursor = await conn.execute(query, {"account_id": account_id, "campaign_id": campaign_id})
    return {State(row[0]): Count(int(row[1]), int(row[2])) for row in await cursor.fetchall()}


async def segments(conn: Conn, account_id: AccountId, campaign_id: CampaignId | None) -> int:
    """Sum the segments of what was accepted, as the gateways count them."""
    values = {"account_id": account_id, "campaign_id": campaign_id}
    ((count,),) = await (await conn.execute(queries.segments, values)).fetchall()
    return int(count)


async def resent(conn: Conn, account_id: AccountId, campaign_id: CampaignId | None) -> int:
    """Count the messages that were sent again by policy."""
    values = {"account_id": account_id, "campaign_id": campaign_id}
    ((count,),) = await (await conn.execute(queries.resent, values)).fetchall()
    return count


async def counts_since(conn: Conn, account_id: AccountId, since: datetime) -> dict[State, Count]:
    """Sum an account's log of counts from a moment on."""
    cursor = await conn.execute(queries.counts_since, {"account_id": account_id, "since": since})
    return {State(row[0]): Count(int(row[1]), int(row[2])) for row in await cursor.fetchall()}


async def series(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, since: datetime
) -> list[tuple[datetime, State, int]]:
    """Return, second by second, how many messages became submitted and delivered."""
    cursor = await conn.execute(queries.series, {"account_id": account_id, "campaign_id": campaign_id, "since": since})
    return [(row[0], State(row[1]), int(row[2])) for row in await cursor.fetchall()]


async def made_since(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, since: datetime, later: datetime
) -> tuple[int, int]:
    """Count messages accepted after two moments, the second the later one."""
    values = {
        "account_id": account_id, "campaign_id": campaign_id,
        "since": since, "since_id": lowest_at(since), "later": later,
    }  # fmt: skip
    row = (await (await conn.execute(queries.made_since, values)).fetchall())[0]
    return row[0], row[1]


async def fold_progress(conn: Conn, *, before: datetime, limit: int) -> None:
    """Add old rows of the log of counts together, a row a second."""
    await conn.execute(queries.fold_progress, {"before": before, "limit": limit})


async def fold_seconds(conn: Conn, *, before: datetime, limit: int) -> int:
    """Add rows of a second to those of their minute; return how many there were."""
    return await _count(conn, queries.fold_seconds, before, limit)


async def fold_minutes(conn: Conn, *, before: datetime, limit: int) -> int:
    """Add rows of a minute to those of their hour or day; return how many there were."""
    return await _count(conn, queries.fold_minutes, before, limit)


async def _count(conn: Conn, statement: LiteralString, before: datetime, limit: int) -> int:
    row = await (await conn.execute(statement, {"before": before, "limit": limit})).fetchone()
    return row[0] if row else 0
