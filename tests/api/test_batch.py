"""A thousand messages in one call, a verdict for each."""

from __future__ import annotations

import pytest

from calling import Client, Served

GOOD = {"to": "+34600000118", "text": "Hello from Cablegram"}  # 2 credits


async def test_each_item_gets_its_verdict_in_order(customer: Client) -> None:
    items = [
        {**GOOD, "client_ref": "first"},
        {"to": "12", "text": "Hello from Cablegram"},
        {"to": "+34600000118", "text": "Hi"},
        {"to": "+34912345678", "text": "Hello from Cablegram"},
        {"to": "+34600000118"},
        {**GOOD, "from": "a name that is too long"},
        {"to": "+34600000118", "template_id": "0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"},
        {**GOOD, "client_ref": "last"},
    ]
    reply = await customer.post("/v1/messages/batch", {"messages": items})
    assert reply.status == 202
    verdicts = [
        (one["error"]["code"], one["error"]["field"]) if "error" in one else one["client_ref"]
        for one in reply.json["items"]
    ]
    assert verdicts == [
        "first",
        ("number_invalid", "to"),
        ("text_too_short", "text"),
        ("number_landline", "to"),
        ("text_or_template", "text"),
        ("sender_invalid", "from"),
        ("template_not_found", "template_id"),
        "last",
    ]
    assert (reply.json["accepted"], reply.json["price"]) == (2, 4_000_000)
    assert (await customer.get("/v1/account")).json["balance"] == 96_000_000


@pytest.mark.req("R19")
async def test_credit_that_ends_part_way_accepts_the_first_and_refuses_the_others(served: Served) -> None:
    customer = await served.customer(credit=5)
    reply = await customer.post("/v1/messages/batch", {"messages": [GOOD] * 4})
    assert [one.get("status", one.get("error", {}).get("code")) for one in reply.json["items"]] == [
        "queued",
        "queued",
        "insufficient_credit",
        "insufficient_credit",
    ]
    assert (await customer.get("/v1/account")).json["balance"] == 1_000_000
    (posting, _) = (await customer.get("/v1/ledger")).json["items"]
    assert (posting["kind"], posting["count"], posting["amount"]) == ("charge", 2, -4_000_000)


async def test_a_thousand_fit_and_one_more_does_not(served: Served) -> None:
    customer = await served.customer(credit=3000)
    reply = await customer.post("/v1/messages/batch", {"messages": [GOOD] * 1000})
    assert (reply.status, reply.json["accepted"]) == (202, 1000)
    reply = await customer.post("/v1/messages/batch", {"messages": [GOOD] * 1001})
    assert (reply.status, reply.faults) == (400, [("messages", "too_long")])
    reply = await customer.post("/v1/messages/batch", {"messages": []})
    assert (reply.status, reply.faults) == (400, [("messages", "too_short")])
    assert (await customer.get("/v1/account")).json["balance"] == 1_000_000_000


async def test_what_breaks_the_schema_is_named_by_place_and_nothing_is_accepted(customer: Client) -> None:
    body = {"messages": [GOOD, {"to": 34600000118, "text": "Hello"}, {"txt": "Hello"}], "class": "otp"}
    reply = await customer.post("/v1/messages/batch", body)
    assert (reply.status, reply.code) == (400, "invalid_request")
    assert reply.faults == [
        ("messages.1.to", "wrong_type"),
        ("messages.2.to", "missing_field"),
        ("messages.2.txt", "unknown_field"),
        ("class", "unknown_field"),
    ]
    assert (await customer.get("/v1/messages")).json["items"] == []


async def test_five_megabytes_are_taken_and_more_are_not(served: Served) -> None:
    customer = await served.customer(credit=3000)
    just = {"messages": [{**GOOD, "variables": {"filler": "x" * 4_800}} for _ in range(1000)]}
    assert (await customer.post("/v1/messages/batch", just)).status == 202
    more = {"messages": [{**GOOD, "variables": {"filler": "x" * 5_100}} for _ in range(1000)]}
    reply = await customer.post("/v1/messages/batch", more)
    assert (reply.status, reply.code) == (413, "body_too_large")
