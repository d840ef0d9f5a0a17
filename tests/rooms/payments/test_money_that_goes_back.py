"""Refunds, disputes, and the processor's calls: signed, repeated, forged, out of order."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import pytest
import stripe

from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.audit.prove import audit
from cablegram.billing import credit_price, ledger
from cablegram.billing.pricing import Step
from cablegram.kit.clock import SetClock
from cablegram.kit.currency import minor_to_micro
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotAuthenticated, Unavailable
from cablegram.kit.money import MICRO
from cablegram.migrations import runner as migrations
from cablegram.payments import asking, cards, hooks, receipts, recharging, refunding
from cablegram.payments.model import Address, Recharge, RechargeState, ReturnState
from cablegram.runtime.runtime import Runtime
from stripe_at_home import CONFIRMS, PAYS, SECRET, Door

BOSS = operator("tests")
S = RechargeState


async def paid(rt: Runtime, who: Principal, door: Door, number: str = PAYS) -> Recharge:
    card = await cards.add(rt, who, await door.card(number), Address())
    return await recharging.recharge(rt, who, card_id=card.id, credits=1000 * MICRO, key=None)


def event(kind: str, about: dict[str, Any], name: str = "evt_1") -> bytes:
    return json.dumps({"id": name, "object": "event", "type": kind, "data": {"object": about}}).encode()


def signed(body: bytes, secret: str = SECRET, at: int | None = None) -> str:
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)


async def hear(rt: Runtime, kind: str, about: dict[str, Any], name: str = "evt_1") -> None:
    body = event(kind, about, name)
    await hooks.hear(rt, body, signed(body))


def intent(recharge: Recharge) -> dict[str, Any]:
    return {"object": "payment_intent", "id": recharge.intent, "status": "nonsense"}


async def state(rt: Runtime, who: Principal, recharge: Recharge) -> RechargeState:
    return (await recharging.show(rt, who, recharge.id)).state


async def test_refunds_in_parts_take_the_credits_out_and_add_up(rt: Runtime, who: Principal, door: Door) -> None:
    one = await paid(rt, who, door)
    for amount, balance, now in ((333, 966.8, S.PAID), (334, 833.2, S.PAID), (None, 100, S.REFUNDED)):
        await refunding.refund(rt, BOSS, one.id, amount=amount, note="as agreed")
        assert await ledger.balance(rt, who) == balance * MICRO
        assert await state(rt, who, one) is now
    with pytest.raises(Conflict, match="nothing to give back"):
        await refunding.refund(rt, BOSS, one.id)
    with pytest.raises(NotAllowed):
        await refunding.refund(rt, who, one.id)
    notes = [(one.number, one.facts.amount, one.facts.about) for one in await receipts.page(rt, who)]
    assert notes[0] == ("2026-000004", -1833, "2026-000001")
    assert [amount for _, amount, _ in notes] == [-1833, -334, -333, 2500]


async def test_crowns_are_hundredths_to_stripe_and_whole_to_us(rt: Runtime, who: Principal, door: Door) -> None:
    await credit_price.set_prices(rt, BOSS, who.account_id, currency="ISK", steps=[Step(0, 2_500_000)])
    one = await paid(rt, who, door)
    assert (one.amount, one.currency, one.state) == (2_500, "ISK", S.PAID)
    assert [each["amount"] for each in await door.taken()] == [250_000]
    await refunding.refund(rt, BOSS, one.id, amount=1_000)
    back = await recharging.show(rt, who, one.id)
    assert (back.returned, await ledger.balance(rt, who)) == (1_000, 700 * MICRO)


async def test_a_refund_whose_answer_is_lost_is_found_and_counted_once(
    rt: Runtime, who: Principal, door: Door, clock: SetClock
) -> None:
    one = await paid(rt, who, door)
    door.lost = ["/v1/refunds"]
    await refunding.refund(rt, BOSS, one.id, amount=500)
    assert await ledger.balance(rt, who) == 1100 * MICRO
    with pytest.raises(Conflict, match="on its way"):
        await refunding.refund(rt, BOSS, one.id, amount=500)
    clock.move(timedelta(minutes=3))
    assert [await refunding.look(rt), await refunding.look(rt)] == [1, 0]
    assert await ledger.balance(rt, who) == 900 * MICRO
    await hear(rt, "charge.refunded", {"object": "charge", "id": "ch_1", "payment_intent": one.intent})
    assert await ledger.balance(rt, who) == 900 * MICRO


async def test_a_refund_that_never_arrived_was_none(rt: Runtime, who: Principal, door: Door, clock: SetClock) -> None:
    one = await paid(rt, who, door)
    door.is_shut = True
    await refunding.refund(rt, BOSS, one.id)
    door.is_shut = False
    clock.move(timedelta(minutes=3))
    await refunding.look(rt)
    (back,) = await refunding.returns(rt, who, one)
    assert (back.state, await state(rt, who, one)) == (ReturnState.FAILED, S.PAID)


async def test_a_refund_made_at_the_processor_is_taken_in(rt: Runtime, who: Principal, door: Door) -> None:
    one = await paid(rt, who, door)
    await door.ask("POST", "/v1/refunds", payment_intent=one.intent or "", amount="2500")
    await hear(rt, "charge.refunded", {"object": "charge", "id": "ch_1", "payment_intent": one.intent})
    assert (await ledger.balance(rt, who), await state(rt, who, one)) == (100 * MICRO, S.REFUNDED)


async def test_a_dispute_takes_the_credits_below_nothing_and_one_that_is_won_brings_them_back(
    rt: Runtime, who: Principal, door: Door
) -> None:
    one = await paid(rt, who, door)
    async with rt.db.transaction() as conn:
        await ledger.charge_inbound(conn, {who.account_id: 1050}, now=rt.clock.now())
    dispute = {"object": "dispute", "id": "dp_1", "payment_intent": one.intent, "amount": 2500}
    door.disputes["dp_1"] = dispute | {"status": "needs_response"}
    for name in ("evt_1", "evt_1", "evt_2"):
        await hear(rt, "charge.dispute.created", dispute, name)
    assert (await ledger.balance(rt, who), await state(rt, who, one)) == (-950 * MICRO, S.DISPUTED)
    door.disputes["dp_1"] = dispute | {"status": "won"}
    await hear(rt, "charge.dispute.closed", dispute, "evt_3")
    await hear(rt, "charge.dispute.created", dispute, "evt_0")  # an old one, late
    assert (await ledger.balance(rt, who), await state(rt, who, one)) == (50 * MICRO, S.PAID)
    door.disputes["dp_2"] = dispute | {"id": "dp_2", "status": "warning_needs_response"}
    await hear(rt, "charge.dispute.created", {"object": "dispute", "id": "dp_2"}, "evt_4")
    assert await state(rt, who, one) is S.PAID


@pytest.mark.req("R24")
async def test_the_money_of_payments_stands_in_the_books_with_what_stripe_keeps(
    rt: Runtime, who: Principal, door: Door
) -> None:
    one = await paid(rt, who, door)
    assert await books(rt) == {("processor", "EUR"): -25_000_000, ("payment_clearing", "EUR"): 25_000_000}
    door.fee = 87  # Stripe says it a moment later, and again
    for name in ("evt_1", "evt_2"):
        await hear(rt, "charge.updated", {"object": "charge", "id": "ch_1", "payment_intent": one.intent}, name)
    await refunding.refund(rt, BOSS, one.id, amount=500)
    moves = [{"id": "txn_fee", "fee": 1500, "currency": "eur"}, {"id": "txn_plain", "fee": 0, "currency": "eur"}]
    dispute = {
        "object": "dispute",
        "id": "dp_1",
        "payment_intent": one.intent,
        "amount": 2000,
        "balance_transactions": moves,
    }
    door.disputes["dp_1"] = dispute | {"status": "needs_response"}
    await hear(rt, "charge.dispute.created", dispute, "evt_3")
    fees = 870_000 + 15_000_000
    assert await books(rt) == {("processor", "EUR"): fees, ("processor_fee", "EUR"): -fees}
    moves.append({"id": "txn_back", "fee": -1500, "currency": "eur"})
    door.disputes["dp_1"] = dispute | {"status": "won"}
    await hear(rt, "charge.dispute.closed", dispute, "evt_4")
    await recharging.top_up(rt, BOSS, who.account_id, credits=MICRO, amount=300, currency="jpy")
    assert await books(rt) == {
        ("bank", "JPY"): -300_000_000,
        ("payment_clearing", "EUR"): 20_000_000,
        ("payment_clearing", "JPY"): 300_000_000,
        ("processor", "EUR"): -20_000_000 + 870_000,
        ("processor_fee", "EUR"): -870_000,
    }
    assert await faults(rt) == []


async def test_payments_of_before_are_entered_when_the_books_begin(rt: Runtime, who: Principal, door: Door) -> None:
    for amount in (500, None):
        await refunding.refund(rt, BOSS, (await paid(rt, who, door)).id, amount=amount)
    await recharging.top_up(rt, BOSS, who.account_id, credits=MICRO, amount=300, currency="KWD")
    await recharging.top_up(rt, BOSS, who.account_id, credits=MICRO)  # of which nobody said what was paid
    for name, ends in (("dp_1", ("needs_response",)), ("dp_2", ("needs_response", "won"))):
        one = await paid(rt, who, door)
        dispute = {"object": "dispute", "id": name, "payment_intent": one.intent, "amount": 2500}
        for status in ends:
            door.disputes[name] = dispute | {"status": status}
            await hear(rt, "charge.dispute.created", dispute, f"evt_{name}_{status}")
    await paid(rt, who, door, CONFIRMS)  # waits for its holder
    before = await books(rt)
    text = next(path for path in migrations.files() if "money_and_hosting" in path.name).read_text(encoding="utf-8")
    async with rt.db.transaction() as conn:
        await conn.execute("SET LOCAL session_replication_role = replica")
        await conn.execute("DELETE FROM journal_leg")
        await conn.execute("DELETE FROM journal_entry")
        await conn.execute("SET LOCAL session_replication_role = origin")
        await conn.execute(text[text.index("-- What was paid") : text.index("-- Numbers that stay")].encode())
    assert await books(rt) == before
    assert await faults(rt) == []


async def faults(rt: Runtime) -> list[str]:
    return [str(row) for check in (await audit(rt)).checks for row in check.rows]


async def test_the_database_knows_the_smallest_unit_of_each_currency_as_we_do(rt: Runtime) -> None:
    codes = ["EUR", "USD", "JPY", "ISK", "UGX", "KWD", "TND", "CLP", "XAF", "BHD"]
    found = await rows(rt, "SELECT code, minor_unit(code) FROM unnest(%s::text[]) AS code", codes)
    assert {row[0]: row[1] for row in found} == {code: minor_to_micro(1, code) for code in codes}


async def books(rt: Runtime) -> dict[tuple[object, object], int]:
    """Add up the journal as an auditor would; what comes to nothing is left out."""
    found = await rows(rt, "SELECT ledger, unit, sum(amount)::bigint FROM journal_leg GROUP BY ledger, unit")
    return {(ledger_, unit): int(str(amount)) for ledger_, unit, amount in found if amount}


async def test_a_call_says_which_payment_moved_and_only_stripe_says_how(
    rt: Runtime, who: Principal, door: Door
) -> None:
    one = await paid(rt, who, door, CONFIRMS)
    await hear(rt, "payment_intent.succeeded", intent(one) | {"status": "succeeded"}, "evt_1")
    assert await state(rt, who, one) is S.NEEDS_ACTION, "what a call claims is not believed"
    await door.holder_confirms(one.intent or "")
    for name in ("evt_1", "evt_2", "evt_2", "evt_3"):
        await hear(rt, "payment_intent.succeeded", intent(one), name)
    await hear(rt, "payment_intent.requires_action", intent(one), "evt_4")
    assert await state(rt, who, one) is S.PAID
    assert await ledger.balance(rt, who) == 1100 * MICRO
    await hear(rt, "payment_intent.created", {"object": "payment_intent", "id": "pi_of_somebody"}, "evt_5")
    await hear(rt, "customer.created", {"object": "customer", "id": "cus_1"}, "evt_6")


async def test_a_call_comes_again_when_stripe_could_not_be_asked(rt: Runtime, who: Principal, door: Door) -> None:
    one = await paid(rt, who, door, CONFIRMS)
    await door.holder_confirms(one.intent or "")
    door.is_shut = True
    with pytest.raises(Unavailable):
        await hear(rt, "payment_intent.succeeded", intent(one))
    door.is_shut = False
    await hear(rt, "payment_intent.succeeded", intent(one))
    assert await state(rt, who, one) is S.PAID


async def test_a_call_that_is_not_stripes_own_is_refused(rt: Runtime) -> None:
    body = event("payment_intent.succeeded", {})
    forged = [
        "",
        "t=1,v1=00",
        "v1=00",
        "t=x,v1=00",
        signed(body, "whsec_of_somebody"),
        signed(body, at=int(time.time()) - 301),
        signed(event("payment_intent.succeeded", {"id": "pi_of_somebody"})),
    ]
    for signature in forged:
        with pytest.raises(NotAuthenticated):
            await hooks.hear(rt, body, signature)


async def test_a_signed_call_that_is_no_event_is_refused(rt: Runtime) -> None:
    for body in (b"[]", b"{}", b'{"object": "event", "id": 7}', b'{"id": "evt_1", "type": null}', b"not json"):
        with pytest.raises(InvalidInput):
            await hooks.hear(rt, body, signed(body))
    with pytest.raises((InvalidInput, NotAuthenticated)):
        await hooks.hear(rt, b"\xff", signed(b"{}"))


async def test_a_payment_that_succeeds_after_it_was_given_up_brings_its_credits(
    rt: Runtime, who: Principal, door: Door
) -> None:
    one = await paid(rt, who, door, CONFIRMS)
    await rt_fail(rt, one)
    await door.holder_confirms(one.intent or "")
    await hear(rt, "payment_intent.succeeded", intent(one))
    assert (await state(rt, who, one), await ledger.balance(rt, who)) == (S.PAID, 1100 * MICRO)


async def rt_fail(rt: Runtime, one: Recharge) -> None:
    """Say of a payment that it failed, although the processor still holds it open."""
    await asking.write(rt, one, asking.INTERRUPTED)
