"""Buying credits at the panel, and the operator's payments."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

import make
from browsing import Person, account_of
from cablegram.billing import credit_price
from cablegram.kit.clock import SetClock
from cablegram.payments import auto, cards, recharging
from cablegram.payments.model import Address, RechargeState
from cablegram.runtime.runtime import Runtime
from stripe_at_home import CONFIRMS, DECLINES_LATER, PAYS, Door, taking_cards


@pytest.fixture
async def rt(database_url: str, clock: SetClock, door: Door) -> AsyncIterator[Runtime]:
    async with taking_cards(make.runtime(database_url, clock), door) as runtime:
        yield runtime


async def buy(operator: Person, card: str, credits_: str = "1000") -> str:
    """Ask for the price, press the button, and return what the page then says."""
    await operator.open(f"/billing/recharge?credits={credits_}&card={card}")
    return (await operator.submit("/billing/recharge")).text


@pytest.mark.req("R23")
@pytest.mark.req("R24")
async def test_a_card_is_typed_at_stripe_and_pays_for_what_the_button_says(
    operator: Person, rt: Runtime, door: Door
) -> None:
    assert "No card yet" in (await operator.open("/billing/recharge")).text
    away = await operator.client.get("/billing/cards/new", follow_redirects=False)
    assert (away.status_code, away.headers["location"]) == (303, "https://checkout.example/cs_1")
    back = urlsplit(await door.types_card("cs_1", PAYS))
    assert "Visa 4242 is among your cards" in (await operator.open(f"{back.path}?{back.query}")).text
    who = await account_of(rt)
    (card,) = await cards.listed(rt, who)
    priced = (await operator.open(f"/billing/recharge?credits=1000&card={card.id}")).text
    assert "Buy 1,000.00 credits for 25.00 EUR" in priced
    assert "Balance after 1,100.00" in priced
    sent = dict(operator.page.form("/billing/recharge").fields)
    assert "Paid" in (await operator.submit("/billing/recharge")).text
    await operator.client.post("/billing/recharge", data=sent)  # the browser's back button, and the same form again
    (one,) = await recharging.page(rt, who)
    assert one.state is RechargeState.PAID
    (pdf,) = [link for link in operator.page.links if link.startswith("/billing/receipts/")]
    assert (await operator.client.get(pdf)).content.startswith(b"%PDF")
    assert "1,100.00" in (await operator.open("/billing")).text


async def test_a_card_that_declines_and_one_whose_bank_asks_say_what_to_do(
    operator: Person, rt: Runtime, door: Door
) -> None:
    who = await account_of(rt)
    poor = await cards.add(rt, who, await door.card(DECLINES_LATER), Address())
    asks = await cards.add(rt, who, await door.card(CONFIRMS), Address())
    assert "Nothing was paid Your card was declined." in await buy(operator, str(poor.id))
    assert "Your bank wants you to confirm it" in await buy(operator, str(asks.id))
    assert any(link.startswith("https://bank.example/") for link in operator.page.links)


@pytest.mark.req("R25")
async def test_buying_by_itself_is_said_in_a_sentence(operator: Person, rt: Runtime, door: Door) -> None:
    who = await account_of(rt)
    await cards.add(rt, who, await door.card(PAYS), Address())
    await operator.open("/billing/recharge")
    wish = {"is_enabled": "on", "below": "200", "amount": "50.00", "kind": "money", "most_a_month": "90"}
    said = (await operator.submit("/billing/auto", wish)).text
    assert "When the balance falls below 200.00 credits, 2,000.00 credits are bought for 50.00 EUR" in said
    set_up = await auto.show(rt, who)
    assert set_up
    assert (set_up.money, set_up.most_a_month) == (5_000, 9_000)
    await operator.open("/billing/recharge")
    assert "not an amount" in (await operator.submit("/billing/auto", {"below": "little"}, expect=400)).text


async def test_the_operator_enters_a_payment_and_gives_one_back(operator: Person, rt: Runtime) -> None:
    who = await account_of(rt)
    await operator.open("/operator/payments")
    form = {"account": str(who.account_id), "credits": "40", "amount": "1.00", "currency": "EUR", "reference": "T 1"}
    assert "40.00 credits are in the balance" in (await operator.submit("/operator/payments", form)).text
    assert "T 1" in (await operator.submit("/operator/payments", form, expect=400)).text
    (one,) = await recharging.page(rt, who)
    await operator.open("/operator/payments")
    assert "1.00 EUR went back" in (await operator.submit(f"/operator/payments/{one.id}/refund")).text
    seller = {"seller_name": "Cable Norte SL", "how_to_pay": "Transfer to ES00"}
    assert "Receipts say so" in (await operator.submit("/operator/payments/seller", seller)).text


async def test_what_the_operator_asks_beyond_all_calendars_or_half_wrongly_changes_nothing(
    operator: Person, rt: Runtime
) -> None:
    await operator.open("/operator/prices/margins?since=0001-01-01&until=9999-12-31")
    await operator.open("/operator/prices/credits")
    wrong = {"currency": "USD", "steps": "0 0.5", "inbound": "much"}
    await operator.submit("/operator/prices/credits", wrong, expect=422)
    who = await account_of(rt)
    prices = (await credit_price.show(rt, who)).credits
    assert prices
    assert prices.currency == "EUR"
