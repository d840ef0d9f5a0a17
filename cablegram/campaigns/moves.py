"""What the moves of a campaign do, each inside a transaction that holds the campaign's row.

The row is always locked first, then lists, balances and the campaign's messages: nobody waits in a circle.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from cablegram.audiences import holding
from cablegram.campaigns import draw, store
from cablegram.campaigns.model import Campaign, CampaignState
from cablegram.consent.timing import AS_IT_COMES
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.messages import hold, release, tally
from cablegram.messages.model import State
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

# States from which a link may still take a message, or give it back.
_UNSETTLED = (State.SCHEDULED, State.QUEUED, State.SUBMITTING)


async def begin(conn: Conn, campaign: Campaign, *, by: str, now: datetime, undo_for: timedelta = timedelta()) -> None:
    """Set a ready campaign to work; `recipients` was counted by the caller, who took its audience.

    Nothing of it is made before `undo_for` has passed.
    """
    campaign.state, campaign.reason, campaign.started_at = CampaignState.RUNNING, None, now
    campaign.goes_at = now + undo_for if undo_for else None
    if campaign.draw is not None and campaign.canary is not None:
        # Of those who get any text, and, where texts are tried, of those who get one of these.
        drawn = campaign.recipients * (draw.ALL - draw.below(campaign.draw.holdout)) // draw.ALL
        drawn = drawn * (campaign.draw.sample_below or draw.ALL) // draw.ALL
        campaign.draw = replace(campaign.draw, canary_below=draw.canary_below(campaign.canary, drawn), canary_last=None)
    await store.save_campaign(conn, campaign)
    if campaign.timing != AS_IT_COMES:
        await release.keep_timing(conn, campaign.id, campaign.timing)
    await _tell(conn, campaign, Kind.CAMPAIGN_STARTED, {"recipients": campaign.recipients, "by": by}, now=now)
    reach("campaign.begun")


async def undo(conn: Conn, campaign: Campaign, *, by: str, now: datetime) -> None:
    """Make a campaign ready again of which no message was made: it is as if nobody had started it."""
    if campaign.started_at and campaign.timing != AS_IT_COMES:
        await release.drop_timing(conn, campaign.id)
    campaign.state, campaign.reason = CampaignState.READY, None
    campaign.started_at = campaign.goes_at = campaign.verdict = None
    if campaign.draw is not None:
        campaign.draw = replace(campaign.draw, won=None)  # as chosen by hand meanwhile
    await store.save_campaign(conn, campaign)
    reach("campaign.undone")
    await holding.give_back(conn, campaign.id)
    await _tell(conn, campaign, Kind.CAMPAIGN_UNDONE, {"by": by}, now=now)


async def made(conn: Conn, campaign: Campaign, *, now: datetime) -> None:
    """Note that the job that makes a campaign is done: it is ready; the caller counted its people."""
    campaign.state, campaign.reason = CampaignState.READY, None
    await store.save_campaign(conn, campaign)
    await _tell(conn, campaign, Kind.CAMPAIGN_MADE, {"recipients": campaign.recipients}, now=now)


async def not_made(conn: Conn, campaign: Campaign, *, reason: str, now: datetime) -> None:
    """Note that the job that makes a campaign came to nothing, with the code that says why."""
    campaign.state, campaign.reason, campaign.finished_at = CampaignState.CANCELLED, reason, now
    await store.save_campaign(conn, campaign)
    await _tell(conn, campaign, Kind.CAMPAIGN_CANCELLED, {"withdrawn": 0, "reason": reason, "by": None}, now=now)


async def plan(conn: Conn, campaign: Campaign, *, by: str, now: datetime) -> None:
    """Let a campaign wait for the moment at which it starts by itself."""
    campaign.state, campaign.reason = CampaignState.SCHEDULED, None
    await store.save_campaign(conn, campaign)
    start_at = campaign.start_at.isoformat() if campaign.start_at else None
    await _tell(conn, campaign, Kind.CAMPAIGN_SCHEDULED, {"start_at": start_at, "by": by}, now=now)


async def resume(conn: Conn, campaign: Campaign, *, by: str, now: datetime) -> None:
    """Let a paused campaign go on where it was."""
    was = campaign.reason
    campaign.state, campaign.reason = CampaignState.RUNNING, None
    await store.save_campaign(conn, campaign)
    reach("campaign.resumed")
    released = await hold.resume(conn, campaign.account_id, campaign.id)
    await _tell(conn, campaign, Kind.CAMPAIGN_RESUMED, {"was": was, "released": released, "by": by}, now=now)


async def pause(
    conn: Conn, campaign: Campaign, *, reason: str, by: str | None, now: datetime, told: str | None = None
) -> None:
    """Stop a campaign that runs or is to start until somebody resumes it; by nobody where it stops by itself.

    `told` says in a sentence what was found wrong, where a code alone does not.
    """
    campaign.state, campaign.reason = CampaignState.PAUSED, reason
    await store.save_campaign(conn, campaign)
    reach("campaign.paused")
    held = await hold.pause(conn, campaign.account_id, campaign.id) if campaign.started_at else 0
    facts: dict[str, str | int | None] = {"reason": reason, "held": held, "by": by}
    await _tell(conn, campaign, Kind.CAMPAIGN_PAUSED, {**facts, "told": told} if told else facts, now=now)


async def cancel(conn: Conn, campaign: Campaign, *, by: str, now: datetime) -> None:
    """End a campaign: what no link has is withdrawn and refunded; what is on the wire goes its way."""
    campaign.state, campaign.reason = CampaignState.CANCELLED, None
    withdrawn = await wind_down(conn, campaign, now=now)
    reach("campaign.withdrawn")
    await holding.give_back(conn, campaign.id)
    await _tell(conn, campaign, Kind.CAMPAIGN_CANCELLED, {"withdrawn": withdrawn, "by": by}, now=now)


async def wind_down(conn: Conn, campaign: Campaign, *, now: datetime) -> int:
    """Withdraw what came back from the wire, and close the campaign when nothing more can; return how many."""
    withdrawn = await hold.cancel(conn, campaign.account_id, campaign.id, now=now) if campaign.started_at else 0
    if await is_settled(conn, campaign):
        campaign.finished_at = now
    await store.save_campaign(conn, campaign)
    return withdrawn


async def finish(conn: Conn, campaign: Campaign, *, now: datetime) -> bool:
    """Close a running campaign whose every message was made and has left the queue; tell whether it is so."""
    if not campaign.is_fanned_out or not await is_settled(conn, campaign):
        return False
    campaign.state, campaign.finished_at = CampaignState.FINISHED, now
    await store.save_campaign(conn, campaign)
    reach("campaign.finished")
    await holding.give_back(conn, campaign.id)
    await _tell(conn, campaign, Kind.CAMPAIGN_FINISHED, {}, now=now)
    return True


async def is_settled(conn: Conn, campaign: Campaign) -> bool:
    """Tell whether no message of a campaign waits for a link or is on the wire."""
    counts = await tally.counts(conn, campaign.account_id, campaign.id)
    return not any(state in counts for state in _UNSETTLED)


async def _tell(
    conn: Conn, campaign: Campaign, kind: Kind, facts: dict[str, str | int | None], *, now: datetime
) -> None:
    await record(conn, [Event(kind, campaign.account_id, campaign.id, {"name": campaign.name, **facts})], now=now)
