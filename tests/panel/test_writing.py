"""Writing: one message, templates, and what the composer is told while one writes."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import re

import msgspec
import pytest

import traffic
from books import rows
from browsing import Person, account_of
from cablegram.accounts import directory
from cablegram.accounts.access import operator as principal
from cablegram.connectors import configure
from cablegram.connectors.contract import Incoming
from cablegram.connectors.model import SmppSettings
from cablegram.dispatch.recorder import Text
from cablegram.inbound.receive import receive
from cablegram.kit.ids import time_of, uuid7
from cablegram.messages import search
from cablegram.runtime.runtime import Runtime

ANA = "600 000 118"


async def tape(somebody: Person, page: str, **fields: str) -> str:
    """Ask for the cut of a text, as the composer's script does."""
    await somebody.open(page)
    form = next(form for form in somebody.page.forms if ("text", "") in form.fields or "text" in dict(form.fields))
    sent = dict(form.fields) | fields
    place = "/compose" if page == "/compose" else page.rpartition("/")[0]
    answer = await somebody.client.post(f"{place}/tape", data=sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    return " ".join(answer.text.split())


async def test_a_message_goes_on_its_way_and_its_story_is_shown(operator: Person) -> None:
    await operator.open("/compose")
    await operator.submit("/compose", {"to": ANA, "text": "Hola Ana", "deed": "send"})
    assert operator.page.path.startswith("/messages/")
    assert "On its way to +34 600 000 118" in operator.page.text
    assert "Accepted and charged" in operator.page.text


async def test_a_list_of_messages_goes_back_stretch_by_stretch_and_its_file_holds_all(
    operator: Person, rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_STRETCHES", (2,))
    ids = await traffic.accepted(rt, [traffic.draft(await account_of(rt), f"Text {n}") for n in range(5)])
    page = await operator.open("/messages?q=Text+0")
    assert "No message fits these filters, back to" in page.text
    page = await operator.open(f"/messages?q=Text+0&after={ids[3]}")
    assert "Look further back" in page.text
    assert "/messages?q=Text+0" in page.links, "back to where one came from"
    page = await operator.open(f"/messages?q=Text+0&after={ids[0]}")
    assert "There is nothing older." in page.text
    lines = (await operator.client.get("/messages/export?q=Text+0")).text.splitlines()
    assert [line.partition(",")[0] for line in lines] == ["id", str(ids[0])]


async def test_links_of_one_message_are_shortened_where_one_says_so(operator: Person, rt: Runtime) -> None:
    text = f"See https://shop.example/{'autumn/' * 12}"
    assert "/l/xxxxxxx" not in await tape(operator, "/compose", to=ANA, text=text)
    assert "/l/xxxxxxx" in await tape(operator, "/compose", to=ANA, text=text, shorten="on")
    await operator.open("/compose")
    await operator.submit("/compose", {"to": ANA, "text": text, "shorten": "on", "deed": "check"})
    assert "It would go" in operator.page.text
    await operator.submit("/compose", {"to": ANA, "text": text, "shorten": "on", "deed": "send"})
    ((code, body),) = await rows(rt, "SELECT code, body FROM short_link JOIN message ON message.id = message_id")
    assert body == f"See {rt.settings.links}/l/{code}"


async def test_a_form_that_is_posted_twice_sends_one_message(operator: Person, rt: Runtime) -> None:
    form = (await operator.open("/compose")).form("/compose")
    sent = dict(form.fields) | {"to": ANA, "text": "Hola Ana", "deed": "send"}
    answers = await asyncio.gather(*(operator.client.post("/compose", data=sent) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({str(answer.url) for answer in answers}) == 1
    assert await rows(rt, "SELECT count(*) FROM message") == [(1,)]
    changed = await operator.client.post("/compose", data=sent | {"text": "Hola otra vez"})
    assert changed.status_code == 200
    assert await rows(rt, "SELECT count(*) FROM message") == [(2,)]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"to": "12", "text": "Hola Ana"}, "12"),
        ({"to": "910 000 118", "text": "Hola Ana"}, "fixed line"),
        ({"to": ANA, "text": "Hey"}, "This text has 3 characters"),
        ({"to": ANA, "text": ""}, "This text has 0 characters"),
        ({"to": ANA, "text": "Hola Ana " * 4500}, "segments"),
        ({"to": ANA, "text": "Hola Ana", "sender": "no such thing!"}, "can't be a sender"),
        ({"to": ANA, "text": "abcde " * 1500}, "credit"),
    ],
)
async def test_what_a_rule_says_stands_on_the_form_and_the_words_stay(
    operator: Person, fields: dict[str, str], sentence: str
) -> None:
    await operator.open("/compose")
    await operator.submit("/compose", {**fields, "deed": "send"}, expect=422)
    assert sentence in operator.page.text
    kept = dict(operator.page.form("/compose").fields)
    assert kept["to"] == fields["to"]
    assert kept["text"].split() == fields["text"].split()


