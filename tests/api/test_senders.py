"""Senders by API: granted by the operator, set by their owner, chosen in `from`."""

from __future__ import annotations

import pytest

from cablegram.accounts.access import ACCOUNT_SCOPES, Scope
from calling import Client, Reply, Served


async def send_from(client: Client, wanted: object, to: str = "+34600000118") -> Reply:
    """Send one message."""
    return await client.post("/v1/messages", {"to": to, "text": "Hello there", "from": wanted})


@pytest.fixture
async def both(served: Served) -> tuple[Client, Client]:
    """Give a customer, and the operator acting for the same account."""
    account_id, key = await served.open()
    return served.client(key), await served.with_scopes(account_id, *ACCOUNT_SCOPES, Scope.OPERATOR)


@pytest.mark.req("R58", "R61", "R62")
async def test_a_number_is_granted_found_set_and_taken_away(both: tuple[Client, Client]) -> None:
    customer, operator = both
    assert (await customer.post("/v1/senders", {"address": "+34600000118"})).code == "scope_missing"
    made = await operator.post("/v1/senders", {"address": "+34600000118"})
    assert (made.status, made.json["kind"], made.json["type"], made.json["country"], made.json["capabilities"]) == (
        201, "number", "mobile", "ES", ["sms"],
    )  # fmt: skip
    code = (await operator.post("/v1/senders", {"address": "70500", "country": "ES", "is_default": True})).json
    path = f"/v1/senders/{made.json['id']}"
    settings = {"autoresponder_enabled": True, "autoresponder_text": "Nobody reads this", "stop_words_enabled": True}
    settings |= {"stop_words": ["ENOUGH"], "help_text": "Acme: 2 texts a month"}
    changed = await customer.call("PATCH", path, {**settings, "is_default": True})
    assert (changed.status, changed.json) == (200, {**made.json, **settings, "is_default": True})
    assert (await customer.get(path)).json == changed.json
    assert (await customer.get(f"/v1/senders/{code['id']}")).json["is_default"] is False
    assert (await customer.call("PATCH", path, {"country": "ES"})).code == "scope_missing"
    assert (await operator.call("PATCH", path, {"type": "national"})).json["type"] == "national"

    page = (await customer.get("/v1/senders?limit=1")).json
    assert [one["address"] for one in page["items"]] == ["70500"]
    assert [one["address"] for one in (await customer.get(page["next"])).json["items"]] == ["34600000118"]
    found = (await customer.get("/v1/senders?kind=number&type=national&country=ES&address=%2B34600000118")).json
    assert [one["id"] for one in found["items"]] == [made.json["id"]]
    assert (await customer.get("/v1/senders?kind=name")).json["items"] == []

    assert (await customer.call("DELETE", path)).status == 204
    assert [(await customer.call(method, path)).code for method in ("GET", "DELETE")] == ["sender_not_found"] * 2


async def test_what_can_be_no_sender_is_refused_with_its_reason(both: tuple[Client, Client]) -> None:
    customer, operator = both
    name = (await operator.post("/v1/senders", {"address": "Acme"})).json
    for body, status, code in (
        ({"address": "ABCDEFGHIJKL"}, 400, "sender_invalid"),
        ({"address": "12"}, 400, "sender_invalid"),
        ({"address": "any"}, 403, "sender_invalid"),
        ({"address": "70500"}, 403, "sender_country_needed"),
        ({"address": "8801000000000"}, 403, "sender_number_unknown"),
        ({"address": "Acme"}, 409, "sender_exists"),
        ({"address": "Zed", "capabilities": ["sms", "voice"]}, 403, "sender_capabilities_wrong"),
        ({"address": "Zed", "connector_ids": [name["id"]]}, 404, "connector_not_found"),
    ):
        reply = await operator.post("/v1/senders", body)
        assert (reply.status, reply.code) == (status, code)
    path = f"/v1/senders/{name['id']}"
    assert (await customer.call("PATCH", path, {"cnam_enabled": True})).code == "sender_hears_nothing"
    assert (
        await customer.call("PATCH", path, {"autoresponder_text": "x" * 1601})
    ).code == "autoresponder_text_too_long"


