"""A campaign as people go through it: the steps, the launch sheet, ten seconds to undo, the report, a link."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from litestar import Litestar
from structlog.testing import capture_logs

import crowd
from browsing import Person, account_of, person
from cablegram.campaigns import find, report
from cablegram.campaigns.fan_out import FanOut
from cablegram.contacts.model import ContactList
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import CampaignId
from cablegram.messages.model import State
from cablegram.panel.launching import UNDO
from cablegram.runtime.runtime import Runtime

PEOPLE = [["number", "name"], ["+34600000001", "Ana"], ["+34600000002", "Zoë"], ["+299221234", "Nuka"]]


@pytest.fixture
async def people(operator: Person, rt: Runtime) -> ContactList:
    await operator.open("/")
    return await crowd.listed(rt, await account_of(rt), PEOPLE, name="Regulars")


async def written(operator: Person, people: ContactList, **fields: str) -> str:
    """Go through the steps to the launch sheet; return the campaign's address."""
    await operator.open(f"/campaigns/new?list={people.id}")
    await operator.submit("/campaigns", {"name": "Autumn", "step": "content"})
    await operator.submit("/campaigns", {"text": "Hola {{ name }}", "step": "schedule", **fields})
    await operator.submit("/campaigns", {"deed": "make"})
    return operator.page.path.removesuffix("/launch")


@pytest.mark.req("R98", "R101")
async def test_the_steps_carry_what_was_typed_to_a_sheet_that_says_who_what_and_when(
    operator: Person, people: ContactList
) -> None:
    campaign = await written(operator, people, pace="600", canary="50", text_B="Hello {{ name }}", share_B="30")
    page = operator.page
    assert operator.page.path == f"{campaign}/launch"
    for words in ("2 people get it", "of 3", "no tariff for this country", "Regulars", "600 in five minutes at most"):
        assert words in page.text
    for words in ("50 people, then it waits for your word", "A 70 %, B 30 %", "Simulated carrier"):
        assert words in page.text
    page = await operator.open(f"{campaign}/left-out?reason=no_tariff")
    assert "+299 22 12 34" in page.text
    assert "There is no tariff for Greenland" in page.text


async def test_links_are_shortened_where_a_campaign_asks_for_it_and_lead_as_long_as_is_set(
    operator: Person, people: ContactList, rt: Runtime
) -> None:
    text = "See https://shop.example/sale?a-long-address-that-costs-a-segment or {{ unsubscribe_link }}"
    campaign = await written(operator, people, text=text, shorten="on")
    made = await find.get(rt, await account_of(rt), CampaignId(UUID(campaign.rpartition("/")[2])))
    assert made.shorten
    assert f"{rt.settings.links}/l/xxxxxxx" in operator.page.text
    page = await operator.open("/settings/links")
    assert f"{rt.settings.links}/l/xxxxxxx00" in page.text
    assert "Phones can't open these links yet" in page.text
    page = await operator.submit("/settings/links", {"days": "0"}, expect=422)
    assert "1 to 730 days" in page.text
    page = await operator.submit("/settings/links", {"days": "30"})
    assert dict(page.form("/settings/links").fields)["days"] == "30"


async def test_a_draft_is_changed_by_the_steps_it_was_made_in(operator: Person, people: ContactList) -> None:
    campaign = await written(operator, people)
    await operator.open(f"/campaigns/new?draft={campaign.rpartition('/')[2]}&step=content")
    assert dict(operator.page.form("/campaigns").fields)["text"] == "Hola {{ name }}"
    await operator.submit("/campaigns", {"text": "Hey {{ name }}", "deed": "make"})
    assert operator.page.path != f"{campaign}/launch"
    assert "Hey" in operator.page.text
    await operator.open(campaign, expect=404)


