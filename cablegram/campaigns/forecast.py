"""Tell what a campaign would do if it started now, or when it is to: to how many, in how many segments, for how much.

It also says whom it skips, those whose hours come too late among them. Written and judged by the very steps that
fan-out takes, and nothing is stored. It reads everybody, a slice at a time; a million people take some ten seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.billing.prices import Prices
from cablegram.campaigns import brought, compose, drawing, find
from cablegram.campaigns.estimate import Estimate
from cablegram.campaigns.fan_out import SLICE, letter_of
from cablegram.campaigns.model import Forecast, NewCampaign
from cablegram.consent.timing import AS_IT_COMES
from cablegram.contacts import audience
from cablegram.kit.ids import CampaignId, ContactId, ListId
from cablegram.messages.accept import weigh
from cablegram.runtime.runtime import Runtime


async def of_new(rt: Runtime, who: Principal, new: NewCampaign, *, prices: Prices) -> Forecast:
    """Return the forecast of a campaign that is not made yet; its name does not matter.

    Raises as `drawing.draw_up`.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        plan = await drawing.draw_up(conn, who.account_id, new)
    letter = compose.Letter(
        account_id=who.account_id,
        campaign_id=None,
        template=plan.template,
        variables=new.variables,
        sender=new.sender,
        message_class=new.message_class,
        timing=None if new.timing == AS_IT_COMES else new.timing,
        smart_encoding=new.smart_encoding,
        media_url=new.media_url,
        brought=brought.compiled(new.provider_values) if new.provider_values else None,
    )
    lists = [one.id for one in plan.lists]
    return await _forecast(rt, who, letter, lists, prices=prices, start_at=new.start_at)


async def of_campaign(rt: Runtime, who: Principal, campaign_id: CampaignId, *, prices: Prices) -> Forecast:
    """Return the forecast of a campaign as if nothing of it had been made. Raises NotFound (`campaign_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        campaign = await find.one(conn, who.account_id, campaign_id)
    return await _forecast(rt, who, letter_of(campaign), campaign.list_ids, prices=prices, start_at=campaign.start_at)


async def _forecast(
    rt: Runtime,
    who: Principal,
    letter: compose.Letter,
    list_ids: Sequence[ListId],
    *,
    prices: Prices,
    start_at: datetime | None,
) -> Forecast:
    balance = await ledger.balance(rt, who)
    estimate = Estimate()
    last: ContactId | None = None
    while True:
        async with rt.db.connection() as conn:
            book = await prices.book(conn)
            people = await audience.people_after(conn, who.account_id, list_ids, after=last, limit=SLICE)
            drafts = compose.write(letter, people)
            now = rt.clock.now()
            await weigh(conn, drafts, prices=prices, now=now, goes_at=max(now, start_at or now))
        estimate.add(drafts)
        if len(people) < SLICE:
            return estimate.result(book, balance=balance)
        last = people[-1].contact_id
        await asyncio.sleep(0)  # let others have the loop between two slices
