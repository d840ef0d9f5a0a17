"""Statements that look at each message of a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, MessageId, lowest_at
from cablegram.messages.breakdown_model import Cell, Texts
from cablegram.messages.model import State
from cablegram.messages.timekeeping import CLOCK_SKEW
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def breakdown(conn: Conn, account_id: AccountId, campaign_id: CampaignId, texts: Texts) -> list[Cell]:
    """Count a campaign's messages by everything that tells them apart."""
    values = _values(account_id, campaign_id, texts)
    found = await (await conn.execute(queries.breakdown, values)).fetchall()
    return [(row[0], row[1], State(row[2]), row[3], int(row[4]), int(row[5]), int(row[6])) for row in found]


async def answers(
    conn: Conn,
    account_id: AccountId,
    campaign_id: CampaignId,
    texts: Texts,
    *,
    since: datetime,
    until: datetime | None,
    within: timedelta,
    refusals: Sequence[str],
    with_replies: bool,
) -> list[tuple[str, int | None, int, int]]:
    """Count people who answered: (country, text, who wrote back, who said no)."""
    values = _values(account_id, campaign_id, texts) | {
        "since_id": lowest_at(since - CLOCK_SKEW), "until": until, "within": within, "refusals": list(refusals),
        "with_replies": with_replies,
    }  # fmt: skip
    found = await (await conn.execute(queries.answers, values)).fetchall()
    return [(row[0], row[1], row[2], row[3]) for row in found]


async def rates(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, least: int
) -> list[tuple[ConnectorId, float]]:
    """Measure how many parts a second went by each connector that took at least so many."""
    values = {"account_id": account_id, "campaign_id": campaign_id, "least": least}
    return [(row[0], row[1]) for row in await (await conn.execute(queries.rates, values)).fetchall()]


async def ahead(
    conn: Conn, connector_ids: Sequence[ConnectorId], *, lane: int, share: int, most: int
) -> dict[ConnectorId, int]:
    """Count the parts that wait on connectors before an account's next message."""
    values = {"connector_ids": list(connector_ids), "lane": lane, "share": share, "most": most}
    return {row[0]: int(row[1]) for row in await (await conn.execute(queries.ahead, values)).fetchall()}


async def people(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, state: State, reason: str, **where: object
) -> tuple[int, MessageId | None, list[tuple[MessageId, str, str]]]:
    """Look at messages from a place on: (how many, the last of them, those wanted: message, number, country)."""
    values = {
        "account_id": account_id, "campaign_id": campaign_id, "state": state.value, "reason": reason, **where,
    }  # fmt: skip
    rows = await (await conn.execute(queries.people, values)).fetchall()
    return rows[0][0], rows[0][1], [(row[2], row[3], row[4]) for row in rows if row[2] is not None]


async def states(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, step: int
) -> list[tuple[datetime, State, int]]:
    """Sum a campaign's moves by steps of so many seconds."""
    values = {"account_id": account_id, "campaign_id": campaign_id, "step": step}
    found = await (await conn.execute(queries.states, values)).fetchall()
    return [(row[0], State(row[1]), int(row[2])) for row in found]


async def lasted(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> tuple[datetime, datetime] | None:
    """Read when the first and the last of a campaign's messages moved."""
    values = {"account_id": account_id, "campaign_id": campaign_id}
    row = await (await conn.execute(queries.lasted, values)).fetchone()
    return (row[0], row[1]) if row and row[0] else None


def _values(account_id: AccountId, campaign_id: CampaignId, texts: Texts) -> dict[str, object]:
    cuts, sample_below, won = texts or (None, None, None)
    return {
        "account_id": account_id, "campaign_id": campaign_id,
        "variant_cuts": list(cuts) if cuts else None, "sample_below": sample_below, "won": won,
    }  # fmt: skip
