"""Campaigns that start at a moment, and whose messages keep to hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import crowd
from books import rows
from cablegram.accounts.access import Principal
from cablegram.campaigns import find, lifecycle, starting
from cablegram.campaigns.model import CampaignState, NewCampaign
from cablegram.campaigns.work import Worker
from cablegram.consent.timing import AS_IT_COMES, Timing
from cablegram.dispatch import sweep
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput, Refused
from cablegram.kit.ids import CampaignId
from cablegram.pacing.hours import every_day
from cablegram.runtime.runtime import Runtime

SOON = timedelta(hours=1)
EVENING = Timing(
    every_day("18:00", "20:00"), {"any_day": {"from": "18:00", "to": "20:00"}}, validity=timedelta(hours=9)
)


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def made(
    rt: Runtime, who: Principal, *, start_at: datetime | None = None, timing: Timing = AS_IT_COMES, size: int = 3
) -> CampaignId:
    people = await crowd.crowd(rt, who, size, name="spring")
    new = NewCampaign("spring", [people.id], text="Hello there", sender="Tests", start_at=start_at, timing=timing)
    return (await lifecycle.create(rt, who, new)).id


async def state(rt: Runtime, who: Principal, campaign_id: CampaignId) -> tuple[CampaignState, str | None]:
    found = await find.get(rt, who, campaign_id)
    return found.state, found.reason


async def worked(rt: Runtime) -> None:
    worker = Worker(rt)
    while await worker.step() == 0.0:
        pass


@pytest.mark.req("R109")
async def test_a_campaign_waits_for_its_moment_and_starts_by_itself(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    campaign_id = await made(rt, who, start_at=clock.now() + SOON)
    await worked(rt)
    assert await state(rt, who, campaign_id) == (CampaignState.READY, None)  # nobody started it

    started = await lifecycle.start(rt, who, campaign_id)
    assert (started.state, started.started_at, started.recipients) == (CampaignState.SCHEDULED, None, 3)
    clock.move(SOON - timedelta(seconds=1))
    await worked(rt)
    assert await state(rt, who, campaign_id) == (CampaignState.SCHEDULED, None)

    clock.move(timedelta(seconds=1))
    await worked(rt)
    assert await state(rt, who, campaign_id) == (CampaignState.RUNNING, None)
    assert await rows(rt, "SELECT count(*) FROM queue WHERE campaign_id = %s", campaign_id) == [(3,)]
    assert [kind for _, kind, _ in await find.story(rt, who, campaign_id)] == [
        "campaign.created",
        "campaign.scheduled",
        "campaign.started",
    ]


async def test_who_can_not_wait_starts_it_now_and_who_thinks_again_pauses_it(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    campaign_id = await made(rt, who, start_at=clock.now() + SOON)
    await lifecycle.start(rt, who, campaign_id)
    await lifecycle.pause(rt, who, campaign_id)
    clock.move(SOON / 2)
    assert (await lifecycle.resume(rt, who, campaign_id)).state is CampaignState.SCHEDULED
    assert (await lifecycle.start(rt, who, campaign_id)).state is CampaignState.RUNNING
    await worked(rt)
    assert await rows(rt, "SELECT count(*) FROM queue WHERE campaign_id = %s", campaign_id) == [(3,)]


async def test_a_campaign_that_is_late_asks(rt: Runtime, who: Principal, clock: SetClock) -> None:
    campaign_id = await made(rt, who, start_at=clock.now() + SOON)
    await lifecycle.start(rt, who, campaign_id)
    clock.move(2 * SOON + timedelta(seconds=1))
    await worked(rt)
    assert await state(rt, who, campaign_id) == (CampaignState.PAUSED, "late")
    assert (await lifecycle.resume(rt, who, campaign_id)).state is CampaignState.RUNNING


async def test_what_can_not_start_is_paused_with_the_reason(rt: Runtime, who: Principal, clock: SetClock) -> None:
    campaign_id = await made(rt, who, start_at=clock.now() + SOON)
    await lifecycle.start(rt, who, campaign_id)
    assert not await starting.start_due(rt, campaign_id)
    async with rt.db.transaction() as conn:
        await conn.execute("UPDATE connector SET is_enabled = false")
    clock.move(SOON)
    assert not await starting.start_due(rt, campaign_id)
    assert await state(rt, who, campaign_id) == (CampaignState.PAUSED, "no_route")
    assert (await lifecycle.cancel(rt, who, campaign_id)).state is CampaignState.CANCELLED
    assert not await starting.start_due(rt, campaign_id)


@pytest.mark.parametrize(
    ("start", "code"), [(-timedelta(minutes=2), "start_at_past"), (timedelta(days=400), "start_at_far")]
)
async def test_a_moment_that_can_not_be_is_refused(
    rt: Runtime, who: Principal, clock: SetClock, start: timedelta, code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await made(rt, who, start_at=clock.now() + start)
    assert [(one.field, one.code) for one in caught.value.faults] == [("start_at", code)]


@pytest.mark.req("R109", "R147")
async def test_each_message_of_a_campaign_keeps_to_its_hours_and_validity(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    campaign_id = await made(rt, who, timing=EVENING)
    assert (await find.get(rt, who, campaign_id)).timing == EVENING
    await lifecycle.start(rt, who, campaign_id)
    await worked(rt)
    ((closes, first, count),) = await rows(
        rt, "SELECT min(closes_at), min(until), count(*) FROM held WHERE is_scheduled AND campaign_id = %s", campaign_id
    )
    assert count == 3
    assert isinstance(first, datetime)
    assert isinstance(closes, datetime)
    clock.move(first - clock.now() + timedelta(minutes=5))  # all of them: they go spread
    assert await sweep.release_due(rt) == 3
    clock.move(closes - clock.now())
    # The hours are over, and by tomorrow's the validity will be.
    assert await sweep.release_due(rt) == 3
    assert await rows(rt, "SELECT DISTINCT state::text, reason FROM message") == [("expired", "window_missed")]
    await worked(rt)
    assert await state(rt, who, campaign_id) == (CampaignState.FINISHED, None)
    await crowd.assert_adds_up(rt, campaign_id, recipients=3)


@pytest.mark.req("R109")
async def test_a_column_of_the_list_says_where_its_people_live(rt: Runtime, who: Principal, clock: SetClock) -> None:
    table = [
        ["number", "time_zone"],
        ["+34600000001", "Europe/Madrid"],
        ["+34600000002", "Atlantic/Canary"],
        ["+34600000003", "Atlantis/Capital"],
    ]
    people = await crowd.listed(rt, who, table)
    campaign = await crowd.campaign(rt, who, people.id, text="Hello there", sender="Tests", timing=EVENING)
    await lifecycle.start(rt, who, campaign.id)
    await worked(rt)
    # From six in the evening to eight; of the third nothing is known but that it is Spain.
    clocks = await rows(
        rt,
        "SELECT dst, date_trunc('hour', until), closes_at FROM held JOIN message USING (id) ORDER BY dst",
    )
    day = clock.now().replace(hour=0)
    assert clocks == [
        ("34600000001", day.replace(hour=17), day.replace(hour=19)),
        ("34600000002", day.replace(hour=18), day.replace(hour=20)),
        ("34600000003", day.replace(hour=18), day.replace(hour=19)),
    ]


@pytest.mark.req("R128")
async def test_no_campaign_starts_over_a_connector_that_was_not_tried_out(rt: Runtime, who: Principal) -> None:
    campaign_id = await made(rt, who)
    async with rt.db.transaction() as conn:
        await conn.execute("UPDATE connector SET is_simulated = false, tested_at = NULL")
    with pytest.raises(Refused) as caught:
        await lifecycle.start(rt, who, campaign_id)
    assert caught.value.code == "gateway_untested"
    async with rt.db.transaction() as conn:
        await conn.execute("UPDATE connector SET tested_at = now()")
    assert (await lifecycle.start(rt, who, campaign_id)).state is CampaignState.RUNNING
