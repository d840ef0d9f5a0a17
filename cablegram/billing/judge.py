"""Which charges a balance covers, and which postings they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from cablegram.billing.model import Charge, NewPosting, PostingKind
from cablegram.kit.ids import AccountId, CampaignId, PostingId


def covered(wanted: Sequence[Charge], balances: dict[AccountId, int]) -> list[bool]:
    """Judge charges in the order given, each alone: it is covered when what is left of the balance pays for it (R19).

    One that is not covered takes nothing, so a cheaper one after it may still be. `balances` (micro-credits) goes down
    by what was covered.
    """
    verdicts: list[bool] = []
    for one in wanted:
        left = balances[one.account_id] - one.price
        if fits := left >= 0:
            balances[one.account_id] = left
        verdicts.append(fits)
    return verdicts


def gather(
    items: Sequence[Charge], kind: PostingKind, *, new_id: Callable[[], UUID]
) -> tuple[list[NewPosting], list[PostingId]]:
    """Make one posting for each account and campaign, and name for each item the posting that holds it.

    A charge takes from the balance; every other kind gives.
    """
    sign = -1 if kind is PostingKind.CHARGE else 1
    made: dict[tuple[AccountId, CampaignId | None], NewPosting] = {}
    named: list[PostingId] = []
    for item in items:
        key = (item.account_id, item.campaign_id)
        posting = made.get(key)
        if posting is None:
            posting = NewPosting(PostingId(new_id()), item.account_id, kind, 0, 0, item.campaign_id)
            made[key] = posting
        posting.count += 1
        posting.amount += sign * item.price
        named.append(posting.id)
    return list(made.values()), named
