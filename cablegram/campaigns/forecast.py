"""Tell what a campaign would do if it started now, or when it is to: to how many, in how many segments, for how much.

It also says whom it skips, those whose hours come too late among them, and when which connector is done. Written and
judged by the very steps that fan-out takes, and nothing is stored. It reads everybody, a slice at a time; a million
people take some ten seconds. All are judged as of one moment, so that a long forecast says the same as a short one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from cablegram.accounts.access import Principal, Scope
from cablegram.audiences import read
from cablegram.billing import ledger
from cablegram.billing.prices import Prices
from cablegram.campaigns import advice, declared, find, finishing, making, report_store, spared, turns
from cablegram.campaigns.estimate import Estimate
from cablegram.campaigns.fan_out import SLICE
from cablegram.campaigns.finishing import Going
from cablegram.campaigns.foreseen import Forecast, LeftOut
from cablegram.campaigns.loads import Sorting
from cablegram.campaigns.model import Campaign, NewCampaign
from cablegram.campaigns.recipe import recipe_of, write
from cablegram.consent import account_hours
from cablegram.consent.sending_hours import ANY_TIME
from cablegram.consent.timing import AS_IT_COMES
from cablegram.contacts import lists
from cablegram.kit.ids import CampaignId, ContactId
from cablegram.links import codes
from cablegram.messages.accept import weigh
from cablegram.messages.model import Draft
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.stores import campaigning

MOST_LOOKED_AT = 100_000
"""People who are judged for one page of those who are left out."""


async def of_new(rt: Runtime, who: Principal, new: NewCampaign, *, prices: Prices) -> Forecast:
    """Return the forecast of a campaign that is not made yet; its name does not matter.

    Who is held out or gets which text is drawn anew when it is made. Raises as `making.ready` and `turns.turn`.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        campaign = await making.ready(conn, who, replace(new, name=new.name or "forecast"), now=rt.clock.now())
    async with turns.turn(who.account_id):
        return await _forecast(rt, who, campaign, prices=prices)


async def of_campaign(rt: Runtime, who: Principal, campaign_id: CampaignId, *, prices: Prices) -> Forecast:
    """Return the forecast of a campaign as if nothing of it had been made.

    Raises NotFound (`campaign_not_found`), and as `turns.turn`.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        campaign = await find.one(conn, who.account_id, campaign_id)
    async with turns.turn(who.account_id):
        return await _forecast(rt, who, campaign, prices=prices)


async def left_out(
    rt: Runtime,
    who: Principal,
    campaign_id: CampaignId,
    *,
    reason: str,
    after: ContactId | None = None,
    limit: int = 50,
    prices: Prices,
) -> tuple[list[LeftOut], ContactId | None]:
    """Return who would get nothing for a reason, in the order of contacts, and after whom to go on; None: that is all.

    Looks at 100,000 people a call, so that it may find few, or nobody, and still be asked to go on. Raises NotFound
    (`campaign_not_found`), and as `turns.turn`.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        campaign = await find.one(conn, who.account_id, campaign_id)
    async with turns.turn(who.account_id):
        return await _left_out(rt, campaign, reason, after=after, limit=limit, prices=prices)


async def _left_out(
    rt: Runtime, campaign: Campaign, reason: str, *, after: ContactId | None, limit: int, prices: Prices
) -> tuple[list[LeftOut], ContactId | None]:
    found: list[LeftOut] = []
    looked_at, last = 0, after
    async for drafts in _judged(rt, campaign, prices=prices, now=rt.clock.now(), after=after):
        looked_at += len(drafts)
        for draft in drafts:
            last = draft.contact_id
            if draft.refusal and draft.refusal.code == reason and last:
                found.append(LeftOut(last, draft.number, draft.country, reason, draft.refusal.message))
                if len(found) == limit:
                    return found, last
        if looked_at >= MOST_LOOKED_AT:
            return found, last
    return found, None


async def _forecast(rt: Runtime, who: Principal, campaign: Campaign, *, prices: Prices) -> Forecast:
    now = rt.clock.now()
    balance = await ledger.balance(rt, who)
    estimate, sorting, abroad = Estimate(), Sorting(), set[str]()
    async with rt.db.connection() as conn:
        hours = (await account_hours.ask(conn, [who.account_id])).get(who.account_id, ANY_TIME)
    async for drafts in _judged(rt, campaign, prices=prices, now=now):
        estimate.add(drafts)
        abroad |= advice.abroad(drafts)
        sorting.add(drafts, default_zone=hours.default_zone)
    async with rt.db.connection() as conn:
        told = estimate.result(await prices.book(conn, now=now), balance=balance)
        told.listed_twice = await _listed_twice(conn, campaign, told.recipients)
        told.starts = _start(campaign, now)
        a_minute = campaign.per_minute or (campaign.per_five_minutes / 5 if campaign.per_five_minutes else None)
        if (shop := await campaigning.of(conn, campaign.program_id)) is not None:
            its = 60 * shop.campaign_pace
            a_minute = min(a_minute or its, its)
        going = Going(
            account_id=campaign.account_id,
            message_class=campaign.message_class,
            start=told.starts,
            timing=None if campaign.timing == AS_IT_COMES else campaign.timing,
            hours=hours,
            made_by=finishing.made_by(told.starts, told.accepted, a_minute=a_minute),
        )
        told.connectors = await finishing.of_connectors(conn, sorting.by_connector(), going)
        told.advice = advice.of_launch(
            campaign.message_class,
            [one.country for one in told.countries],
            others=await report_store.marketing_since(conn, campaign.account_id, campaign.id, now - advice.MONTH),
            quotas=filter(None, (one.quota for one in told.connectors)),
            abroad=abroad,
        )
        told.advice += await declared.look(conn, campaign, rule=rt.settings.service_frequency, now=now)
    return told


async def _judged(
    rt: Runtime, campaign: Campaign, *, prices: Prices, now: datetime, after: ContactId | None = None
) -> AsyncIterator[list[Draft]]:
    """Give everybody's draft, judged and priced, a slice at a time."""
    recipe, until = recipe_of(campaign, codes.sampler(rt.settings)), campaign.started_at or now
    while True:
        async with rt.db.connection() as conn:
            people = await read.people_after(
                conn, campaign.account_id, campaign.audience, after=after, until=until, limit=SLICE
            )
            drafts = write(recipe, people, await spared.taken_out(conn, campaign, people))
            if (shop := await campaigning.of(conn, campaign.program_id)) is not None:
                await campaigning.prepare(conn, shop, drafts, now=now)
            await weigh(conn, drafts, prices=prices, now=now, goes_at=_start(campaign, now))
        yield drafts
        if len(people) < SLICE:
            return
        after = people[-1].contact_id
        await asyncio.sleep(0)  # let others have the loop between two slices


def _start(campaign: Campaign, now: datetime) -> datetime:
    return max(now, campaign.start_at or now)


async def _listed_twice(conn: Conn, campaign: Campaign, recipients: int) -> int:
    """Count entries of lists beyond the first of each person; where more than lists decides, nobody can say."""
    if not campaign.audience.is_lists_alone:
        return 0
    found = await lists.many(conn, campaign.account_id, campaign.audience.list_ids)
    return max(0, sum(one.size for one in found) - recipients)
