"""Connectors of any kind over the API: the gallery, an account's own, secrets, faults by field."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from cablegram.accounts.access import Scope
from calling import Client, Served

SID = "AC" + "0" * 32
TWILIO = {
    "kind": "twilio",
    "name": "Twilio",
    "settings": {"account_sid": SID},
    "secrets": {"auth_token": "t0ken-of-ours"},
}


async def made(client: Client, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the body
    reply = await client.post("/v1/connectors", {**TWILIO, **more})
    assert reply.status == 201, reply.body
    assert "t0ken-of-ours" not in reply.body.decode()
    return reply.json


@pytest.mark.req("R127", "R134")
async def test_the_gallery_says_what_each_kind_wants_to_know(customer: Client) -> None:
    kinds = {one["name"]: one for one in (await customer.get("/v1/connector-kinds")).json["items"]}
    twilio, generic = kinds["twilio"], kinds["generic"]
    form = twilio["settings"]["$defs"]["TwilioSettings"]
    assert form["required"] == ["account_sid"]
    assert form["properties"]["account_sid"]["title"] == "Account SID"
    assert {"code": "21610", "trouble": "opted_out"}.items() <= {
        key: value for one in twilio["errors"] if one["code"] == "21610" for key, value in one.items()
    }.items()
    assert any("quotas" in notice for notice in twilio["notices"])
    presets = {one["name"]: one for one in generic["presets"]}
    assert {"bulksms", "exotel", "msg91", "nimbus", "plivo", "smsindiahub", "textlocal", "aws_pinpoint"} <= set(presets)
    assert presets["msg91"]["fields"][0]["is_secret"]
    assert twilio["presets"] == []
    assert kinds["smpp"]["secrets"]["$defs"]["SmppSecrets"]["required"] == ["password"]


@pytest.mark.req("R171")
async def test_an_account_has_connectors_of_its_own(served: Served, customer: Client) -> None:
    own = await made(customer)
    assert (own["is_own"], own["settings"]["account_sid"], own["secrets"]) == (True, SID, ["auth_token"])
    assert (own["tested_at"], own["fee"], own["at_once"]) == (None, None, 20)
    path = f"/v1/connectors/{own['id']}"
    assert (await (await served.customer()).get(path)).code == "connector_not_found"
    account_id, _ = await served.open()
    clerk = await served.with_scopes(account_id, Scope.SEND, Scope.READ)
    assert (await clerk.post("/v1/connectors", TWILIO)).code == "scope_missing"
    assert (await customer.post("/v1/connectors", {**TWILIO, "is_own": False})).code == "scope_missing"
    assert (await customer.post("/v1/connectors", {**TWILIO, "fee": 5, "name": "Other"})).code == "scope_missing"

    changed = await customer.call("PATCH", path, {"secrets": {"api_key_secret": "x"}, "is_enabled": False})
    assert (changed.json["secrets"], changed.json["is_enabled"]) == (["auth_token", "api_key_secret"], False)
    assert (await customer.post(f"{path}/callback-token", {})).status == 200
    assert (await customer.post(f"{path}/resume", {})).json["paused_at"] is None
    assert (await customer.call("DELETE", path)).status == 204
    assert (await customer.get(path)).status == 404


async def test_the_operator_makes_connectors_for_all_and_sets_the_fee_of_an_own_one(served: Served) -> None:
    operator = await served.operator()
    of_all = await made(operator)
    assert (of_all["is_own"], of_all["secrets"]) == (False, ["auth_token"])
    customer = await served.customer()
    seen = (await customer.get(f"/v1/connectors/{of_all['id']}")).json
    assert (seen["settings"], seen["secrets"], seen["callback_url"]) == (None, None, None)
    assert (await customer.post(f"/v1/connectors/{of_all['id']}/test", {"to": "+34600000118"})).code == "scope_missing"
    assert (await operator.post("/v1/connectors", {**TWILIO, "name": "B", "fee": 5})).code == "fee_not_own"
    own = await made(operator, name="Own", is_own=True, fee=250_000)
    assert (own["is_own"], own["fee"]) == (True, 250_000)
    changed = await operator.call("PATCH", f"/v1/connectors/{own['id']}", {"fee": None})
    assert changed.json["fee"] is None


@pytest.mark.parametrize(
    ("more", "status", "faults"),
    [
        ({"kind": "telegraph"}, 400, [("kind", "unknown_kind")]),
        ({"settings": {}}, 400, [("settings.account_sid", "missing_field")]),
        (
            {"settings": {"account_sid": "x", "concurrency": 0, "odd": 1}},
            400,
            [
                ("settings.concurrency", "wrong_value"),
                ("settings.account_sid", "wrong_value"),
                ("settings.odd", "unknown_field"),
            ],
        ),
        (
            {"settings": {"account_sid": SID, "base_url": "http://10.0.0.1"}},
            403,
            [("settings.base_url", "address_not_public")],
        ),
        ({"settings": {"account_sid": SID, "base_url": "ftp://x"}}, 403, [("settings.base_url", "address_invalid")]),
        ({"secrets": {"auth_token": 5}}, 400, [("secrets.auth_token", "wrong_type")]),
        ({"secrets": {"auth_token": "a secret"}}, 400, [("secrets.auth_token", "wrong_value")]),
    ],
)
async def test_each_field_that_is_wrong_is_named_and_no_secret_repeated(
    customer: Client, more: dict[str, Any], status: int, faults: list[tuple[str, str]]
) -> None:
    reply = await customer.post("/v1/connectors", {**TWILIO, **more})
    assert (reply.status, sorted(reply.faults)) == (status, sorted(faults))
    assert "a secret" not in reply.body.decode()


async def test_a_bind_that_is_not_there_is_told_by_a_test(served: Served) -> None:
    operator = await served.operator()
    carrier = {"host": "smpp.example.com", "system_id": "acme"}
    one = await made(operator, kind="smpp", settings=carrier, secrets={"password": "t0ken-of"})
    tried = (await operator.post(f"/v1/connectors/{one['id']}/test", {"to": "+34600000118"})).json
    assert (tried["is_good"], tried["verdict"], tried["said"]) == (False, "down", [])
    assert (await operator.post(f"/v1/connectors/{one['id']}/callback-token", {})).code == "no_callbacks"
    assert (await operator.call("DELETE", f"/v1/connectors/{one['id']}")).code == "connector_is_on"


@pytest.mark.req("R140")
async def test_what_firewalls_must_let_through_is_told_to_each_as_far_as_it_concerns_them(served: Served) -> None:
    operator, customer = await served.operator(), await served.customer()
    mine, theirs = [(await client.get("/v1/firewall")).json["items"] for client in (operator, customer)]
    assert len(mine) > len(theirs)
    assert {("udp", "5060", False), ("tcp", "443", True)} <= {
        (one["protocol"], port, one["is_in_use"]) for one in theirs for port in one["ports"]
    }
    assert msgspec.json.encode(theirs)
