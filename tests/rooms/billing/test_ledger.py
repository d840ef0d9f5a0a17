from __future__ import annotations

import pytest

import make
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.billing import credit_price, ledger
from cablegram.billing.model import Charge, PostingKind
from cablegram.kit.errors import InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import AccountId, CampaignId, uuid7
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime

CAMPAIGN = CampaignId(uuid7())


async def charged(rt: Runtime, *wanted: Charge) -> list[bool]:
    async with rt.db.transaction() as conn:
        return [posting is not None for posting in await ledger.charge(conn, wanted, now=rt.clock.now())]


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
    await credit_price.set_inbound(rt, operator("Ann"), who.account_id, 250_000)
    async with rt.db.transaction() as conn:
        postings = await ledger.charge_inbound(conn, {who.account_id: 2}, now=rt.clock.now())

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
