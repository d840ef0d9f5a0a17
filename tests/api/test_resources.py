"""Templates, the account, its ledger, tariffs, connectors, the version."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import version

import pytest

from cablegram.api.homes import REMEMBERED
from cablegram.kit.clock import SetClock
from calling import Client, Served


@pytest.mark.req("R85")
async def test_templates_are_saved_replaced_paged_and_deleted(customer: Client) -> None:
    text = 'Hello {{ first_name | default: "there" }}, see {{ place }}'
    made = await customer.post("/v1/templates", {"name": "Ready", "description": "for tables", "text": text})
    assert (made.status, made.json["variables"], made.json["required"]) == (201, ["first_name", "place"], ["place"])
    path = f"/v1/templates/{made.json['id']}"
    read = (await customer.get(path)).json
    assert {**read, "warnings": made.json["warnings"]} == made.json
    assert [one["code"] for one in made.json["warnings"]] == ["no_opt_out_hint"]
    changed = await customer.call("PATCH", path, {"text": "It’s ready", "class": "transactional"})
    assert (changed.json["text"], changed.json["description"]) == ("It’s ready", "for tables")
    assert [(one["place"], one["instead"]) for one in changed.json["warnings"]] == [(3, "'")]
    assert (await customer.call("PATCH", path, {})).json["name"] == "Ready"
    replaced = await customer.call("PUT", path, {"name": "Ready", "text": "Hello there"})
    assert (replaced.json["text"], replaced.json["description"]) == ("Hello there", "")
    other = await customer.post("/v1/templates", {"name": "Other", "text": "Hello"})
    taken = await customer.call("PUT", path, {"name": "OTHER", "text": "Hello there"})
    assert (taken.status, taken.code) == (409, "template_name_taken")
    page = (await customer.get("/v1/templates?limit=1")).json
    assert [one["id"] for one in page["items"]] == [other.json["id"]]
    assert [one["id"] for one in (await customer.get(page["next"])).json["items"]] == [made.json["id"]]
    assert (await customer.call("DELETE", path)).status == 204
    assert [(await customer.call(method, path)).code for method in ("GET", "DELETE")] == ["template_not_found"] * 2


@pytest.mark.req("R85", "R86")
async def test_a_template_is_shown_as_people_will_get_it(customer: Client) -> None:
    text = 'Hello {{ first_name | default: "there" }}, code {{ code }}. STOP ends it'
    path = f"/v1/templates/{(await customer.post('/v1/templates', {'name': 'T', 'text': text})).json['id']}/preview"
    body = {"contacts": ["600 000 118"], "variables": {"code": "7", "first_name": "Łuk"}, "smart_encoding": True}
    shown = (await customer.post(path, body)).json
    assert [(one["to"], one["text"], one["segments"]) for one in shown["items"]] == [
        ("+34600000118", "Hello Luk, code 7. STOP ends it", 1)
    ]
    (lacking,) = (await customer.post(path, {})).json["items"]
    assert (lacking["to"], lacking["text"], lacking["problem"]["code"]) == (None, "", "missing_variable")
    both = await customer.post(path, {"list_id": "0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11", "contacts": ["+34600000118"]})
    assert (both.status, both.faults) == (400, [("contacts", "list_or_contacts")])
    wrong = await customer.post(path, {"contacts": ["+34600000118", "+341"]})
    assert (wrong.status, wrong.faults) == (400, [("contacts.1", "number_invalid")])


async def test_a_template_that_cannot_be_read_says_where(customer: Client) -> None:
    for text in ("Hello {{ name", "Hello }} there", "{% if name %}", "{{ name | upper }}"):
        reply = await customer.post("/v1/templates", {"name": "Bad", "text": text})
        assert (reply.status, reply.code) == (400, "bad_template")
        assert "Line 1, character " in reply.json["detail"]
    reply = await customer.post("/v1/templates", {"name": "Bad", "text": "x" * 5001})
    assert (reply.status, reply.faults) == (400, [("text", "template_too_long")])
    reply = await customer.post("/v1/templates", {"name": "Bad", "text": " \n "})
    assert (reply.status, reply.faults) == (400, [("text", "bad_template")])
    assert (await customer.post("/v1/templates", {"name": "Good", "text": "{ } } %} {{ имя }}"})).status == 201


async def test_the_account_changes_what_it_may(customer: Client) -> None:
    changed = await customer.call("PATCH", "/v1/account", {"default_country": "GB"})
    assert (changed.json["default_country"], changed.json["balance"]) == ("GB", 100_000_000)
    assert (await customer.get("/v1/account")).json == changed.json
    assert (await customer.call("PATCH", "/v1/account", {})).json == changed.json
    for body, faults in (
        ({"default_country": "ZZ"}, [("default_country", "unknown_country")]),
        ({"open_senders": True}, [("open_senders", "unknown_field")]),
        ({"name": " "}, [("name", "bad_name")]),
    ):
        reply = await customer.call("PATCH", "/v1/account", body)
        assert (reply.status, reply.faults) == (400, faults)


@pytest.mark.req("R31")
async def test_a_new_default_country_counts_within_five_seconds(customer: Client, clock: SetClock) -> None:
    assert (await customer.send("600000118")).json["to"] == "+34600000118"
    await customer.call("PATCH", "/v1/account", {"default_country": "FR"})
    clock.move(timedelta(seconds=REMEMBERED))
    assert (await customer.send("612345678")).json["to"] == "+33612345678"


@pytest.mark.req("R29")
async def test_the_ledger_adds_up_to_the_balance(customer: Client) -> None:
    for _ in range(3):
        await customer.send()
    page = (await customer.get("/v1/ledger?limit=2")).json
    postings = page["items"]
    while page["next"]:
        page = (await customer.get(page["next"])).json
        postings += page["items"]
    assert [(one["seq"], one["kind"], one["amount"]) for one in postings] == [
        (4, "charge", -2_000_000),
        (3, "charge", -2_000_000),
        (2, "charge", -2_000_000),
        (1, "grant", 100_000_000),
    ]
    assert sum(one["amount"] for one in postings) == postings[0]["balance_after"] == 94_000_000
    assert (await customer.get("/v1/account")).json["balance"] == 94_000_000


@pytest.mark.req("R16")
async def test_tariffs_are_listed_by_country_and_replaced_by_the_operator(served: Served, customer: Client) -> None:
    assert len((await customer.get("/v1/tariffs")).json["items"]) > 200
    spain = (await customer.get("/v1/tariffs/es")).json
    assert (spain["country"], spain["name"], spain["price"]) == ("ES", "Spain", 2_000_000)
    operator = await served.operator()
    file = "prefix,country,name,price\n34,ES,Spain,0.85\n346,ES,Spain mobile,0.9\n"
    assert (await customer.put_file("/v1/tariffs", file)).code == "scope_missing"
    done = await operator.put_file("/v1/tariffs", file)
    assert (done.status, done.json["prefixes"], done.json["countries"]) == (200, 2, 1)
    spain = (await customer.get("/v1/tariffs/ES")).json
    assert [(one["prefix"], one["price"], one["is_demo"]) for one in spain["prefixes"]] == [
        ("34", 850_000, False),
        ("346", 900_000, False),
    ]
    assert (spain["price"], spain["highest_price"]) == (850_000, 900_000)
    assert (await customer.get("/v1/tariffs/US")).code == "tariff_not_found"
    assert (await customer.send()).json["price"] == 900_000


async def test_a_bad_tariff_file_changes_nothing(served: Served) -> None:
    operator = await served.operator()
    before = (await operator.get("/v1/tariffs")).body
    for file, status, fields in (
        ("34,ES,Spain,0.85\n", 400, []),
        ("prefix,country,name,price\n34,ES,Spain,0.85\n34,ES,Spain,1\n35,XX,Nowhere,1\n", 403, ["lines.3", "lines.4"]),
        ('prefix,country,name,price\n34,ES,"Spain,0.85\n', 400, ["lines.2"]),
    ):
        reply = await operator.put_file("/v1/tariffs", file)
        assert (reply.status, [one["field"] for one in reply.json["errors"]]) == (status, fields)
    assert (await operator.get("/v1/tariffs")).body == before


CARRIER = {"host": "smpp.example.com", "port": 2775, "system_id": "acme"}


@pytest.mark.req("R138")
async def test_the_operator_connects_a_carrier_and_accounts_see_that_it_is_there(
    served: Served, customer: Client
) -> None:
    operator = await served.operator()
    made = await operator.post("/v1/connectors", {"name": "Carrier", "password": "s3cret", "settings": CARRIER})
    assert (made.status, made.json["settings"]["window"], made.json["is_enabled"]) == (201, 50, True)
    assert "s3cret" not in made.body.decode()
    path = f"/v1/connectors/{made.json['id']}"
    seen = (await customer.get(path)).json
    assert (seen["name"], seen["settings"], seen["answers_queries"]) == ("Carrier", None, None)
    why = "can't connect to smpp.example.com:2775"
    async with served.rt.db.transaction() as conn:
        await conn.execute("INSERT INTO link VALUES (%s, 0, 1, 'down', %s, now())", (made.json["id"], why))
    for client, told in ((operator, why), (customer, "")):
        (link,) = (await client.get(path)).json["links"]
        assert (link["state"], link["detail"]) == ("down", told)
    off = await operator.call("PATCH", path, {"is_enabled": False, "settings": {**CARRIER, "window": 10.0}})
    assert (off.json["is_enabled"], off.json["settings"]["window"]) == (False, 10)
    names = [one["name"] for one in (await customer.get("/v1/connectors")).json["items"]]
    assert names == ["Carrier", "Simulated carrier"]
    other = {"name": "Other", "password": ""}
    for body, status, faults in (
        ({"name": "Carrier", "password": "", "settings": CARRIER}, 409, []),
        ({**other, "password": "123456789", "settings": CARRIER}, 400, [("password", "password_too_long")]),
        ({"name": "B", "password": "", "settings": {**CARRIER, "port": 0}}, 400, [("settings.port", "wrong_value")]),
        ({"name": "B", "password": "", "settings": {**CARRIER, "port": 1.5}}, 400, [("settings.port", "wrong_type")]),
        (
            {"name": "B", "password": "", "settings": {**CARRIER, "host": "a b"}},
            400,
            [("settings.host", "wrong_value")],
        ),
        ({"name": "B", "password": ""}, 400, [("settings", "missing_field")]),
    ):
        reply = await operator.post("/v1/connectors", body)
        assert (reply.status, reply.faults) == (status, faults)


async def test_the_version_is_that_of_the_package(customer: Client) -> None:
    assert (await customer.get("/v1/version")).json == {"version": version("cablegram")}
