"""What a campaign's page shows, at each moment of its life."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

import crowd
import make
from cablegram.accounts.access import Principal, Scope
from cablegram.billing.prices import Prices
from cablegram.campaigns import forecast, lifecycle, progress, report
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.foreseen import CountryForecast
from cablegram.campaigns.model import NewCampaign, Second
from cablegram.consent.timing import Timing
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput, NotAllowed, NotFound
from cablegram.messages.model import State
from cablegram.pacing import schedule
from cablegram.runtime.runtime import Runtime
from cablegram.text.encoding import Encoding

PEOPLE = [
    ["number", "name"],
    ["+34600000001", "Ana"],
    ["+34600000002", "Zoë"],
    ["+34600000003", "Ж" * 100],
    ["+447400123456", "Bob"],
    ["+299221234", "Nuka"],
    ["+34600000004", ""],
]


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


@pytest.mark.req("R44", "R45")
async def test_a_forecast_says_what_then_happens(rt: Runtime, who: Principal) -> None:
    people = await crowd.listed(rt, who, PEOPLE)
    new = NewCampaign(name="spring", list_ids=[people.id], text="Hi {{ name }}")
    told = await forecast.of_new(rt, who, new, prices=Prices())
    assert (told.recipients, told.accepted, told.skipped) == (6, 4, {"no_tariff": 1, "text_too_short": 1})
    assert (told.segments, told.several_segments) == (5, 1)
    assert told.encodings == {Encoding.GSM0338: 2, Encoding.UCS2: 2}
    assert sum(one.price for one in told.countries) == told.price
    assert sum(one.people for one in told.countries) == told.accepted
    spain = next(one for one in told.countries if one.country == "ES")
    assert spain == CountryForecast("ES", 3, 4, 4 * (spain.tariff or 0), spain.tariff)
    assert told.longest
    assert (told.longest.segments, told.longest.text) == (2, "Hi " + "Ж" * 100)
    assert [one.text for one in told.samples][:2] == ["Hi Ana", "Hi Zoë"]

    made = await lifecycle.create(rt, who, new)
    assert await forecast.of_campaign(rt, who, made.id, prices=Prices()) == told
    await lifecycle.start(rt, who, made.id)
    await FanOut().step(rt, made.id)
    became = await report.of_campaign(rt, who, made.id)
    assert (became.charged, became.segments, became.skipped) == (told.price, told.segments, told.skipped)
    after = await forecast.of_campaign(rt, who, made.id, prices=Prices())
    assert after.balance == told.balance - told.price


@pytest.mark.req("R45", "R110")
async def test_a_forecast_counts_whom_the_window_shuts_out(rt: Runtime, who: Principal) -> None:
    people = await crowd.listed(rt, who, PEOPLE)
    early = {"any_day": {"from": "03:00", "to": "06:00"}}
    timing = Timing(schedule.read(early), early, validity=timedelta(hours=2))
    new = NewCampaign(name="soon", list_ids=[people.id], text="Hi {{ name }}", timing=timing)
    told = await forecast.of_new(rt, who, new, prices=Prices())
    assert (told.accepted, told.price) == (0, 0)
    assert told.skipped == {"window_missed": 4, "no_tariff": 1, "text_too_short": 1}
    at_night = rt.clock.now().replace(hour=3, minute=30) + timedelta(days=1)
    told = await forecast.of_new(rt, who, replace(new, start_at=at_night), prices=Prices())
    assert (told.accepted, told.skipped) == (4, {"no_tariff": 1, "text_too_short": 1})


async def test_a_forecast_reads_everybody_however_many_slices_that_takes(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 4_000)
    told = await forecast.of_new(rt, who, NewCampaign(name="", list_ids=[people.id], text=crowd.TEXT), prices=Prices())
    assert (told.recipients, told.accepted, len(told.samples)) == (4_000, 4_000, 5)


async def test_a_forecast_of_what_cannot_be_sent_is_an_error(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 1)
    with pytest.raises(InvalidInput) as caught:
        await forecast.of_new(
            rt, who, NewCampaign(name="x", list_ids=[people.id], text="Hi {{ nobody }}"), prices=Prices()
        )
    assert caught.value.code == "missing_variable"


@pytest.mark.req("R100")
async def test_progress_counts_what_is_handled_and_left_and_how_long_it_takes(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    people = await crowd.crowd(rt, who, 20)
    made = await crowd.campaign(rt, who, people.id)
    ready = await progress.now(rt, who, made.id)
    assert (ready.handled, ready.left, ready.not_made, ready.rate, ready.seconds_left) == (0, 20, 20, None, None)
    await lifecycle.start(rt, who, made.id)
    await FanOut(slice_size=15).step(rt, made.id)
    await crowd.send(rt, 6)
    clock.move(timedelta(seconds=2))
    now = await progress.now(rt, who, made.id)
    assert (now.handled, now.left, now.not_made) == (6, 14, 5)
    assert (now.rate, now.seconds_left) == (3.0, 14 / 3)
    assert now.done_at == clock.now() + timedelta(seconds=14 / 3)
    assert {state: count.n for state, count in now.counts.items()} == {State.QUEUED: 9, State.SUBMITTED: 6}
    assert now.charged == sum(count.amount for count in now.counts.values()) > 0
    assert (now.refunded, now.in_question) == (0, 0)
    # Long after the last message moved there is no rate and no end in sight.
    clock.move(timedelta(minutes=5))
    still = await progress.now(rt, who, made.id)
    assert (still.handled, still.rate, still.seconds_left, still.done_at) == (6, None, None, None)


@pytest.mark.req("R18")
async def test_progress_says_what_came_back_and_what_is_in_question(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 4)
    made = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, made.id)
    await FanOut().step(rt, made.id)
    price = (await progress.now(rt, who, made.id)).charged // 4
    await crowd.send(rt, 1, State.UNKNOWN)
    await crowd.send(rt, 1, State.REJECTED)
    await lifecycle.cancel(rt, who, made.id)
    now = await progress.now(rt, who, made.id)
    assert (now.charged, now.refunded, now.in_question) == (4 * price, 3 * price, price)
    assert (now.handled, now.left, now.not_made, now.rate) == (4, 0, 0, None)


@pytest.mark.req("R106")
async def test_a_report_says_what_became_of_everybody_by_country_and_reason(rt: Runtime, who: Principal) -> None:
    people = await crowd.listed(rt, who, PEOPLE)
    made = await crowd.campaign(rt, who, people.id, text="Hi {{ name }}")
    await lifecycle.start(rt, who, made.id)
    await FanOut().step(rt, made.id)
    ids = await crowd.send(rt, 100)
    await crowd.settle(rt, ids[:2], State.DELIVERED)
    told = await report.of_campaign(rt, who, made.id)
    assert {state: count.n for state, count in told.counts.items()} == {
        State.SUBMITTED: 2,
        State.DELIVERED: 2,
        State.SKIPPED: 2,
    }
    assert told.skipped == {"no_tariff": 1, "text_too_short": 1}
    assert [(one.value, one.messages, one.segments) for one in told.countries] == [
        ("ES", 3, 4),
        ("GB", 1, 1),
        ("GL", 0, 0),
    ]
    assert sum(one.delivered for one in told.countries) == 2
    assert sum(one.charged for one in told.countries) == told.charged
    assert sum(sum(one.counts.values()) for one in told.countries) == 6
    assert (told.segments, told.refunded) == (5, 0)


async def test_the_line_has_a_point_for_each_second_in_which_something_moved(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    people = await crowd.crowd(rt, who, 5)
    made = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, made.id)
    await FanOut().step(rt, made.id)
    began = clock.now()
    first = await crowd.send(rt, 3)
    clock.move(timedelta(seconds=2))
    await crowd.send(rt, 2)
    await crowd.settle(rt, first, State.DELIVERED)
    assert await progress.line(rt, who, made.id) == [
        Second(began, 3, 0),
        Second(began + timedelta(seconds=2), 2, 3),
    ]


async def test_the_overview_counts_each_campaign(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 3)
    quiet = await crowd.campaign(rt, who, people.id, name="quiet")
    busy = await crowd.campaign(rt, who, people.id, name="busy")
    await lifecycle.start(rt, who, busy.id)
    await FanOut().step(rt, busy.id)
    (first, counts), (second, nothing) = await progress.overview(rt, who)
    assert (first.id, second.id) == (busy.id, quiet.id)
    assert ({state: count.n for state, count in counts.items()}, nothing) == ({State.QUEUED: 3}, {})
    assert [one.id for one, _ in await progress.overview(rt, who, after=busy.id)] == [quiet.id]


async def test_another_account_sees_nothing_and_without_the_scope_nobody_does(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 1)
    made = await crowd.campaign(rt, who, people.id)
    other = await make.account(rt)
    sender = Principal(who.account_id, "sender", frozenset({Scope.SEND}))
    for deed in (progress.now, progress.line, report.of_campaign):
        with pytest.raises(NotFound):
            await deed(rt, other, made.id)
        with pytest.raises(NotAllowed):
            await deed(rt, sender, made.id)
    with pytest.raises(NotFound):
        await forecast.of_campaign(rt, other, made.id, prices=Prices())
    with pytest.raises(NotAllowed):
        await forecast.of_campaign(rt, sender, made.id, prices=Prices())
    assert await progress.overview(rt, other) == []
