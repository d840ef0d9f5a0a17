"""A provider nobody knows, by API: its sample read, its request shown, its needs refused by name."""

from __future__ import annotations

import pytest

from calling import Served

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
