"""Webhooks by API: made, changed, tried out, looked into, sent again; and listened to without a server."""

from __future__ import annotations

from dataclasses import replace

import pytest

import hooks
from cablegram.runtime.runtime import Runtime
from calling import Client, Served
from system import free_port


@pytest.fixture
async def rt(rt: Runtime) -> Runtime:
    opened = hooks.open_to_here(rt)
    return replace(opened, settings=replace(opened.settings, allow_private_providers=("10.1.2.3",)))


@pytest.fixture
async def stranger(served: Served) -> Client:
    return await served.customer()


NEW = {"name": "Shop", "url": "https://example.com/hook", "kinds": ["message.*", "webhook.test"]}


@pytest.mark.req("R152")
async def test_a_webhook_is_made_changed_rotated_and_deleted(customer: Client, stranger: Client) -> None:
    made = await customer.post("/v1/webhooks", NEW)
    assert made.status == 201
    assert made.json["secret"].startswith("whsec_")
    here = f"/v1/webhooks/{made.json['webhook']['id']}"
    assert (await customer.get(here)).json == made.json["webhook"]
    assert [one["name"] for one in (await customer.get("/v1/webhooks")).json["items"]] == ["Shop"]
    assert (await customer.get(f"{here}/secret")).json == {"secret": made.json["secret"]}
    rotated = await customer.post(f"{here}/rotate", {})
    assert rotated.json["secret"] != made.json["secret"]
    assert rotated.json["webhook"]["old_secret_until"]
    changed = await customer.call("PATCH", here, {"is_enabled": False, "kinds": ["*"]})
    assert (changed.json["is_enabled"], changed.json["off_reason"], changed.json["kinds"]) == (False, "by_hand", ["*"])
    for method, path in (("GET", ""), ("GET", "/secret"), ("PATCH", ""), ("POST", "/rotate"), ("DELETE", "")):
        body = None if method in {"GET", "DELETE"} else {}
        assert (await stranger.call(method, here + path, body)).code == "webhook_not_found"
    assert (await customer.post(f"{here}/test", {})).code == "webhook_is_off"
    assert (await customer.call("DELETE", here)).status == 204
    assert (await customer.get(here)).code == "webhook_not_found"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": "http://example.com/hook"}, "address_invalid"),
        ({"url": "https://10.1.2.3/hook"}, "address_not_public"),
        ({"url": "https://me:secret@example.com/"}, "address_invalid"),
        ({"url": "https://example.com:22/"}, "address_invalid"),
        ({"kinds": ["message.lost"]}, "bad_webhook_kind"),
        ({"transport": "sns"}, "bad_webhook"),
    ],
)
async def test_what_can_be_no_webhook_is_refused(customer: Client, change: dict[str, object], code: str) -> None:
    assert (await customer.post("/v1/webhooks", NEW | change)).code == code


async def test_what_is_opened_for_the_operators_connectors_is_not_open_to_webhooks(customer: Client) -> None:
    refused = await customer.post("/v1/webhooks", NEW | {"url": "https://10.1.2.3/hook"})
    assert refused.code == "address_not_public"
    assert "CABLEGRAM_ALLOW_PRIVATE_CUSTOMERS" in refused.json["detail"]


@pytest.mark.req("R152")
async def test_what_was_sent_is_found_and_sent_again(customer: Client, rt: Runtime) -> None:
    nobody = {"url": f"http://127.0.0.1:{free_port()}/hook"}
    made = (await customer.post("/v1/webhooks", NEW | nobody)).json["webhook"]
    here = f"/v1/webhooks/{made['id']}"
    event_id = (await customer.post(f"{here}/test", {})).json["event_id"]
    (event,) = (await customer.get(f"{here}/events")).json["items"]
    assert (event["id"], event["kind"], event["status"], event["sequence"]) == (event_id, "webhook.test", "waiting", 1)
    async with hooks.courier(rt) as one:
        await hooks.carry(rt, one)
    listed = await customer.get(f"{here}/events?status=retrying&kind=webhook.test")
    assert [one["tries"] for one in listed.json["items"]] == [1]
    (attempt,) = (await customer.get(f"{here}/events/{event_id}/attempts")).json["items"]
    assert (attempt["is_ok"], attempt["status"]) == (False, None)
    assert (await customer.post(f"{here}/events/{event_id}/replay", {})).status == 204
    started = await customer.post(f"{here}/replay", {"status": "missed"})
    assert (await customer.get(f"/v1/jobs/{started.json['job_id']}")).json["kind"] == "webhook_replay"
    assert (await customer.post(f"{here}/replay", {"status": "waiting"})).code == "bad_webhook_filter"


@pytest.mark.req("R152")
async def test_the_callback_url_is_a_webhook_with_flat_notifications(customer: Client) -> None:
    nowhere = {"callback_url": None, "webhook_id": None}
    assert (await customer.get("/v1/callback_url")).json == nowhere
    put = await customer.call("PUT", "/v1/callback_url", {"callback_url": "https://example.com/a"})
    again = await customer.call("PUT", "/v1/callback_url", {"callback_url": "https://example.com/b"})
    assert again.json["webhook_id"] == put.json["webhook_id"]
    (made,) = (await customer.get("/v1/webhooks")).json["items"]
    assert (made["url"], made["format"], made["is_callback"]) == ("https://example.com/b", "notification", True)
    assert (await customer.call("PUT", "/v1/callback_url", {"callback_url": None})).json == nowhere
    assert (await customer.get("/v1/webhooks")).json == {"items": []}


@pytest.mark.req("R152")
async def test_who_has_no_server_asks_for_events(customer: Client, stranger: Client) -> None:
    made = await customer.post("/v1/events/streams", {"kinds": ["message.*"]})
    assert made.status == 201
    place = f"/v1/events/stream?stream_id={made.json['id']}"
    assert (await customer.get(place)).json == {"items": []}
    assert (await stranger.get(place)).code == "webhook_not_found"
    assert (await customer.get("/v1/webhooks")).json == {"items": []}
    assert (await customer.call("DELETE", f"/v1/events/streams/{made.json['id']}")).status == 204
    assert (await customer.get(place)).code == "webhook_not_found"
