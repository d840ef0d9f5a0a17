"""Which charges a balance covers, and which postings they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from cablegram.billing.model import Chargeable, NewPosting, Outcome, Posted, PostingKind, Priced, Reference
from cablegram.kit.ids import AccountId, CampaignId, PostingId


def covered(wanted: Sequence[Chargeable], balances: dict[AccountId, int]) -> list[bool]:
    """Judge charges in the order given, each alone: it is covered when what is left of the balance pays for it (R19).

    One that is not covered takes nothing, so a cheaper one after it may still be. `balances` (micro-credits) goes down
    by what was covered.
    """
    verdicts: list[bool] = []
    # An account's charges stand together, nearly always: it is looked up once a run (a uuid's hash takes 0.3 us).
    account_id: AccountId | None = None
    left = 0
    for one in wanted:
        if one.account_id is not account_id:
            if account_id is not None:
                balances[account_id] = left
            account_id = one.account_id
            left = balances[account_id]
        fits = one.price <= left or (not one.price and one.is_own_way)
        if fits:
            left -= one.price
        verdicts.append(fits)
    if account_id is not None:
        balances[account_id] = left
    return verdicts


def gather(
    items: Sequence[Priced], kind: PostingKind, *, new_id: Callable[[], UUID]
) -> tuple[list[NewPosting], list[PostingId]]:
    """Make one posting for each account and campaign, and name for each item the posting that holds it.

    A charge takes from the balance; every other kind gives.
    """
    sign = -1 if kind is PostingKind.CHARGE else 1
    made: dict[tuple[AccountId, CampaignId | None], NewPosting] = {}
    named: list[PostingId] = []
    posting: NewPosting | None = None
    for item in items:
        # As in `covered`: the posting of the item before is this one's, nearly always.
        if posting is None or posting.account_id is not item.account_id or posting.campaign_id is not item.campaign_id:
            key = (item.account_id, item.campaign_id)
            posting = made.get(key)
            if posting is None:
                posting = made[key] = NewPosting(PostingId(new_id()), item.account_id, kind, 0, 0, item.campaign_id)
        posting.count += 1
        posting.amount += sign * item.price
        named.append(posting.id)
    return list(made.values()), named


def post(
    wanted: Sequence[NewPosting], balances: dict[AccountId, int], known: dict[Reference, PostingId]
) -> list[Posted]:
    """Judge postings in the order given: repeated, not covered, or to be posted.

    `balances` (micro-credits) and `known`, the references posted before, take up what is to be posted. What takes
    nothing is always covered.
    """
    verdicts: list[Posted] = []
    for one in wanted:
        reference = (one.account_id, one.kind, one.reference)
        if one.reference and reference in known:
            verdicts.append(Posted(known[reference], Outcome.REPEATED))
            continue
        left = balances[one.account_id] + one.amount
        if left < 0 and one.amount < 0 and one.kind.needs_credit:
            verdicts.append(Posted(None, Outcome.NOT_COVERED))
            continue
        balances[one.account_id] = left
        if one.reference:
            known[reference] = one.id
        verdicts.append(Posted(one.id, Outcome.POSTED))
    return verdicts