async def test_a_draft_keeps_all_that_its_form_has_and_is_left_alone_where_it_has_more(
    operator: Person, people: ContactList, rt: Runtime, clock: SetClock
) -> None:
    hours = {"hours": "set", "hours_from": "09:00", "hours_to": "17:00"}
    at = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    campaign = await written(operator, people, start=at, valid="5", guard_spend="12.5", **hours)
    who = await account_of(rt)
    before = await find.get(rt, who, id_of(campaign))
    assert before.timing.schedule is not None
    await operator.open(f"/campaigns/new?draft={campaign.rpartition('/')[2]}&step=schedule")
    await operator.submit("/campaigns", {"deed": "make"})
    after = await find.get(rt, who, id_of(operator.page.path.removesuffix("/launch")))
    for name in ("start_at", "timing", "guards", "audience", "text"):
        assert getattr(after, name) == getattr(before, name)

    more = await crowd.campaign(rt, who, people.id, name="more", description="Made by a call")
    await operator.open(f"/campaigns/new?draft={more.id}&step=content")
    assert operator.page.path == f"/campaigns/{more.id}/launch"
    assert "has more than this form" in operator.page.text


async def test_what_is_no_number_is_said_in_its_step(operator: Person, people: ContactList) -> None:
    await operator.open(f"/campaigns/new?list={people.id}")
    fields: dict[str, str | list[str]] = {"name": "A", "text": "Hello there", "pace": "-4", "deed": "make"}
    await operator.submit("/campaigns", fields, expect=422)
    assert "Write a whole number" in operator.page.text


async def test_a_launch_is_undone_within_ten_seconds_and_not_after(
    operator: Person, people: ContactList, rt: Runtime, clock: SetClock
) -> None:
    campaign = await written(operator, people)
    await operator.submit(f"{campaign}/start")
    assert "it goes in 10 seconds" in operator.page.text
    await operator.submit(f"{campaign}/undo")
    assert "The launch is undone" in operator.page.text
    await operator.submit(f"{campaign}/start")
    clock.move(UNDO)
    await FanOut().step(rt, id_of(campaign))
    assert "Undo" not in (await operator.open(campaign)).text


@pytest.mark.req("R44")
async def test_a_report_has_each_number_with_its_people_and_a_link_shows_it_without_any(
    operator: Person, people: ContactList, panel: Litestar, rt: Runtime, clock: SetClock
) -> None:
    campaign = await written(operator, people)
    await operator.submit(f"{campaign}/start")
    clock.move(UNDO)
    await FanOut().step(rt, id_of(campaign))
    await crowd.send(rt, 100, State.SUBMITTED, State.DELIVERED)
    page = await operator.open(f"{campaign}/report")
    for words in ("By country", "Spain", "By connector", "Simulated carrier", "By sender", "Why not"):
        assert words in page.text
    page = await operator.open(f"{campaign}/people?state=skipped&reason=no_tariff")
    assert "+299 22 12 34" in page.text
    table = await operator.client.get(f"{campaign}/report.csv")
    assert "country,ES,,2,2," in table.text

    await operator.open(f"{campaign}/report")
    await operator.submit(f"{campaign}/shares", {"days": "7"})
    link = re.search(r"/shared/[\w-]+", operator.page.text)
    assert link
    async with person(panel) as stranger:
        shared = await stranger.open(link[0])
        assert "Spain" in shared.text
        for secret in ("600 000", "34600", "299", "Ana", "Simulated carrier", "By sender"):
            assert secret not in shared.text
        assert shared.headers["x-robots-tag"] == "noindex, nofollow"
        assert shared.headers["cache-control"] == "no-store"
        with pytest.MonkeyPatch.context() as patch, capture_logs() as logged:
            patch.setattr(report, "of_account", None)
            await stranger.open(link[0], expect=500)
        assert [one["path"] for one in logged] == ["/shared/..."], "else who reads the log could open it"
        await operator.open(f"{campaign}/report")
        await operator.submit(next(one.action for one in operator.page.forms if one.action.endswith("/revoke")))
        assert "This link is closed" in (await stranger.open(link[0], expect=404)).text
        assert "This link is closed" in (await stranger.open("/shared/nonsense", expect=404)).text


def id_of(campaign: str) -> CampaignId:
    return CampaignId(UUID(campaign.rpartition("/")[2]))
