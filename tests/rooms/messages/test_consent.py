"""May it go? Asked of each batch on its way in, with what stands in the database at that moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing.prices import Prices
from cablegram.consent import blacklist, gather, policy, rulebook
from cablegram.consent.case import Purpose
from cablegram.consent.model import How, NewEntry
from cablegram.contacts.model import NOTHING_KNOWN, PhoneStatus, Statuses, Subscription
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import uuid7
from cablegram.messages import upkeep
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft, MessageClass
from cablegram.runtime.runtime import Runtime

FROM = "34911222333"


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=1000, default_country="ES")


def to(who: Principal, whom: str = "34600000118", text: str = "Hello there", **rest: object) -> Draft:
    return replace(Draft(who.account_id, f"+{whom}", text, sender=FROM), **rest)  # type: ignore[arg-type]  by name


async def judged(rt: Runtime, *drafts: Draft, keep_refused: bool = False) -> list[str | None]:
    """Accept drafts in one transaction; return each one's refusal."""
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=Prices(), now=rt.clock.now(), keep_refused=keep_refused)
    return [one.refusal.code if one.refusal else None for one in drafts]


async def know(rt: Runtime, who: Principal, number: str, phone: str, said: str | None) -> None:
    await rows(
        rt,
        "INSERT INTO contact (id, account_id, number, country, variables, phone_status, subscription, created_at,"
        " updated_at) VALUES (%s, %s, %s, 'ES', '{}', %s, %s, now(), now()) RETURNING id",
        uuid7(),
        who.account_id,
        number,
        phone,
        said,
    )


async def bar(rt: Runtime, who: Principal, number: str) -> None:
    async with rt.db.transaction() as conn:
        await blacklist.add(conn, [NewEntry(who.account_id, number, How.BY_HAND, who.name)], now=rt.clock.now())


@pytest.mark.req("R143", "R144")
async def test_of_the_18_cases_four_are_accepted_whether_the_statuses_come_along_or_are_asked_for(
    rt: Runtime, shop: Principal
) -> None:
    people = [(f"3460000{n:04}", phone, said) for n, (phone, said) in enumerate(product(PhoneStatus, Subscription))]
    for number, phone, said in people:
        await know(rt, shop, number, phone, said)
    cases = [(*one, kind) for one in people for kind in (MessageClass.MARKETING, MessageClass.TRANSACTIONAL)]

    asked = await judged(rt, *(to(shop, number, message_class=kind) for number, _, _, kind in cases))
    known = [
        to(shop, number, number=number, country="ES", statuses=Statuses(phone, said), message_class=kind)
        for number, phone, said, kind in cases
    ]
    assert len(asked) == 18
    assert asked == await judged(rt, *known)
    assert {(phone, said, kind) for (_, phone, said, kind), stop in zip(cases, asked, strict=True) if not stop} == {
        (PhoneStatus.ACTIVE, Subscription.SUBSCRIBED, MessageClass.MARKETING),
        (PhoneStatus.ACTIVE, Subscription.SUBSCRIBED, MessageClass.TRANSACTIONAL),
        (PhoneStatus.ACTIVE, Subscription.NOT_SUBSCRIBED, MessageClass.TRANSACTIONAL),
        (PhoneStatus.ACTIVE, Subscription.NONE, MessageClass.TRANSACTIONAL),
    }

    def advert() -> Draft:
        return to(shop, "34699999999", message_class=MessageClass.MARKETING)

    assert await judged(rt, advert()) == [None], "nobody ever said anything"
    await policy.change(rt, shop, {"unrecorded_subscription": "none"})
    assert await judged(rt, advert()) == ["consent_unknown"]
    await assert_sums_hold(rt)


@pytest.mark.req("R62", "R91", "R105")
async def test_who_was_blacklisted_between_two_batches_gets_nothing_of_the_second(rt: Runtime, shop: Principal) -> None:
    other = await make.account(rt)
    campaign = traffic.campaign()
    await know(rt, shop, "34600000118", "active", "subscribed")
    assert await judged(rt, to(shop), to(shop, "34600000119"), to(other)) == [None] * 3

    await bar(rt, shop, "34600000118")
    assert await judged(rt, to(shop), to(shop, "34600000119"), to(other)) == ["blacklisted", None, None]
    later = [to(shop, campaign_id=campaign, statuses=NOTHING_KNOWN), to(shop, "34600000119", campaign_id=campaign)]
    assert await judged(rt, *later, keep_refused=True) == ["blacklisted", None]
    assert await rows(rt, "SELECT dst, state::text, reason, price FROM message WHERE campaign_id IS NOT NULL") == [
        ("34600000119", "queued", None, later[1].price),
        ("34600000118", "skipped", "blacklisted", 0),
    ]
    answers = [to(shop, purpose=one) for one in Purpose]
    assert await judged(rt, *answers) == ["blacklisted", "blacklisted", "blacklisted", None], "the last confirms it"
    await assert_sums_hold(rt)


@pytest.mark.req("R62")
async def test_a_number_whose_answer_waits_for_a_reader_gets_nothing(rt: Runtime, shop: Principal) -> None:
    await rows(
        rt,
        "INSERT INTO consent_review (text_id, account_id, number, sender, matched, doubt, opened_at)"
        " VALUES (%s, %s, '34600000118', '1', 'stop', 'ELSEWHERE', now()) RETURNING 1",
        uuid7(),
        shop.account_id,
    )
    assert await judged(rt, to(shop)) == ["held_for_review"]
    await rows(rt, "UPDATE consent_review SET verdict = 'go_on' RETURNING 1")
    assert await judged(rt, to(shop)) == [None]


