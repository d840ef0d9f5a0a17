from __future__ import annotations

import asyncio
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import make
from books import assert_sums_hold
from cablegram.billing import ledger
from cablegram.billing.model import Charge
from cablegram.kit.ids import AccountId, CampaignId, uuid7
from cablegram.kit.money import MICRO
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

CAMPAIGN = CampaignId(uuid7())


async def wait_until_blocked(watcher: Conn, pid: int) -> None:
    """Look again and again until a session waits for a lock."""
    async with asyncio.timeout(10):
        while True:
            row = await (await watcher.execute("SELECT cardinality(pg_blocking_pids(%s))", (pid,))).fetchone()
            if row and row[0]:
                return


@pytest.mark.req("R19", "R29")
async def test_of_two_who_want_the_last_credit_the_second_waits_and_gets_none(rt: Runtime) -> None:
    who = await make.account(rt, credits=1)
    wanted = [Charge(who.account_id, None, MICRO)]
    async with rt.db.connection() as watcher, rt.db.connection() as second:
        await second.execute("BEGIN")
        async with rt.db.transaction() as first:
            (taken,) = await ledger.charge(first, wanted, now=rt.clock.now())
            late = asyncio.create_task(ledger.charge(second, wanted, now=rt.clock.now()))
            await wait_until_blocked(watcher, second.info.backend_pid)
        assert taken is not None
        assert await late == [None]
        await second.execute("COMMIT")

    assert await ledger.balance(rt, who) == 0


@pytest.mark.req("R29")
async def test_the_sum_of_the_ledger_is_the_balance_after_many_charge_and_refund_at_once(rt: Runtime) -> None:
    accounts = [(await make.account(rt, credits=30)).account_id for _ in range(3)]

    async def spend(worker: int) -> int:
        """Charge all accounts in an order of one's own, so that two workers could meet crosswise; return how many."""
        taken = 0
        order = accounts[worker % 3 :] + accounts[: worker % 3]
        if worker % 2:
            order.reverse()
        for _ in range(8):
            async with rt.db.transaction() as conn:
                wanted = [Charge(account_id, CAMPAIGN, MICRO) for account_id in order]
                postings = await ledger.charge(conn, wanted, now=rt.clock.now())
                covered = [one for one, posting in zip(wanted, postings, strict=True) if posting]
                await ledger.refund(conn, covered[:1], now=rt.clock.now())
                taken += len(covered) - len(covered[:1])
        return taken

    taken = sum(await asyncio.gather(*(spend(worker) for worker in range(6))))

    await assert_sums_hold(rt)
    async with rt.db.transaction() as conn:
        balances = await ledger.lock_balances(conn, accounts)
    assert sum(balances.values()) == (90 - taken) * MICRO
    assert min(balances.values()) >= 0


@pytest.mark.req("R29")
async def test_postings_written_crosswise_by_two_never_wait_in_a_circle(rt: Runtime) -> None:
    low, high = sorted([(await make.account(rt)).account_id for _ in range(2)])

    async def inbound(order: list[AccountId]) -> None:
        for _ in range(20):
            async with rt.db.transaction() as conn:
                await ledger.charge_inbound(conn, dict.fromkeys(order, 1), now=rt.clock.now())

    await asyncio.gather(inbound([low, high]), inbound([high, low]), inbound([low, high]), inbound([high, low]))

    async with rt.db.transaction() as conn:
        assert await ledger.lock_balances(conn, [low, high]) == {low: 20 * MICRO, high: 20 * MICRO}


class Step(NamedTuple):
    kind: str
    account: int
    campaign: int
    prices: list[int]


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["grant", "charge", "refund", "inbound"]),
        st.integers(0, 1),
        st.integers(0, 1),
        st.lists(st.integers(0, 9), min_size=1, max_size=5),
    ),
    max_size=8,
)


@pytest.mark.req("R29")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whatever_happens_each_balance_is_what_a_purse_would_hold(rt: Runtime, steps: list[Step]) -> None:
    accounts = [(await make.account(rt, credits=0)).account_id for _ in range(2)]
    purses = dict.fromkeys(accounts, 0)
    for step in steps:
        account_id = accounts[step.account]
        items = [Charge(account_id, [None, CAMPAIGN][step.campaign], price) for price in step.prices]
        async with rt.db.transaction() as conn:
            match step.kind:
                case "grant":
                    await ledger.grant(conn, account_id, step.prices[0] + 1, note="", now=rt.clock.now())
                    purses[account_id] += step.prices[0] + 1
                case "charge":
                    postings = await ledger.charge(conn, items, now=rt.clock.now())
                    for item, posting in zip(items, postings, strict=True):
                        assert (posting is not None) == (purses[account_id] >= item.price)
                        purses[account_id] -= item.price if posting else 0
                case "refund":
                    await ledger.refund(conn, items, now=rt.clock.now())
                    purses[account_id] += sum(step.prices)
                case _:
                    await ledger.charge_inbound(conn, {account_id: len(items)}, now=rt.clock.now())
                    purses[account_id] -= MICRO * len(items)

    async with rt.db.transaction() as conn:
        assert await ledger.lock_balances(conn, accounts) == purses
    await assert_sums_hold(rt)
