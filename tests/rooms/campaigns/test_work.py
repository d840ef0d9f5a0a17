"""The worker: everything it does is found in rows, so it may die and come back at any moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

import crowd
from books import rows
from cablegram.accounts.access import Principal
from cablegram.campaigns import find, lifecycle
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Campaign, CampaignState
from cablegram.campaigns.work import SECONDS_AHEAD, Worker
from cablegram.kit.clock import SetClock
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def running(rt: Runtime, who: Principal, size: int, *, name: str = "spring", start: int = 0) -> Campaign:
    people = await crowd.crowd(rt, who, size, start=start, name=name)
    made = await crowd.campaign(rt, who, people.id, name=name)
    return await lifecycle.start(rt, who, made.id)


async def queued(rt: Runtime, campaign: Campaign) -> int:
    ((n,),) = await rows(rt, "SELECT count(*) FROM queue WHERE campaign_id = %s", campaign.id)
    assert isinstance(n, int)
    return n


@pytest.mark.req("R100", "R106")
async def test_a_campaign_goes_from_start_to_finish_by_itself(rt: Runtime, who: Principal, clock: SetClock) -> None:
    campaign = await running(rt, who, 5)
    worker = Worker(rt)
    assert await worker.step() == 0.0  # made; there may be more
    assert await worker.step() > 0.0  # now the links have to do something
    assert (await find.get(rt, who, campaign.id)).state is CampaignState.RUNNING
    on_the_wire = await crowd.claim(rt, 100)
    await worker.step()
    assert (await find.get(rt, who, campaign.id)).state is CampaignState.RUNNING
    await crowd.settle(rt, on_the_wire, State.SUBMITTED)
    clock.move(timedelta(seconds=3))
    await worker.step()
    finished = await find.get(rt, who, campaign.id)
    # No receipt has come yet: finished does not mean that all is known.
    assert (finished.state, finished.finished_at) == (CampaignState.FINISHED, clock.now())
    assert (await find.story(rt, who, campaign.id))[-1][1] == "campaign.finished"
    await crowd.settle(rt, on_the_wire, State.DELIVERED)
    await crowd.assert_adds_up(rt, campaign.id, recipients=5)


async def test_a_campaign_in_question_is_finished_all_the_same(rt: Runtime, who: Principal) -> None:
    campaign = await running(rt, who, 2)
    await FanOut().step(rt, campaign.id)
    await crowd.send(rt, 100, State.UNKNOWN)
    await Worker(rt).step()
    assert (await find.get(rt, who, campaign.id)).state is CampaignState.FINISHED


async def test_messages_are_made_so_far_ahead_of_the_links_and_no_further(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    campaign = await running(rt, who, 100)
    worker = Worker(rt, fan_out=FanOut(slice_size=10), least_ahead=15)
    while await worker.step() == 0.0:
        pass
    assert await queued(rt, campaign) == 20
    # The links take three a second: ten seconds of that is the new distance.
    await crowd.send(rt, 3 * 2)
    clock.move(timedelta(seconds=2))
    while await worker.step() == 0.0:
        pass
    assert 3 * SECONDS_AHEAD <= await queued(rt, campaign) < 3 * SECONDS_AHEAD + 10
    # Standing links bring nothing more.
    clock.move(timedelta(minutes=1))
    await worker.step()
    assert await queued(rt, campaign) < 3 * SECONDS_AHEAD + 10
    while sent := await crowd.send(rt, 100):
        assert sent
        while await worker.step() == 0.0:
            pass
    assert (await find.get(rt, who, campaign.id)).state is CampaignState.FINISHED
    await crowd.assert_adds_up(rt, campaign.id, recipients=100)


async def test_campaigns_take_turns(rt: Runtime, who: Principal) -> None:
    first = await running(rt, who, 20, name="first")
    second = await running(rt, who, 20, name="second", start=100)
    await Worker(rt, fan_out=FanOut(slice_size=5)).step()
    assert (await queued(rt, first), await queued(rt, second)) == (5, 5)


async def test_a_campaign_that_cannot_be_worked_on_is_told_and_holds_up_no_other(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    broken = await running(rt, who, 5, name="broken")
    sound = await running(rt, who, 5, name="sound", start=100)
    # A text that no door lets through, as a restored or hand-made row may have it.
    await rows(rt, "UPDATE campaign SET text = '{{ broken' WHERE id = %s RETURNING id", broken.id)
    worker = Worker(rt)
    with capture_logs() as logs:
        await worker.step()
        await worker.step()
    told = [line["campaign"] for line in logs if line["log_level"] not in {"info", "debug"}]
    assert told == [str(broken.id)]
    assert await queued(rt, sound) == 5
    await rows(rt, "UPDATE campaign SET text = 'mended now' WHERE id = %s RETURNING id", broken.id)
    clock.move(timedelta(seconds=10))
    await worker.step()
    assert await queued(rt, broken) == 5


async def test_an_idle_system_is_asked_little(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 3)
    ready = await crowd.campaign(rt, who, people.id)
    assert await Worker(rt).step() > 0.0
    assert (await find.get(rt, who, ready.id)).state is CampaignState.READY
