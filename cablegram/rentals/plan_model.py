"""Plans with a monthly fee, and what changing from one to another costs (R28). Pure.

to a dearer one   at once; the difference is charged for what is left of the month that is paid
to a cheaper one  when that month is over; nothing is given back
from no fee       at once; the whole first month is charged, and months are counted from then
while unpaid      at once; the month that is due is charged at the new fee
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cablegram.kit.ids import AccountId
from cablegram.rentals.dunning import Standing
from cablegram.rentals.model import State
from cablegram.rentals.periods import prorated, start_of

FREE = "free"
"""The plan that is always there, without a fee: of accounts that chose none, and of those who don't pay theirs."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What accounts may be on; `fee` is micro-credits a month. `is_offered`: they may choose it themselves."""

    code: str
    name: str
    about: str
    fee: int
    is_offered: bool = True


@dataclass(frozen=True, slots=True)
class Membership:
    """An account's plan. `period` months are paid, the last of them at `paid`; `next_at` None: there is no fee.

    `then`: the plan from the next month on. `grace_until`: the last month is not paid, and until when it may be.
    """

    account_id: AccountId
    plan: Plan
    began_at: datetime
    period: int
    paid: int
    next_at: datetime | None
    grace_until: datetime | None = None
    then: Plan | None = None

    @property
    def standing(self) -> Standing:
        """Return how it stands with its charges."""
        state = State.ACTIVE if self.grace_until is None else State.UNPAID
        return Standing(state, self.began_at, self.period, self.next_at, self.grace_until)


@dataclass(frozen=True, slots=True)
class Change:
    """What a change comes to: how the account stands then, and what is charged now, micro-credits."""

    after: Membership
    charge: int = 0


def change(before: Membership, plan: Plan, now: datetime) -> Change:
    """Return what choosing a plan comes to; choosing the present one again only drops what was to come."""
    if plan.code == before.plan.code:
        return Change(replace(before, then=None))
    to = replace(before, plan=plan, then=None)
    if before.next_at is None or (before.grace_until is not None and not plan.fee):
        return Change(*_begun(to, now))
    if before.grace_until is not None:
        period = before.period + 1
        next_at = start_of(before.began_at, period)
        return Change(replace(to, period=period, paid=plan.fee, next_at=next_at, grace_until=None), plan.fee)
    if plan.fee < before.paid:
        return Change(replace(before, then=plan))
    start, end = (start_of(before.began_at, period) for period in (before.period - 1, before.period))
    more = prorated(plan.fee - before.paid, start=start, end=end, now=now)
    return Change(replace(to, paid=plan.fee), more)


def _begun(to: Membership, now: datetime) -> tuple[Membership, int]:
    """Return how it stands where months begin anew: with a fee the first is charged, without there are none."""
    fee = to.plan.fee
    period, next_at = (1, start_of(now, 1)) if fee else (0, None)
    return replace(to, began_at=now, period=period, paid=fee, next_at=next_at, grace_until=None), fee


def without_fee(before: Membership, plan: Plan, now: datetime) -> Membership:
    """Return how it stands on a plan without a fee from now on."""
    return _begun(replace(before, plan=plan, then=None), now)[0]