@pytest.mark.req("R56")
async def test_the_same_text_goes_again_after_twelve_hours_and_no_minute_earlier(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    assert await judged(rt, to(shop), to(shop)) == [None, None], "off for accounts until it is switched on"
    await policy.change(rt, operator("tests", shop.account_id), {"duplicate_guard": True})

    assert await judged(rt, to(shop), to(shop), to(shop, text="Another text")) == [None, "duplicate_text", None]
    pictures = [
        to(shop, number="34600000118", country="ES", source=FROM, media_url=f"https://example.com/{name}.png")
        for name in "aab"
    ]
    async with rt.db.transaction() as conn:
        stopped = await gather.judge(conn, gather.ask(conn, pictures), now=rt.clock.now())
    assert [one.subject for one in stopped] == [pictures[1]], "another picture is another text"
    clock.move(timedelta(hours=11, minutes=59))
    assert await judged(rt, to(shop), to(shop, "34600000119"), to(shop, purpose=Purpose.AUTOMATIC)) == [
        "duplicate_text",
        None,
        None,
    ]
    clock.move(timedelta(minutes=1))
    assert await judged(rt, to(shop)) == [None]
    clock.move(timedelta(hours=12, seconds=1))
    await upkeep.forget_what_went(rt)
    assert await rows(rt, "SELECT count(*) FROM recent_text") == [(0,)]


async def test_forgetting_old_texts_waits_for_nobody_who_sends_one_of_them_again(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    await policy.change(rt, operator("tests", shop.account_id), {"duplicate_guard": True})
    assert await judged(rt, to(shop), to(shop, text="Another text")) == [None, None]
    clock.move(timedelta(hours=13))
    async with rt.db.transaction() as conn:
        again = to(shop)
        await accept(conn, [again], prices=Prices(), now=rt.clock.now())
        await conn.send()
        # It has one of the rows, and may want the other next: whoever waited for it here would wait in a circle.
        await upkeep.forget_what_went(rt)
    assert again.refusal is None
    assert await rows(rt, "SELECT at FROM recent_text") == [(rt.clock.now(),)]


@pytest.mark.req("R56", "R148")
async def test_what_was_rolled_back_or_refused_for_lack_of_credit_does_not_count(rt: Runtime) -> None:
    await traffic.open_ways(rt)
    poor = await make.account(rt, credits=0)
    caps = {"transactional": {"terms": [{"most": 1, "hours": 24}]}}
    await policy.change(rt, operator("tests", poor.account_id), {"duplicate_guard": True, "caps": caps})
    for _ in range(2):
        assert await judged(rt, to(poor)) == ["insufficient_credit"]
    assert await rows(rt, "SELECT count(*) FROM recent_text") == [(0,)]
    assert await rows(rt, "SELECT count(*) FROM recent_message") == [(0,)]


@pytest.mark.req("R148")
async def test_a_person_gets_no_more_of_a_class_than_its_cap_allows(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    caps = {"marketing": {"terms": [{"most": 2, "hours": 24}], "dwell_minutes": 60}}
    await policy.change(rt, shop, {"caps": caps})

    def advert(number: str = "34600000118") -> Draft:
        return to(shop, number, message_class=MessageClass.MARKETING)

    assert await judged(rt, advert(), advert(), advert("34600000119"), to(shop)) == [None, "dwell_time", None, None]
    clock.move(timedelta(hours=1))
    assert await judged(rt, advert()) == [None]
    clock.move(timedelta(hours=22, minutes=59))
    assert await judged(rt, advert(), advert("34600000119")) == ["frequency_cap", None]
    clock.move(timedelta(minutes=1))
    assert await judged(rt, advert()) == [None], "the first is a day ago"
    clock.move(timedelta(hours=25))
    await upkeep.forget_what_went(rt)
    assert await rows(rt, "SELECT count(*) FROM recent_message") == [(0,)]


async def test_countries_and_kinds_of_numbers_are_the_account_s_to_choose(rt: Runtime, shop: Principal) -> None:
    drafts = [to(shop), to(shop, "351912345678"), to(shop, "34803123456")]
    assert await judged(rt, *drafts) == [None, None, "range_not_allowed"]
    await policy.change(rt, shop, {"countries": ["PT"], "lines_off": []})
    again = [to(shop), to(shop, "351912345678"), to(shop, "34803123456")]
    assert await judged(rt, *again) == ["country_not_allowed", None, "country_not_allowed"]


async def test_a_message_keeps_by_which_rules_it_was_judged_and_what_they_saw(rt: Runtime, shop: Principal) -> None:
    await know(rt, shop, "34600000118", "active", "not_subscribed")
    few, many = [to(shop)], [to(shop, number=f"346{n + 1000:08}", country="ES") for n in range(151)]
    await judged(rt, *few)
    await judged(rt, *many)
    usual = rulebook.compiled(None)
    simulated = 1 << 12
    assert await rows(rt, "SELECT ruleset, seen, count(*) FROM message GROUP BY 1, 2 ORDER BY 3") == [
        (usual.ruleset, simulated | 2 << 5, 1),
        (usual.ruleset, simulated, 151),
    ]
    assert await rows(rt, "SELECT id FROM ruleset") == [(usual.ruleset,)]
