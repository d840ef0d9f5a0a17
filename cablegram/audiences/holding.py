"""Keep what an audience is made of while something goes through it."""

from __future__ import annotations

from cablegram.audiences import read, segments
from cablegram.audiences.model import Audience
from cablegram.contacts import lists
from cablegram.kit.ids import AccountId, CampaignId
from cablegram.runtime.database import Conn


async def take(conn: Conn, account_id: AccountId, audience: Audience, *, campaign_id: CampaignId) -> None:
    """Keep an audience while a campaign goes through it; twice is as good as once. Raises as `read.check`.

    Its lists stay as they are. Its segments may change: they count as they are when somebody's turn comes.
    """
    if audience.all_list_ids:
        await lists.take(conn, account_id, audience.all_list_ids, campaign_id=campaign_id)
    if audience.all_segment_ids:
        await segments.take(conn, account_id, audience.all_segment_ids, campaign_id=campaign_id)
    await read.check(conn, account_id, audience)


async def give_back(conn: Conn, campaign_id: CampaignId) -> None:
    """Let go of it, as far as this campaign goes."""
    await lists.give_back(conn, campaign_id)
    await segments.give_back(conn, campaign_id)
