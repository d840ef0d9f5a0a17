from __future__ import annotations

import asyncio

import psycopg
import pytest

import make
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import credit_price, ledger
from cablegram.billing.model import NewPosting, Outcome, Posted, PostingKind
from cablegram.billing.pricing import Step
from cablegram.kit.errors import Conflict, NotAllowed
from cablegram.kit.ids import AccountId, PostingId, uuid7
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime


def new(account_id: AccountId, kind: PostingKind, credits_: int, reference: str = "", note: str = "") -> NewPosting:
    return NewPosting(PostingId(uuid7()), account_id, kind, 0, credits_ * MICRO, note=note, reference=reference)


async def post(rt: Runtime, *wanted: NewPosting) -> list[Posted]:
    async with rt.db.transaction() as conn:
        return await ledger.post(conn, wanted, now=rt.clock.now())


@pytest.mark.req("R29")
async def test_a_payment_is_posted_once_however_often_it_is_told(rt: Runtime, who: Principal) -> None:
    paid = new(who.account_id, PostingKind.RECHARGE, 50, "pi_1", "Card 4242")
    (first,) = await post(rt, paid)
    (again,) = await post(rt, new(who.account_id, PostingKind.RECHARGE, 50, "pi_1"))
    twice = await post(rt, *(new(who.account_id, PostingKind.RECHARGE, 5, "pi_2") for _ in range(2)))

    assert first == Posted(paid.id, Outcome.POSTED)
    assert again == Posted(paid.id, Outcome.REPEATED)
    assert [one.is_new for one in twice] == [True, False]
    assert await ledger.balance(rt, who) == 155 * MICRO
    assert [one.reference for one in await ledger.statement(rt, who, limit=2)] == ["pi_2", "pi_1"]
    await assert_sums_hold(rt)


@pytest.mark.req("R29")
async def test_a_payment_told_by_many_at_once_is_posted_once(rt: Runtime, who: Principal) -> None:
    told = await asyncio.gather(*(post(rt, new(who.account_id, PostingKind.RECHARGE, 1, "pi_1")) for _ in range(6)))
    assert sum(one.is_new for (one,) in told) == 1
    assert await ledger.balance(rt, who) == 101 * MICRO


