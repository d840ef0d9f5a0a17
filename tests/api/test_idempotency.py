"""The same request twice is one."""

from __future__ import annotations

import asyncio

from calling import Client, Served

BODY = {"to": "+34600000118", "text": "Hello from Cablegram"}


async def test_two_hundred_at_once_with_one_key_are_one_message_and_one_charge(customer: Client) -> None:
    replies = await asyncio.gather(
        *(customer.post("/v1/messages", BODY, Idempotency_Key="order-4711") for _ in range(200))
    )
    assert {reply.status for reply in replies} == {202}
    assert len({reply.body for reply in replies}) == 1
    assert [reply.headers.get("Idempotent-Replay") for reply in replies].count(None) == 1
    assert len((await customer.get("/v1/messages")).json["items"]) == 1
    assert (await customer.get("/v1/account")).json["balance"] == 98_000_000
    assert [one["kind"] for one in (await customer.get("/v1/ledger")).json["items"]] == ["charge", "grant"]
    later = await customer.post("/v1/messages", BODY, Idempotency_Key="order-4711")
    assert (later.body, later.headers["Idempotent-Replay"]) == (replies[0].body, "true")


async def test_the_same_key_with_another_body_is_refused_also_within_one_flush(customer: Client) -> None:
    bodies = [BODY, {**BODY, "text": "Something else"}]
    replies = await asyncio.gather(*(customer.post("/v1/messages", one, Idempotency_Key="k") for one in bodies))
    assert sorted((reply.status, reply.code) for reply in replies) == [(202, None), (422, "idempotency_key_reused")]
    reply = await customer.post("/v1/messages", {**BODY, "client_ref": "x"}, Idempotency_Key="k")
    assert (reply.status, reply.code) == (422, "idempotency_key_reused")
    assert len((await customer.get("/v1/messages")).json["items"]) == 1


async def test_a_key_belongs_to_one_account_and_one_call(served: Served, customer: Client) -> None:
    other = await served.customer()
    batch = {"messages": [BODY]}
    replies = [
        await customer.post("/v1/messages", BODY, Idempotency_Key="k"),
        await customer.post("/v1/messages/batch", batch, Idempotency_Key="k"),
        await other.post("/v1/messages", BODY, Idempotency_Key="k"),
    ]
    assert [(reply.status, reply.headers.get("Idempotent-Replay")) for reply in replies] == [(202, None)] * 3
    again = await customer.post("/v1/messages/batch", batch, Idempotency_Key="k")
    assert (again.body, again.headers["Idempotent-Replay"]) == (replies[1].body, "true")
    assert len((await customer.get("/v1/messages")).json["items"]) == 2


async def test_what_was_refused_is_not_kept(served: Served) -> None:
    poor = await served.customer(credit=1)
    first = await poor.post("/v1/messages", BODY, Idempotency_Key="k")
    again = await poor.post("/v1/messages", BODY, Idempotency_Key="k")
    assert [(one.status, one.headers.get("Idempotent-Replay")) for one in (first, again)] == [(402, None)] * 2


async def test_a_key_is_visible_ascii_of_a_sane_length(customer: Client) -> None:
    for key in ("with space", "x" * 256, "ñ"):
        reply = await customer.post("/v1/messages", BODY, Idempotency_Key=key)
        assert (reply.status, reply.code) == (400, "bad_idempotency_key")
    assert (await customer.post("/v1/messages", BODY, Idempotency_Key="x" * 255)).status == 202