async def test_check_only_shows_the_cut_and_the_price_and_sends_nothing(operator: Person, rt: Runtime) -> None:
    await operator.open("/compose")
    await operator.submit("/compose", {"to": ANA, "text": "Hola " * 40, "deed": "check"})
    assert "4.00 cr 2 segments to Spain at 2.00" in operator.page.text
    assert await rows(rt, "SELECT count(*) FROM message") == [(0,)]


async def test_replace_works_without_a_script(operator: Person) -> None:
    await operator.open("/compose")
    await operator.submit("/compose", {"to": ANA, "text": "Hola – Ana’s", "deed": "replace"})
    assert dict(operator.page.form("/compose").fields)["text"] == "Hola - Ana's"


async def test_line_ends_of_browsers_are_one_character(operator: Person, rt: Runtime) -> None:
    await operator.open("/compose")
    await operator.submit("/compose", {"to": ANA, "text": "Hola\r\nAna", "deed": "send"})
    assert await rows(rt, "SELECT body FROM message") == [("Hola\nAna",)]


async def test_an_address_can_begin_a_message(operator: Person) -> None:
    fields = dict((await operator.open("/compose?to=%2B34600000118&text=Hola")).form("/compose").fields)
    assert (fields["to"], fields["text"]) == ("+34600000118", "Hola")


@pytest.mark.req("R45")
async def test_the_composer_is_told_the_cut_the_price_and_the_look(operator: Person) -> None:
    said = await tape(operator, "/compose", to=ANA, text="¿Cuándo – mañana?")
    assert 'hx-target="#price"' in said
    assert 'hx-target="#preview"' in said
    assert "Unicode" in said
    assert "2.00" in said
    assert "The price stands here as soon as" in await tape(operator, "/compose", to="6", text="Hola")


async def test_a_template_is_saved_changed_and_deleted(operator: Person) -> None:
    await operator.open("/templates/new")
    await operator.submit("/templates", {"name": "Pickup", "text": "Hi {{ first_name }}", "deed": "save"})
    assert "Pickup" in operator.page.text
    address = next(link for link in operator.page.links if link.startswith("/templates/") and link != "/templates/new")
    await operator.open(address)
    await operator.submit(address, {"name": "Pickup ES", "text": "Hola {{ first_name }}", "deed": "save"})
    assert "Pickup ES" in operator.page.text
    await operator.open(address)
    await operator.submit(f"{address}/delete")
    assert "No templates yet" in operator.page.text


async def test_a_template_that_is_wrong_is_not_saved_and_stays_typed(operator: Person) -> None:
    await operator.open("/templates/new")
    await operator.submit("/templates", {"name": "", "text": "Hi {{ first_name", "deed": "save"}, expect=422)
    assert dict(operator.page.form("/templates").fields)["text"] == "Hi {{ first_name"
    await operator.submit("/templates", {"name": "A", "text": "Hi {{ first_name", "deed": "save"}, expect=422)
    assert "Line 1, character 4" in operator.page.text


async def test_two_templates_of_one_name_are_one_too_many(operator: Person) -> None:
    for expected in (200, 422):
        await operator.open("/templates/new")
        await operator.submit("/templates", {"name": "A", "text": "Hello", "deed": "save"}, expect=expected)
    assert "There is already a template named A" in operator.page.text


async def test_a_template_is_shown_with_its_variables_while_it_is_written(operator: Person) -> None:
    said = await tape(operator, "/templates/new", text='Hi {{ name | default: "you" }}, in {{ city }}')
    assert "Hi" in said
    assert "needed" in said
    assert "else" in said
    await operator.open("/templates/new")
    await operator.submit("/templates", {"name": "A", "text": "Hi – {{ city }}", "deed": "replace"})
    assert dict(operator.page.form("/templates").fields)["text"] == "Hi - {{ city }}"
    await operator.submit("/templates", {"name": "A", "text": "Hi {{ city }}", "deed": "check"})
    assert "Variables" in operator.page.text


def ids_of(body: str) -> list[str]:
    return re.findall(r'class="row-link[^"]*" href="/messages/([0-9a-f-]{36})"', body)


async def test_the_list_is_paged_to_its_end_and_back(operator: Person, rt: Runtime) -> None:
    who = await account_of(rt)
    ids = await traffic.accepted(rt, [traffic.draft(who, to=f"+346000{number:05d}") for number in range(120)])
    page = await operator.open("/messages?campaign=&q=Hello")
    seen = ids_of(page.body)
    while older := [link for link in page.links if "after=" in link]:
        page = await operator.open(html.unescape(older[-1]))
        if ids_of(page.body)[0] in seen:
            break
        seen += ids_of(page.body)
    assert seen == [str(one) for one in reversed(ids)]
    assert "q=Hello" in page.path


