"""Buying credits by itself: once for each fall, card after card, and quiet after a failure (R25)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from cablegram.accounts import members
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.billing.model import Charge
from cablegram.events.record import story
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput
from cablegram.kit.money import MICRO
from cablegram.payments import asking, auto, cards, recharging
from cablegram.payments.auto_model import AutoRecharge
from cablegram.payments.model import Address, Card, Recharge, RechargeState
from cablegram.runtime.runtime import Runtime
from stripe_at_home import CONFIRMS, DECLINES_LATER, PAYS, Door


async def card(rt: Runtime, who: Principal, door: Door, number: str = PAYS) -> Card:
    return await cards.add(rt, who, await door.card(number), Address())


async def switch_on(rt: Runtime, who: Principal, *, below: int = 50, **more: int | None) -> None:
    wish = {"credits": 1000 * MICRO, "money": None, **more}
    await auto.change(rt, who, is_enabled=True, below=below * MICRO, **wish)


async def spend(rt: Runtime, who: Principal, credits_: int) -> None:
    async with rt.db.transaction() as conn:
        await ledger.charge(conn, [Charge(who.account_id, None, credits_ * MICRO)], now=rt.clock.now())


async def bought(rt: Runtime, who: Principal) -> list[Recharge]:
    return await recharging.page(rt, who)


async def standing(rt: Runtime, who: Principal) -> AutoRecharge:
    found = await auto.show(rt, who)
    assert found
    return found


async def alerts(rt: Runtime, who: Principal, recharge: Recharge) -> int:
    async with rt.db.connection() as conn:
        told = await story(conn, who.account_id, recharge.id)
    return sum(kind == "auto_recharge.failed" for _, kind, _ in told)


@pytest.mark.req("R25")
async def test_a_fall_under_fifty_sends_at_once_buys_once_though_two_processes_look(
    rt: Runtime, who: Principal, door: Door
) -> None:
    await card(rt, who, door)
    await switch_on(rt, who)
    await asyncio.gather(*[spend(rt, who, 1) for _ in range(50)], *[auto.look(rt) for _ in range(4)])
    assert await auto.look(rt) == 0, "at the line is not below it"
    await asyncio.gather(*[spend(rt, who, 1) for _ in range(50)], *[auto.look(rt) for _ in range(8)])
    await asyncio.gather(auto.look(rt), auto.look(rt))
    (one,) = await bought(rt, who)
    assert (one.state, one.is_auto, one.amount) == (RechargeState.PAID, True, 2500)
    assert await ledger.balance(rt, who) == 1000 * MICRO
    assert len(await door.taken()) == 1
    await spend(rt, who, 960)
    await auto.look(rt)
    assert len(await bought(rt, who)) == 2, "the next fall counts again"


@pytest.mark.req("R25")
async def test_the_default_card_is_tried_first_then_the_others_and_one_alert_tells_that_none_pays(
    rt: Runtime, who: Principal, door: Door, clock: SetClock
) -> None:
    first = await card(rt, who, door, DECLINES_LATER)
    second = await card(rt, who, door, DECLINES_LATER)
    await switch_on(rt, who)
    await spend(rt, who, 60)
    await auto.look(rt)
    tried = await bought(rt, who)
    assert [one.card_id for one in reversed(tried)] == [first.id, second.id]
    assert {one.state for one in tried} == {RechargeState.FAILED}
    assert await alerts(rt, who, tried[0]) == 1
    assert (await standing(rt, who)).retry_at == clock.now() + timedelta(hours=1)
    clock.move(timedelta(minutes=59))
    assert await auto.look(rt) == 0
    clock.move(timedelta(minutes=1))
    assert await auto.look(rt) == 1
    tried = await bought(rt, who)
    assert len(tried) == 4
    assert sum([await alerts(rt, who, one) for one in tried]) == 1, "told once for a fall"
    assert (await standing(rt, who)).retry_at == clock.now() + timedelta(hours=2)
    good = await card(rt, who, door)
    clock.move(timedelta(hours=2))
    await auto.look(rt)
    newest, *_ = await bought(rt, who)
    assert (newest.card_id, newest.state) == (good.id, RechargeState.PAID)
    after = await standing(rt, who)
    assert (after.failures, after.is_armed, after.trouble) == (0, True, "")


@pytest.mark.req("R25")
async def test_a_card_whose_bank_asks_waits_for_its_holder_and_nothing_else_is_bought_meanwhile(
    rt: Runtime, who: Principal, door: Door, clock: SetClock
) -> None:
    await card(rt, who, door, CONFIRMS)
    await card(rt, who, door)
    await switch_on(rt, who)
    await members.invite(rt, who, login="ines", display_name="Inés", role="owner")
    async with rt.db.transaction() as conn:
        await conn.execute("UPDATE app_user SET email = 'ines@luna.example', email_confirmed_at = now()")
    await spend(rt, who, 60)
    await auto.look(rt)
    async with rt.db.connection() as conn:
        letters = await (await conn.execute("SELECT kind, recipient, text FROM letter")).fetchall()
    ((kind, recipient, text),) = letters
    assert (kind, recipient) == ("payment_confirm", "ines@luna.example")
    assert f"/billing/recharge/{(await bought(rt, who))[0].id}" in text
    clock.move(timedelta(hours=3))
    await asking.look(rt)
    await auto.look(rt)
    (one,) = await bought(rt, who)
    assert one.state is RechargeState.NEEDS_ACTION
    await door.holder_confirms(one.intent or "")
    clock.move(timedelta(minutes=31))
    await asking.look(rt)
    await auto.look(rt)
    (one,) = await bought(rt, who)
    assert one.state is RechargeState.PAID
    assert (await standing(rt, who)).is_armed


async def test_what_is_in_question_is_not_bought_again(
    rt: Runtime, who: Principal, door: Door, clock: SetClock
) -> None:
    await card(rt, who, door)
    await card(rt, who, door)
    await switch_on(rt, who)
    await spend(rt, who, 60)
    door.lost = ["/confirm"]
    await auto.look(rt)
    clock.move(timedelta(minutes=10))
    await auto.look(rt)
    assert [one.state for one in await bought(rt, who)] == [RechargeState.UNKNOWN]
    await asking.look(rt)
    await auto.look(rt)
    assert [one.state for one in await bought(rt, who)] == [RechargeState.PAID]
    assert len(await door.taken()) == 1


async def test_a_purchase_that_is_too_small_is_not_repeated_until_the_balance_stood_above(
    rt: Runtime, who: Principal, door: Door
) -> None:
    await card(rt, who, door)
    await switch_on(rt, who, credits=10 * MICRO)
    await spend(rt, who, 90)
    await asyncio.gather(auto.look(rt), auto.look(rt))
    await auto.look(rt)
    assert len(await bought(rt, who)) == 1
    async with rt.db.transaction() as conn:
        await ledger.grant(conn, who.account_id, 100 * MICRO, note="", now=rt.clock.now())
    await auto.look(rt)
    await spend(rt, who, 100)
    await auto.look(rt)
    assert len(await bought(rt, who)) == 2


async def test_money_buys_what_it_buys_and_a_limit_holds_until_it_is_over(
    rt: Runtime, who: Principal, door: Door, clock: SetClock
) -> None:
    await card(rt, who, door)
    await switch_on(rt, who, credits=None, money=1000, most_a_day=1500)
    await spend(rt, who, 60)
    await auto.look(rt)
    (one,) = await bought(rt, who)
    assert (one.credits, one.amount) == (400 * MICRO, 1000)
    await spend(rt, who, 430)
    await auto.look(rt)
    assert len(await bought(rt, who)) == 1
    assert "most for a day" in (await standing(rt, who)).trouble
    clock.move(timedelta(hours=12))
    await auto.look(rt)
    assert len(await bought(rt, who)) == 2


async def test_what_money_buys_beyond_all_bounds_is_not_bought(rt: Runtime, who: Principal, door: Door) -> None:
    await card(rt, who, door)
    await switch_on(rt, who, credits=None, money=10**15)
    await spend(rt, who, 60)
    await auto.look(rt)
    assert await bought(rt, who) == []
    assert "more than can be bought at once" in (await standing(rt, who)).trouble


async def test_a_wish_that_makes_no_sense_is_refused_field_by_field(rt: Runtime, who: Principal) -> None:
    with pytest.raises(InvalidInput) as refused:
        await auto.change(rt, who, is_enabled=True, below=-1, credits=5, money=5, most_a_day=0)
    assert {fault.field for fault in refused.value.faults} == {"below", "credits", "most_a_day"}
