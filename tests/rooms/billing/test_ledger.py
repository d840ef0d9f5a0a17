from __future__ import annotations

import asyncio
from typing import NamedTuple

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import make
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.billing import ledger
from cablegram.billing.model import Charge, PostingKind
from cablegram.kit.errors import InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import AccountId, CampaignId, uuid7
from cablegram.kit.money import MICRO
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

CAMPAIGN = CampaignId(uuid7())


async def rows(rt: Runtime, statement: str, *values: object) -> list[tuple[object, ...]]:
    async with rt.db.connection() as conn:
        return await (await conn.execute(statement, values)).fetchall()  # pyright: ignore[reportArgumentType]


async def charged(rt: Runtime, *wanted: Charge) -> list[bool]:
    async with rt.db.transaction() as conn:
        return [posting is not None for posting in await ledger.charge(conn, wanted, now=rt.clock.now())]


async def assert_sums_hold(rt: Runtime) -> None:
    """Check each account's books as an auditor would: with SQL alone, from the postings up."""
    wrong = await rows(
        rt,
        """
        SELECT account_id FROM balance LEFT JOIN (
            SELECT account_id, sum(amount) AS total, count(*) AS postings, max(seq) AS top,
                bool_and(balance_after = running) AS runs
            FROM (SELECT *, sum(amount) OVER (PARTITION BY account_id ORDER BY seq) AS running FROM posting) AS each
            GROUP BY account_id) AS books USING (account_id)
        WHERE amount <> coalesce(total, 0) OR last_seq <> coalesce(postings, 0) OR last_seq <> coalesce(top, 0)
            OR NOT coalesce(runs, true)
        """,
    )
    assert wrong == []


@pytest.mark.req("R17", "R19")
async def test_items_are_charged_in_order_and_one_that_does_not_fit_lets_a_cheaper_one_pass(rt: Runtime) -> None:
    who = await make.account(rt, credits=10)
    wanted = [Charge(who.account_id, None, price * MICRO) for price in (4, 7, 5, 2, 1)]

    assert await charged(rt, *wanted) == [True, False, True, False, True]
    assert await ledger.balance(rt, who) == 0
    await assert_sums_hold(rt)


@pytest.mark.req("R19")
async def test_credit_to_the_last_micro_credit_is_enough_and_one_less_is_not(rt: Runtime, who: Principal) -> None:
    assert await charged(rt, Charge(who.account_id, None, 100 * MICRO + 1)) == [False]
    assert await charged(rt, Charge(who.account_id, None, 100 * MICRO)) == [True]
    assert await charged(rt, Charge(who.account_id, None, 1)) == [False]


