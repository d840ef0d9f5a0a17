"""Rules of routing over the API: made, changed, ordered, explained; and how connectors fare."""

from __future__ import annotations

import pytest

from books import rows
from cablegram.accounts.access import Scope as May
from cablegram.accounts.access import operator as acting
from cablegram.runtime.runtime import Runtime
from calling import Client, Served
from routes import carrier, link, rule

PATH = "/v1/routes"


@pytest.fixture
async def operator(served: Served) -> Client:
    return await served.operator()


async def test_a_rule_is_made_changed_ordered_and_deleted(rt: Runtime, operator: Client) -> None:
    first, second = await carrier(rt, "First"), await carrier(rt, "Second")
    option = {"connector_id": str(first.id), "cost": 9, "least_delivered": 80}
    wanted = {
        "name": "Spain",
        "prefixes": ["+346"],
        "countries": ["FR"],
        "senders": ["Acme"],
        "classes": ["otp"],
        "strategy": "least_cost",
        "connectors": [option],
    }
    made = (await operator.call("POST", PATH, wanted)).json
    other = {"connector_id": str(second.id), "weight": 1, "cost": None, "least_accepted": None, "least_delivered": None}
    assert made["connectors"] == [{**other, **option}]
    assert {name: made[name] for name in ("prefixes", "senders", "position", "is_own", "is_enabled")} == {
        "prefixes": ["346"],
        "senders": ["acme"],
        "position": 1,
        "is_own": False,
        "is_enabled": True,
    }
    path = f"{PATH}/{made['id']}"
    assert (await operator.get(path)).json == made
    front = (await operator.call("POST", PATH, {"name": "All", "connectors": [other], "position": 1})).json
    assert [one["name"] for one in (await operator.get(PATH)).json["items"]] == ["All", "Spain"]
    changes = {"name": "Iberia", "classes": [], "connectors": [other], "strategy": "in_order", "position": 1}
    changed = (await operator.call("PATCH", path, changes)).json
    assert {**made, **changes} == changed
    ids = [front["id"], made["id"]]
    ordered = (await operator.call("PUT", f"{PATH}/order", {"ids": ids})).json
    assert [one["id"] for one in ordered["items"]] == ids
    assert (await operator.call("PUT", f"{PATH}/order", {"ids": ids[:1]})).code == "bad_order"
    assert (await operator.call("DELETE", path)).status == 204
    assert (await operator.get(path)).code == "route_not_found"
    assert (await operator.call("DELETE", path)).code == "route_not_found"


async def test_what_can_t_be_is_named_with_its_place(rt: Runtime, operator: Client) -> None:
    way = {"connector_id": str((await carrier(rt, "First")).id)}
    stranger = {"connector_id": "0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"}
    bad = {"name": "Bad", "connectors": [{**way, "weight": 0}], "prefixes": ["O34"], "countries": ["es"]}
    reply = await operator.call("POST", PATH, bad)
    assert (reply.status, {field for field, _ in reply.faults}) == (
        400,
        {"connectors.0.weight", "prefixes.0", "countries.0"},
    )
    reply = await operator.call("POST", PATH, {"name": "Bad", "connectors": []})
    assert (reply.status, reply.faults) == (400, [("connectors", "too_short")])
    reply = await operator.call("POST", PATH, {"name": "Bad", "connectors": [way, way, stranger]})
    assert (reply.status, reply.faults) == (
        403,
        [
            ("connectors.1.connector_id", "connector_twice"),
            ("connectors.2.connector_id", "connector_unknown"),
        ],
    )
    reply = await operator.call("POST", PATH, {"name": "Bad", "connectors": [way], "strategy": "least_cost"})
    assert reply.code == "cost_needed"


