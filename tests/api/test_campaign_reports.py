"""Reports of campaigns by API: what became of everybody, as JSON and CSV, and links to share it."""

from __future__ import annotations

import pytest

from calling import Client

FILE = "number,first_name\n+34600000118,Ana\n+447400123456,Bob\n+299221234,Nuka\n"


async def new_campaign(customer: Client) -> str:
    made = await customer.post("/v1/contact_lists", {"name": "Customers"})
    assert (await customer.put_file(f"/v1/contact_lists/{made.json['id']}/contacts", FILE)).status == 200
    body = {"name": "Opening", "contact_list_ids": [made.json["id"]], "text": "Hello {{ first_name }}, come in"}
    return f"/v1/campaigns/{(await customer.post('/v1/campaigns', body)).json['id']}"


@pytest.mark.req("R44", "R101")
async def test_a_report_and_its_links_are_had_by_call(customer: Client) -> None:
    path = await new_campaign(customer)
    early = await customer.post(f"{path}/shares", {"days": 7})
    assert (early.status, early.code) == (409, "campaign_not_started")
    assert (await customer.post(f"{path}/lifecycle", {"action": "start"})).status == 200
    told = (await customer.get(f"{path}/report")).json
    assert (told["messages"], told["counts"], told["is_exact"]) == (0, {}, True)
    assert told["seconds"] == {"p50": None, "p90": None, "p99": None}
    reply = await customer.call("GET", f"{path}/report", headers={**customer.headers, "Accept": "text/csv"})
    assert reply.body.startswith(b"by,value,name,messages,")

    made = (await customer.post(f"{path}/shares", {})).json
    assert made["path"].startswith("/shared/")
    (kept,) = (await customer.get(f"{path}/shares")).json["items"]
    assert (kept["id"], kept["revoked_at"], "path" in kept) == (made["id"], None, False)
    assert (await customer.call("DELETE", f"{path}/shares/{made['id']}")).status == 204
    assert (await customer.get(f"{path}/shares")).json["items"][0]["revoked_at"]
    assert (await customer.post(f"{path}/shares", {"days": 400})).status == 400


async def test_a_forecast_by_call_says_when_and_what_to_mind(customer: Client) -> None:
    told = (await customer.get(f"{await new_campaign(customer)}/forecast")).json
    assert (told["accepted"], told["skipped"]) == (2, {"no_tariff": 1})
    (cable,) = told["connectors"]
    assert (cable["people"], cable["held"], told["advice"], told["worst"]) == (2, 0, [], [])
    assert told["starts"] <= told["ends"]
