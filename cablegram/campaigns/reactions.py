"""How people react to a campaign: who wrote back, who said no, who opened a link. One rule for all who ask.

A reaction belongs to the last campaign that the person had got by then, and counts for three days (decision 0046).
"""

from __future__ import annotations

from collections.abc import Mapping

from cablegram.campaigns import store
from cablegram.campaigns.counted import Answered
from cablegram.campaigns.model import Campaign
from cablegram.campaigns.variants import By
from cablegram.campaigns.winning import Tried
from cablegram.links import reading as links
from cablegram.messages import breakdown
from cablegram.messages.breakdown_model import Texts
from cablegram.runtime.database import Conn


async def answered(conn: Conn, campaign: Campaign, *, with_replies: bool = True) -> list[Answered]:
    """Return who wrote back and who said no, by country and text; nobody before it started."""
    if campaign.started_at is None:
        return []
    found = await breakdown.answers(
        conn,
        campaign.account_id,
        campaign.id,
        texts_of(campaign),
        since=campaign.started_at,
        until=campaign.finished_at + breakdown.WITHIN if campaign.finished_at else None,
        with_replies=with_replies,
    )
    return [Answered(*one) for one in found]


async def opt_outs(conn: Conn, campaign: Campaign) -> int:
    """Return how many people opted out by themselves after they got a campaign, before any other campaign's message."""
    return sum(one.opt_outs for one in await answered(conn, campaign, with_replies=False))


async def tried(conn: Conn, campaign: Campaign, by: By) -> list[Tried]:
    """Return what became of each text of a campaign so far, in their order."""
    reached = await store.reached(conn, campaign)
    reacted = dict.fromkeys(range(len(campaign.trial.variants)), 0)
    if by is By.CLICKS:
        opened = await links.people_by_text(conn, campaign.account_id, campaign.id, texts_of(campaign))
        reacted |= {place: n for place, n in opened.items() if place is not None}
        return _tried(campaign, reached, reacted)
    for one in await answered(conn, campaign, with_replies=by is By.REPLIES):
        if one.variant is not None:
            reacted[one.variant] += one.replies if by is By.REPLIES else one.opt_outs
    return _tried(campaign, reached, reacted)


def _tried(campaign: Campaign, reached: Mapping[int | None, int], reacted: Mapping[int, int]) -> list[Tried]:
    return [Tried(one.name, reached.get(place, 0), reacted[place]) for place, one in enumerate(campaign.trial.variants)]


def texts_of(campaign: Campaign) -> Texts:
    """Return how a campaign's texts are drawn, as statements about messages take it; None where there is one alone."""
    draw = campaign.draw
    return (draw.cuts, draw.sample_below, draw.won) if draw is not None and draw.cuts else None
