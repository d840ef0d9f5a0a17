"""Rents and fees under a moved clock: every period once, in order, whoever is down and however many work."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

import make
from cablegram.accounts.access import Principal
from cablegram.billing import bonus, ledger
from cablegram.billing.model import Posting, PostingKind
from cablegram.events.record import story
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotFound, PaymentRequired
from cablegram.kit.ids import AccountId, PostingId
from cablegram.kit.money import MICRO
from cablegram.rentals import buying, charging, fees, finding, plans, stock
from cablegram.rentals.buying import Order
from cablegram.rentals.model import Keeping, State
from cablegram.rentals.periods import start_of
from cablegram.rentals.plan_model import Plan
from cablegram.runtime.runtime import Runtime
from cablegram.senders import usable
from cablegram.senders.model import SenderRefusal

NUMBER = "13055550100"
DAY = timedelta(days=1)


async def rents(rt: Runtime, who: Principal) -> list[Posting]:
    """Return the lines about numbers, oldest first."""
    found = await ledger.statement(rt, who, limit=500)
    return [one for one in reversed(found) if one.kind is PostingKind.NUMBER]


async def may_send(rt: Runtime, account_id: AccountId) -> bool:
    async with rt.db.connection() as conn:
        found = await usable.all_of(conn, account_id, NUMBER)
        everyone = await usable.all_of(conn, account_id, "any")
    refused = isinstance(found, SenderRefusal)
    assert refused == (isinstance(everyone, SenderRefusal))
    return not refused


async def told(rt: Runtime, who: Principal, subject: UUID) -> list[tuple[str, dict[str, Any]]]:
    async with rt.db.connection() as conn:
        return [(kind, data) for _, kind, data in await story(conn, who.account_id, subject)]


async def until(rt: Runtime, clock: SetClock, moment: datetime) -> None:
    """Move to a moment at which both workers look at once."""
    clock.move(moment - clock.now())
    await asyncio.gather(charging.keep_up(rt), charging.keep_up(rt))


@pytest.mark.req("R27")
@pytest.mark.usefixtures("shelf")
async def test_fourteen_months_of_a_rental_are_charged_once_each(rt: Runtime, clock: SetClock, boss: Principal) -> None:
    """Months on time, three in a standstill, no credit and its return, no credit for good."""
    clock.move(datetime(2026, 1, 31, 12, 0, tzinfo=clock.now().tzinfo) - clock.now())
    who = await make.account(rt, credits=5 + 2 * 7, open_senders=False)
    rental = await buying.buy(rt, who, Order(NUMBER))
    began = rental.began_at
    for month in (1, 2):  # each on its day: 28 February, 31 March
        await until(rt, clock, start_of(began, month) - DAY)
        assert (await finding.get(rt, who, NUMBER)).period == month
        await until(rt, clock, start_of(began, month))
        assert (await finding.get(rt, who, NUMBER)).period == month + 1
    await until(rt, clock, start_of(began, 5) + DAY)  # nobody was there for three months
    assert [one.note for one in (await rents(rt, who))[-3:]] == [f"+{NUMBER}, month {n}" for n in (4, 5, 6)]
    assert (await finding.get(rt, who, NUMBER)).period == 6
    await until(rt, clock, start_of(began, 6))
    assert await ledger.balance(rt, who) == 0
    await _fails_and_recovers(rt, clock, boss, who, start_of(began, 7))
    months = await _runs_out(rt, clock, boss, who, began)
    lines = await rents(rt, who)
    assert [one.reference for one in lines] == [f"{rental.id}:setup", *(f"{rental.id}:{n}" for n in range(months))]
    assert sum(one.amount for one in lines) == -(5 + 2 * months) * MICRO
    given = sum(one.amount for one in await ledger.statement(rt, who, limit=500) if one.amount > 0)
    assert given + sum(one.amount for one in lines) == await ledger.balance(rt, who)
    kinds = [kind for kind, _ in await told(rt, who, rental.id)]
    assert kinds.count("number.charged") == 1 + months


async def _fails_and_recovers(rt: Runtime, clock: SetClock, boss: Principal, who: Principal, due: datetime) -> None:
    """A month that is not covered: grace, suspension, and all well again as soon as there is credit."""
    await until(rt, clock, due)
    unpaid = await finding.get(rt, who, NUMBER)
    assert (unpaid.state, unpaid.grace_until) == (State.UNPAID, due + 7 * DAY)
    await until(rt, clock, due + 6 * DAY)
    assert await may_send(rt, who.account_id)
    await until(rt, clock, due + 7 * DAY)
    assert (await finding.get(rt, who, NUMBER)).state is State.SUSPENDED
    assert not await may_send(rt, who.account_id)
    await bonus.give(rt, boss, who.account_id, amount=2 * 4 * MICRO, reason="for the wait")
    clock.move(-8 * DAY)  # it was ahead: the month is not due, and there is credit
    assert (await charging.step(rt), await charging.step(rt)) == (1, 0)
    assert await may_send(rt, who.account_id)
    clock.move(8 * DAY)
    clock.move(timedelta(seconds=30))
    await asyncio.gather(charging.keep_up(rt), charging.keep_up(rt))
    again = await finding.get(rt, who, NUMBER)
    assert (again.state, again.next_at, again.period) == (State.ACTIVE, start_of(again.began_at, 8), 8)
    assert await may_send(rt, who.account_id)


async def _runs_out(rt: Runtime, clock: SetClock, boss: Principal, who: Principal, began: datetime) -> int:
    """No credit any more: after both graces the number is the operator's again. Return how many months were paid."""
    await until(rt, clock, start_of(began, 14))
    assert (await finding.get(rt, who, NUMBER)).period == 11
    failed = clock.now()
    await until(rt, clock, failed + 7 * DAY)
    assert (await finding.get(rt, who, NUMBER)).state is State.SUSPENDED
    await until(rt, clock, failed + 14 * DAY)
    gone = await finding.get(rt, who, NUMBER)
    assert (gone.state, gone.ended_why) == (State.ENDED, "unpaid")
    assert [one.state for one in await stock.page(rt, boss, digits=NUMBER)] == [Keeping.RESTING]
    await until(rt, clock, failed + 400 * DAY)
    return 11


