"""Who may call: keys in either header, revoked ones, and scopes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cablegram.accounts import keys
from cablegram.accounts.access import ACCOUNT_SCOPES, Principal, Scope
from cablegram.accounts.keyring import REMEMBERED
from cablegram.kit.clock import SetClock
from calling import Served

OF_EVERYBODY = {
    "name": "Carrier",
    "password": "",
    "settings": {"host": "smpp.example.com", "system_id": "acme"},
    "is_own": False,
}
CALLS = [("GET", "/v1/account"), ("POST", "/v1/messages"), ("GET", "/v1/version")]


@pytest.mark.req("R3")
async def test_a_key_is_taken_from_either_header(served: Served) -> None:
    _, key = await served.open()
    nobody = served.client(None)
    for headers in (
        {"Authorization": f"Bearer {key}"},
        {"Authorization": f"bearer  {key} "},
        {"X-Api-Key": key},
        {"Authorization": f"Bearer {key}", "X-Api-Key": "sk_other"},
    ):
        assert (await nobody.call("GET", "/v1/account", headers=headers)).status == 200


@pytest.mark.req("R3")
async def test_without_a_good_key_nothing_is_told(served: Served) -> None:
    nobody = served.client(None)
    for headers, code in (
        ({}, "key_missing"),
        ({"Authorization": "Bearer"}, "key_missing"),
        ({"Authorization": "Basic YWJjOmRlZg=="}, "key_missing"),
        ({"X-Api-Key": ""}, "key_missing"),
        ({"X-Api-Key": "sk_" + "x" * 40}, "key_unknown"),
        ({"Authorization": "Bearer nonsense"}, "key_unknown"),
    ):
        for method, path in CALLS:
            reply = await nobody.call(method, path, headers=headers)
            assert (reply.status, reply.code) == (401, code)
            assert reply.headers["WWW-Authenticate"] == 'Bearer realm="cablegram"'


async def test_a_revoked_key_is_worthless_after_five_seconds(served: Served, clock: SetClock) -> None:
    account_id, key = await served.open()
    customer = served.client(key)
    assert (await customer.send()).status == 202
    who = Principal(account_id, "test", ACCOUNT_SCOPES)
    (known,) = await keys.page(served.rt, who)
    await keys.revoke(served.rt, who, known.id)
    clock.move(timedelta(seconds=REMEMBERED))
    assert (await customer.send()).code == "key_unknown"
    assert (await customer.get("/v1/account")).code == "key_unknown"


async def test_a_key_does_what_its_scopes_allow_and_no_more(served: Served) -> None:
    account_id, _ = await served.open()
    reader = await served.with_scopes(account_id, Scope.READ)
    sender = await served.with_scopes(account_id, Scope.SEND)
    clerk = await served.with_scopes(account_id, Scope.ACCOUNT)
    assert (await reader.get("/v1/messages")).status == 200
    assert (await sender.send()).status == 202
    refused = [
        await reader.send(),
        await reader.post("/v1/messages/batch", {"messages": []}),
        await reader.post("/v1/templates", {}),
        await reader.call("PATCH", "/v1/account", {"name": "Mine"}),
        await sender.get("/v1/messages"),
        await clerk.call("PATCH", "/v1/account", {"name": "Mine"}),  # would have to show the balance
        await served.client((await served.open())[1]).post("/v1/connectors", OF_EVERYBODY),
    ]
    assert [(reply.status, reply.code) for reply in refused] == [(403, "scope_missing")] * len(refused)


async def test_health_needs_no_key(served: Served) -> None:
    reply = await served.client(None).get("/health")
    assert (reply.status, reply.json) == (200, {"status": "ok"})
