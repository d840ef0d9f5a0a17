"""Buying credits by the API: cards, recharges with a key, buying by itself, receipts; and Stripe's own calls."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import stripe

import make
from cablegram.kit.clock import SetClock
from cablegram.runtime.runtime import Runtime
from calling import Client, Served, serving
from stripe_at_home import PAYS, SECRET, Door, taking_cards


@pytest.fixture
async def rt(database_url: str, clock: SetClock, door: Door) -> AsyncIterator[Runtime]:
    async with taking_cards(make.runtime(database_url, clock), door) as runtime:
        yield runtime


@pytest.fixture
async def served(rt: Runtime) -> AsyncIterator[Served]:
    """Give a running API that needs no prices of messages."""
    async with serving(rt) as api:
        yield api


@pytest.fixture
async def customer(served: Served) -> Client:
    return await served.customer()


@pytest.mark.req("R23")
@pytest.mark.req("R24")
async def test_a_customer_buys_credits_with_a_card_and_gets_a_receipt(customer: Client, door: Door) -> None:
    card = (await customer.post("/v1/cards", {"token": await door.card(PAYS), "name": "Inés", "zip": "28013"})).json
    assert (card["last4"], card["expires"], card["zip"], card["is_default"]) == ("4242", "2030-12", "28013", True)
    wish = {"card_id": card["id"], "credits": 1_000_000_000}
    first = await customer.post("/v1/recharges", wish, Idempotency_Key="may")
    again = await customer.post("/v1/recharges", wish, Idempotency_Key="may")
    assert (first.status, first.json["state"], again.json["id"]) == (201, "paid", first.json["id"])
    other = await customer.post("/v1/recharges", wish | {"credits": 5_000_000}, Idempotency_Key="may")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert (await customer.get("/v1/recharge_quote?credits=1000000000")).json["amount"] == 2500
    (receipt,) = (await customer.get("/v1/receipts")).json["items"]
    page = await customer.get(f"/v1/receipts/{receipt['id']}/pdf")
    assert (page.headers["Content-Type"], page.body[:5]) == ("application/pdf", b"%PDF-")
    assert (await customer.get("/v1/account")).json["balance"] == 1_100_000_000
    assert (await customer.call("DELETE", f"/v1/cards/{card['id']}")).status == 204


@pytest.mark.req("R25")
async def test_what_is_bought_by_itself_is_set_and_read(customer: Client) -> None:
    wish = {"is_enabled": True, "below": 100_000_000, "credits": 500_000_000, "most_a_month": 10_000}
    assert (await customer.call("PUT", "/v1/auto_recharge", wish)).status == 200
    found = (await customer.get("/v1/auto_recharge")).json
    assert {name: found[name] for name in wish} == wish
    assert (await customer.call("PUT", "/v1/auto_recharge", wish | {"money": 5})).code == "bad_auto_recharge"


async def test_stripe_calls_with_a_signature_and_nobody_calls_without(served: Served) -> None:
    body = json.dumps({"id": "evt_1", "object": "event", "type": "x.y", "data": {"object": {}}})
    signed = {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, SECRET)}
    nobody, raw = served.client(None), body.encode()
    assert (await nobody.call("POST", "/callbacks/stripe", data=raw, headers=signed)).status == 200
    assert (await nobody.call("POST", "/callbacks/stripe", data=raw, headers=signed)).status == 200
    assert (await nobody.call("POST", "/callbacks/stripe", data=raw)).code == "signature_wrong"
    assert (await nobody.get("/callbacks/stripe")).status == 405


async def test_the_operator_enters_and_gives_back_and_nobody_else(served: Served, customer: Client) -> None:
    entered = {"credits": 1_000_000, "amount": 25, "currency": "EUR", "reference": "Transfer 17"}
    assert (await customer.post("/v1/payments", entered)).status == 403
    boss = await served.operator()
    made = await boss.post("/v1/payments", entered)
    assert (made.status, made.json["state"]) == (201, "paid")
    assert (await boss.post("/v1/payments", entered)).code == "reference_used"
    back = await boss.post(f"/v1/payments/{made.json['id']}/refund", {})
    assert (back.json["state"], back.json["returned"]) == ("refunded", 25)
    assert [one["id"] for one in (await boss.get("/v1/payments?state=refunded")).json["items"]] == [made.json["id"]]
