"""What a forecast says is what the ledger says afterwards, to the micro-credit, whoever is left out and why."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

import crowd
import make
from books import rows
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.billing import ledger
from cablegram.billing.importing import load_demo
from cablegram.billing.prices import Prices
from cablegram.campaigns import forecast, lifecycle, people, report, turns
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.foreseen import Culprit
from cablegram.campaigns.model import Campaign, Done, NewCampaign
from cablegram.campaigns.variants import Trial, Variant
from cablegram.connectors.configure import NewSmpp, add_smpp
from cablegram.connectors.model import SmppSettings
from cablegram.consent import policy
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, NotAllowed, NotFound
from cablegram.kit.ids import CampaignId, uuid7
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime

TEXT = "Hola {{ name }}, we open at nine and close when the last of you has gone home, so take your time. BAJA: bye"
RULES = {
    "unrecorded_subscription": "none",
    "duplicate_guard": True,
    "caps": {"marketing": {"terms": [{"most": 1, "hours": 24}]}},
    "hours": {"quiet_hours": {"any_day": {"from": "21:00", "to": "09:00"}}},
}
# Every so many people are left out for a reason of their own.
MARKS = {
    13: "UPDATE contact SET phone_status = 'bounced' WHERE account_id = %s AND number::bigint %% 100 = 13",
    14: "UPDATE contact SET phone_status = 'paused' WHERE account_id = %s AND number::bigint %% 100 = 14",
    15: "UPDATE contact SET subscription = 'not_subscribed' WHERE account_id = %s AND number::bigint %% 100 = 15",
    16: "UPDATE contact SET subscription = NULL WHERE account_id = %s AND number::bigint %% 100 = 16",
    17: """INSERT INTO blacklist (account_id, number, id, how, added_by, added_at)
        SELECT account_id, number, id, 'by_hand', 'tests', now() FROM contact
        WHERE account_id = %s AND number::bigint %% 100 = 17""",
}
# `PEOPLE=100000 pytest tests/rooms/campaigns/test_forecast.py -k ledger_of_afterwards` says it of so many.
PEOPLE = int(os.environ.get("PEOPLE", "400"))
NAMES = ("Ana", "Zoë", "Олена", "Łucja", "O\u2019Neill", "José María de los Ángeles", "")


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def mixed(rt: Runtime, who: Principal, size: int, *, text: str | None = TEXT, **more: Any) -> Campaign:  # noqa: ANN401 - fields of NewCampaign
    """Make a campaign to people of all kinds on two lists, some of whom every rule leaves out."""
    table = [
        [
            f"+{1212_555_0000 + n}" if n % 9 == 5 else f"+299{20_0000 + n}" if n % 50 == 7 else f"+{crowd.SPAIN + n}",
            NAMES[n % 7],
        ]
        for n in range(size)
    ]
    everybody = await crowd.listed(rt, who, [["number", "name"], *table], name=f"all {uuid7()}")
    again = await crowd.listed(rt, who, [["number", "name"], *table[: size // 10]], name=f"some {uuid7()}")
    await write(rt, "UPDATE contact SET subscription = 'subscribed' WHERE account_id = %s", who.account_id)
    for statement in MARKS.values():
        await write(rt, statement, who.account_id)
    await policy.change(rt, replace(who, scopes=who.scopes | {Scope.OPERATOR}), RULES)
    first = await crowd.listed(rt, who, [["number", "name"], *table[40:60]], name=f"first {uuid7()}")
    before = await crowd.campaign(rt, who, first.id, name="before", text="Something else for {{ name }}")
    await run(rt, who, before)
    return await crowd.campaign(rt, who, everybody.id, again.id, text=text, **more)


async def write(rt: Runtime, statement: str, *values: object) -> None:
    async with rt.db.transaction() as conn:
        await conn.execute(statement, values)  # pyright: ignore[reportArgumentType]


async def run(rt: Runtime, who: Principal, campaign: Campaign) -> None:
    await lifecycle.start(rt, who, campaign.id)
    maker = FanOut()
    while not isinstance(await maker.step(rt, campaign.id), Done):
        pass


@pytest.mark.req("R44", "R45", "R105", "R148", "R149")
async def test_a_forecast_is_the_ledger_of_afterwards_whoever_is_left_out(rt: Runtime, who: Principal) -> None:
    await ledger.grant_credits(rt, operator("tests"), who.account_id, amount=10 * PEOPLE * MICRO, note="")
    with_links = f"{TEXT} https://shop.example/{{{{ name }}}} {{{{ unsubscribe_link }}}}"
    trial = Trial((Variant("A", 60, with_links), Variant("B", 40, TEXT)), holdout=5)
    campaign = await mixed(rt, who, PEOPLE, text=None, trial=trial, shorten=True)
    taken = await people.not_made(rt, who, campaign.id, limit=3)
    for one in taken:
        await people.take_out(rt, who, campaign.id, f"+{one.number}")
    told = await forecast.of_campaign(rt, who, campaign.id, prices=Prices())
    assert {
        "number_bounced",
        "number_paused",
        "not_subscribed",
        "consent_unknown",
        "blacklisted",
    } <= told.skipped.keys()
    assert {"no_tariff", "frequency_cap", "held_out", "taken_out"} <= told.skipped.keys()
    assert told.listed_twice == PEOPLE // 10
    assert told.recipients == PEOPLE == told.accepted + sum(told.skipped.values())
    await run(rt, who, campaign)
    await agrees(rt, campaign.id, told)
    became = await report.of_campaign(rt, who, campaign.id, at_once=True)
    assert (became.charged, became.segments, became.skipped) == (told.price, told.segments, told.skipped)
    assert {one.value: (one.messages, one.segments, one.charged) for one in became.countries if one.messages} == {
        one.country: (one.people, one.segments, one.price) for one in told.countries
    }


async def agrees(rt: Runtime, campaign_id: CampaignId, told: forecast.Forecast) -> None:
    """See that postings and rows say what the forecast said, by country and by reason."""
    charged = "SELECT -sum(amount)::bigint, sum(count)::bigint FROM posting WHERE campaign_id = %s AND kind = 'charge'"
    assert await rows(rt, charged, campaign_id) == [(told.price, told.accepted)]
    by_country = """SELECT country, count(*), sum(coalesce(gateway_segments, segments))::bigint, sum(price)::bigint
        FROM message WHERE campaign_id = %s AND state <> 'skipped' GROUP BY country"""
    assert sorted(await rows(rt, by_country, campaign_id)) == sorted(
        (one.country, one.people, one.segments, one.price) for one in told.countries
    )
    skipped = "SELECT reason, count(*) FROM message WHERE campaign_id = %s AND state = 'skipped' GROUP BY reason"
    assert dict(cast("list[tuple[str, int]]", await rows(rt, skipped, campaign_id))) == told.skipped


@pytest.mark.req("R101")
async def test_who_is_left_out_is_shown_person_by_person(rt: Runtime, who: Principal) -> None:
    campaign = await mixed(rt, who, 400)
    told = await forecast.of_campaign(rt, who, campaign.id, prices=Prices())
    for reason, n in told.skipped.items():
        found, last = await forecast.left_out(rt, who, campaign.id, reason=reason, limit=500, prices=Prices())
        assert (len(found), last) == (n, None)
        assert all(one.code == reason and one.sentence for one in found)
    some, last = await forecast.left_out(rt, who, campaign.id, reason="no_tariff", limit=3, prices=Prices())
    others, _ = await forecast.left_out(rt, who, campaign.id, reason="no_tariff", after=last, prices=Prices())
    assert len({one.number for one in (*some, *others)}) == told.skipped["no_tariff"] == 3 + len(others)


async def test_the_dearest_texts_and_the_character_that_makes_them_so_are_named(rt: Runtime, who: Principal) -> None:
    people = await crowd.listed(rt, who, [["number", "name"], *([f"+{crowd.SPAIN + n}", NAMES[n]] for n in range(5))])
    campaign = await crowd.campaign(rt, who, people.id, text=TEXT)
    told = await forecast.of_campaign(rt, who, campaign.id, prices=Prices())
    assert {one.text.split(",")[0] for one in told.worst} == {
        "Hola Олена",
        "Hola Łucja",
        "Hola O\u2019Neill",
        "Hola Zoë",
    }
    unit = told.worst[0].price // told.worst[0].segments
    assert Culprit("\u2019", 1, 1, unit) in told.culprits
    assert "О" not in {one.character for one in told.culprits}


async def test_who_is_held_out_and_each_text_count_as_they_will(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 200)
    trial = Trial((Variant("short", 50, "Hello {{ name }}"), Variant("long", 50, TEXT + TEXT)), holdout=20)
    new = NewCampaign(name="trial", list_ids=[people.id], trial=trial)
    campaign = await lifecycle.create(rt, who, new)
    told = await forecast.of_campaign(rt, who, campaign.id, prices=Prices())
    assert 10 < told.skipped["held_out"] < 80
    await run(rt, who, campaign)
    await agrees(rt, campaign.id, told)
    became = await report.of_campaign(rt, who, campaign.id)
    assert [line.value for line in became.lines["variant"]] == ["0", "1"]
    assert sum(line.messages for line in became.lines["variant"]) == told.accepted


@pytest.mark.req("R129")
async def test_each_connector_says_when_it_is_done_by_its_pace_and_the_hours_of_its_people(
    rt: Runtime, clock: SetClock
) -> None:
    await load_demo(rt)
    settings = SmppSettings(host="127.0.0.1", system_id="cablegram", throughput=10)
    new = NewSmpp(name="Cable One", password="simulate", settings=settings, is_simulated=False)
    await add_smpp(rt, operator("tests"), new)
    who = await make.account(rt, credits=100_000, default_country="ES")
    people = await crowd.crowd(rt, who, 300)
    campaign = await crowd.campaign(rt, who, people.id, sender="34911222333")
    (one,) = (told := await forecast.of_campaign(rt, who, campaign.id, prices=Prices())).connectors
    assert (one.name, one.people, one.rate, one.is_learned, one.held) == ("Cable One", 300, 10.0, False, 0)
    assert told.ends == clock.now() + timedelta(seconds=30)
    assert [advice.code for advice in told.advice] == ["provider_limits"]

    await policy.change(rt, who, {"hours": RULES["hours"]})
    clock.move(timedelta(hours=10))  # 23 o'clock in Madrid
    told = await forecast.of_campaign(rt, who, campaign.id, prices=Prices())
    assert told.held == 300
    (stretch,) = told.connectors[0].stretches
    # Nine o'clock on the Canaries: a Spanish mobile may be there (R109).
    assert (stretch.begins - clock.now(), stretch.people) == (timedelta(hours=11), 300)
    assert told.ends == stretch.begins + timedelta(minutes=5)  # what waited goes spread over the first minutes

    slow = await crowd.campaign(rt, who, people.id, name="slow", per_minute=60, sender="34911222333")
    clock.move(timedelta(hours=10))
    told = await forecast.of_campaign(rt, who, slow.id, prices=Prices())
    assert told.ends == clock.now() + timedelta(hours=1, minutes=5)


@pytest.mark.req("R107")
async def test_the_third_campaign_of_marketing_within_a_month_hears_that_two_are_enough(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    people = await crowd.crowd(rt, who, 1)
    for name in ("one", "two"):
        await run(rt, who, await crowd.campaign(rt, who, people.id, name=name))
    third = await crowd.campaign(rt, who, people.id, name="three")
    told = await forecast.of_campaign(rt, who, third.id, prices=Prices())
    assert [advice.title for advice in told.advice] == ["The third marketing campaign in 30 days"]
    clock.move(timedelta(days=31))
    assert (await forecast.of_campaign(rt, who, third.id, prices=Prices())).advice == []


async def test_nobody_forecasts_another_account_s_campaign(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 1)
    campaign = await crowd.campaign(rt, who, people.id)
    stranger = await make.account(rt)
    with pytest.raises(NotFound):
        await forecast.left_out(rt, stranger, campaign.id, reason="no_tariff", prices=Prices())
    blind = Principal(who.account_id, "key", frozenset[Scope]())
    with pytest.raises(NotAllowed):
        await forecast.left_out(rt, blind, campaign.id, reason="no_tariff", prices=Prices())


async def test_forecasts_of_an_account_are_made_one_by_one(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 2)
    campaign = await crowd.campaign(rt, who, people.id)
    async with turns.turn(who.account_id):
        with pytest.raises(Conflict, match="one by one"):
            async with turns.turn(who.account_id, patience=0.0):
                raise AssertionError("nobody else has the turn")
        waiting = asyncio.create_task(forecast.of_campaign(rt, who, campaign.id, prices=Prices()))
        other = await make.account(rt, credits=1)
        async with turns.turn(other.account_id, patience=0.0):
            assert not waiting.done()
    assert (await waiting).accepted == 2
