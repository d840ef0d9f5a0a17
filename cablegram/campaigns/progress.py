"""Where campaigns are: counts, rate, time left, and the line over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.billing.model import PostingKind
from cablegram.campaigns import find, store
from cablegram.campaigns.model import Campaign, CampaignState, Progress, Second
from cablegram.kit.ids import AccountId, CampaignId
from cablegram.messages import tally
from cablegram.messages.model import Count, State
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_LATELY = timedelta(seconds=10)
_COARSEST = timedelta(hours=1)  # by so much an old row may stand before what it tells of
_WAITING = frozenset({State.SCHEDULED, State.QUEUED})


async def now(rt: Runtime, who: Principal, campaign_id: CampaignId) -> Progress:
    """Return where a campaign is. Raises NotFound (`campaign_not_found`)."""
    who.needs(Scope.READ)
    moment = rt.clock.now()
    async with rt.db.connection() as conn:
        campaign = await find.one(conn, who.account_id, campaign_id)
        counts = await tally.counts(conn, who.account_id, campaign_id)
        rate = await handed_over_lately(conn, who.account_id, campaign_id, now=moment)
        sums = await ledger.sums_of_campaign(conn, who.account_id, campaign_id)
        resent = await tally.resent(conn, who.account_id, campaign_id)
        segments = await tally.segments(conn, who.account_id, campaign_id)
    return replace(_progress(campaign, counts, rate, sums, moment), resent=resent, segments=segments)


async def overview(
    rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50
) -> list[tuple[Campaign, dict[State, Count]]]:
    """Return campaigns, newest first, each with its counts by state."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        page = await store.page_of_campaigns(conn, who.account_id, after, limit=limit)
        return [(one, await tally.counts(conn, who.account_id, one.id)) for one in page]


async def line(rt: Runtime, who: Principal, campaign_id: CampaignId) -> list[Second]:
    """Return what a campaign handed over and what arrived, second by second; seconds of nothing are left out.

    After a day it is told by the minute, after a month by the hour (`tally.grain`).

    Raises NotFound (`campaign_not_found`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        campaign = await find.one(conn, who.account_id, campaign_id)
        points = await tally.series(conn, who.account_id, campaign_id, since=campaign.created_at - _COARSEST)
    seconds: dict[datetime, dict[State, int]] = {}
    for at, state, n in points:
        seconds.setdefault(at, {})[state] = n
    return [
        Second(at, found.get(State.SUBMITTED, 0), found.get(State.DELIVERED, 0))
        for at, found in sorted(seconds.items())
    ]


async def handed_over_lately(conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, now: datetime) -> float:
    """Return how many messages of a campaign carriers took a second, over the last ten or since it began to move."""
    points = await tally.series(conn, account_id, campaign_id, since=now - _LATELY)
    if not points:
        return 0.0
    seconds = max((now - points[0][0]).total_seconds(), 1.0)
    return sum(n for _, state, n in points if state is State.SUBMITTED) / seconds


def _progress(
    campaign: Campaign, counts: dict[State, Count], rate: float, sums: dict[PostingKind, int], moment: datetime
) -> Progress:
    made = sum(count.n for count in counts.values())
    skipped = counts[State.SKIPPED].n if State.SKIPPED in counts else 0
    waiting = sum(count.n for state, count in counts.items() if state in _WAITING)
    handled = made - skipped - waiting
    left = campaign.recipients - skipped - handled
    is_moving = rate > 0 and campaign.state is CampaignState.RUNNING
    seconds_left = left / rate if is_moving else None
    return Progress(
        campaign=campaign,
        counts=counts,
        handled=handled,
        left=left,
        not_made=campaign.recipients - made,
        rate=rate if is_moving else None,
        seconds_left=seconds_left,
        done_at=None if seconds_left is None else moment + timedelta(seconds=seconds_left),
        charged=-sums.get(PostingKind.CHARGE, 0),
        refunded=sums.get(PostingKind.REFUND, 0),
        in_question=counts[State.UNKNOWN].amount if State.UNKNOWN in counts else 0,
        resent=0,
    )
