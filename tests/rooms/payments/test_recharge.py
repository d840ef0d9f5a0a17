"""Recharges by card, against localstripe: paid once, declined, confirmed, and found again after a silence."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

import make
from books import rows
from cablegram.accounts import members
from cablegram.accounts.access import Principal, operator
from cablegram.billing import ledger
from cablegram.billing.model import PostingKind
from cablegram.events.record import story
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotFound, Refused
from cablegram.kit.money import MICRO
from cablegram.payments import asking, cards, receipts, recharging, refunding
from cablegram.payments.model import Address, Card, Party, Payer, RechargeState
from cablegram.runtime.runtime import Runtime
from stripe_at_home import CONFIRMS, DECLINES, DECLINES_LATER, PAYS, Door

THOUSAND = 1000 * MICRO


async def card(rt: Runtime, who: Principal, door: Door, number: str = PAYS) -> Card:
    return await cards.add(rt, who, await door.card(number), Address(name="Inés Carrasco", country="ES"))


async def test_a_card_is_kept_as_a_token_and_what_may_be_known_of_it(rt: Runtime, who: Principal, door: Door) -> None:
    first = await card(rt, who, door)
    assert (first.brand, first.last4, first.expires_month, first.is_default) == ("visa", "4242", "2030-12", True)
    assert (first.holder.name, first.holder.country) == ("Inés Carrasco", "ES")
    assert first.expires == date(2030, 12, 31)
    second = await cards.add(rt, who, await door.card(CONFIRMS), Address(), is_default=True)
    assert [one.id for one in await cards.listed(rt, who)] == [second.id, first.id]
    await cards.make_default(rt, who, first.id)
    await cards.remove(rt, who, first.id)
    assert [(one.id, one.is_default) for one in await cards.listed(rt, who)] == [(second.id, True)]
    async with rt.db.connection() as conn:
        assert [kind for _, kind, _ in await story(conn, who.account_id, first.id)] == ["card.added", "card.removed"]


async def test_a_card_that_is_declined_or_another_accounts_is_not_kept(rt: Runtime, who: Principal, door: Door) -> None:
    with pytest.raises(Refused, match="declined"):
        await card(rt, who, door, DECLINES)
    token = await door.card(PAYS)
    mine = await cards.add(rt, who, token, Address())
    other = await make.account(rt)
    with pytest.raises(Refused, match="somebody else"):
        await cards.add(rt, other, token, Address())
    with pytest.raises(NotFound):
        await cards.remove(rt, other, mine.id)
    with pytest.raises(NotFound):
        await recharging.recharge(rt, other, card_id=mine.id, credits=THOUSAND, key=None)
    assert (await cards.add(rt, who, token, Address())).id == mine.id


@pytest.mark.req("R24")
async def test_a_recharge_is_paid_once_and_has_its_posting_its_event_and_its_receipt(
    rt: Runtime, who: Principal, door: Door
) -> None:
    mine = await card(rt, who, door)
    asked = [recharging.recharge(rt, who, card_id=mine.id, credits=THOUSAND, key="one") for _ in range(5)]
    found = await asyncio.gather(*asked)
    assert len({one.id for one in found}) == 1
    again = await recharging.recharge(rt, who, card_id=mine.id, credits=THOUSAND, key="one")
    assert (again.state, again.amount, again.currency) == (RechargeState.PAID, 2500, "EUR")
    assert await ledger.balance(rt, who) == 1100 * MICRO
    (posting, _) = await ledger.statement(rt, who)
    assert (posting.kind, posting.reference) == (PostingKind.RECHARGE, str(again.id))
    assert [one["amount"] for one in await door.taken()] == [2500]
    (receipt,) = await receipts.page(rt, who)
    _, pdf = await receipts.as_pdf(rt, who, receipt.id)
    assert receipt.number == "2026-000001"
    assert pdf.startswith(b"%PDF")
    with pytest.raises(InvalidInput, match="another purchase"):
        await recharging.recharge(rt, who, card_id=mine.id, credits=MICRO, key="one")


@pytest.mark.req("R24")
async def test_a_card_that_was_kept_and_declines_pays_nothing(rt: Runtime, who: Principal, door: Door) -> None:
    mine = await card(rt, who, door, DECLINES_LATER)
    found = await recharging.recharge(rt, who, card_id=mine.id, credits=THOUSAND, key="one")
    assert (found.state, found.reason, found.explained) == (
        RechargeState.FAILED,
        "card_declined",
        "Your card was declined.",
    )
    assert await ledger.balance(rt, who) == 100 * MICRO
    async with rt.db.connection() as conn:
        (told,) = [data for _, kind, data in await story(conn, who.account_id, found.id) if kind == "recharge.failed"]
    assert told["reason"] == "card_declined"


@pytest.mark.parametrize("agrees", [True, False])
async def test_a_card_whose_bank_asks_waits_for_its_holder(
    rt: Runtime, who: Principal, door: Door, clock: SetClock, *, agrees: bool
) -> None:
    mine = await card(rt, who, door, CONFIRMS)
    found = await recharging.recharge(rt, who, card_id=mine.id, credits=THOUSAND, key=None)
    assert found.state is RechargeState.NEEDS_ACTION
    assert found.action_url
    assert found.action_url.endswith(f"/billing/recharge/{found.id}")
    clock.move(timedelta(minutes=1))
    assert await asking.look(rt) == 1
    assert (await recharging.show(rt, who, found.id)).state is RechargeState.NEEDS_ACTION
    await door.holder_confirms(found.intent or "", agrees=agrees)
    clock.move(timedelta(minutes=1))
    await asking.look(rt)
    wanted = RechargeState.PAID if agrees else RechargeState.FAILED
    assert (await recharging.show(rt, who, found.id)).state is wanted
    clock.move(timedelta(days=1))
    assert await asking.look(rt) == 0
    with pytest.raises(Conflict):
        await recharging.confirm(rt, who, found.id)


async def test_who_never_confirms_has_paid_nothing_after_a_day(
    rt: Runtime, who: Principal, door: Door, clock: SetClock
) -> None:
    mine = await card(rt, who, door, CONFIRMS)
    found = await recharging.recharge(rt, who, card_id=mine.id, credits=THOUSAND, key=None)
    clock.move(timedelta(hours=25))
    await asking.look(rt)
    ended = await recharging.show(rt, who, found.id)
    assert (ended.state, ended.reason) == (RechargeState.FAILED, "canceled")
    assert (await door.ask("GET", f"/v1/payment_intents/{found.intent}"))["status"] == "canceled"


async def test_when_nobody_knows_it_is_asked_until_it_is_known(
    rt: Runtime, who: Principal, door: Door, clock: SetClock
) -> None:
    mine = await card(rt, who, door)
    door.lost = ["/confirm"]
    found = await recharging.recharge(rt, who, card_id=mine.id, credits=THOUSAND, key="one")
    assert found.state is RechargeState.UNKNOWN
    door.is_shut = True
    clock.move(timedelta(minutes=1))
    assert await asking.look(rt) == 1
    door.is_shut = False
    again = await recharging.recharge(rt, who, card_id=mine.id, credits=THOUSAND, key="one")
    assert again.state is RechargeState.UNKNOWN
    clock.move(timedelta(minutes=5))
    await asking.look(rt)
    assert (await recharging.show(rt, who, found.id)).state is RechargeState.PAID
    assert len(await door.taken()) == 1
    assert await ledger.balance(rt, who) == 1100 * MICRO


async def test_what_the_processor_never_heard_of_was_not_paid(rt: Runtime, who: Principal, door: Door) -> None:
    mine = await card(rt, who, door)
    door.lost = ["/v1/payment_intents"]
    found = await recharging.recharge(rt, who, card_id=mine.id, credits=THOUSAND, key=None)
    assert (found.state, found.reason) == (RechargeState.FAILED, "processor_silent")
    assert await door.taken() == []


async def test_a_receipt_goes_to_the_address_that_was_given_for_it(rt: Runtime, who: Principal, door: Door) -> None:
    mine = await card(rt, who, door)
    await receipts.set_payer(rt, who, Payer(Party("Mercado Luna SL", "Calle Mayor 1"), "cuentas@luna.example"))
    await recharging.recharge(rt, who, card_id=mine.id, credits=THOUSAND, key=None)
    async with rt.db.connection() as conn:
        (letter,) = await (await conn.execute("SELECT id, kind, recipient, subject FROM letter")).fetchall()
        (file,) = await (await conn.execute("SELECT name FROM letter_file")).fetchall()
    assert letter[1:] == ("receipt", "cuentas@luna.example", "Receipt 2026-000001: 25.00 EUR")
    assert file[0] == "receipt-2026-000001.pdf"
    (receipt,) = await receipts.page(rt, who)
    assert receipt.facts.buyer == Party("Mercado Luna SL", "Calle Mayor 1")


async def test_money_that_came_another_way_is_entered_once(rt: Runtime, who: Principal) -> None:
    boss = operator("tests")
    entered = await recharging.top_up(
        rt, boss, who.account_id, credits=THOUSAND, amount=2500, currency="eur", reference="Transfer 17", note="May"
    )
    assert (entered.state, entered.processor) == (RechargeState.PAID, "manual")
    assert await ledger.balance(rt, who) == 1100 * MICRO
    with pytest.raises(InvalidInput, match="more money"):  # the books hold no more
        await recharging.top_up(rt, boss, who.account_id, credits=MICRO, amount=10**15, currency="EUR")
    with pytest.raises(Conflict, match="Transfer 17"):
        await recharging.top_up(rt, boss, who.account_id, credits=MICRO, reference="Transfer 17")
    assert [one.facts.paid_with for one in await receipts.page(rt, who)] == ["Transfer 17"]


async def test_a_receipt_is_written_in_the_language_of_who_gets_it(rt: Runtime, who: Principal) -> None:
    member, _ = await members.invite(rt, who, login="ines", display_name="Inés", role="owner")
    statement = "UPDATE app_user SET email = 'ines@example.com', language = 'es' WHERE id = %s RETURNING 1"
    await rows(rt, statement, member.user.id)
    await receipts.set_payer(rt, who, Payer(Party("Mercado Luna SL"), "Ines@example.com"))
    boss = operator("tests")
    entered = await recharging.top_up(rt, boss, who.account_id, credits=MICRO, amount=2500, currency="EUR")
    await refunding.refund(rt, boss, entered.id)
    note, receipt = await receipts.page(rt, who)
    assert [one.facts.language for one in (note, receipt)] == ["es", "es"]
    sent = await rows(rt, "SELECT kind, language FROM letter WHERE recipient ILIKE 'ines@example.com' ORDER BY id")
    assert sent == [("receipt", "es"), ("credit_note", "es")]
    assert (await receipts.as_pdf(rt, who, receipt.id))[1].startswith(b"%PDF")


async def test_two_presses_enter_a_payment_without_a_reference_once(rt: Runtime, who: Principal) -> None:
    boss = operator("tests")
    pressed = [recharging.top_up(rt, boss, who.account_id, credits=THOUSAND, key="panel 1") for _ in range(3)]
    assert len({one.id for one in await asyncio.gather(*pressed)}) == 1
    assert await ledger.balance(rt, who) == 1100 * MICRO
    with pytest.raises(InvalidInput, match="another purchase"):
        await recharging.top_up(rt, boss, who.account_id, credits=MICRO, key="panel 1")
    with pytest.raises(InvalidInput, match="another purchase"):
        await recharging.top_up(rt, boss, who.account_id, credits=THOUSAND, reference="Transfer 18", key="panel 1")
    await recharging.top_up(rt, boss, who.account_id, credits=THOUSAND, key="panel 2")
    assert await ledger.balance(rt, who) == 2100 * MICRO


@pytest.mark.req("R23")
async def test_each_card_is_told_of_once_before_it_expires_also_after_a_long_sleep(
    rt: Runtime, who: Principal, door: Door, clock: SetClock
) -> None:
    mine = await cards.add(rt, who, await door.card(PAYS, year=2026, month=2), Address())
    assert await cards.tell_expiring(rt) == 0  # 44 days before
    clock.move(timedelta(days=14))
    assert [await cards.tell_expiring(rt), await cards.tell_expiring(rt)] == [1, 0]
    clock.move(timedelta(days=28))  # asleep; two days are left
    assert [await cards.tell_expiring(rt), await cards.tell_expiring(rt)] == [1, 0]
    clock.move(timedelta(days=5))
    assert await cards.tell_expiring(rt) == 0
    with pytest.raises(Refused, match="expired"):
        await recharging.recharge(rt, who, card_id=mine.id, credits=THOUSAND, key=None)