async def test_references_are_of_one_account_and_one_kind(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    told = await post(
        rt,
        new(who.account_id, PostingKind.RECHARGE, 5, "a"),
        new(other.account_id, PostingKind.RECHARGE, 5, "a"),
        new(who.account_id, PostingKind.BONUS, 5, "a"),
        new(who.account_id, PostingKind.BONUS, 5),
        new(who.account_id, PostingKind.BONUS, 5),
    )
    assert [one.is_new for one in told] == [True] * 5


@pytest.mark.req("R19")
async def test_rents_and_fees_never_take_a_balance_below_nothing_and_a_chargeback_may(
    rt: Runtime, who: Principal
) -> None:
    told = await post(
        rt,
        new(who.account_id, PostingKind.NUMBER, -60, "number 1 2026-01"),
        new(who.account_id, PostingKind.FEE, -41, "plan 2026-01"),
        new(who.account_id, PostingKind.LOOKUP, -40),
        new(who.account_id, PostingKind.CHARGEBACK, -30, "re_1"),
        new(who.account_id, PostingKind.FEE, 0, "free"),
        new(who.account_id, PostingKind.FEE, -1, "paid"),
    )
    assert [one.outcome for one in told] == [
        Outcome.POSTED, Outcome.NOT_COVERED, Outcome.POSTED, Outcome.POSTED, Outcome.POSTED, Outcome.NOT_COVERED
    ]  # fmt: skip
    assert await ledger.balance(rt, who) == -30 * MICRO
    (again,) = await post(rt, new(who.account_id, PostingKind.RECHARGE, 100, "pi_1"))
    (fee,) = await post(rt, new(who.account_id, PostingKind.FEE, -41, "plan 2026-01"))
    assert again.is_new
    assert fee.is_new
    await assert_sums_hold(rt)


@pytest.mark.req("R19")
@pytest.mark.parametrize(
    ("kind", "amount", "is_refused"),
    [
        ("number", -100 * MICRO - 1, True),
        ("adjustment", -100 * MICRO - 1, True),
        ("chargeback", -100 * MICRO - 1, False),
        ("inbound", -100 * MICRO - 1, False),
        ("recharge", -1, True),
        ("gift", 1, True),
    ],
)
async def test_the_database_itself_holds_to_who_may_make_a_balance_negative(
    rt: Runtime, who: Principal, kind: str, amount: int, *, is_refused: bool
) -> None:
    statement = (
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " VALUES (gen_random_uuid(), %s, 0, now(), %s, 0, %s, 0) RETURNING seq"
    )
    if is_refused:
        with pytest.raises(psycopg.errors.CheckViolation):
            await rows(rt, statement, who.account_id, kind, amount)
    else:
        assert await rows(rt, statement, who.account_id, kind, amount) == [(2,)]


@pytest.mark.req("R29")
async def test_the_books_balance_and_each_posting_has_its_other_side(rt: Runtime, who: Principal) -> None:
    await post(rt, new(who.account_id, PostingKind.RECHARGE, 50, "a"), new(who.account_id, PostingKind.NUMBER, -2, "b"))
    found = await rows(rt, "SELECT ledger, sum(amount)::bigint FROM ledger_leg GROUP BY ledger ORDER BY ledger")
    assert found == [
        ("bonus", -100 * MICRO),
        ("customer_credit", 148 * MICRO),
        ("payment_clearing", -50 * MICRO),
        ("revenue", 2 * MICRO),
    ]


async def test_postings_stand_in_the_order_of_their_moments_unless_a_clock_was_hours_ahead(
    rt: Runtime, who: Principal
) -> None:
    statement = (
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " VALUES (gen_random_uuid(), %s, 0, %s, 'bonus', 0, 1, 0)"
        " RETURNING to_char(at AT TIME ZONE 'UTC', 'DD HH24:MI')"
    )
    told = [
        await rows(rt, statement, who.account_id, f"2026-02-{at}Z")
        for at in ("01 12:00", "01 11:30", "05 00:00", "01 12:00")
    ]
    assert told == [[("01 12:00",)], [("01 12:00",)], [("05 00:00",)], [("01 12:00",)]]


@pytest.mark.req("R15")
async def test_an_account_pays_its_own_price_of_a_credit_or_the_usual_one(rt: Runtime, who: Principal) -> None:
    ann = operator("Ann")
    other = await make.account(rt)
    async with rt.db.connection() as conn:
        with pytest.raises(Conflict) as caught:
            await credit_price.quote(conn, who.account_id, MICRO)
    assert caught.value.code == "no_credit_price"

    await credit_price.set_prices(rt, ann, None, currency="eur", steps=[Step(0, 12_000)])
    await credit_price.set_prices(
        rt, ann, who.account_id, currency="USD", steps=[Step(1000 * MICRO, 10_000), Step(0, 11_000)]
    )
    async with rt.db.connection() as conn:
        own = await credit_price.quote(conn, who.account_id, 1000 * MICRO)
        usual = await credit_price.quote(conn, other.account_id, 1000 * MICRO)
        bought = await credit_price.credits_for(conn, who.account_id, 1000)
    assert (own.amount, own.currency) == (1000, "USD")
    assert (usual.amount, usual.currency) == (1200, "EUR")
    assert bought.credits_micro == 1000 * MICRO

    await credit_price.forget_prices(rt, ann, who.account_id)
    shown = await credit_price.show(rt, who)
    assert shown.credits
    assert not shown.credits.is_own
    assert shown.inbound == MICRO
    with pytest.raises(NotAllowed):
        await credit_price.set_prices(rt, who, None, currency="EUR", steps=[Step(0, 1)])
