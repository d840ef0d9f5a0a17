"""What became of a campaign: read from counts and from what was counted, and not from its messages while a page waits.

Counts by state and money are of this moment, whatever the size. By country, connector, sender, segments, text and
reason it is what was counted last (`counting.py`); a small campaign is counted on the spot.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.billing.model import PostingKind
from cablegram.campaigns import counted, counting, find, report_store
from cablegram.campaigns.counted import Counted
from cablegram.campaigns.model import Campaign
from cablegram.campaigns.reported import Point, Report
from cablegram.connectors import reading
from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, MessageId
from cablegram.messages import breakdown, tally
from cablegram.messages.model import Count, State
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

SMALL = 3_000
"""Messages that are counted while somebody waits: some ten milliseconds."""
_CLICKS_AFTER = timedelta(minutes=10)


async def of_campaign(rt: Runtime, who: Principal, campaign_id: CampaignId, *, at_once: bool = False) -> Report:
    """Return what became of a campaign; `at_once` counts it while one waits, however large it is.

    Raises NotFound (`campaign_not_found`).
    """
    who.needs(Scope.READ)
    return await of_account(rt, who.account_id, campaign_id, at_once=at_once)


async def of_account(rt: Runtime, account_id: AccountId, campaign_id: CampaignId, *, at_once: bool = False) -> Report:
    """Return the same for a door that has seen by itself who may read it."""
    async with rt.db.transaction() as conn:
        campaign = await find.one(conn, account_id, campaign_id)
        counts = await tally.counts(conn, account_id, campaign_id)
        sums = await ledger.sums_of_campaign(conn, account_id, campaign_id)
        segments = await tally.segments(conn, account_id, campaign_id)
        kept = await _kept(conn, rt, campaign, counts, at_once=at_once)
    found = kept.counted or Counted()
    return Report(
        campaign=campaign,
        counts=counts,
        lines={dimension: found.lines(dimension) for dimension in counted.DIMENSIONS},
        reasons=found.reasons,
        delays=found.delays(),
        segments=segments,
        charged=-sums.get(PostingKind.CHARGE, 0),
        refunded=sums.get(PostingKind.REFUND, 0),
        replies=sum(one.replies for one in found.answers),
        opt_outs=sum(one.opt_outs for one in found.answers),
        clicks=found.clicks,
        goal=found.goal,
        counted_at=kept.counted_at,
        is_exact=found.states == _numbers(counts),
    )


async def over_time(rt: Runtime, who: Principal, campaign_id: CampaignId) -> list[Point]:
    """Return how many messages were in each state as time went by. Raises NotFound (`campaign_not_found`)."""
    who.needs(Scope.READ)
    return await points(rt, who.account_id, campaign_id)


async def points(rt: Runtime, account_id: AccountId, campaign_id: CampaignId) -> list[Point]:
    """Return the same for a door that has seen by itself who may read it."""
    async with rt.db.connection() as conn:
        await find.one(conn, account_id, campaign_id)
        return [Point(at, counts) for at, counts in await breakdown.over_time(conn, account_id, campaign_id)]


async def people(
    rt: Runtime,
    who: Principal,
    campaign_id: CampaignId,
    *,
    state: State,
    reason: str,
    after: MessageId | None = None,
    limit: int = 50,
) -> tuple[list[tuple[MessageId, str, str]], MessageId | None]:
    """Return whose messages are in a state for a reason, (message, number, country), and after which to go on.

    It may find few, or nobody, and still be asked to go on. Raises NotFound (`campaign_not_found`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        await find.one(conn, who.account_id, campaign_id)
        return await breakdown.people(
            conn, who.account_id, campaign_id, state=state, reason=reason, after=after, limit=limit
        )


async def names(rt: Runtime, who: Principal, report: Report) -> dict[str, str]:
    """Return the names of a report's connectors, by their ids as text; who is gone is left out."""
    who.needs(Scope.READ)
    ids = [line.value for line in report.lines.get(counted.CONNECTOR, ()) if line.value not in ("", counted.OTHERS)]
    async with rt.db.connection() as conn:
        found = {one: await reading.name_of(conn, who.account_id, ConnectorId(UUID(one))) for one in ids}
    return {one: name for one, name in found.items() if name}


async def _kept(
    conn: Conn, rt: Runtime, campaign: Campaign, counts: dict[State, Count], *, at_once: bool
) -> report_store.Kept:
    """Return what is kept, or count a small campaign anew; of a large one that moved since, have it counted."""
    now = rt.clock.now()
    kept = await report_store.get_report(conn, campaign.account_id, campaign.id)
    if kept is not None and _is_last_word(kept, campaign, counts):
        return kept
    if at_once or sum(count.n for count in counts.values()) <= SMALL:
        return report_store.Kept(now, 0, await counting.count(conn, campaign))
    if (
        kept is None
        or kept.counted is None
        or kept.counted.states != _numbers(counts)
        or _is_stale(kept, campaign, now)
    ):
        await report_store.ask_for_report(conn, campaign.account_id, campaign.id, now=now)
    return kept or report_store.Kept(None, 0, None)


def _is_last_word(kept: report_store.Kept, campaign: Campaign, counts: dict[State, Count]) -> bool:
    """Tell whether nothing can be counted that is not: nobody's answer counts any more, and nothing moved since."""
    if kept.counted is None or kept.counted_at is None or campaign.finished_at is None or campaign.shorten:
        return False
    if campaign.goal is not None:
        return False
    return kept.counted_at > campaign.finished_at + breakdown.WITHIN and kept.counted.states == _numbers(counts)


def _is_stale(kept: report_store.Kept, campaign: Campaign, now: datetime) -> bool:
    """Tell whether links may have been opened, or its goal reached, since it was counted: that goes on for weeks."""
    is_open = campaign.shorten or campaign.goal is not None
    return is_open and kept.counted_at is not None and now - kept.counted_at > _CLICKS_AFTER


def _numbers(counts: dict[State, Count]) -> dict[State, int]:
    return {state: count.n for state, count in counts.items()}
