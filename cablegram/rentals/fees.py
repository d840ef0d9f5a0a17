"""Charge the monthly fees of plans, each once, whoever was down and however many workers there are (R28).

As rents: what is due is a row that is held by who charges it, and the posting is named by the month's first moment. Who
does not pay within the grace falls back to the free plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cablegram.billing import ledger
from cablegram.billing.model import NewPosting, PostingKind
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.ids import PostingId, uuid7
from cablegram.rentals import dunning, plan_store
from cablegram.rentals.model import State
from cablegram.rentals.plan_model import FREE, Membership, Plan, without_fee
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

_AT_ONCE = 200
_BY = "Cablegram"


async def step(rt: Runtime) -> int:
    """Charge the fees that are due of some accounts, one month of each; return how many: none, and nothing is due."""
    now = rt.clock.now()
    grace = timedelta(days=rt.settings.number_grace_days)
    async with rt.db.transaction() as conn:
        due = await plan_store.hold_due(conn, now, limit=_AT_ONCE)
        if due:
            free = await plan_store.plan(conn, FREE)
            await _work_off(conn, due, free or Plan(FREE, FREE, "", 0), grace, now)
    return len(due)


async def keep_up(rt: Runtime) -> None:
    """Charge all that is due."""
    while await step(rt):
        pass


async def _work_off(conn: Conn, due: Sequence[Membership], free: Plan, grace: timedelta, now: datetime) -> None:
    await ledger.lock_balances(conn, [one.account_id for one in due])
    now_on = [replace(one, plan=one.then, then=None) if one.then and one.grace_until is None else one for one in due]
    told = [_changed(after, before) for before, after in zip(due, now_on, strict=True) if after.plan != before.plan]
    payers = [one for one in now_on if one.plan.fee]
    verdicts = await ledger.post(conn, [_posting(one) for one in payers], now=now)
    reach("plan.charged")
    is_paid = {one.account_id: verdict.id is not None for one, verdict in zip(payers, verdicts, strict=True)}
    for one in now_on:
        if not one.plan.fee:
            after = without_fee(one, one.plan, now)
        elif is_paid[one.account_id]:
            stands = dunning.paid(one.standing)
            after = replace(one, period=stands.period, paid=one.plan.fee, next_at=stands.next_at, grace_until=None)
            told.append(_fee(Kind.FEE_CHARGED, one))
        else:
            after = _not_paid(one, free, grace, now)
            told += [_fee(Kind.FEE_CHARGE_FAILED, after)] if one.grace_until is None else []
            told += [_changed(after, one)] if after.plan != one.plan else []
        await plan_store.put_membership(conn, after, by=_BY, now=now)
    await record(conn, told, now=now)


def _not_paid(one: Membership, free: Plan, grace: timedelta, now: datetime) -> Membership:
    """Return how an account stands whose fee was not covered: in its grace, or, that over, on the free plan."""
    stands = dunning.not_paid(one.standing, now, grace=grace)
    if stands is None or stands.state is State.SUSPENDED:
        return without_fee(one, free, now)
    return replace(one, next_at=stands.next_at, grace_until=stands.grace_until)


def _posting(one: Membership) -> NewPosting:
    begins = one.standing.paid_until
    return NewPosting(
        PostingId(uuid7()),
        one.account_id,
        PostingKind.FEE,
        0,
        -one.plan.fee,
        note=f"Plan {one.plan.name}, from {begins:%Y-%m-%d}",
        reference=f"month:{begins.isoformat()}",
    )


def _fee(kind: Kind, one: Membership) -> Event:
    facts = {
        "plan": one.plan.code,
        "amount": one.plan.fee,
        "month": f"{one.standing.paid_until:%Y-%m-%d}",
        "grace_until": f"{one.grace_until:%Y-%m-%d}" if one.grace_until else None,
    }
    return Event(kind, one.account_id, one.account_id, facts)


def _changed(after: Membership, before: Membership) -> Event:
    facts = {"plan": after.plan.code, "was": before.plan.code, "then": None, "by": _BY}
    return Event(Kind.PLAN_CHANGED, after.account_id, after.account_id, facts)
