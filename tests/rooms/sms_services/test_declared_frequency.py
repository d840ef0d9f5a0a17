"""A campaign of a service meets what the service declared: how often it writes, and what of (R80, R81)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.campaigns import find, forecast, lifecycle, starting
from cablegram.campaigns.foreseen import Advice
from cablegram.campaigns.model import Campaign, CampaignState, NewCampaign
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Refused
from cablegram.runtime.runtime import Runtime
from keywords import ANA, BEA, CODE, Keyword, open_service
from traffic import accepted, draft


async def to_all(of: Keyword, name: str, text: str = "DEALS: hats are cheap today") -> Campaign:
    return await lifecycle.create(
        of.rt, of.who, NewCampaign(name=name, text=text, program_id=of.id, all_subscribers=True)
    )


async def told(rt: Runtime, of: Keyword, campaign: Campaign) -> list[Advice]:
    """Return what a forecast says of the service."""
    found = await forecast.of_campaign(rt, of.who, campaign.id, prices=Prices())
    return [one for one in found.advice if one.code in {"too_often", "prohibited_words"}]


@pytest.mark.req("R80", "R81")
async def test_a_campaign_beyond_the_declared_frequency_is_warned_of_or_does_not_start(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    strict = replace(rt, settings=replace(rt.settings, service_frequency="block"))
    deals = await open_service(rt, shop, frequency=2)
    await deals.hear("deals", source=ANA)  # thanked by a text that does not count
    await deals.hear("deals", source=BEA)
    mild, bad = await to_all(deals, "mild"), await to_all(deals, "bad", "DEALS: beer and wine for everybody")
    assert await told(strict, deals, mild) == []
    assert "“beer” (Alcohol, tobacco, firearms)" in (await told(rt, deals, bad))[0].body

    await accepted(rt, [replace(draft(shop, to=f"+{ANA}"), program_id=deals.id, sender=CODE) for _ in range(2)])
    (warned,) = await told(rt, deals, mild)
    assert (warned.code, warned.stops, "1 subscriber of DEALS has got 2" in warned.body) == ("too_often", False, True)
    assert [one.stops for one in await told(strict, deals, mild)] == [True]
    with pytest.raises(Refused, match="More than its people subscribed to") as caught:
        await lifecycle.start(strict, shop, mild.id)
    assert caught.value.code == "too_often"

    # One that starts by itself is paused with the reason; where it only warns it goes.
    at = clock.now() + timedelta(hours=1)
    later = NewCampaign(name="later", text="DEALS: hats", program_id=deals.id, all_subscribers=True, start_at=at)
    made = await lifecycle.create(rt, shop, later)
    await lifecycle.start(rt, shop, made.id)
    clock.move(timedelta(hours=1))
    assert not await starting.start_due(strict, made.id)
    stands = await find.get(rt, shop, made.id)
    assert (stands.state, stands.reason) == (CampaignState.PAUSED, "too_often")
    assert (await lifecycle.start(rt, shop, mild.id)).state is CampaignState.RUNNING
