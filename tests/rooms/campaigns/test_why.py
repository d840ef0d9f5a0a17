"""Why did this go, and why not that: said of messages that were made, and of those that nobody has sent."""

from __future__ import annotations

import pytest

import crowd
import make
import traffic
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing.prices import Prices
from cablegram.campaigns import forecast as forecasting
from cablegram.campaigns import lifecycle
from cablegram.campaigns import why as contacts
from cablegram.campaigns.fan_out import FanOut
from cablegram.consent import blacklist, policy
from cablegram.consent.model import How, NewEntry
from cablegram.consent.rules import ORDER
from cablegram.kit.errors import InvalidInput, NotFound
from cablegram.kit.ids import uuid7
from cablegram.messages import hold, why
from cablegram.messages.model import MessageClass
from cablegram.messages.why import Why
from cablegram.runtime.runtime import Runtime

ANA, BEN, EVA = "34600000001", "34600000002", "34600000003"
USUAL = [rule.id for rule in ORDER if rule.id not in {"country", "duplicate", "frequency", "program"}]
BEFORE, BEHIND = ["text", "number", "from", "tariff"], ["time"]


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def of(rt: Runtime, who: Principal, number: str, **more: object) -> Why:
    return await contacts.of_contact(rt, who, f"+{number}", prices=Prices(), **more)  # type: ignore[arg-type]  by name


async def bar(rt: Runtime, who: Principal, number: str) -> None:
    async with rt.db.transaction() as conn:
        await blacklist.add(conn, [NewEntry(who.account_id, number, How.BY_HAND, who.name)], now=rt.clock.now())


@pytest.mark.req("R91", "R105")
async def test_of_a_campaign_each_person_s_answer_names_the_rule_that_decided(rt: Runtime, who: Principal) -> None:
    people = await crowd.listed(rt, who, [["number", "name"], [f"+{ANA}", "Ana"], [f"+{BEN}", "Ben"], [f"+{EVA}", ""]])
    made = await crowd.campaign(rt, who, people.id, sender="34911222333", text="Hello {{ name }}, see you")
    would = await of(rt, who, BEN, campaign_id=made.id)
    assert (would.message, would.sentence, would.stopped) == (None, "It would go.", None)
    assert [look.rule for look in would.looks] == ["list", *BEFORE, *USUAL, *BEHIND]
    stranger = await of(rt, who, "34600000009", campaign_id=made.id)
    assert stranger.stopped is not None
    assert stranger.stopped.code == "not_on_list"

    await bar(rt, who, BEN)
    would_not = await of(rt, who, BEN, campaign_id=made.id)
    assert would_not.stopped is not None
    assert (would_not.message, would_not.stopped.code, would_not.looks[-1]) == (
        None, "blacklisted", would_not.stopped
    )  # fmt: skip

    await lifecycle.start(rt, who, made.id)
    await FanOut().step(rt, made.id)
    went, barred, nameless = [await of(rt, who, one, campaign_id=made.id) for one in (ANA, BEN, EVA)]
    assert went.message is not None
    assert (went.sentence, went.stopped) == ("Nothing stood against it when it was accepted; now it is queued.", None)
    assert [look.rule for look in went.looks] == [*BEFORE, *USUAL, *BEHIND]
    assert {look.version for look in went.looks} == {1, 2}
    assert barred.stopped is not None
    assert (barred.stopped.rule, barred.stopped.code) == ("blacklist", "blacklisted")
    assert barred.sentence == f"It was skipped. +{BEN} is on the account's blacklist, which beats everything else."
    assert barred.looks[-1].remedy == "Take the number off the blacklist, if the person asks for it."
    assert nameless.stopped is None, "an empty value is a value"
    again = await why.of_message(rt, who, went.message.id)
    assert again == went
    async with rt.db.transaction() as conn:
        await hold.cancel(conn, who.account_id, made.id, now=rt.clock.now())
    gone = await of(rt, who, ANA, campaign_id=made.id)
    assert gone.sentence.endswith("now it is cancelled (its campaign was stopped).")


@pytest.mark.req("R56", "R148")
async def test_what_was_decided_is_said_by_the_rules_as_they_were_then(rt: Runtime, who: Principal) -> None:
    boss = operator("tests", who.account_id)
    await policy.change(rt, boss, {"duplicate_guard": True, "countries": ["ES"]})
    campaign = traffic.campaign()
    drafts = [traffic.draft(who, to=f"+{ANA}", campaign_id=campaign) for _ in range(2)]
    drafts += [traffic.draft(who, to=to, campaign_id=campaign) for to in ("+351912345678", "+34912345678")]
    ids = await traffic.accepted(rt, drafts)
    await policy.change(rt, boss, {"duplicate_guard": False, "countries": None})

    told = {one.message.number: one for one in [await why.of_message(rt, who, one) for one in ids[1:]] if one.message}
    first = await why.of_message(rt, who, ids[0])
    assert [look.rule for look in first.looks] == [
        *BEFORE, "blacklist", "review", "opt_out", "phone_status", "subscription", "country", "range", "sender",
        "duplicate", "validity", *BEHIND,
    ]  # fmt: skip
    assert {number: one.stopped and one.stopped.code for number, one in told.items()} == {
        ANA: "duplicate_text",
        "351912345678": "country_not_allowed",
        "+34912345678": "number_landline",
    }
    assert [look.rule for look in told["+34912345678"].looks] == ["text", "number"]


async def test_of_anybody_it_is_told_what_would_happen_now(rt: Runtime, who: Principal) -> None:
    assert (await of(rt, who, ANA)).sentence == "It would go."
    await policy.change(rt, who, {"unrecorded_subscription": "none"})
    advert = await of(rt, who, ANA, message_class=MessageClass.MARKETING)
    assert advert.stopped is not None
    assert (advert.stopped.code, [look.rule for look in advert.looks][:4]) == (
        "consent_unknown",
        ["number", "from", "tariff", "blacklist"],
    )
    fixed = await of(rt, who, "88213300000")
    assert fixed.stopped is not None
    assert fixed.stopped.code == "no_tariff"
    assert await rows(rt, "SELECT count(*) FROM message") == [(0,)]
    with pytest.raises(InvalidInput, match="country code"):
        await of(rt, who, "12")
    with pytest.raises(NotFound, match="no campaign"):
        await of(rt, who, ANA, campaign_id=uuid7())
    stranger = await make.account(rt)
    (message_id,) = await traffic.accepted(rt, [traffic.draft(who)])
    with pytest.raises(NotFound, match="no message"):
        await why.of_message(rt, stranger, message_id)


@pytest.mark.req("R91", "R105")
async def test_the_forecast_of_a_campaign_knows_whom_the_rules_will_stop(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 3)
    made = await crowd.campaign(rt, who, people.id, sender="34911222333")
    await bar(rt, who, str(crowd.SPAIN + 1))
    forecast = await forecasting.of_campaign(rt, who, made.id, prices=Prices())
    assert (forecast.recipients, forecast.accepted, forecast.skipped) == (3, 2, {"blacklisted": 1})
    assert await rows(rt, "SELECT count(*) FROM ruleset") == [(0,)], "nothing is remembered"
