from __future__ import annotations

from collections.abc import Callable
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.billing.judge import covered, gather
from cablegram.billing.model import Charge, PostingKind
from cablegram.kit.ids import AccountId, CampaignId

ACCOUNTS = [AccountId(UUID(int=number)) for number in (1, 2)]
CAMPAIGNS = [None, CampaignId(UUID(int=9))]
CHARGES = st.lists(
    st.builds(Charge, st.sampled_from(ACCOUNTS), st.sampled_from(CAMPAIGNS), st.integers(0, 10)), max_size=12
)


def counted() -> Callable[[], UUID]:
    numbers = count(100)
    return lambda: UUID(int=next(numbers))


@pytest.mark.req("R19")
def test_each_item_is_judged_alone_in_the_order_given() -> None:
    balances = {ACCOUNTS[0]: 10}
    wanted = [Charge(ACCOUNTS[0], None, price) for price in (4, 7, 6, 1, 0)]
    assert covered(wanted, balances) == [True, False, True, False, True]
    assert balances == {ACCOUNTS[0]: 0}


@pytest.mark.req("R19")
def test_below_nothing_not_even_what_is_free_is_covered() -> None:
    assert covered([Charge(ACCOUNTS[0], None, 0)], {ACCOUNTS[0]: -1}) == [False]


@pytest.mark.req("R19", "R171")
def test_below_nothing_goes_what_is_free_over_the_account_s_own_gateway() -> None:
    free = Charge(ACCOUNTS[0], None, 0, is_own_way=True)
    with_fee = Charge(ACCOUNTS[0], None, 1, is_own_way=True)
    balances = {ACCOUNTS[0]: -1}
    assert covered([free, with_fee], balances) == [True, False]
    assert balances == {ACCOUNTS[0]: -1}


@given(wanted=CHARGES, start=st.lists(st.integers(-5, 30), min_size=2, max_size=2))
def test_judging_is_paying_from_a_purse_one_by_one(wanted: list[Charge], start: list[int]) -> None:
    balances = dict(zip(ACCOUNTS, start, strict=True))
    verdicts = covered(wanted, balances)

    for account_id, credit in zip(ACCOUNTS, start, strict=True):
        own = [(one.price, fits) for one, fits in zip(wanted, verdicts, strict=True) if one.account_id == account_id]
        left = credit
        for price, fits in own:
            assert fits == (price <= left)
            left -= price if fits else 0
        assert balances[account_id] == left
        assert left >= min(credit, 0)


@pytest.mark.parametrize(("kind", "sign"), [(PostingKind.CHARGE, -1), (PostingKind.REFUND, 1)])
@given(items=CHARGES)
def test_postings_hold_every_item_once(kind: PostingKind, sign: int, items: list[Charge]) -> None:
    made, named = gather(items, kind, new_id=counted())

    assert len({(posting.account_id, posting.campaign_id) for posting in made}) == len(made)
    for posting in made:
        own = [item for item, name in zip(items, named, strict=True) if name == posting.id]
        assert {(item.account_id, item.campaign_id) for item in own} == {(posting.account_id, posting.campaign_id)}
        assert posting.count == len(own)
        assert posting.amount == sign * sum(item.price for item in own)
        assert posting.kind is kind
    assert sum(posting.count for posting in made) == len(items)
