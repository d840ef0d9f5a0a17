"""Making messages slice by slice: nobody left out, nobody twice, whatever breaks; money to the last credit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import psycopg
import pytest
from psycopg import sql

import crowd
import make
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import ledger
from cablegram.billing.importing import import_csv as import_tariffs
from cablegram.campaigns import find, lifecycle
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Busy, CampaignState, Done, Made, NewCampaign, Stopped
from cablegram.connectors import configure
from cablegram.connectors.model import SmppSettings
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput, Refused, Unavailable
from cablegram.kit.ids import CampaignId, uuid7
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime

CREDIT = b"prefix,country,name,price\n34,ES,Spain,1\n"


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


@pytest.fixture
async def other_process(database_url: str, clock: SetClock) -> AsyncIterator[Runtime]:
    """Give a second runtime on the same database, with plans as the processes on the hot path have them."""
    other = make.runtime(database_url, clock, hot=True)
    await other.db.open()
    yield other
    await other.db.close()


async def started(rt: Runtime, who: Principal, size: int) -> CampaignId:
    people = await crowd.crowd(rt, who, size)
    made = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, made.id)
    return made.id


async def poor(rt: Runtime, credits: int) -> Principal:  # noqa: A002 - the field's word
    """Open an account with so many credits where a message to Spain costs one."""
    await crowd.shop(rt)
    await import_tariffs(rt, operator("tests"), CREDIT)
    return await make.account(rt, credits=credits, default_country="ES")


@pytest.mark.req("R100", "R104", "R86")
async def test_everybody_gets_a_text_of_their_own(rt: Runtime, who: Principal) -> None:
    table = [
        ["number", "name", "city"],
        ["+34600000001", "Ana", "Lugo"],
        ["+34600000002", "", "Vigo"],
        ["+447400123456", "Zoë 🌻", "Leeds"],
    ]
    people = await crowd.listed(rt, who, table)
    text = 'Hi {{ name | default: "there" }} of {{ city }}, {{ shop }}: {{ number }}'
    made = await crowd.campaign(rt, who, people.id, text=text, variables={"shop": "Cable & Co", "city": "Town"})
    await lifecycle.start(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Done(3, 0)
    found = await rows(rt, "SELECT dst, country, body, encoding::text, class::text, contact_id IS NULL FROM message")
    assert sorted(found) == [
        ("34600000001", "ES", "Hi Ana of Town, Cable & Co: +34600000001", "gsm0338", "marketing", False),
        ("34600000002", "ES", "Hi there of Town, Cable & Co: +34600000002", "gsm0338", "marketing", False),
        ("447400123456", "GB", "Hi Zoë 🌻 of Town, Cable & Co: +447400123456", "ucs2", "marketing", False),
    ]
    await crowd.assert_adds_up(rt, made.id, recipients=3)


@pytest.mark.req("R148")
async def test_a_campaign_makes_no_more_in_five_minutes_than_it_was_told(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    people = await crowd.crowd(rt, who, 12)
    made = await crowd.campaign(rt, who, people.id, per_five_minutes=10)
    await lifecycle.start(rt, who, made.id)
    fan_out = FanOut()
    assert await fan_out.step(rt, made.id) == Made(1, 0)
    assert await fan_out.step(rt, made.id) == Busy()
    for _ in range(9):
        clock.move(timedelta(seconds=30))
        assert await fan_out.step(rt, made.id) == Made(1, 0)
    clock.move(timedelta(seconds=29))
    assert await fan_out.step(rt, made.id) == Busy(), "ten in the last five minutes"
    clock.move(timedelta(seconds=1))
    assert await fan_out.step(rt, made.id) == Made(1, 0)
    clock.move(timedelta(hours=3))
    assert await fan_out.step(rt, made.id) == Made(1, 0), "nothing is made up for"
    assert await fan_out.step(rt, made.id) == Busy()
    clock.move(timedelta(seconds=30))
    assert await fan_out.step(rt, made.id) == Done(0, 0)
    await crowd.assert_adds_up(rt, made.id, recipients=12)


@pytest.mark.req("R47", "R55")
async def test_a_picture_goes_along_with_each_message_or_stops_the_campaign(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 2)
    picture = "https://example.com/menu.png"
    with pytest.raises(Refused) as refused:
        await crowd.campaign(rt, who, people.id, media_url=picture)
    assert refused.value.code == "media_not_carried"
    new = NewCampaign("Menu", [people.id], text=crowd.TEXT, sender="Shop", media_url=picture)
    async with rt.db.transaction() as conn:  # the carrier took pictures when it was made
        made = await lifecycle.make(conn, who, new, now=rt.clock.now())
    await lifecycle.start(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Stopped("media_not_carried")
    (connector,) = await configure.page(rt, operator("tests"))
    assert isinstance(connector.settings, SmppSettings)
    settings = msgspec.structs.replace(connector.settings, media_tlv=0x1401)
    await configure.change_smpp(rt, operator("tests"), connector.id, settings=settings)
    await lifecycle.resume(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Done(2, 0)
    assert await rows(rt, "SELECT DISTINCT media_url FROM message") == [(picture,)]


@pytest.mark.req("R148")
async def test_a_pace_that_cannot_be_is_refused(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 1)
    with pytest.raises(InvalidInput, match="five minutes can't be"):
        await crowd.campaign(rt, who, people.id, per_five_minutes=0)


@pytest.mark.req("R98", "R47")
@pytest.mark.parametrize("slice_size", [1, 3, 4, 12, 100])
async def test_people_of_several_lists_get_it_once_in_slices_of_any_size(
    rt: Runtime, who: Principal, slice_size: int
) -> None:
    first = await crowd.crowd(rt, who, 8, name="first")
    second = await crowd.crowd(rt, who, 8, start=4, name="second")
    made = await crowd.campaign(rt, who, first.id, second.id)
    assert (await lifecycle.start(rt, who, made.id)).recipients == 12
    fan_out = FanOut(slice_size=slice_size)
    steps = [await fan_out.step(rt, made.id)]
    while isinstance(steps[-1], Made):
        steps.append(await fan_out.step(rt, made.id))
    assert len(steps) == 12 // slice_size + 1
    assert sum(step.accepted for step in steps if isinstance(step, Made | Done)) == 12
    assert await fan_out.step(rt, made.id) == Done(0, 0)
    await crowd.assert_adds_up(rt, made.id, recipients=12)


@pytest.mark.req("R16", "R41", "R85", "R105")
async def test_who_may_not_get_it_is_skipped_with_the_reason_and_never_charged(rt: Runtime, who: Principal) -> None:
    table = [
        ["number", "name"],
        ["+34600000001", "Anastasia"],
        ["+34600000002", "Al"],  # 4 characters
        ["+299221234", "Aputsiaq"],  # no tariff for Greenland
        ["+34600000003", "x" * 9_999],  # more than 255 segments
    ]
    people = await crowd.listed(rt, who, table)
    made = await crowd.campaign(rt, who, people.id, text="{{ name }}{{ name }}{{ name }}{{ name }}")
    texts = await crowd.campaign(rt, who, people.id, text="{{ name }}!!", name="short")
    for campaign, expected in (
        (made, [("no_tariff", 1), ("text_too_long", 1)]),
        (texts, [("no_tariff", 1), ("text_too_short", 1)]),
    ):
        await lifecycle.start(rt, who, campaign.id)
        assert await FanOut().step(rt, campaign.id) == Done(2, 2)
        skipped = (
            "SELECT reason, count(*) FROM message WHERE campaign_id = %s AND state = 'skipped' GROUP BY 1 ORDER BY 1"
        )
        assert await rows(rt, skipped, campaign.id) == expected
        await crowd.assert_adds_up(rt, campaign.id, recipients=4)


@pytest.mark.req("R85")
async def test_who_lacks_a_value_is_skipped_and_holds_up_nobody(rt: Runtime, who: Principal) -> None:
    # The list has the column, but Ana has no such value any more.
    people = await crowd.listed(rt, who, [["number", "name"], ["+34600000001", "Ana"], ["+34600000002", "Eva"]])
    made = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, made.id)
    await rows(rt, "UPDATE contact SET variables = '{}' WHERE number = '34600000001' RETURNING id")
    assert await FanOut().step(rt, made.id) == Done(1, 1)
    assert await rows(rt, "SELECT dst, reason FROM message WHERE state = 'skipped'") == [
        ("34600000001", "missing_variable")
    ]
    await crowd.assert_adds_up(rt, made.id, recipients=2)


@pytest.mark.req("R19", "R103")
async def test_when_credit_ends_the_campaign_pauses_before_the_first_who_is_not_covered(rt: Runtime) -> None:
    who = await poor(rt, credits=5)
    campaign_id = await started(rt, who, 12)
    fan_out = FanOut(slice_size=4)
    assert await fan_out.step(rt, campaign_id) == Made(4, 0)
    assert await fan_out.step(rt, campaign_id) == Stopped("out_of_funds")
    campaign = await find.get(rt, who, campaign_id)
    assert (campaign.state, campaign.reason, campaign.is_fanned_out) == (CampaignState.PAUSED, "out_of_funds", False)
    assert await ledger.balance(rt, who) == 0
    assert await crowd.claim(rt, 100) == []
    await crowd.assert_adds_up(rt, campaign_id, recipients=5)
    _, _, paused = await find.story(rt, who, campaign_id)
    assert (paused[1], paused[2]["reason"], paused[2]["by"]) == ("campaign.paused", "out_of_funds", None)
    # New credit starts nothing by itself.
    await ledger.grant_credits(rt, operator("tests"), who.account_id, amount=100 * MICRO, note="")
    assert await fan_out.step(rt, campaign_id) == Stopped("paused")
    await lifecycle.start(rt, who, campaign_id)
    assert await fan_out.step(rt, campaign_id) == Made(4, 0)
    assert await fan_out.step(rt, campaign_id) == Done(3, 0)
    await crowd.assert_adds_up(rt, campaign_id, recipients=12)


@pytest.mark.req("R103")
async def test_without_any_credit_nothing_is_made_however_often_it_is_resumed(rt: Runtime) -> None:
    who = await poor(rt, credits=0)
    campaign_id = await started(rt, who, 3)
    for _ in range(2):
        assert await FanOut().step(rt, campaign_id) == Stopped("out_of_funds")
        assert (await find.get(rt, who, campaign_id)).last_contact_id is None
        await lifecycle.resume(rt, who, campaign_id)
    await crowd.assert_adds_up(rt, campaign_id, recipients=0)


@pytest.mark.req("R103")
async def test_a_cheaper_text_after_the_first_uncovered_one_is_not_taken_out_of_turn(rt: Runtime) -> None:
    who = await poor(rt, credits=3)
    # The second costs more than is left after the first, the third would fit.
    table = [["number", "name"], ["+34600000001", "x"], ["+34600000002", "x" * 400], ["+34600000003", "x"]]
    people = await crowd.listed(rt, who, table)
    made = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Stopped("out_of_funds")
    assert await rows(rt, "SELECT dst FROM message") == [("34600000001",)]
    await ledger.grant_credits(rt, operator("tests"), who.account_id, amount=2 * MICRO, note="")
    await lifecycle.resume(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Done(2, 0)
    assert await ledger.balance(rt, who) == 0
    await crowd.assert_adds_up(rt, made.id, recipients=3)


@pytest.mark.req("R103")
async def test_skipped_people_before_the_first_uncovered_one_are_kept_and_those_after_come_later(rt: Runtime) -> None:
    who = await poor(rt, credits=1)
    numbers = ["+299220001", "+34600000001", "+299220002", "+34600000002", "+299220003"]
    people = await crowd.listed(rt, who, [["number", "name"], *([number, "x"] for number in numbers)])
    made = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Stopped("out_of_funds")
    assert await rows(rt, "SELECT count(*) FILTER (WHERE state = 'skipped'), count(*) FROM message") == [(2, 3)]
    await ledger.grant_credits(rt, operator("tests"), who.account_id, amount=MICRO, note="")
    await lifecycle.resume(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Done(1, 1)
    await crowd.assert_adds_up(rt, made.id, recipients=5)


async def test_where_nobody_can_be_sent_to_the_campaign_pauses_and_skips_nobody(rt: Runtime, who: Principal) -> None:
    campaign_id = await started(rt, who, 3)
    (connector,) = await configure.page(rt, operator("tests"))
    await configure.change_smpp(rt, operator("tests"), connector.id, is_enabled=False)
    assert await FanOut().step(rt, campaign_id) == Stopped("no_route")
    campaign = await find.get(rt, who, campaign_id)
    assert (campaign.state, campaign.reason, campaign.last_contact_id) == (CampaignState.PAUSED, "no_route", None)
    await crowd.assert_adds_up(rt, campaign_id, recipients=0)
    await configure.change_smpp(rt, operator("tests"), connector.id, is_enabled=True)
    await lifecycle.resume(rt, who, campaign_id)
    assert await FanOut().step(rt, campaign_id) == Done(3, 0)
    await crowd.assert_adds_up(rt, campaign_id, recipients=3)


async def test_only_running_campaigns_are_worked_on(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 3)
    made = await crowd.campaign(rt, who, people.id)
    assert await FanOut().step(rt, made.id) == Stopped("ready")
    await lifecycle.start(rt, who, made.id)
    await lifecycle.pause(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Stopped("paused")
    await lifecycle.cancel(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Stopped("cancelled")
    assert await FanOut().step(rt, CampaignId(uuid7())) == Busy()
    await crowd.assert_adds_up(rt, made.id, recipients=0)


async def kill_whoever_waits(rt: Runtime) -> None:
    """End the database session that waits for a lock, as the death of its process would."""
    waiting = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not await rows(rt, waiting):
        pass


@pytest.mark.parametrize("table", ["balance", "message", "queue", "progress", "campaign"])
async def test_killed_at_any_table_it_writes_a_slice_is_made_anew_and_nobody_is_lost_or_doubled(
    rt: Runtime, who: Principal, other_process: Runtime, table: str
) -> None:
    campaign_id = await started(rt, who, 25)
    fan_out = FanOut(slice_size=10)
    assert await fan_out.step(rt, campaign_id) == Made(10, 0)
    url = rt.settings.database_url or ""
    with psycopg.connect(url) as blocker:
        blocker.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
        step = asyncio.create_task(fan_out.step(other_process, campaign_id))
        await kill_whoever_waits(rt)
        with pytest.raises(Unavailable):
            await step
    await crowd.assert_adds_up(rt, campaign_id, recipients=10)
    assert await fan_out.step(rt, campaign_id) == Made(10, 0)
    assert await fan_out.step(rt, campaign_id) == Done(5, 0)
    await crowd.assert_adds_up(rt, campaign_id, recipients=25)


async def test_two_workers_on_one_campaign_make_everybody_once(
    rt: Runtime, who: Principal, other_process: Runtime
) -> None:
    campaign_id = await started(rt, who, 200)

    async def work(process: Runtime) -> int:
        fan_out = FanOut(slice_size=7)
        made = 0
        while True:
            step = await fan_out.step(process, campaign_id)
            if isinstance(step, Made | Done):
                made += step.accepted
            if isinstance(step, Done):
                return made

    made = await asyncio.gather(work(rt), work(other_process))
    assert sum(made) == 200
    await crowd.assert_adds_up(rt, campaign_id, recipients=200)


async def test_a_campaign_paused_by_hand_while_it_is_made_stands_still_at_once(
    rt: Runtime, who: Principal, other_process: Runtime
) -> None:
    campaign_id = await started(rt, who, 200)

    async def work() -> None:
        fan_out = FanOut(slice_size=5)
        while not isinstance(await fan_out.step(other_process, campaign_id), Stopped):
            pass

    worker = asyncio.create_task(work())
    while not await rows(rt, "SELECT FROM message LIMIT 1"):
        pass
    await lifecycle.pause(rt, who, campaign_id)
    assert await crowd.claim(rt, 1_000) == []
    await worker
    await crowd.assert_adds_up(rt, campaign_id)
    await lifecycle.resume(rt, who, campaign_id)
    while not isinstance(await FanOut().step(rt, campaign_id), Done):
        pass
    await crowd.assert_adds_up(rt, campaign_id, recipients=200)
