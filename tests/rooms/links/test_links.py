"""Short links of campaigns and single messages: each person's own, as long as was foreseen, counted once opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

import crowd
import make
from books import rows
from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.campaigns import find, forecast, lifecycle, reactions, report, report_file
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Done
from cablegram.campaigns.variants import By, Trial, Variant, Winner
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import CampaignId
from cablegram.links import reading, visiting
from cablegram.links.machines import MOST, Visit
from cablegram.links.visiting import Visits
from cablegram.messages.desk import Desk, Parcel
from cablegram.messages.model import Answer, Draft
from cablegram.messages.submit import Asked
from cablegram.runtime.runtime import Runtime

TEXT = (
    "Hello {{ name }}, everything is half the price today and tomorrow, come and see it all at "
    "https://shop.example/sale?for={{ name }} or leave: {{ unsubscribe_link }}"
)


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def sent(rt: Runtime, campaign_id: CampaignId, who: Principal) -> None:
    await lifecycle.start(rt, who, campaign_id)
    fan_out = FanOut(slice_size=50)
    while not isinstance(await fan_out.step(rt, campaign_id), Done):
        pass


async def codes(rt: Runtime) -> list[str]:
    return [
        str(code) for (code,) in await rows(rt, "SELECT code FROM short_link WHERE url IS NOT NULL ORDER BY number")
    ]


async def count(rt: Runtime, visits: Sequence[Visit]) -> None:
    async with rt.db.transaction() as conn:
        await visiting.count(conn, visits)


@pytest.mark.req("R17", "R45")
async def test_everybody_gets_links_of_their_own_at_the_price_that_was_foreseen(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 120)
    spring = await crowd.campaign(rt, who, people.id, text=TEXT, shorten=True)
    told = await forecast.of_campaign(rt, who, spring.id, prices=Prices())
    assert await rows(rt, "SELECT count(*) FROM short_link") == [(0,)]
    await sent(rt, spring.id, who)
    await crowd.assert_adds_up(rt, spring.id, recipients=120)
    became = await rows(rt, "SELECT sum(price)::bigint, sum(segments)::bigint, count(*) FROM message")
    assert became == [(told.price, told.segments, told.accepted)]
    kept = await rows(
        rt,
        "SELECT count(*), count(DISTINCT code), count(DISTINCT url), count(*) FILTER (WHERE url IS NULL)"
        " FROM short_link JOIN message ON message.id = message_id AND position(code IN body) > 0 AND dst = number",
    )
    assert kept == [(240, 240, 120, 120)]


async def test_one_message_has_its_links_shortened_where_it_asks_for_it(rt: Runtime, who: Principal) -> None:
    desk = Desk(rt)
    desk.open()
    text = "See https://shop.example/a and https://shop.example/a again"

    def written(drafts: Sequence[Draft]) -> Answer:
        return Answer(202, ",".join(one.refusal.code if one.refusal else str(one.id) for one in drafts).encode())

    asked = [Asked("+34600000118", text, shorten=True), Asked("+34600000119", text)]
    asked.append(Asked("+34600000120", "See http://192.168.1.1/ at home", shorten=True))
    answer = await desk.hand_in(Parcel(who.account_id, None, asked, written))
    await desk.close()
    first, second, refused = answer.body.decode().split(",")
    assert refused == "bad_link"
    ((code, url),) = await rows(rt, "SELECT code, url FROM short_link")
    assert url == "https://shop.example/a"
    base = rt.settings.links
    bodies = dict(await rows(rt, "SELECT id::text, body FROM message"))  # pyright: ignore[reportArgumentType, reportUnknownArgumentType, reportUnknownVariableType, reportCallIssue]
    assert bodies == {first: f"See {base}/l/{code} and {base}/l/{code} again", second: text}


@pytest.mark.req("R136")
async def test_people_and_machines_are_counted_apart_and_people_are_told_of(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 3)
    spring = await crowd.campaign(rt, who, people.id, text=TEXT, shorten=True)
    await sent(rt, spring.id, who)
    ana, bob, eve = await codes(rt)
    now = rt.clock.now()
    later = now + timedelta(hours=2)
    await count(rt, [Visit(ana, now, "1"), Visit(ana, now, "2"), Visit(eve, now, "3", is_machine=True)])
    await count(rt, [Visit(ana, later, "1"), Visit(bob, later, "4"), Visit("nothing00", later, "4")])
    became = await report.of_campaign(rt, who, spring.id)
    found = became.clicks
    assert (found.people, found.clicks, found.by_machines) == (2, 4, 1)
    assert [(one.url, one.clicks, one.people) for one in found.targets] == [("https://shop.example/sale", 4, 2)]
    assert [n for _, n in found.hours] == [1, 1]
    assert [(one.value, one.clicked) for one in became.countries] == [("ES", 2)]
    lines = [row[:3] + row[8:9] for row in report_file.rows(became, {})]
    assert lines[1] == ["all", "", "", "2"]
    assert lines[-1] == ["link", "https://shop.example/sale", "4 clicks", "2"]
    told = await rows(rt, "SELECT subject, data->'clicks' FROM event WHERE kind = 'links.clicked' ORDER BY id")
    assert [subject for subject, _ in told] == [spring.id, spring.id]
    assert [[one["to"] for one in clicks] for _, clicks in told] == [  # pyright: ignore[reportUnknownVariableType, reportGeneralTypeIssues]
        [f"+{crowd.SPAIN}"],
        [f"+{crowd.SPAIN + 1}", f"+{crowd.SPAIN}"] if bob < ana else [f"+{crowd.SPAIN}", f"+{crowd.SPAIN + 1}"],
    ]
    (link,) = [one for one in await reading.page(rt, who) if one.code == ana]
    assert (link.clicks, link.first_at, link.last_at) == (3, now, later)
    assert {one.code for one in await reading.page(rt, who, clicked=True)} == {ana, bob}
    assert {one.code for one in await reading.clicks_page(rt, who, spring.id)} == {ana, bob}


@pytest.mark.req("R149")
async def test_the_best_text_may_be_the_one_whose_link_most_people_opened(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 40)
    texts = tuple(Variant(name, 50, f"{name}: https://shop.example/{name}") for name in "AB")
    trial = Trial(texts, winner=Winner(By.CLICKS, 60, 99))
    spring = await crowd.campaign(rt, who, people.id, text=None, trial=trial, shorten=True)
    await lifecycle.start(rt, who, spring.id)
    await FanOut().step(rt, spring.id)
    found = await rows(rt, "SELECT code FROM short_link WHERE right(url, 2) = '/B' ORDER BY code")
    of_b = [str(code) for (code,) in found]
    assert of_b
    await count(rt, [Visit(code, rt.clock.now(), f"192.0.2.{n}") for n, code in enumerate(of_b)])
    async with rt.db.connection() as conn:
        tried = await reactions.tried(conn, await find.one(conn, who.account_id, spring.id), By.CLICKS)
    assert [(one.name, one.reacted) for one in tried] == [("A", 0), ("B", len(of_b))]


async def test_visits_wait_in_memory_and_are_all_counted_at_the_end(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 2)
    spring = await crowd.campaign(rt, who, people.id, text=TEXT, shorten=True)
    await sent(rt, spring.id, who)
    ana, bob = await codes(rt)
    visits = Visits(rt)
    visits.open()
    for code in (ana, bob, ana):
        visits.note(Visit(code, rt.clock.now(), "192.0.2.1"))
    await visits.close()
    assert await rows(rt, "SELECT sum(clicks) FROM short_link") == [(3,)]


async def test_an_address_is_known_as_a_machine_whichever_process_its_visits_come_to(
    rt: Runtime, who: Principal, clock: SetClock, database_url: str
) -> None:
    people = await crowd.crowd(rt, who, 2 * MOST)
    spring = await crowd.campaign(rt, who, people.id, text=TEXT, shorten=True)
    await sent(rt, spring.id, who)
    found = await codes(rt)
    other = make.runtime(database_url, clock)
    await other.db.open()
    doors = [Visits(rt), Visits(other)]
    for n, code in enumerate(found):
        doors[n % 2].note(Visit(code, clock.now(), "192.0.2.1"))  # each sees as many as a person may open
        doors[n % 2].note(Visit(code, clock.now(), f"198.51.100.{n}"))
    for door in doors:
        await door.flush()
    counted = "SELECT sum(clicks), sum(by_machines) FROM short_link"
    assert await rows(rt, counted) == [(0, 0)], "others of that second may be on their way"
    clock.move(timedelta(seconds=3))
    for door in doors:
        await door.flush()
    assert await rows(rt, counted) == [(2 * MOST, 2 * MOST)]
    assert await rows(rt, "SELECT count(*) FROM link_visit") == [(0,)]
    await other.db.close()


async def test_the_second_before_is_counted_along(rt: Runtime, who: Principal, clock: SetClock) -> None:
    people = await crowd.crowd(rt, who, MOST + 1)
    spring = await crowd.campaign(rt, who, people.id, text=TEXT, shorten=True)
    await sent(rt, spring.id, who)
    *most, last = await codes(rt)
    began, door = clock.now(), Visits(rt)
    for code in most:
        door.note(Visit(code, began, "192.0.2.1"))
    clock.move(timedelta(seconds=2))
    await door.flush()
    door.note(Visit(last, began + timedelta(seconds=1), "192.0.2.1"))
    clock.move(timedelta(seconds=2))
    await door.flush()
    assert await rows(rt, "SELECT sum(clicks), sum(by_machines) FROM short_link") == [(MOST, 1)]


async def test_links_lead_as_long_as_their_account_wants(rt: Runtime, who: Principal, clock: SetClock) -> None:
    people = await crowd.crowd(rt, who, 1)
    assert await reading.days(rt, who) == 90
    assert await reading.set_days(rt, who, 7) == 7
    with pytest.raises(InvalidInput, match="1 to 730 days"):
        await reading.set_days(rt, who, 0)
    spring = await crowd.campaign(rt, who, people.id, text=TEXT, shorten=True)
    await sent(rt, spring.id, who)
    (code,) = await codes(rt)
    link = await visiting.find(rt, code)
    assert link
    assert link.expires_at == rt.clock.now() + timedelta(days=7)
    assert await visiting.find(rt, "nothing00") is None
    clock.move(timedelta(days=38))
    await reading.forget(rt)
    assert await codes(rt) == []
    assert await rows(rt, "SELECT count(*) FROM short_link WHERE url IS NULL") == [(1,)]


async def test_a_campaign_with_a_link_that_deceives_is_not_made(rt: Runtime, who: Principal) -> None:
    people = await crowd.crowd(rt, who, 1)
    with pytest.raises(InvalidInput, match="another's"):
        await crowd.campaign(rt, who, people.id, text="See https://bank.example@evil.example/", shorten=True)
    kept = await crowd.campaign(rt, who, people.id, text="See https://bank.example@evil.example/")
    assert not kept.shorten
