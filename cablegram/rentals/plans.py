"""Plans: the operator makes them, accounts are on one of them, and choose among those that are offered (R11, R28)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.billing.model import NewPosting, PostingKind
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound, PaymentRequired
from cablegram.kit.ids import AccountId, PostingId, uuid7
from cablegram.kit.money import micro_to_credits
from cablegram.kit.names import read_name, read_note
from cablegram.rentals import plan_model, plan_store
from cablegram.rentals.plan_model import FREE, Membership, Plan
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_CODE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_MOST_FEE = 1_000_000_000_000_000  # a thousand million credits, in micro-credits


async def offered(rt: Runtime, who: Principal) -> list[Plan]:
    """Return the plans, the cheapest first; the operator sees those too that are not offered."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await plan_store.plans(conn, hidden=who.is_operator)


async def members(rt: Runtime, who: Principal) -> dict[str, int]:
    """Count the accounts on each plan, to the operator."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await plan_store.count_members(conn)


async def put(rt: Runtime, who: Principal, plan: Plan) -> Plan:
    """Make a plan or change it; a new fee holds from the next month of those who are on it.

    Raises InvalidInput (`bad_plan_code`, `bad_name`, `bad_amount`).
    """
    who.needs(Scope.OPERATOR)
    checked = _checked(plan)
    async with rt.db.transaction() as conn:
        await plan_store.put_plan(conn, checked, rt.clock.now())
    return checked


async def drop(rt: Runtime, who: Principal, code: str) -> None:
    """Drop a plan that nobody is on. Raises NotFound (`plan_not_found`), Conflict (`plan_in_use`)."""
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        if await plan_store.plan(conn, code) is None:
            raise _no_such_plan(code)
        if code == FREE or not await plan_store.drop_plan(conn, code):
            message = f"Accounts are on the plan {code}, or will be: it stays. Offer it no more instead."
            raise Conflict("plan_in_use", message)


async def mine(rt: Runtime, who: Principal) -> Membership:
    """Return the plan of the account that asks."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await plan_store.membership(conn, who.account_id)
        free = await plan_store.plan(conn, FREE)
    if found is not None:
        return found
    if free is None:
        raise _no_such_plan(FREE)
    return Membership(who.account_id, free, rt.clock.now(), 0, 0, None)


async def choose(rt: Runtime, who: Principal, code: str) -> Membership:
    """Put the account that asks on a plan: one that is offered, or, by the operator, any.

    What it costs, `plan_model.change` says. Raises NotFound (`plan_not_found`, `account_not_found`), PaymentRequired
    (`insufficient_credit`).
    """
    who.needs(Scope.BILLING)
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        await directory.hold(conn, who.account_id)
        plan = await plan_store.plan(conn, code)
        if plan is None or not (plan.is_offered or who.is_operator):
            raise _no_such_plan(code)
        before = await plan_store.hold_membership(conn, who.account_id, now)
        changed = plan_model.change(before, plan, now)
        if changed.charge:
            await _charge(conn, who.account_id, plan, changed.charge, now)
        await plan_store.put_membership(conn, changed.after, by=who.name, now=now)
        if changed.after != before:
            await record(conn, [_news(before, changed.after, who.name)], now=now)
    return changed.after


async def _charge(conn: Conn, account_id: AccountId, plan: Plan, amount: int, now: datetime) -> None:
    posting = NewPosting(
        PostingId(uuid7()), account_id, PostingKind.FEE, 0, -amount, note=f"Plan {plan.name}, from {now:%Y-%m-%d}"
    )
    (posted,) = await ledger.post(conn, [replace(posting, reference=f"change:{posting.id}")], now=now)
    if posted.id is None:
        message = (
            f"The plan {plan.name} costs {micro_to_credits(amount)} credits now, which the balance does not cover."
        )
        raise PaymentRequired("insufficient_credit", message)
    facts = {"plan": plan.code, "amount": amount, "month": f"{now:%Y-%m-%d}"}
    await record(conn, [Event(Kind.FEE_CHARGED, account_id, account_id, facts)], now=now)


def _news(before: Membership, after: Membership, by: str) -> Event:
    facts = {
        "plan": after.plan.code,
        "was": before.plan.code,
        "then": after.then.code if after.then else None,
        "by": by,
    }
    return Event(Kind.PLAN_CHANGED, after.account_id, after.account_id, facts)


def _checked(plan: Plan) -> Plan:
    if not _CODE.fullmatch(plan.code):
        message = "A plan's code has up to 32 small letters, digits, - and _, the first a letter."
        raise InvalidInput("bad_plan_code", message, faults=[Fault("code", "bad_plan_code", message)])
    if not 0 <= plan.fee <= _MOST_FEE or (plan.code == FREE and plan.fee):
        message = "A fee is 0 credits or more; the plan `free` has none, for who does not pay falls back to it."
        raise InvalidInput("bad_amount", message, faults=[Fault("fee", "bad_amount", message)])
    return replace(plan, name=read_name(plan.name), about=read_note(plan.about, field="about"))


def _no_such_plan(code: str) -> NotFound:
    return NotFound("plan_not_found", f"There is no plan {code[:40]!r} to choose.")
