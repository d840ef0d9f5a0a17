from __future__ import annotations

from uuid import UUID

import pytest

from cablegram.billing import judge
from cablegram.billing.model import NewPosting, Outcome, Posted, PostingKind
from cablegram.kit.ids import AccountId, PostingId

ONE = AccountId(UUID(int=1))


def new(number: int, kind: PostingKind, amount: int, reference: str = "") -> NewPosting:
    return NewPosting(PostingId(UUID(int=number)), ONE, kind, 0, amount, reference=reference)


@pytest.mark.req("R19", "R29")
def test_what_credit_does_not_cover_takes_nothing_and_what_was_posted_is_named() -> None:
    before = PostingId(UUID(int=99))
    balances = {ONE: 10}
    known = {(ONE, PostingKind.RECHARGE, "pi_1"): before}
    wanted = [
        new(1, PostingKind.NUMBER, -7, "rent"),
        new(2, PostingKind.FEE, -4),
        new(3, PostingKind.RECHARGE, 50, "pi_1"),
        new(4, PostingKind.NUMBER, -7, "rent"),
        new(5, PostingKind.CHARGEBACK, -5),
        new(6, PostingKind.FEE, 0),
        new(7, PostingKind.BONUS, 1),
    ]
    assert judge.post(wanted, balances, known) == [
        Posted(wanted[0].id, Outcome.POSTED),
        Posted(None, Outcome.NOT_COVERED),
        Posted(before, Outcome.REPEATED),
        Posted(wanted[0].id, Outcome.REPEATED),
        Posted(wanted[4].id, Outcome.POSTED),
        Posted(wanted[5].id, Outcome.POSTED),
        Posted(wanted[6].id, Outcome.POSTED),
    ]
    assert balances == {ONE: -1}
    assert known[ONE, PostingKind.NUMBER, "rent"] == wanted[0].id
