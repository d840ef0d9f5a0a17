"""Numbers, texts and what they cost: what anybody who sends texts by a gateway's API counts on."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from cablegram.connectors.contract import Outcome, Verdict
from cablegram.kit.money import MICRO
from telling import ANA, BEA, CAM, Story, shape

_COUNTED = [
    ("a" * 160, "gsm0338", 1),
    ("a" * 161, "gsm0338", 2),
    ("a" * 306, "gsm0338", 2),
    ("a" * 307, "gsm0338", 3),
    ("a" * 459, "gsm0338", 3),
    ("a" * 460, "gsm0338", 4),
    ("я" * 70, "ucs2", 1),
    ("я" * 71, "ucs2", 2),
    ("я" * 134, "ucs2", 2),
    ("я" * 135, "ucs2", 3),
    ("я" * 201, "ucs2", 3),
    ("я" * 202, "ucs2", 4),
    ("a" * 152 + "€" + "a" * 152, "gsm0338", 3),
    ("a" * 159 + "€", "gsm0338", 2),
    ("€" * 80, "gsm0338", 1),
    ("€" * 81, "gsm0338", 2),
    ("😀" * 35, "ucs2", 1),
    ("😀" * 36, "ucs2", 2),
    ("a" * 66 + "😀" + "a" * 66, "ucs2", 3),
]


@pytest.mark.req("R30", "R31")
async def test_a_number_is_one_number_however_it_is_written(story: Story) -> None:
    us = await story.campaign(await story.people("number\n+13055550123\n13055550123\n"), text="Hello there")
    assert list(us) == ["+13055550123"]
    for written in (ANA, "34600000118", "600 000 118", "0034 600-000-118"):
        assert (await story.send(written)).json["to"] == ANA, written
    american = await story.api.customer(country="US")
    assert (await american.send("305 555 0123")).json["to"] == "+13055550123"
    too_long = await story.send("+3460000011800001")
    assert (too_long.status, too_long.code) == (400, "number_too_long")


@pytest.mark.req("R37", "R38", "R39", "R40", "R54")
async def test_a_text_is_counted_charged_and_sent_as_it_was_simulated(story: Story) -> None:
    left = await story.credits()
    for text, encoding, segments in _COUNTED:
        told = await story.simulate(text)
        assert shape(told, "encoding", "segments") == (encoding, segments), text
        sent = (await story.send(text=text)).json
        assert shape(sent, "encoding", "segments", "price") == (encoding, segments, told["price"]), text
        assert told["price"] == segments * told["tariff"]["price"]
        left -= told["price"] / MICRO
        assert await story.credits() == left


@pytest.mark.req("R41")
async def test_a_text_has_five_characters_at_least_once_it_is_filled_in(story: Story) -> None:
    assert (await story.send(text="Four")).code == "text_too_short"
    assert (await story.send(text="Five!")).status == 202
    made = await story.customer.post("/v1/templates", {"name": "Greeting", "text": "Hi {{ name }}"})
    call = {"to": ANA, "template_id": made.json["id"]}
    short = await story.customer.post("/v1/messages", {**call, "variables": {"name": "A"}})
    assert (short.status, short.code) == (403, "text_too_short")
    assert (await story.customer.post("/v1/messages", {**call, "variables": {"name": "Al"}})).status == 202


@pytest.mark.req("R45")
async def test_simulating_names_what_costs_more_and_takes_nothing(story: Story) -> None:
    told = await story.simulate("Ready ✓ " + "x" * 70)
    assert shape(told, "encoding", "segments") == ("ucs2", 2)
    assert [one["character"] for one in told["offending"]] == ["✓"]
    made = await story.customer.post("/v1/templates", {"name": "Greeting", "text": "Hello {{ name }}!"})
    values = quote(json.dumps({"name": "Inés"}))
    query = f"template_id={made.json['id']}&variables={values}&country=us"
    answer = await story.customer.get(f"/v1/simulate?{query}")
    assert shape(answer.json, "text", "encoding", "units") == ("Hello Inés!", "gsm0338", 11)
    nowhere = await story.customer.get("/v1/simulate?text=Hello")
    assert nowhere.faults == [("country", "missing_field")]
    assert await story.credits() == 100


@pytest.mark.req("R46", "R47", "R85", "R86")
async def test_one_text_goes_to_one_to_some_and_to_all_of_a_list(story: Story) -> None:
    made = await story.customer.post("/v1/templates", {"name": "Greeting", "text": "Hello {{ name }} from {{ city }}"})
    template = {"template_id": made.json["id"]}
    list_id = await story.people(f"number,name,city\n{ANA},Ana,Vigo\n{BEA},Bea,Lugo\n")
    words = {"variables": {"city": "Madrid"}, "client_ref": "booking-17"}
    one = await story.customer.post("/v1/messages", {"to": ANA, **template, **words})
    assert (one.status, one.json["client_ref"]) == (202, "booking-17")
    assert (await story.look(one))["text"] == "Hello Ana from Madrid"
    (found,) = (await story.customer.get("/v1/messages?client_ref=booking-17")).json["items"]
    assert found["id"] == one.json["id"]

    body = {"name": "All", "contact_list_ids": [list_id], **template, "variables": {"city": "Madrid"}}
    campaign = (await story.customer.post("/v1/campaigns", body)).json
    forecast = (await story.customer.get(f"/v1/campaigns/{campaign['id']}/forecast")).json
    texts = {one["text"] for one in forecast["samples"]}
    assert texts == {"Hello Ana from Madrid", "Hello Bea from Madrid"}

    lacking = await story.customer.post("/v1/messages", {"to": CAM, **template, "variables": {"city": "Vigo"}})
    assert (lacking.status, lacking.code) == (403, "missing_variable")
    assert "name" in lacking.json["detail"]


@pytest.mark.req("R85")
async def test_templates_are_made_listed_read_replaced_and_deleted(story: Story) -> None:
    made = await story.customer.post(
        "/v1/templates", {"name": "Greeting", "description": "By day", "text": 'Hello {{ name | default: "there" }}!'}
    )
    path = f"/v1/templates/{made.json['id']}"
    assert [one["name"] for one in (await story.customer.get("/v1/templates")).json["items"]] == ["Greeting"]
    assert shape((await story.customer.get(path)).json, "description", "variables") == ("By day", ["name"])
    told = await story.customer.post("/v1/simulate", {"template_id": made.json["id"], "country": "ES"})
    assert told.json["text"] == "Hello there!"
    changed = await story.customer.call("PATCH", path, {"text": "Good morning"})
    assert (changed.status, changed.json["text"]) == (200, "Good morning")
    assert (await story.customer.call("DELETE", path)).status == 204
    assert (await story.customer.get(path)).code == "template_not_found"


@pytest.mark.req("R50", "R51", "R52")
async def test_a_message_is_followed_to_its_last_word(story: Story) -> None:
    sent = await story.send()
    assert sent.json["status"] == "queued"
    await story.carry(Verdict.TAKEN)
    assert (await story.look(sent))["status"] == "submitted"
    await story.later(days=3)
    assert (await story.look(sent))["status"] == "submitted", "a word may come for days"

    other = await story.send(BEA)
    await story.carry(Verdict.TAKEN, receipt=Outcome.DELIVERED)
    assert (await story.look(other))["status"] == "delivered"
    moments = (await story.customer.get(f"/v1/messages/{other.json['id']}/timeline")).json["items"]
    assert [one["at"] for one in moments] == sorted(one["at"] for one in moments)
    assert {"accepted", "submitted", "delivered"} <= {one["kind"] for one in moments}

    assert [one["to"] for one in (await story.customer.get("/v1/messages?status=submitted")).json["items"]] == [ANA]


@pytest.mark.req("R35")
async def test_the_characters_of_one_septet_and_two_are_told_apart(story: Story) -> None:
    for text, units in (("Hello @£$", 9), ("Hello €", 8), ("[{~}]", 10)):
        assert (await story.simulate(text))["units"] == units, text
    assert (await story.simulate("Hello á"))["offending"][0]["code_point"] == "U+00E1"
