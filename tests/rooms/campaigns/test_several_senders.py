"""A campaign over several senders: spread evenly over its slices, one to a person, and paused where one is gone."""

from __future__ import annotations

import pytest

import crowd
import make
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing.prices import Prices
from cablegram.campaigns import find, forecast, lifecycle
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Done, Made, Stopped
from cablegram.kit.errors import Refused
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.grant import NewSender
from cablegram.senders.model import Sender


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    await crowd.shop(rt)
    return await make.account(rt, credits=10_000, default_country="ES", open_senders=False)


async def four(rt: Runtime, who: Principal) -> list[Sender]:
    ann = operator("Ann", who.account_id)
    return [await grant.add(rt, ann, NewSender(f"+3460000010{number}")) for number in range(4)]


@pytest.mark.req("R102", "R98", "R48")
async def test_people_are_spread_evenly_and_keep_their_sender_in_the_next_campaign(rt: Runtime, who: Principal) -> None:
    senders = tuple(one.address for one in await four(rt, who))
    people = await crowd.crowd(rt, who, 200)
    first = await crowd.campaign(rt, who, people.id, sender=senders)
    assert (await find.get(rt, who, first.id)).sender == first.sender == senders
    assert (await forecast.of_campaign(rt, who, first.id, prices=Prices())).accepted == 200
    await lifecycle.start(rt, who, first.id)
    fan_out = FanOut(slice_size=90)  # not of four: turns go on from slice to slice
    assert [await fan_out.step(rt, first.id) for _ in range(3)] == [Made(90, 0), Made(90, 0), Done(20, 0)]
    assert await rows(rt, "SELECT src, count(*) FROM message GROUP BY 1 ORDER BY 1") == [(one, 50) for one in senders]

    second = await crowd.campaign(rt, who, people.id, name="again", sender="any")
    await lifecycle.start(rt, who, second.id)
    assert await FanOut().step(rt, second.id) == Done(200, 0)
    assert await rows(rt, "SELECT count(DISTINCT src) FROM message GROUP BY dst") == [(1,)] * 200


@pytest.mark.req("R102")
async def test_three_senders_share_three_hundred_messages(rt: Runtime, who: Principal) -> None:
    senders = tuple(one.address for one in await four(rt, who))[:3]
    people = await crowd.crowd(rt, who, 300)
    made = await crowd.campaign(rt, who, people.id, sender=senders)
    await lifecycle.start(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Done(300, 0)
    assert await rows(rt, "SELECT src, count(*) FROM message GROUP BY 1 ORDER BY 1") == [(one, 100) for one in senders]


@pytest.mark.req("R49")
async def test_a_campaign_pauses_when_one_of_its_senders_is_taken_away_and_goes_on_when_it_is_back(
    rt: Runtime, who: Principal
) -> None:
    senders = await four(rt, who)
    people = await crowd.crowd(rt, who, 60)
    made = await crowd.campaign(rt, who, people.id, sender=tuple(one.address for one in senders))
    await lifecycle.start(rt, who, made.id)
    fan_out = FanOut(slice_size=20)
    assert await fan_out.step(rt, made.id) == Made(20, 0)
    await grant.remove(rt, who, senders[0].id)
    assert await fan_out.step(rt, made.id) == Stopped("sender_not_owned")
    assert (await find.get(rt, who, made.id)).reason == "sender_not_owned"
    assert await rows(rt, "SELECT count(*) FROM held") == [(20,)], "what was made waits with it"
    with pytest.raises(Refused) as caught:
        await lifecycle.resume(rt, who, made.id)
    assert caught.value.code == "sender_not_owned"
    assert senders[0].address in caught.value.message
    await grant.add(rt, operator("Ann", who.account_id), NewSender(senders[0].address))
    await lifecycle.resume(rt, who, made.id)
    assert [await fan_out.step(rt, made.id) for _ in range(3)] == [Made(20, 0), Made(20, 0), Done(0, 0)]
