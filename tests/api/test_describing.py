"""A provider nobody knows, by API: its sample read, its request shown, its needs refused by name."""

from __future__ import annotations

import pytest

from calling import Client, Served

SAMPLE = """curl https://sms.example.com/send -H 'X-API-Key: k3y' -d '{"to": "1", "text": "x", "uid": "7"}'"""


@pytest.mark.req("R130", "R131", "R132")
async def test_a_sample_becomes_settings_and_a_preview_shows_the_request(served: Served) -> None:
    operator = await served.operator()
    described = (await operator.post("/v1/connector-descriptions", {"curl": SAMPLE})).json
    assert described["secrets"] == {"values": {"x_api_key": "k3y"}}
    settings = described["settings"]
    settings["payload"]["uid"] = "$$uid"
    message = {"to": "+34600000118", "text": "it's", "provider_values": {"values": {"uid": 7}}}
    wanted = {"settings": settings, "secrets": ["x_api_key"], "messages": [message, {}]}
    lacking, shown = (await operator.post("/v1/connector-previews", wanted)).json["items"]
    assert '"uid": 7' in shown["request"]
    assert "X-API-Key: YOUR_X_API_KEY" in shown["curl"]
    assert lacking["lacks"].startswith("it lacks a value")

    assert (await operator.post("/v1/connector-descriptions", {"curl": "wget x"})).code == "bad_curl"
    settings["payload"] = '{"to": "$$To"'
    refused = await operator.post("/v1/connector-previews", {"settings": settings, "secrets": ["x_api_key"]})
    assert (refused.status, refused.code) == (403, "bad_json")
    assert {one["field"] for one in refused.json["errors"]} == {"settings.payload"}


@pytest.mark.req("R132", "R139")
async def test_a_message_brings_along_what_its_provider_wants_or_is_told_what_lacks(
    served: Served, customer: Client
) -> None:
    operator = await served.operator()
    payload = {"to": "$$To", "text": "$$Body", "uid": "$$uid", "dlt": "$$TemplateID"}
    settings = {"url": "https://sms.example.com/send", "payload": payload}
    made = await operator.post(
        "/v1/connectors", {"name": "Described", "kind": "generic", "settings": settings, "is_own": False}
    )
    assert (made.status, made.json["needs"]) == (201, ["uid", "TemplateID+91"])

    for one in (await operator.get("/v1/connectors")).json["items"]:
        if one["id"] != made.json["id"]:
            await operator.call("PATCH", f"/v1/connectors/{one['id']}", {"is_enabled": False})

    name = {"from": "Tests"}  # which is bound to no connector
    refused = await customer.send(**name)
    assert (refused.status, refused.code) == (403, "provider_values_missing")
    assert "$$uid" in refused.json["detail"]
    assert (await customer.send(**name, provider_values={"values": {"uid": 7}})).status == 202
    assert (await customer.send(**name, provider_values={"values": {"uid": [7]}})).status == 400
    items = [
        name | {"to": "+34600000118", "text": "Hello there", "provider_values": {"values": {"uid": "a"}}},
        name | {"to": "+34600000118", "text": "Hello again"},
    ]
    verdicts = (await customer.post("/v1/messages/batch", {"messages": items})).json
    assert verdicts["accepted"] == 1
    assert verdicts["items"][1]["error"]["field"] == "provider_values.values.uid"
