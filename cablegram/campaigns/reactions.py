"""How people react to a campaign: who replied, who opted out. A reaction belongs to the last campaign a person got."""

from __future__ import annotations

from cablegram.campaigns import store
from cablegram.campaigns.model import Campaign
from cablegram.campaigns.variants import By
from cablegram.campaigns.winning import Tried
from cablegram.runtime.database import Conn


async def opt_outs(conn: Conn, campaign: Campaign) -> int:
    """Return how many people opted out by themselves after they got a campaign, before any other campaign's message."""
    return sum((await store.opt_outs(conn, campaign)).values())


async def tried(conn: Conn, campaign: Campaign, by: By) -> list[Tried]:
    """Return what became of each text of a campaign so far, in their order."""
    reached = await store.reached(conn, campaign)
    count = store.replies if by is By.REPLIES else store.opt_outs
    reacted = await count(conn, campaign)
    return [
        Tried(one.name, reached.get(place, 0), reacted.get(place, 0))
        for place, one in enumerate(campaign.trial.variants)
    ]