async def test_a_batch_makes_one_posting_for_each_account_and_campaign(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    wanted = [
        Charge(who.account_id, CAMPAIGN, 3),
        Charge(other.account_id, None, 5),
        Charge(who.account_id, None, 7),
        Charge(who.account_id, CAMPAIGN, 4),
    ]
    async with rt.db.transaction() as conn:
        first, second, third, fourth = await ledger.charge(conn, wanted, now=rt.clock.now())

    assert first == fourth
    assert len({first, second, third}) == 3
    newest = await ledger.statement(rt, who, limit=2)
    assert {(posting.id, posting.count, posting.amount, posting.campaign_id) for posting in newest} == {
        (first, 2, -7, CAMPAIGN),
        (third, 1, -7, None),
    }
    (others,) = await ledger.statement(rt, other, limit=1)
    assert (others.id, others.count, others.amount) == (second, 1, -5)


async def test_an_empty_batch_is_nothing_to_do(rt: Runtime, who: Principal) -> None:
    async with rt.db.transaction() as conn:
        assert await ledger.charge(conn, [], now=rt.clock.now()) == []
        assert await ledger.refund(conn, [], now=rt.clock.now()) == []
        assert await ledger.charge_inbound(conn, {}, now=rt.clock.now()) == {}
    assert len(await ledger.statement(rt, who)) == 1  # the first credits


async def test_balances_that_were_locked_before_go_down_with_each_charge(rt: Runtime, who: Principal) -> None:
    one = Charge(who.account_id, None, 60 * MICRO)
    async with rt.db.transaction() as conn:
        balances = await ledger.lock_balances(conn, [who.account_id, who.account_id])
        (first,) = await ledger.charge(conn, [one], now=rt.clock.now(), balances=balances)
        (second,) = await ledger.charge(conn, [one], now=rt.clock.now(), balances=balances)

    assert first is not None
    assert second is None
    assert balances == {who.account_id: 40 * MICRO}


async def test_an_account_that_does_not_exist_is_not_charged(rt: Runtime, who: Principal) -> None:
    nobody = AccountId(uuid7())
    with pytest.raises(NotFound, match=str(nobody)) as caught:
        await charged(rt, Charge(who.account_id, None, 1), Charge(nobody, None, 0))
    assert caught.value.code == "account_not_found"
    assert await ledger.balance(rt, who) == 100 * MICRO


@pytest.mark.req("R18")
async def test_a_refund_gives_back_what_was_charged_and_names_the_charge_s_campaign(
    rt: Runtime, who: Principal
) -> None:
    items = [Charge(who.account_id, CAMPAIGN, 3), Charge(who.account_id, None, 5), Charge(who.account_id, CAMPAIGN, 4)]
    await charged(rt, *items)
    async with rt.db.transaction() as conn:
        first, second, third = await ledger.refund(conn, items, now=rt.clock.now())

    assert first == third != second
    assert await ledger.balance(rt, who) == 100 * MICRO
    kinds = [(posting.kind, posting.count, posting.amount) for posting in await ledger.statement(rt, who, limit=2)]
    assert sorted(kinds) == [(PostingKind.REFUND, 1, 5), (PostingKind.REFUND, 2, 7)]
    await assert_sums_hold(rt)


@pytest.mark.req("R19", "R20")
async def test_texts_that_came_in_cost_a_credit_each_even_when_the_balance_goes_below_nothing(rt: Runtime) -> None:
    who = await make.account(rt, credits=1)
    async with rt.db.transaction() as conn:
        await ledger.charge_inbound(conn, {who.account_id: 3}, now=rt.clock.now())

    assert await ledger.balance(rt, who) == -2 * MICRO
    assert await charged(rt, Charge(who.account_id, None, 0)) == [False]
    await assert_sums_hold(rt)


@pytest.mark.req("R20")
async def test_an_account_may_have_its_own_price_for_texts_that_came_in(rt: Runtime, who: Principal) -> None:
    async with rt.db.transaction() as conn:
        postings = await ledger.charge_inbound(conn, {who.account_id: 2}, now=rt.clock.now(), price=250_000)

    (newest,) = await ledger.statement(rt, who, limit=1)
    assert (newest.id, newest.kind, newest.count, newest.amount) == (
        postings[who.account_id],
        PostingKind.INBOUND,
        2,
        -500_000,
    )


@pytest.mark.req("R22")
async def test_the_operator_grants_credits_with_a_note_and_it_is_news(rt: Runtime, who: Principal) -> None:
    posting_id = await ledger.grant_credits(rt, operator("Ann"), who.account_id, amount=5 * MICRO, note="Sorry!")

    (newest,) = await ledger.statement(rt, who, limit=1)
    assert (newest.id, newest.kind, newest.note, newest.balance_after) == (
        posting_id,
        PostingKind.GRANT,
        "Sorry!",
        105 * MICRO,
    )
    assert await rows(rt, "SELECT kind, data->>'by' FROM event WHERE subject = %s", posting_id) == [
        ("credits.granted", "Ann")
    ]


@pytest.mark.parametrize("amount", [0, -1])
async def test_a_grant_can_only_give(rt: Runtime, who: Principal, amount: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        await ledger.grant_credits(rt, operator("Ann"), who.account_id, amount=amount, note="")
    assert caught.value.code == "bad_amount"


async def test_only_the_operator_grants_and_only_readers_see_the_ledger(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotAllowed):
        await ledger.grant_credits(rt, who, who.account_id, amount=1, note="")
    sender = Principal(who.account_id, "key", frozenset({Scope.SEND}))
    with pytest.raises(NotAllowed):
        await ledger.balance(rt, sender)
    with pytest.raises(NotAllowed):
        await ledger.statement(rt, sender)


async def test_a_grant_to_nobody_is_refused(rt: Runtime) -> None:
    with pytest.raises(NotFound):
        await ledger.grant_credits(rt, operator("Ann"), AccountId(uuid7()), amount=1, note="")
    with pytest.raises(NotFound):
        await ledger.balance(rt, operator("Ann"))


async def test_the_statement_is_paged_newest_first_without_gaps_and_for_this_account_alone(
    rt: Runtime, who: Principal
) -> None:
    other = await make.account(rt)
    for _ in range(4):
        await charged(rt, Charge(who.account_id, None, 1), Charge(other.account_id, None, 1))

    first = await ledger.statement(rt, who, limit=2)
    rest = await ledger.statement(rt, who, after=first[-1].id, limit=50)
    assert [posting.seq for posting in [*first, *rest]] == [5, 4, 3, 2, 1]
    strange = (await ledger.statement(rt, other, limit=1))[0].id
    assert await ledger.statement(rt, who, after=strange) == []


# Nothing but a posting moves a balance (R29)

FORBIDDEN = {
    "a balance is set": "UPDATE balance SET amount = 1",
    "a balance is numbered": "UPDATE balance SET last_seq = 7",
    "a balance is upserted": (
        "INSERT INTO balance (account_id) SELECT id FROM account ON CONFLICT (account_id) DO UPDATE SET amount = 5"
    ),
    "a balance is forgotten": "DELETE FROM balance",
    "all balances are forgotten": "TRUNCATE balance",
    "a posting is changed": "UPDATE posting SET amount = 1",
    "a posting's note is changed": "UPDATE posting SET note = 'x'",
    "a posting is deleted": "DELETE FROM posting",
    "all postings are deleted": "TRUNCATE posting",
    "an account with a balance is deleted": "DELETE FROM account",
    "a charge goes below nothing": (
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " SELECT gen_random_uuid(), id, 0, now(), 'charge', 1, -100000001, 0 FROM account"
    ),
    "a charge gives": (
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " SELECT gen_random_uuid(), id, 0, now(), 'charge', 1, 5, 0 FROM account"
    ),
    "a refund takes": (
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " SELECT gen_random_uuid(), id, 0, now(), 'refund', 1, -5, 0 FROM account"
    ),
}


@pytest.mark.req("R29")
@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_the_database_refuses_it_when(rt: Runtime, who: Principal, statement: str) -> None:
    with pytest.raises(psycopg.errors.DatabaseError) as caught:
        await rows(rt, statement)
    assert isinstance(
        caught.value,
        psycopg.errors.RaiseException | psycopg.errors.CheckViolation | psycopg.errors.ForeignKeyViolation,
    )
    assert await ledger.balance(rt, who) == 100 * MICRO
    await assert_sums_hold(rt)


@pytest.mark.req("R29")
async def test_a_balance_can_not_be_made_with_something_in_it(rt: Runtime) -> None:
    await rows(rt, "INSERT INTO account VALUES (gen_random_uuid(), 'Other', 'US', true, now()) RETURNING id")
    with pytest.raises(psycopg.errors.RaiseException, match="starts at nothing"):
        await rows(rt, "INSERT INTO balance SELECT id, 5, 0 FROM account WHERE name = 'Other'")


@pytest.mark.req("R29")
async def test_a_posting_s_number_and_balance_are_the_database_s_to_say(rt: Runtime, who: Principal) -> None:
    told = await rows(
        rt,
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " VALUES (gen_random_uuid(), %s, 99, now(), 'grant', 0, 5, 12345) RETURNING seq, balance_after",
        who.account_id,
    )
    assert told == [(2, 100 * MICRO + 5)]


@pytest.mark.req("R29")
async def test_a_posting_for_an_account_without_a_balance_is_refused(rt: Runtime) -> None:
    await rows(rt, "INSERT INTO account VALUES (gen_random_uuid(), 'Poor', 'US', true, now()) RETURNING id")
    with pytest.raises(psycopg.errors.RaiseException, match="has no balance row"):
        await rows(
            rt,
            "INSERT INTO posting SELECT gen_random_uuid(), id, 0, now(), 'grant', 0, 5, 0 FROM account",
        )


# Several at once


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
                    await ledger.charge_inbound(conn, {account_id: len(items)}, now=rt.clock.now(), price=2)
                    purses[account_id] -= 2 * len(items)

    async with rt.db.transaction() as conn:
        assert await ledger.lock_balances(conn, accounts) == purses
    await assert_sums_hold(rt)