async def test_a_file_of_senders_is_taken_whole_or_not_at_all(both: tuple[Client, Client]) -> None:
    customer, operator = both

    async def put(file: str) -> tuple[int, str, list[str]]:
        reply = await operator.call(
            "POST", "/v1/senders/import", data=file.encode(), headers={"Content-Type": "text/csv"}
        )
        return reply.status, reply.json.get("code", ""), [one["field"] for one in reply.json.get("errors", [])]

    assert await put("34600000118,ES\n") == (400, "bad_sender_file", [])
    assert await put("number,country\n34600000118,ES\n70500,\nZed!,\n") == (403, "bad_sender_file", ["lines.4"])
    assert await put("number,country\n34600000118,ES\n70500,\n") == (403, "bad_sender_file", ["lines.3"])
    before = (await customer.get("/v1/senders")).json["items"]
    assert [one["address"] for one in before] == ["70001"], "its number on the simulated carrier"
    assert await put("number,country\n34600000118,ES\n70500,ES\n") == (200, "", [])
    assert len((await customer.get("/v1/senders")).json["items"]) == 3


@pytest.mark.req("R48", "R102", "R46")
async def test_from_takes_one_a_list_or_any(both: tuple[Client, Client]) -> None:
    customer, operator = both
    listed = ["+34600000101", "+34600000102"]
    for address in listed:
        assert (await operator.post("/v1/senders", {"address": address})).status == 201
    texts = [await send_from(customer, listed, f"+3460000020{n}") for n in range(4)]
    assert [one.json["from"] for one in texts] == listed * 2
    assert (await send_from(customer, "ANY", "+34600000201")).json["from"] == listed[1], "it talks with that one"
    items = [{"to": f"+3460000030{n}", "text": "Hello there", "from": listed} for n in range(4)]
    items += [{"to": "+34600000300", "text": "Hello there", "from": wanted} for wanted in ([], ["Zed!"], "any")]
    found = (await customer.post("/v1/messages/batch", {"messages": items})).json["items"]
    assert [one["from"] if "from" in one else one["error"]["code"] for one in found] == [
        *listed, *listed, "sender_needed", "sender_invalid", listed[0],
    ]  # fmt: skip
    used = {one["address"]: one["used_at"] for one in (await customer.get("/v1/senders")).json["items"]}
    assert [f"+{address}" for address in used if used[address]] == listed[::-1]


@pytest.mark.req("R49")
async def test_what_is_wrong_with_a_list_of_senders_is_named(served: Served) -> None:
    customer = await served.customer(open_senders=False)
    for wanted, status, code in (
        ([], 400, "too_short"),
        (["70001"] * 101, 400, "too_long"),
        (["70001", "ABCDEFGHIJKL"], 400, "sender_invalid"),
        (["70001", 7], 400, "wrong_type"),
        (7, 400, "wrong_type"),
        (["70001", "any"], 403, "sender_invalid"),
        (["70001", "70002"], 403, "sender_not_owned"),
    ):
        reply = await send_from(customer, wanted)
        assert (reply.status, reply.code) == (status, code)
        assert reply.faults[0][0].startswith("from")
        assert code != "sender_not_owned" or "70002" in reply.json["detail"]
    assert (await send_from(customer, ["70001", "70001"])).json["from"] == "70001"


@pytest.mark.req("R98", "R102")
async def test_a_campaign_takes_one_sender_a_list_or_any(both: tuple[Client, Client]) -> None:
    customer, operator = both
    await operator.post("/v1/senders", {"address": "34600000101"})
    people = (await customer.post("/v1/contact_lists", {"name": "People"})).json["id"]
    body = {"contact_list_ids": [people], "text": "Hello there"}
    for name, wanted in (("one", "70001"), ("list", ["70001", "34600000101"]), ("any", "any"), ("default", None)):
        made = await customer.post("/v1/campaigns", {**body, "name": name, "from": wanted})
        assert (made.status, made.json["from"]) == (201, wanted)
        assert (await customer.get(f"/v1/campaigns/{made.json['id']}")).json["from"] == wanted
    for wanted, code in ((["70001", "any"], "sender_invalid"), ([], "too_short")):
        refused = await customer.post("/v1/campaigns", {**body, "name": "bad", "from": wanted})
        assert (refused.code, refused.faults[0][0]) == (code, "from")
