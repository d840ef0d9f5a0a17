"""A store of 700 customers is written to at its pace: one by one in 700 seconds, as a campaign in 23.3 (R57)."""

from __future__ import annotations

from datetime import timedelta

import pytest

import make
import shops
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import operator
from cablegram.billing.prices import Prices
from cablegram.campaigns import at_once
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Done, NewCampaign
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import NotAllowed, Refused
from cablegram.messages import upkeep
from cablegram.messages.media import Media
from cablegram.messages.release import release_due
from cablegram.runtime.runtime import Runtime
from cablegram.stores import changing, sending
from cablegram.stores.changing import Change
from cablegram.stores.sending import Letter
from shops import Shop

PEOPLE = 700


@pytest.fixture
async def shop(rt: Runtime) -> Shop:
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    who = await make.account(rt, credits=10_000)
    await shops.code(rt, who)
    return await shops.shop(rt, who)


@pytest.mark.req("R57")
@pytest.mark.req("R42")
@pytest.mark.req("R123")
async def test_a_campaign_to_700_customers_takes_23_seconds(shop: Shop, clock: SetClock) -> None:
    await shops.crowd(shop, PEOPLE)
    new = NewCampaign(
        name="Spring", list_ids=(), program_id=shop.id, all_subscribers=True, text="x" * 161, sender=shop.address
    )
    campaign = await at_once.send(shop.rt, shop.who, new)
    began, fan_out, made = clock.now(), FanOut(), 0
    while True:
        step = await fan_out.step(shop.rt, campaign.id)
        made = len(await shop.written())
        seconds = (clock.now() - began).total_seconds()
        assert made <= 30 * seconds + 1
        if isinstance(step, Done) or made == PEOPLE:
            break
        clock.move(timedelta(seconds=1))
    assert made == PEOPLE
    assert 23.0 <= seconds <= 24.0
    assert await rows(shop.rt, "SELECT DISTINCT billed_segments, src FROM message") == [(2, shop.address)]
    await assert_sums_hold(shop.rt)


@pytest.mark.req("R57")
@pytest.mark.req("R56")
async def test_single_texts_go_one_a_second(shop: Shop, clock: SetClock) -> None:
    await shops.crowd(shop, 8)
    media, prices, began = Media(shop.rt), Prices(), clock.now()
    for n in range(1, 9):
        sent = await sending.send(
            shop.rt, shop.who, shop.id, str(12125550000 + n), Letter("Hello you"), media=media, prices=prices
        )
        assert (sent.at - began).total_seconds() == n - 1
    for second in range(8):
        async with shop.rt.db.transaction() as conn:
            await release_due(conn, now=clock.now())
        assert await rows(shop.rt, "SELECT count(*) FROM message WHERE state = 'queued'") == [(second + 1,)]
        clock.move(timedelta(seconds=1))
    faster = Change(one_off_pace=4, campaign_pace=100)
    with pytest.raises(NotAllowed):
        await changing.change(shop.rt, shop.who, shop.id, faster)
    await changing.change(shop.rt, operator("tests", shop.who.account_id), shop.id, faster)
    began = clock.now()
    for n in range(4):
        sent = await sending.send(
            shop.rt, shop.who, shop.id, str(12125550001 + n), Letter("Faster"), media=media, prices=prices
        )
        assert (sent.at - began).total_seconds() == n / 4


@pytest.mark.req("R56")
async def test_the_same_text_goes_once_in_twelve_hours_to_a_customer_of_a_store(shop: Shop, clock: SetClock) -> None:
    await shops.crowd(shop, 2)
    media, prices = Media(shop.rt), Prices()

    async def say(text: str, n: int = 1) -> str:
        try:
            await sending.send(
                shop.rt, shop.who, shop.id, str(12125550000 + n), Letter(text), media=media, prices=prices
            )
        except Refused as error:
            return error.code
        return "sent"

    assert [await say("The same"), await say("The same"), await say("Another"), await say("The same", 2)] == [
        "sent", "duplicate_text", "sent", "sent",
    ]  # fmt: skip
    clock.move(timedelta(hours=11, minutes=59))
    assert await say("The same") == "duplicate_text"
    clock.move(timedelta(minutes=1))
    assert [await say("The same"), await say("The same")] == ["sent", "duplicate_text"]
    new = NewCampaign(
        name="Again", list_ids=(), program_id=shop.id, all_subscribers=True, text="The same", sender=shop.address
    )
    campaign = await at_once.send(shop.rt, shop.who, new)
    await FanOut().step(shop.rt, campaign.id)
    clock.move(timedelta(seconds=1))
    await FanOut().step(shop.rt, campaign.id)
    states = "SELECT dst, state::text, reason FROM message WHERE campaign_id = %s ORDER BY dst"
    assert [row[1:] for row in await rows(shop.rt, states, campaign.id)] == [
        ("skipped", "duplicate_text"),
        ("queued", None),
    ]
    with pytest.raises(NotAllowed):
        await changing.change(shop.rt, shop.who, shop.id, Change(has_guard=False))
    await changing.change(shop.rt, operator("tests", shop.who.account_id), shop.id, Change(has_guard=False))
    assert await say("The same") == "sent"
    await assert_sums_hold(shop.rt)
