"""Home: the checklist, the phone, and what comes after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from litestar import Litestar

import dispatching
import traffic
from books import rows
from browsing import Person, account_of, reach, served
from cablegram.connectors.configure import NewSmpp, add_smpp
from cablegram.connectors.model import SmppSettings
from cablegram.kit.ids import CampaignId, MessageId
from cablegram.messages import search
from cablegram.messages.model import State
from cablegram.panel import phone
from cablegram.panel.app import wind_up
from cablegram.panel.parts import Parts
from cablegram.runtime.runtime import Runtime
from cablegram.simulators.options import CarrierOptions
from cablegram.simulators.serve import Running, running
from cablegram.simulators.wire import Part

PARCEL = "Your parcel is here"


@pytest.fixture
async def carrier(panel: Litestar) -> AsyncIterator[Running]:
    """Give a simulated carrier, and let the panel find its phones."""
    parts: Parts = panel.state["parts"]
    async with running(CarrierOptions(smpp_port=0, http_port=0)) as at_work:
        parts.rt = replace(parts.rt, settings=replace(parts.rt.settings, handset_url=at_work.http_url))
        yield at_work


async def test_ids(rt: Runtime) -> list[MessageId]:
    found = await rows(rt, "SELECT id FROM message WHERE client_ref = 'panel-test'")
    return [MessageId(row[0]) for row in found]  # pyright: ignore[reportArgumentType]


async def test_the_checklist_begins_with_a_message_that_is_ready_to_be_sent(operator: Person) -> None:
    page = await operator.open("/")
    assert "0 of 4 done" in page.text
    fields = dict(page.form("/home/test").fields)
    assert fields["sender"] == "70001"
    assert fields["text"].startswith("Hello Ana")
    assert "The simulated carrier does not answer" in page.text


async def test_a_test_message_is_charged_once_however_often_its_form_is_posted(operator: Person, rt: Runtime) -> None:
    form = (await operator.open("/")).form("/home/test")
    sent = dict(form.fields)
    await asyncio.gather(*(operator.client.post("/home/test", data=sent) for _ in range(3)))
    assert len(await test_ids(rt)) == 1
    assert "98.00 cr" in (await operator.open("/")).text


async def test_a_delivered_test_message_ticks_its_step_and_tells_its_story(operator: Person, rt: Runtime) -> None:
    await operator.open("/")
    await operator.submit("/home/test")
    assert not [form for form in operator.page.forms if form.action == "/home/test"]
    await traffic.move(rt, await test_ids(rt), State.SUBMITTING, State.SUBMITTED, State.DELIVERED)
    page = await operator.open("/")
    assert "1 of 4 done" in page.text
    assert "It cost 2.00 credits, like any message to Spain" in page.text
    assert "The carrier took it" in page.text


async def test_a_test_message_that_failed_can_be_sent_again(operator: Person, rt: Runtime) -> None:
    await operator.open("/")
    await operator.submit("/home/test")
    await traffic.move(rt, await test_ids(rt), State.SUBMITTING, State.REJECTED)
    page = await operator.open("/")
    assert "Refused, and refunded" in page.text
    assert page.form("/home/test")


async def test_a_test_message_that_is_refused_keeps_what_was_typed(operator: Person) -> None:
    await operator.open("/")
    await operator.submit("/home/test", {"text": "Hey"}, expect=422)
    assert "This text has 3 characters" in operator.page.text
    assert dict(operator.page.form("/home/test").fields)["text"] == "Hey"


async def test_each_step_ticks_itself_off_when_it_is_true(operator: Person, rt: Runtime) -> None:
    who = await account_of(rt)
    settings = SmppSettings(host="127.0.0.1", system_id="x")
    await add_smpp(rt, who, NewSmpp(name="Orange", password="x", settings=settings))
    await operator.open("/contacts")
    await operator.submit("/contacts/samples")
    await operator.open("/")
    assert "2 of 4 done" in operator.page.text


async def test_after_the_last_step_the_day_is_shown(
    operator: Person, rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_STRETCHES", (1,))  # what was delivered before so many others still was delivered
    who = await account_of(rt)
    campaign = CampaignId(who.account_id)
    drafts = [traffic.draft(who, to=f"+3460000011{digit}") for digit in range(6)]
    ids = await traffic.accepted(rt, [*drafts, traffic.draft(who, to="+34910000118", campaign_id=campaign)])
    await traffic.move(rt, ids[:4], State.SUBMITTING, State.SUBMITTED)
    await traffic.move(rt, ids[:2], State.DELIVERED)
    await traffic.move(rt, ids[2:3], State.UNDELIVERED)
    await traffic.move(rt, ids[4:5], State.SUBMITTING, State.UNKNOWN)
    for step in ("contacts", "carrier", "campaign"):
        await operator.open("/")
        await operator.submit("/home/skip", {"step": step})
    page = await operator.open("/")
    assert "Sent today 6 in all states Delivered 66.7 % 3 messages with a last word Under way 3" in page.text
    assert "Did not arrive 1" in page.text
    assert "1 in question" in page.text
    assert "Spent today 12.00 cr" in page.text


async def test_only_a_step_of_the_checklist_can_be_skipped(operator: Person) -> None:
    await operator.open("/")
    await operator.submit("/home/skip", {"step": "everything else"})
    assert "0 of 4 done" in operator.page.text
    assert "skipped" not in operator.page.text


async def test_the_phone_answers_the_number_that_wrote_to_it(operator: Person, carrier: Running, rt: Runtime) -> None:
    who = await account_of(rt)
    number = phone.number_of(who.account_id)
    await operator.open("/")
    await operator.submit("/home/reply", {"text": "Hello?"}, expect=400)
    assert "Nobody who can be answered" in operator.page.text
    carrier.carrier.phones.receive(Part("70001", f"+{number}", PARCEL, None), rt.clock.now())
    page = await operator.open("/")
    assert "The simulated carrier does not answer" not in page.text
    assert PARCEL in page.text
    await operator.submit("/home/reply", {"text": "¿A qué hora?"})
    assert "¿A qué hora?" in operator.page.text
    last = carrier.carrier.phones.conversation(number)[-1]
    assert (last.to, last.text) == ("70001", "¿A qué hora?")


async def test_a_phone_without_a_carrier_says_so(operator: Person) -> None:
    await operator.open("/")
    await operator.submit("/home/reply", {"text": "Hello?"}, expect=503)
    assert "The simulated carrier does not answer" in operator.page.text


async def test_what_happens_on_the_phone_is_sent_to_the_page(
    operator: Person, panel: Litestar, carrier: Running, rt: Runtime
) -> None:
    number = phone.number_of((await account_of(rt)).account_id)
    page = await operator.open("/")
    address = page.body.partition('hx-sse:connect="')[2].partition('"')[0]
    async with served(panel, operator) as client, client.stream("GET", address) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        await reach(lines, "Nothing here yet")
        carrier.carrier.phones.receive(Part("70001", f"+{number}", PARCEL, None), rt.clock.now())
        await reach(lines, PARCEL)
        drafts = [replace(traffic.draft(await account_of(rt), to=f"+{number}"), client_ref="panel-test")]
        ids = await traffic.accepted(rt, drafts)
        await traffic.move(rt, ids, State.SUBMITTING, State.SUBMITTED, State.DELIVERED)
        carrier.carrier.phones.receive(Part("70001", f"+{number}", PARCEL, None), rt.clock.now())
        await reach(lines, "1 of 4 done")


async def test_streams_end_when_the_panel_winds_up(operator: Person, panel: Litestar) -> None:
    async with served(panel, operator) as client, client.stream("GET", "/home/live") as answer:
        lines = answer.aiter_lines()
        await reach(lines, "Nothing here yet")
        wind_up(panel)
        async with asyncio.timeout(5):
            assert [line async for line in lines if "Nothing" in line] == []


async def test_who_goes_away_leaves_nothing_behind(operator: Person, panel: Litestar, carrier: Running) -> None:
    number = phone.number_of((await account_of(panel.state["parts"].rt)).account_id)
    phones = carrier.carrier.phones
    async with served(panel, operator) as client:
        async with client.stream("GET", "/home/live") as answer:
            await reach(answer.aiter_lines(), "Nothing here yet")
            await dispatching.until(lambda: look(number in phones._watchers))
        await dispatching.until(lambda: look(number not in phones._watchers))


async def look(seen: bool) -> bool:  # noqa: FBT001 - what was seen
    return seen
