"""Sums of the ledger, for screens."""

from __future__ import annotations

from datetime import timedelta

import pytest

import make
import traffic
from cablegram.accounts.access import Principal
from cablegram.accounts.access import operator as as_operator
from cablegram.billing import ledger, summary
from cablegram.billing.model import Charge, Standing
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import NotAllowed, NotFound
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime


async def test_the_balance_stands_beside_the_newest_grant(rt: Runtime, who: Principal) -> None:
    assert await summary.standing(rt, who) == Standing(100 * MICRO, 100 * MICRO)
    await ledger.grant_credits(rt, as_operator("tests"), who.account_id, amount=7 * MICRO, note="")
    assert await summary.standing(rt, who) == Standing(107 * MICRO, 7 * MICRO)
    with pytest.raises(NotFound):
        await summary.standing(rt, as_operator("tests"))


async def test_what_was_spent_is_charges_less_refunds_since_a_moment(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    async def charge(price: int) -> None:
        async with rt.db.transaction() as conn:
            await ledger.charge(conn, [Charge(who.account_id, None, price)], now=rt.clock.now())

    await charge(3 * MICRO)
    clock.move(timedelta(hours=1))
    morning = rt.clock.now()
    await charge(5 * MICRO)
    async with rt.db.transaction() as conn:
        await ledger.refund(conn, [Charge(who.account_id, None, 2 * MICRO)], now=rt.clock.now())
        await ledger.charge_inbound(conn, {who.account_id: 1}, now=rt.clock.now())
    await ledger.grant_credits(rt, as_operator("tests"), who.account_id, amount=9 * MICRO, note="")
    assert await summary.spent(rt, who, morning) == 4 * MICRO
    assert await summary.spent(rt, who, morning - timedelta(days=1)) == 7 * MICRO
    assert await summary.spent(rt, who, morning + timedelta(seconds=1)) == 0


async def test_the_lines_of_one_campaign_are_paged_newest_first(rt: Runtime, who: Principal) -> None:
    campaign, other = traffic.campaign(), traffic.campaign()
    for named in (campaign, other, campaign, None, campaign):
        async with rt.db.transaction() as conn:
            await ledger.charge(conn, [Charge(who.account_id, named, MICRO)], now=rt.clock.now())
    found = await summary.of_campaign(rt, who, campaign, limit=2)
    rest = await summary.of_campaign(rt, who, campaign, after=found[-1].id)
    assert [one.seq for one in [*found, *rest]] == [6, 4, 2]
    stranger = await make.account(rt)
    assert await summary.of_campaign(rt, stranger, campaign) == []


async def test_only_the_operator_sees_the_balances_of_all(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt, credits=5)
    found = await summary.balances(rt, as_operator("tests"), [who.account_id, other.account_id])
    assert found == {who.account_id: 100 * MICRO, other.account_id: 5 * MICRO}
    with pytest.raises(NotAllowed):
        await summary.balances(rt, who, [other.account_id])
