"""Make a campaign under a name of its own and start it, both or neither: for whoever hands it over and goes (R123)."""

from __future__ import annotations

from cablegram.accounts.access import Principal, Scope
from cablegram.campaigns import lifecycle, making, moves, starting
from cablegram.campaigns.model import Campaign, NewCampaign
from cablegram.kit.errors import Conflict
from cablegram.runtime.runtime import Runtime


async def send(rt: Runtime, who: Principal, new: NewCampaign) -> Campaign:
    """Return the campaign, which runs. Raises as `lifecycle.create` and `lifecycle.start`; then there is none."""
    who.needs(Scope.SEND)
    await lifecycle.check_picture(rt, who, new)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        campaign = await making.ready(conn, who, new, now=now)
        if not campaign.recipients:
            raise Conflict("no_recipients", "There is nobody whom this campaign would go to.")
        await lifecycle.put(conn, who, campaign)
        await starting.check(conn, campaign)
        await starting.take_audience(conn, campaign)
        await moves.begin(conn, campaign, by=who.name, now=now)
    return campaign
