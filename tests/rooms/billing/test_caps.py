from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

import make
import traffic
from books import rows
from cablegram.accounts.access import Principal, Scope
from cablegram.billing import caps, ledger
from cablegram.billing.prices import Prices
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput, NotAllowed
from cablegram.messages.accept import accept
from cablegram.runtime.runtime import Runtime

PRICE = 2_000_000  # of a segment to Spain, by the demo tariff


async def sent(rt: Runtime, who: Principal, count: int, *, prices: Prices) -> list[str | None]:
    """Send some messages in one batch and return why each was refused."""
    drafts = [traffic.draft(who) for _ in range(count)]
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=prices, now=rt.clock.now())
    return [one.refusal and one.refusal.code for one in drafts]


async def test_an_account_spends_up_to_its_cap_a_day_and_a_month_and_no_more(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    await traffic.open_ways(rt)
    prices = Prices()
    assert await sent(rt, who, 1, prices=prices) == [None]
    await caps.change(rt, who, per_day=3 * PRICE, per_month=5 * PRICE)
    assert await sent(rt, who, 3, prices=prices) == [None, None, "spending_cap"]  # what was spent before counts
    found = await caps.show(rt, who)
    assert found is not None
    assert (found.spent_day, found.spent_month, found.left) == (3 * PRICE, 3 * PRICE, 0)
    other = await make.account(rt)
    assert await sent(rt, other, 4, prices=prices) == [None] * 4  # it is this account's alone

    clock.move(timedelta(days=1))
    assert await sent(rt, who, 3, prices=prices) == [None, None, "spending_cap"]
    clock.move(timedelta(days=31))
    assert await sent(rt, who, 1, prices=prices) == [None]
    told = await rows(rt, "SELECT data->>'period' FROM event WHERE kind = 'spending_cap.near' ORDER BY id")
    assert told == [("day",), ("month",)]

    await caps.change(rt, who, per_day=None, per_month=None)
    assert await sent(rt, who, 9, prices=prices) == [None] * 9
    spent = 100_000_000 - await ledger.balance(rt, who)
    assert spent == (1 + 2 + 2 + 1 + 9) * PRICE


async def test_many_at_once_do_not_get_around_a_cap(rt: Runtime, who: Principal) -> None:
    await traffic.open_ways(rt)
    await caps.change(rt, who, per_day=10 * PRICE, per_month=None)
    found = await asyncio.gather(*(sent(rt, who, 3, prices=Prices()) for _ in range(6)))
    verdicts = [one for batch in found for one in batch]
    assert (verdicts.count(None), verdicts.count("spending_cap")) == (10, 8)


async def test_a_cap_is_more_than_nothing_and_is_set_by_whoever_pays(rt: Runtime, who: Principal) -> None:
    for wrong in (0, -1):
        with pytest.raises(InvalidInput) as caught:
            await caps.change(rt, who, per_day=wrong, per_month=None)
        assert caught.value.code == "bad_cap"
    sender = Principal(who.account_id, "key", frozenset({Scope.SEND, Scope.READ}))
    with pytest.raises(NotAllowed):
        await caps.change(rt, sender, per_day=None, per_month=None)
    assert await caps.show(rt, sender) is None
