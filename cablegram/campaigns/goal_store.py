"""Statements about goals of campaigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString

from cablegram.campaigns.goals import Goal, GoalBy, Outcome
from cablegram.kit.ids import AccountId, CampaignId, lowest_at
from cablegram.messages.breakdown import REFUSALS
from cablegram.messages.timekeeping import CLOCK_SKEW
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_WHO: Mapping[GoalBy, LiteralString] = {
    GoalBy.EVENT: queries.by_event, GoalBy.REPLIED: queries.by_replies, GoalBy.CLICKED: queries.by_clicks,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conversion:
    """Somebody did something elsewhere; `number` is digits of E.164."""

    number: str
    event: str
    at: datetime


async def put(conn: Conn, account_id: AccountId, told: Sequence[Conversion], *, now: datetime) -> int:
    """Write what people did; return how much of it was not known."""
    values = {
        "account_id": account_id,
        "numbers": [one.number for one in told],
        "events": [one.event for one in told],
        "ats": [one.at for one in told],
        "now": now,
    }
    return (await conn.execute(queries.put_conversions, values)).rowcount


async def of_numbers(
    conn: Conn, account_id: AccountId, numbers: Sequence[str], *, limit: int
) -> list[tuple[str, datetime]]:
    """Read what was told of numbers, newest first: (event, when)."""
    values = {"account_id": account_id, "numbers": list(numbers), "limit": limit}
    return [(row[0], row[1]) for row in await (await conn.execute(queries.conversions_of, values)).fetchall()]


async def forget(conn: Conn, account_id: AccountId, numbers: Sequence[str]) -> None:
    """Delete what was told of numbers."""
    await conn.execute(queries.forget_conversions, {"account_id": account_id, "numbers": list(numbers)})


async def outcome(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, goal: Goal, *, since: datetime
) -> Outcome:
    """Count who reached a campaign's goal, of those who got it and of those who were held out, since its start."""
    values = {
        "account_id": account_id,
        "campaign_id": campaign_id,
        "event": goal.event,
        "since": since,
        "since_id": lowest_at(since - CLOCK_SKEW),
        "within": timedelta(days=goal.days),
        "refusals": list(REFUSALS),
    }
    ((reached, held_out),) = await (await conn.execute(queries.people, values)).fetchall()
    found = dict(await (await conn.execute(_WHO[goal.by], values)).fetchall())
    return Outcome(reached, found.get(False, 0), held_out, found.get(True, 0))
