"""People: lists, files that fill them, and campaigns to them."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar

import crowd
from books import rows
from browsing import Person, account_of, person, reach, served
from cablegram.accounts import members
from cablegram.billing import ledger
from cablegram.campaigns import find, progress
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import CampaignState
from cablegram.campaigns.work import Worker
from cablegram.kit.clock import SetClock
from cablegram.kit.money import MICRO
from cablegram.messages.model import State
from cablegram.panel.launching import UNDO
from cablegram.runtime.runtime import Runtime

GOOD = b"number,first_name,city\n600000118,Ana,Madrid\n+380671204518,\xd0\x9e\xd0\xbb\xd0\xb5\xd0\xbd\xd0\xb0,Kyiv\n"
BAD = b"number,first_name\n600000118,Ana\n12,Bo\n600000119,Eva,too much\n"


async def new_list(somebody: Person, name: str = "Newsletter") -> str:
    """Make a list and return its address."""
    await somebody.open("/contacts")
    await somebody.submit("/contacts", {"name": name, "description": "For tests"})
    return somebody.page.path


async def fill(
    somebody: Person, address: str, data: bytes = GOOD, *, expect: int = 200, skip: bool = False, **chosen: str
) -> None:
    await somebody.open(address)
    fields: dict[str, str | list[str]] = {"on_bad_rows": "skip" if skip else "refuse", **chosen}
    files = {"file": ("autumn.csv", data, "text/csv")}
    await somebody.submit(f"{address}/import", fields, files=files, expect=expect)


async def new_campaign(somebody: Person, list_address: str, *, expect: int = 200, **fields: str) -> str:
    """Make a campaign and return its address, without /launch."""
    await somebody.open(f"/campaigns/new?list={list_address.rpartition('/')[2]}")
    given: dict[str, str | list[str]] = {"name": "Autumn", "text": "Hola {{ first_name }}", "deed": "make", **fields}
    await somebody.submit("/campaigns", given, expect=expect)
    return somebody.page.path.removesuffix("/launch")


async def test_a_list_is_filled_from_a_file_and_shown(operator: Person) -> None:
    address = await new_list(operator)
    await fill(operator, address)
    assert "2 people are on the list" in operator.page.text
    page = await operator.open(address)
    assert "+34 600 000 118" in page.text
    assert "Олена" in page.text
    file = await operator.client.get(f"{address}/export")
    assert file.headers["content-disposition"] == 'attachment; filename="Newsletter.csv"'
    assert sorted(file.text.splitlines()) == sorted(
        ["number,first_name,city", "+34600000118,Ana,Madrid", "+380671204518,Олена,Kyiv"]
    )


async def test_a_bad_file_is_refused_with_its_lines_and_the_list_stays(operator: Person) -> None:
    address = await new_list(operator)
    await fill(operator, address)
    await fill(operator, address, BAD, expect=422)
    page = operator.page.text
    assert "Nothing was imported" in page
    assert "Line 3" in page
    assert "Line 4" in page
    assert "2 people" in (await operator.open(address)).text


@pytest.mark.req("R88")
async def test_a_second_file_replaces_the_people_or_adds_to_them_as_one_chooses(operator: Person) -> None:
    address = await new_list(operator)
    await fill(operator, address)
    await fill(operator, address, b"number\n600000119\n", others="keep")
    assert "3 people" in (await operator.open(address)).text
    await fill(operator, address, b"number\n600000119\n")
    assert "1 person" in (await operator.open(address)).text


async def test_looking_at_an_import_again_imports_nothing(operator: Person, rt: Runtime) -> None:
    address = await new_list(operator)
    await fill(operator, address, BAD, skip=True)
    outcome = operator.page.path
    assert outcome.startswith(f"{address}/imports/")
    said = operator.page.text
    assert "autumn.csv" in said
    before = await rows(rt, "SELECT id, at FROM contact_import")
    assert (await operator.open(outcome)).text == said
    assert await rows(rt, "SELECT id, at FROM contact_import") == before
    await operator.open(f"{address}/imports/{address.rpartition('/')[2]}", expect=404)
    other = await new_list(operator, "Other")
    await operator.open(outcome.replace(address, other), expect=404)


async def test_bad_rows_can_be_left_out(operator: Person) -> None:
    address = await new_list(operator)
    await fill(operator, address, BAD, skip=True)
    assert "1 person is on the list" in operator.page.text
    assert "2 wrong rows" in operator.page.text


@pytest.mark.parametrize("data", [b"", b"first_name\nAna\n", b"number;name\n600000118;Ana\n", b"\xff\xfe\x00"])
async def test_a_file_that_is_no_table_is_refused_with_a_sentence(operator: Person, data: bytes) -> None:
    address = await new_list(operator)
    await fill(operator, address, data, expect=422)
    assert "Nothing was imported" in operator.page.text


async def test_a_form_without_a_file_asks_for_one(operator: Person) -> None:
    address = await new_list(operator)
    await operator.open(address)
    await operator.submit(f"{address}/import", expect=422)
    assert "Choose a file first" in operator.page.text


async def test_two_lists_of_one_name_are_one_too_many_and_the_words_stay(operator: Person) -> None:
    await new_list(operator)
    await operator.open("/contacts")
    await operator.submit("/contacts", {"name": "Newsletter", "description": "Again"}, expect=422)
    assert "There is already a contact list named Newsletter" in operator.page.text
    assert dict(operator.page.form("/contacts").fields)["description"] == "Again"


async def test_the_samples_come_once(operator: Person) -> None:
    await operator.open("/contacts")
    await operator.submit("/contacts/samples")
    assert "50 people" in operator.page.text
    await operator.open("/")
    token = dict(operator.page.form("/logout").fields)["_csrf_token"]
    again = await operator.client.post("/contacts/samples", data={"_csrf_token": token})
    assert "The samples are here already" in again.text


async def test_a_list_is_deleted_and_its_page_is_gone(operator: Person) -> None:
    address = await new_list(operator)
    await operator.open(address)
    await operator.submit(f"{address}/delete")
    assert "No lists yet" in operator.page.text
    await operator.open(address, expect=404)


async def test_a_campaign_is_priced_before_it_starts(operator: Person) -> None:
    address = await new_list(operator)
    await fill(operator, address)
    campaign = await new_campaign(operator, address)
    page = operator.page
    assert page.path == f"{campaign}/launch"
    assert "2 people get it of 2" in page.text
    assert "Spain 1 1" in page.text
    assert "Ukraine 1 2" in page.text or "Ukraine 1 1" in page.text
    assert "Some prices are demo prices" in page.text


async def test_a_campaign_form_that_is_wrong_keeps_what_was_typed(operator: Person) -> None:
    address = await new_list(operator)
    await fill(operator, address)
    await new_campaign(operator, address, expect=422, text="Hola {{ points }}")
    assert "has no such column" in operator.page.text
    assert dict(operator.page.form("/campaigns").fields)["text"] == "Hola {{ points }}"
    assert dict(operator.page.form("/campaigns").fields)["list_id"] in address
    await operator.open("/campaigns/new")
    await operator.submit("/campaigns", {"name": "A", "text": "Hello there", "deed": "make"}, expect=422)
    await new_campaign(operator, address)
    await new_campaign(operator, address, expect=422)
    assert "There is already a campaign named Autumn" in operator.page.text


async def test_a_template_fills_the_text_and_is_named_while_its_words_stand(operator: Person, rt: Runtime) -> None:
    address = await new_list(operator)
    await fill(operator, address)
    await operator.open("/templates/new")
    await operator.submit("/templates", {"name": "Hello", "text": "Hello {{ city }}", "deed": "save"})
    await operator.open(f"/campaigns/new?list={address.rpartition('/')[2]}")
    template = re.search(r'<option value="([0-9a-f-]{36})">Hello', operator.page.body)
    assert template
    page = await operator.open(f"/campaigns/new?list={address.rpartition('/')[2]}&template_id={template[1]}&name=N")
    assert dict(page.form("/campaigns").fields)["text"] == "Hello {{ city }}"
    await operator.submit("/campaigns", {"deed": "make"})
    who = await account_of(rt)
    (made,) = await find.page(rt, who)
    assert str(made.template_id) == template[1]
    await operator.open(page.path)
    await operator.submit("/campaigns", {"name": "Other", "text": "Hello there", "deed": "make"})
    assert (await find.page(rt, who))[0].template_id is None


async def test_the_composer_shows_the_longest_text_and_counts_people_once(operator: Person) -> None:
    address = await new_list(operator)
    await fill(operator, address)
    other = await new_list(operator, "Other")
    await fill(operator, other)
    await operator.open("/campaigns/new")
    token = dict(operator.page.form("/campaigns").fields)["_csrf_token"]
    ids = [one.rpartition("/")[2] for one in (address, other)]
    sent = {"_csrf_token": token, "list_id": ids, "text": "Hola {{ first_name }} " * 8}
    said = " ".join((await operator.client.post("/campaigns/tape", data=sent)).text.split())
    assert "Олена, +380 67 120 4518" in said
    assert '<span class="text-xl font-semibold">2</span>' in said


async def test_too_little_credit_stands_in_place_of_the_button(operator: Person, panel: Litestar, rt: Runtime) -> None:
    address = await new_list(operator)
    lines = "".join(f"6000{number:05d},Ana\n" for number in range(60))
    await fill(operator, address, f"number,first_name\n{lines}".encode())
    campaign = await new_campaign(operator, address)
    page = await operator.open(f"{campaign}/launch")
    assert "20.00 credits are missing" in page.text
    assert "It would stop after about 50 people" in page.text
    assert f"{campaign}/start" not in [form.action for form in page.forms]
    assert "Give the account credit; then come back" in page.text
    assert "/operator/accounts" in page.links
    _, token = await members.invite(rt, await account_of(rt), login="ines", display_name="Inés", role="marketer")
    async with person(panel) as marketer:
        await marketer.open(f"/login/{token}")
        page = await marketer.open(f"{campaign}/launch")
        assert "Ask the operator for credit; then come back" in page.text
        assert "/operator/accounts" not in page.links


async def test_nobody_to_send_to_stands_in_place_of_the_button(operator: Person) -> None:
    address = await new_list(operator)
    await fill(operator, address, b"number,first_name\n")
    campaign = await new_campaign(operator, address)
    assert "Nobody would get it" in operator.page.text
    await operator.submit(f"{campaign}/delete")
    assert "The campaign is deleted" in operator.page.text


async def test_more_than_a_thousand_people_must_be_typed(operator: Person, rt: Runtime) -> None:
    who = await account_of(rt)
    await ledger.grant_credits(rt, who, who.account_id, amount=10_000 * MICRO, note="")
    address = await new_list(operator)
    rows = "".join(f"6000{number:05d},Ana\n" for number in range(1001))
    await fill(operator, address, f"number,first_name\n{rows}".encode())
    campaign = await new_campaign(operator, address)
    await operator.submit(f"{campaign}/start", {"typed": "1000"}, expect=422)
    assert "Type 1001 to launch" in operator.page.text
    assert dict(operator.page.form(f"{campaign}/start").fields)["typed"] == "1000"
    for given in ({"people": "", "typed": ""}, {"people": "", "all": "", "typed": ""}, {"people": "7", "all": ""}):
        await operator.submit(f"{campaign}/start", given, expect=422)
        await operator.open(f"{campaign}/launch")
    await operator.submit(f"{campaign}/start", {"typed": "1,001"})
    assert operator.page.path == campaign
    assert "Launched to 1,001 people" in operator.page.text


async def test_a_campaign_is_launched_paused_resumed_and_stopped(operator: Person, rt: Runtime) -> None:
    address = await new_list(operator)
    await fill(operator, address)
    campaign = await new_campaign(operator, address)
    await operator.submit(f"{campaign}/start")
    assert "running" in operator.page.text
    assert "Hola Ana" in operator.page.text or "Hola Олена" in operator.page.text
    assert "first_name" not in operator.page.text
    await FanOut().step(rt, (await find.page(rt, await account_of(rt)))[0].id)
    await operator.submit(f"{campaign}/pause")
    assert "Paused" in operator.page.text
    assert "by hand" in operator.page.text
    assert "This list is in use" in (await operator.open(address)).text
    await fill_is_refused(operator, address)
    await operator.open(campaign)
    await operator.submit(f"{campaign}/resume")
    assert "running" in operator.page.text
    page = await operator.open(f"{campaign}/stop")
    assert "2 people will not get it" in page.text
    await operator.submit(f"{campaign}/cancel")
    assert "Stopped for good" in operator.page.text
    assert "2 queued" not in operator.page.text
    assert (await operator.open(f"{campaign}/stop")).path == campaign
    assert (await operator.open(f"{campaign}/launch")).path == campaign
    again = dict(operator.page.form("/logout").fields)["_csrf_token"]
    answer = await operator.client.post(f"{campaign}/pause", data={"_csrf_token": again})
    assert answer.status_code == 409
    assert "so it can&#39;t be paused" in answer.text


async def fill_is_refused(operator: Person, address: str) -> None:
    token = dict(operator.page.form("/logout").fields)["_csrf_token"]
    files = {"file": ("autumn.csv", GOOD, "text/csv")}
    answer = await operator.client.post(f"{address}/import", data={"_csrf_token": token}, files=files)
    assert answer.status_code == 422
    assert "is used by a campaign that is not finished" in answer.text


async def test_a_campaign_that_ran_dry_says_so_and_goes_on_with_new_credit(
    operator: Person, rt: Runtime, clock: SetClock
) -> None:
    who = await account_of(rt)
    address = await new_list(operator)
    rows = "".join(f"6000{number:05d},Ana\n" for number in range(49))
    await fill(operator, address, f"number,first_name\n{rows}".encode())
    campaign = await new_campaign(operator, address)
    form = dict((await operator.open("/compose")).form("/compose").fields)
    await operator.client.post("/compose", data=form | {"to": "600000118", "text": "Hola Ana", "deed": "send"})
    await operator.open(f"{campaign}/launch")
    await operator.submit(f"{campaign}/start")
    form = dict((await operator.open("/compose")).form("/compose").fields)
    await operator.client.post("/compose", data=form | {"to": "600000118", "text": "Hola Ana", "deed": "send"})
    clock.move(UNDO)
    await Worker(rt).step()
    page = await operator.open(campaign)
    assert "Paused: the balance ran out" in page.text
    assert "49" in page.text
    await operator.open("/")
    await ledger.grant_credits(rt, who, who.account_id, amount=100 * MICRO, note="")
    await operator.open(campaign)
    await operator.submit(f"{campaign}/resume")
    assert "running" in operator.page.text
    ledger_page = await operator.open(f"/billing?campaign={campaign.rpartition('/')[2]}")
    assert "All campaigns" in ledger_page.text
    assert "Autumn" in ledger_page.text


async def test_a_running_campaign_sends_its_progress_until_it_is_done(
    operator: Person, panel: Litestar, rt: Runtime, clock: SetClock
) -> None:
    address = await new_list(operator)
    await fill(operator, address)
    campaign = await new_campaign(operator, address)
    await operator.submit(f"{campaign}/start")
    clock.move(UNDO)
    who = await account_of(rt)
    campaign_id = (await find.page(rt, who))[0].id
    async with served(panel, operator) as client, client.stream("GET", f"{campaign}/live") as answer:
        lines = answer.aiter_lines()
        await reach(lines, ">0</span>")
        await FanOut().step(rt, campaign_id)
        await crowd.send(rt, 100, State.SUBMITTED, State.DELIVERED)
        await reach(lines, ">2</span>")
        await Worker(rt).step()
        await reach(lines, "event: done")
    now = await progress.now(rt, who, campaign_id)
    assert now.campaign.state is CampaignState.FINISHED
    page = await operator.open(campaign)
    assert "all handed over in" in page.text
    assert "hx-sse:connect" not in page.body
    part = await operator.client.get(f"{campaign}/so-far", headers={"HX-Request": "true"})
    assert "Messages a second" in part.text
    assert "<html" not in part.text


@pytest.mark.req("R89", "R143", "R144")
async def test_the_record_of_a_person_is_found_read_and_changed_with_evidence(operator: Person) -> None:
    await fill(operator, await new_list(operator))
    page = await operator.open("/contacts/people?q=600+000+118")
    assert "nothing recorded" in page.text
    assert "+380" not in page.text
    assert "Nobody fits" in (await operator.open("/contacts/people?phone=paused&subscription=unrecorded")).text
    address = "/contacts/people/34600000118"
    await operator.open(address)
    page = await operator.submit(address, {"subscription": "subscribed"}, expect=422)
    assert "Say where the person agreed" in page.text
    typed = {"subscription": "subscribed", "source": "By telephone, 3 May", "v_1": "Getafe"}
    page = await operator.submit(address, typed)
    assert "By telephone, 3 May" in page.text
    assert 'value="Getafe"' in page.body
    await operator.submit(address, {"phone_status": "paused"})
    page = await operator.open("/contacts/people?phone=paused&subscription=subscribed")
    assert "+34 600 000 118" in page.text
    await operator.open(address)
    page = await operator.submit(address, {"number": "600000119"})
    assert "The new number is active" in page.text
    await operator.open(address, expect=404)