@pytest.mark.req("R28")
async def test_the_fee_of_a_plan_is_charged_each_month_and_ends_in_the_free_plan(
    rt: Runtime, clock: SetClock, boss: Principal
) -> None:
    who = await make.account(rt, credits=30)
    await plans.put(rt, boss, Plan("team", "Team", "", 10 * MICRO))
    assert (await plans.mine(rt, who)).plan.code == "free"
    began = (await plans.choose(rt, who, "team")).began_at
    assert await ledger.balance(rt, who) == 20 * MICRO
    clock.move(start_of(began, 2) - clock.now())  # one month was missed
    await asyncio.gather(fees.keep_up(rt), fees.keep_up(rt))
    assert (await ledger.balance(rt, who), (await plans.mine(rt, who)).period) == (0, 3)
    clock.move(start_of(began, 3) - clock.now())
    await fees.keep_up(rt)
    unpaid = await plans.mine(rt, who)
    assert unpaid.grace_until == clock.now() + 7 * DAY
    clock.move(7 * DAY)
    await fees.keep_up(rt)
    after = await plans.mine(rt, who)
    assert (after.plan.code, after.next_at) == ("free", None)
    kinds = [kind for kind, _ in await told(rt, who, who.account_id)]
    assert kinds.count("fee.charged") == 3
    assert kinds[-2:] == ["fee.charge_failed", "plan.changed"]


@pytest.mark.req("R28", "R11")
async def test_changing_plans_costs_what_is_left_of_the_month(rt: Runtime, clock: SetClock, boss: Principal) -> None:
    who = await make.account(rt, credits=30)
    await plans.put(rt, boss, Plan("team", "Team", "", 10 * MICRO))
    await plans.put(rt, boss, Plan("firm", "Firm", "all of it", 20 * MICRO))
    await plans.put(rt, boss, Plan("quiet", "Quiet", "", 1, is_offered=False))
    assert [one.code for one in await plans.offered(rt, who)] == ["free", "team", "firm"]
    began = (await plans.choose(rt, who, "team")).began_at
    end = start_of(began, 1)
    clock.move((end - began) / 2)
    await plans.choose(rt, who, "firm")
    assert await ledger.balance(rt, who) == 15 * MICRO
    later = await plans.choose(rt, who, "team")
    assert (later.plan.code, later.then and later.then.code) == ("firm", "team")
    clock.move(end - clock.now())
    await fees.keep_up(rt)
    now_on = await plans.mine(rt, who)
    assert (now_on.plan.code, now_on.then, await ledger.balance(rt, who)) == ("team", None, 5 * MICRO)
    with pytest.raises(PaymentRequired):
        await plans.choose(rt, who, "firm")
    with pytest.raises(NotFound):
        await plans.choose(rt, who, "quiet")
    assert (await plans.choose(rt, replace(boss, account_id=who.account_id), "quiet")).then is not None
    with pytest.raises(Conflict):
        await plans.drop(rt, boss, "team")
    await plans.drop(rt, boss, "firm")
    assert (await plans.members(rt, boss))["team"] == 1
    for wrong in (Plan("free", "Free", "", 1), Plan("Bad", "x", "", 0), Plan("x", "", "", 0)):
        with pytest.raises(InvalidInput):
            await plans.put(rt, boss, wrong)


@pytest.mark.req("R22")
async def test_a_bonus_stands_in_the_ledger_with_its_reason(rt: Runtime, who: Principal, boss: Principal) -> None:
    posting_id = await bonus.give(rt, boss, who.account_id, amount=MICRO, reason="for the wait of Monday")
    line = (await ledger.statement(rt, who))[0]
    assert (line.kind, line.amount, line.note) == (PostingKind.BONUS, MICRO, "for the wait of Monday")
    ((kind, facts),) = await told(rt, who, posting_id)
    assert (kind, facts["kind"], facts["amount"]) == ("credits.granted", "bonus", MICRO)
    for amount, reason in ((0, "x"), (MICRO, " ")):
        with pytest.raises(InvalidInput):
            await bonus.give(rt, boss, who.account_id, amount=amount, reason=reason)


@pytest.mark.req("R22")
@pytest.mark.parametrize("is_present", [True, False])
async def test_two_presses_give_credits_once(rt: Runtime, who: Principal, boss: Principal, *, is_present: bool) -> None:
    async def press(amount: int, key: str) -> PostingId:
        if is_present:
            return await bonus.give(rt, boss, who.account_id, amount=amount, reason="for the wait", key=key)
        return await ledger.grant_credits(rt, boss, who.account_id, amount=amount, note="by bank", key=key)

    before = await ledger.balance(rt, who)
    given = set(await asyncio.gather(*(press(MICRO, "panel 1") for _ in range(3))))
    assert len(given) == 1
    assert len(await told(rt, who, given.pop())) == 1
    assert await ledger.balance(rt, who) == before + MICRO
    with pytest.raises(InvalidInput, match="another gift"):
        await press(2 * MICRO, "panel 1")
    await press(MICRO, "panel 2")
    assert await ledger.balance(rt, who) == before + 2 * MICRO