async def test_all_filters_stand_in_the_address(operator: Person, rt: Runtime) -> None:
    who = await account_of(rt)
    ids = await traffic.accepted(rt, [traffic.draft(who, to=f"+346000{number:05d}") for number in range(8)])
    day = time_of(ids[0]).date().isoformat()
    fits = [
        "q=600000007",
        "state=queued&country=ES",
        f"since={day}&until={day}",
        "state=nonsense&since=yesterday&until=9999-12-31",
    ]
    found = [len(ids_of((await operator.open(f"/messages?{query}")).body)) for query in fits]
    assert found == [1, 8, 8, 8]
    for query in ("state=delivered", "country=PT", "since=2999-01-01", "until=2020-01-01", "campaign=x", "q=nobody"):
        page = await operator.open(f"/messages?{query}")
        assert "No message fits these filters" in page.text
    assert "nobody" in dict(page.forms[0].fields).values() or 'value="nobody"' in page.body


async def test_what_fits_the_filters_is_a_file_too(operator: Person, rt: Runtime) -> None:
    who = await account_of(rt)
    drafts = [traffic.draft(who, 'Hola, "Ana"', to="+34600000118"), traffic.draft(who, to="+380671204518")]
    bad = traffic.draft(who, to="+34910000118", campaign_id=traffic.campaign())
    await traffic.accepted(rt, [*drafts, bad])
    page = await operator.open("/messages?country=ES")
    link = next(link for link in page.links if link.startswith("/messages/export"))
    answer = await operator.client.get(link)
    assert answer.headers["content-disposition"] == 'attachment; filename="messages.csv"'
    (only,) = csv.DictReader(io.StringIO(answer.text))
    told = {name: only[name] for name in ("to", "country", "from", "class", "state", "segments", "credits", "text")}
    assert told == {
        "to": "+34600000118", "country": "ES", "from": "Tests", "class": "transactional", "state": "queued",
        "segments": "1", "credits": "2", "text": 'Hola, "Ana"',
    }  # fmt: skip
    skipped = (await operator.client.get("/messages/export?state=skipped")).text
    (left_out,) = csv.DictReader(io.StringIO(skipped))
    assert (left_out["reason"], left_out["credits"]) == ("number_landline", "0")


async def test_what_people_wrote_is_found_by_number_and_words(operator: Person, rt: Runtime) -> None:
    connector = (await configure.page(rt, await account_of(rt)))[0]
    incoming = [("34600000118", "When do you open?"), ("34600000119", "STOP")]
    async with rt.db.transaction() as conn:
        texts = [Incoming(source, "70001", text) for source, text in incoming]
        await receive(conn, [Text(uuid7(), connector.id, text, rt.clock.now()) for text in texts])
    assert "When do you open?" in (await operator.open("/messages/received")).text
    for q, there, gone in (("open", "When do you", "STOP"), ("600 000 119", "STOP", "When do you")):
        page = await operator.open(f"/messages/received?q={q}")
        rows = page.body.partition('id="rows"')[2]
        assert there in rows
        assert gone not in rows


async def test_a_row_opens_beside_its_list_and_has_a_page_of_its_own(operator: Person) -> None:
    await operator.open("/compose")
    await operator.submit("/compose", {"to": ANA, "text": "Hola Ana", "deed": "send"})
    address = operator.page.path
    beside = await operator.client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in beside.text
    assert 'class="sheet' in beside.text
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in (await operator.client.get(address, headers=restored)).text
    assert "<html" not in (await operator.client.get("/messages", headers={"HX-Request": "true"})).text


@pytest.mark.req("R42", "R43", "R44")
async def test_the_composer_shows_what_a_gateway_counts_and_for_what_the_account_pays(
    operator: Person, rt: Runtime
) -> None:
    text = {"to": ANA, "text": "a" * 241, "deed": "check"}
    await operator.open("/compose")
    page = await operator.submit("/compose", text)
    assert "4.00 cr 2 segments to Spain at 2.00" in page.text
    assert "gateway bills" not in page.text
    assert "Some carriers cut" not in page.text
    boss = await account_of(rt)
    await directory.change(rt, boss, segment_profile="flat160")
    page = await operator.submit("/compose", text)
    assert "Cut in two by: Sprint. Whole: AT&T, Verizon, T-Mobile. Stay at 160 or under." in page.text
    await directory.change(rt, boss, segment_profile="gsm0338")
    (connector,) = await configure.page(rt, principal("tests"))
    assert isinstance(connector.settings, SmppSettings)
    settings = msgspec.structs.replace(connector.settings, segment_limit=127, segment_usable=120)
    await configure.change_smpp(rt, principal("tests"), connector.id, settings=settings)
    page = await operator.submit("/compose", text)
    assert "4.00 cr 2 segments to Spain at 2.00" in page.text
    assert "The gateway bills by 120 characters, not by what the network cuts: 3 pieces of this text." in page.text
    (account,) = await directory.page(rt, principal("tests"), limit=1)
    await directory.change(rt, principal("tests", account.id), segment_profile="flat160")
    page = await operator.submit("/compose", {**text, "text": "a" * 321})
    assert "6.00 cr 3 segments" in page.text