@pytest.mark.req("R171")
async def test_an_account_has_rules_for_its_own_connectors_alone(rt: Runtime, served: Served, operator: Client) -> None:
    account, key = await served.open()
    customer = served.client(key)
    everyone = await carrier(rt, "Everyone")
    await rule(rt, everyone, name="secret")
    own = await carrier(rt, "Own", owner=acting("Ann", account))
    assert (await customer.get(PATH)).json["items"] == []
    refused = {"name": "Mine", "connectors": [{"connector_id": str(everyone.id)}]}
    assert (await customer.call("POST", PATH, refused)).code == "connector_unknown"
    assert (await customer.call("POST", PATH, {**refused, "is_own": False})).code == "scope_missing"
    mine = {"name": "Mine", "connectors": [{"connector_id": str(own.id)}]}
    made = (await customer.call("POST", PATH, mine)).json
    assert made["is_own"] is True
    assert [one["name"] for one in (await customer.get(PATH)).json["items"]] == ["Mine"]
    assert (await customer.call("PATCH", f"{PATH}/policy", {"fails_over": True})).code == "scope_missing"
    assert (await customer.get(f"/v1/connectors/{everyone.id}/health")).code == "scope_missing"
    seen = (await customer.get(f"/v1/connectors/{own.id}/health")).json
    assert seen == {"connector_id": str(own.id), "minutes": 60, "away_since": None, "away_why": "", "countries": []}
    assert [one["name"] for one in (await operator.get(PATH)).json["items"]][-1:] == ["secret"]


async def test_what_holds_for_all_routing_is_read_and_changed(operator: Client) -> None:
    first = (await operator.get(f"{PATH}/policy")).json
    assert first == {"fails_over": False, "patience_seconds": 30, "rest_seconds": 60}
    assert (await operator.call("PATCH", f"{PATH}/policy", {"patience_seconds": 0})).status == 400
    changed = (await operator.call("PATCH", f"{PATH}/policy", {"fails_over": True, "patience_seconds": 5})).json
    assert changed == {"fails_over": True, "patience_seconds": 5, "rest_seconds": 60}
    assert (await operator.call("PATCH", f"{PATH}/policy", {"rest_seconds": 7})).json == {**changed, "rest_seconds": 7}


async def test_it_is_explained_for_a_number_which_connector_would_be_taken(rt: Runtime, served: Served) -> None:
    account, key = await served.open()
    first, second = await carrier(rt, "First"), await carrier(rt, "Second")
    await rule(rt, second, name="Spain", countries=["ES"])
    client = served.client(key)
    asked = f"{PATH}/explain?to=%2B34600000118&from=Acme&class=otp"
    told = (await client.get(asked)).json
    assert (told["connector"]["name"], told["route"], told["is_by_operator"]) == ("Second", None, True)
    assert (told["to"], told["country"], told["from"], told["class"]) == ("+34600000118", "ES", "Acme", "otp")
    assert {one["name"]: one["verdict"] for one in told["connectors"]} == {
        "First": "out",
        "Second": "taken",
        "Simulated carrier": "out",
    }
    assert (await client.get(f"{PATH}/explain?to=12")).code == "number_invalid"
    other = (await client.get(f"{PATH}/explain?to=%2B33612345678&from=Acme")).json
    assert (other["connector"]["name"], other["is_by_operator"]) == ("First", False)
    await link(rt, first, "down")
    chief = await served.with_scopes(account, *May)
    told = (await chief.get(asked)).json
    assert (told["route"]["name"], told["route"]["verdict"]) == ("Spain", "taken")
    simulated = (await client.post("/v1/simulate", {"text": "Hello", "to": "+34600000118", "from": "Acme"})).json
    assert simulated["connector"] == "Second"
    assert await client.send(**{"from": "Acme"})
    assert (await rows(rt, "SELECT connector_id FROM message")) == [(second.id,)]


async def test_without_any_connector_it_is_said_of_each_why(rt: Runtime, customer: Client) -> None:
    await rows(rt, "UPDATE connector SET is_enabled = false RETURNING id")
    told = (await customer.get(f"{PATH}/explain?to=%2B34600000118&from=Acme")).json
    assert told["connector"] is None
    assert [one["why"] for one in told["connectors"]] == ["It is switched off."]
