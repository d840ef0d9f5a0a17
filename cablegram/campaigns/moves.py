"""What the moves of a campaign do, each inside a transaction that holds the campaign's row.

The row is always locked first, then lists, balances and the campaign's messages: nobody waits in a circle.
"""

from __future__ import annotations

from datetime import datetime

from cablegram.campaigns import store
from cablegram.campaigns.model import Campaign, CampaignState
from cablegram.consent.timing import AS_IT_COMES
from cablegram.contacts import lists
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.messages import hold, release, tally
from cablegram.messages.model import State
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

# States from which a link may still take a message, or give it back.
_UNSETTLED = (State.SCHEDULED, State.QUEUED, State.SUBMITTING)


async def begin(conn: Conn, campaign: Campaign, *, by: str, now: datetime) -> None:
    """Set a ready campaign to work; `recipients` was counted by the caller, who took the lists."""
    campaign.state, campaign.reason, campaign.started_at = CampaignState.RUNNING, None, now
    await store.save_campaign(conn, campaign)
    if campaign.timing != AS_IT_COMES:
        await release.keep_timing(conn, campaign.id, campaign.timing)
    await _tell(conn, campaign, Kind.CAMPAIGN_STARTED, {"recipients": campaign.recipients, "by": by}, now=now)
    reach("campaign.begun")


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


async def pause(conn: Conn, campaign: Campaign, *, reason: str, by: str | None, now: datetime) -> None:
    """Stop a campaign that runs or is to start until somebody resumes it; by nobody where it stops by itself."""
    campaign.state, campaign.reason = CampaignState.PAUSED, reason
    await store.save_campaign(conn, campaign)
    reach("campaign.paused")
    held = await hold.pause(conn, campaign.account_id, campaign.id) if campaign.started_at else 0
    await _tell(conn, campaign, Kind.CAMPAIGN_PAUSED, {"reason": reason, "held": held, "by": by}, now=now)


async def cancel(conn: Conn, campaign: Campaign, *, by: str, now: datetime) -> None:
    """End a campaign: what no link has is withdrawn and refunded; what is on the wire goes its way."""
    campaign.state, campaign.reason = CampaignState.CANCELLED, None
    withdrawn = await wind_down(conn, campaign, now=now)
    reach("campaign.withdrawn")
    await lists.give_back(conn, campaign.id)
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
    await lists.give_back(conn, campaign.id)
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
