"""What a text would take and cost."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from calling import Client


@pytest.mark.req("R45")
async def test_a_text_is_measured_and_priced_and_nothing_is_charged(customer: Client) -> None:
    reply = await customer.get("/v1/simulate?text=Hello%20In%C3%A9s&country=us")
    assert reply.status == 200
    contract = ("text", "encoding", "segments", "units", "units_left", "price", "per_segment")
    assert {name: reply.json[name] for name in contract} == {
        "text": "Hello Inés",
        "encoding": "gsm0338",
        "segments": 1,
        "units": 10,
        "units_left": 150,
        "price": 1_000_000,
        "per_segment": 160,
    }
    assert (await customer.get("/v1/account")).json["balance"] == 100_000_000


@pytest.mark.req("R45")
async def test_the_character_that_doubles_the_price_is_named(customer: Client) -> None:
    answer = (await customer.post("/v1/simulate", {"text": "Ready ✓ " + "x" * 70, "country": "ES"})).json
    assert (answer["encoding"], answer["segments"], answer["price"]) == ("ucs2", 2, 4_000_000)
    assert answer["offending"] == [{"position": 6, "character": "✓", "code_point": "U+2713"}]
    assert [part["size"] for part in answer["parts"]] == [67, 67]
    assert answer["tariff"] == {"country": "ES", "name": "Spain", "price": 2_000_000, "is_demo": True}


@pytest.mark.req("R45", "R85")
async def test_a_template_is_filled_from_the_query_or_the_body(customer: Client) -> None:
    made = await customer.post("/v1/templates", {"name": "T", "text": "Hello {{ name }}!"})
    values = quote(json.dumps({"name": "Inés"}))
    by_query = await customer.get(f"/v1/simulate?template_id={made.json['id']}&variables={values}&country=Es")
    body = {"template_id": made.json["id"], "variables": {"name": "Inés"}, "country": "es"}
    by_body = await customer.post("/v1/simulate", body)
    assert by_query.json["text"] == "Hello Inés!"
    assert by_query.json == by_body.json
    missing = await customer.post("/v1/simulate", {**body, "variables": {}})
    assert (missing.status, missing.code) == (403, "missing_variable")


async def test_a_text_that_would_be_refused_is_measured_all_the_same(customer: Client) -> None:
    answer = (await customer.post("/v1/simulate", {"text": "Hi", "country": "es"})).json
    assert (answer["segments"], [one["code"] for one in answer["problems"]]) == (1, ["text_too_short"])


@pytest.mark.req("R45")
async def test_for_a_number_every_rule_says_whether_it_would_go(customer: Client) -> None:
    body = {"text": "Sale’s on", "to": "600 000 118", "class": "marketing", "smart_encoding": True}
    answer = (await customer.post("/v1/simulate", body)).json
    assert (answer["text"], answer["replaced"], answer["would_go"]) == ("Sale's on", {"’": "'"}, True)
    assert (bool(answer["from"]), answer["connector"]) == (True, "Simulated carrier")
    assert [one["code"] for one in answer["warnings"]] == ["no_opt_out_hint"]
    assert {one["verdict"] for one in answer["rules"]} == {"pass"}
    assert {"text", "number", "from", "tariff", "blacklist"} <= {one["rule"] for one in answer["rules"]}
    assert answer["price"] == answer["tariff"]["price"]
    fixed = (await customer.get("/v1/simulate?text=Hello&to=%2B34912345678&from=Acme")).json
    assert (fixed["would_go"], fixed["problems"][-1]["code"]) == (False, "number_landline")
    assert fixed["rules"][-1]["verdict"] == "stop"
    assert (await customer.get("/v1/messages")).json["items"] == []


async def test_what_is_asked_wrongly_is_said(customer: Client) -> None:
    template_id = "0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"
    for query, status, faults in (
        ("text=Hello", 400, [("country", "missing_field")]),
        ("text=Hello&country=zz", 400, [("country", "unknown_country")]),
        ("country=us", 400, [("text", "text_or_template")]),
        (f"text=Hello&template_id={template_id}&country=us", 400, [("text", "text_or_template")]),
        ("text=Hello&country=us&variables=name", 400, [("variables", "wrong_type")]),
        (f"template_id={template_id}&country=us", 404, []),
    ):
        reply = await customer.get(f"/v1/simulate?{query}")
        assert (reply.status, reply.faults) == (status, faults), query


@pytest.mark.req("R35")
async def test_the_characters_of_gsm_are_listed(customer: Client) -> None:
    items = (await customer.get("/v1/gsm-characters")).json["items"]
    assert len(items) == 127 + 10
    assert {"character": "€", "code": 0x65, "septets": 2} in items
    assert {"character": "@", "code": 0, "septets": 1} in items
