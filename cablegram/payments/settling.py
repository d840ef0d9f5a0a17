"""Write what became of a payment: the one place where a recharge moves, and where its credits come into the ledger.

All of it happens in the caller's transaction, on the row that it holds. The legal moves (model.MOVES) let what comes
late, twice or in the wrong order change nothing; the ledger takes each recharge's id once, whoever brings it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from cablegram.billing import ledger
from cablegram.billing.model import NewPosting, PostingKind
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.currency import show_minor
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import AccountId, PostingId, uuid7
from cablegram.payments import auto_store, books, receipts, store
from cablegram.payments.model import KEPT, OPEN, Recharge, RechargeState, may_move, next_look
from cablegram.payments.port import Outcome, Verdict
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

INTERRUPTED = Outcome(
    Verdict.FAILED, "interrupted", "We were interrupted before the card was charged. Nothing was paid."
)
PATIENCE = timedelta(days=1)  # that somebody has to confirm a payment with their bank

_STATES = {
    Verdict.PAID: RechargeState.PAID,
    Verdict.FAILED: RechargeState.FAILED,
    Verdict.NEEDS_ACTION: RechargeState.NEEDS_ACTION,
    Verdict.WAITING: RechargeState.UNKNOWN,
}


async def held(conn: Conn, account_id: AccountId, recharge_id: UUID) -> Recharge:
    """Lock a recharge until the transaction ends and return it. Raises NotFound (`recharge_not_found`)."""
    found = await store.hold_recharge(conn, account_id, recharge_id)
    if found is None:
        raise no_recharge(recharge_id)
    return found


async def settle(conn: Conn, recharge: Recharge, outcome: Outcome, *, now: datetime) -> RechargeState | None:
    """Move a recharge that the caller holds to where the processor says that its payment stands.

    Returns where it moved to; None where it stays.
    """
    state = _STATES.get(outcome.verdict)
    if state is None or recharge.state in KEPT:  # once paid, only money that goes back moves it (returning.py)
        return None
    if state is recharge.state and state in OPEN:
        await _wait(conn, recharge, state, outcome, now)
        return None
    if not may_move(recharge.state, state):
        return None
    if state is RechargeState.PAID:
        await paid(conn, recharge, now=now)
    elif state is RechargeState.FAILED:
        await _failed(conn, recharge, outcome, now)
    else:
        await _wait(conn, recharge, state, outcome, now)
    return state


async def in_question(conn: Conn, recharge: Recharge, why: str, *, now: datetime) -> None:
    """Say of a recharge that the caller holds that nobody knows what became of it; it is asked after from now on."""
    outcome = Outcome(Verdict.WAITING, "no_answer", f"The processor gave no answer ({why}). We ask until we know.")
    await settle(conn, recharge, outcome, now=now)


async def paid(conn: Conn, recharge: Recharge, *, now: datetime) -> None:
    """Give the credits of a payment that came in, once, with its money in the books, its receipt and the news of it."""
    await store.move_recharge(conn, recharge, RechargeState.PAID, now=now)
    await books.came_in(conn, recharge, now=now)
    reach("payment.booked")
    posting = NewPosting(
        PostingId(uuid7()),
        recharge.account_id,
        PostingKind.RECHARGE,
        0,
        recharge.credits,
        note=_note(recharge),
        reference=str(recharge.id),
    )
    await ledger.post(conn, [posting], now=now)
    reach("payment.posted")
    if recharge.crossing is not None:
        await auto_store.end(conn, recharge.account_id, recharge.crossing)
    await receipts.write(conn, recharge, now=now)
    facts = {
        "credits": recharge.credits,
        "amount": recharge.amount,
        "currency": recharge.currency,
        "is_automatic": recharge.is_auto,
        "by": recharge.started_by,
    }
    await record(conn, [Event(Kind.RECHARGE_PAID, recharge.account_id, recharge.id, facts)], now=now)


async def _failed(conn: Conn, recharge: Recharge, outcome: Outcome, now: datetime) -> None:
    await store.move_recharge(
        conn, recharge, RechargeState.FAILED, reason=outcome.code, explained=outcome.message, now=now
    )
    if not recharge.is_auto:  # of those, one word is said when all cards were tried
        facts = {"reason": outcome.code, "credits": recharge.credits, "by": recharge.started_by}
        await record(conn, [Event(Kind.RECHARGE_FAILED, recharge.account_id, recharge.id, facts)], now=now)


async def _wait(conn: Conn, recharge: Recharge, state: RechargeState, outcome: Outcome, now: datetime) -> None:
    looks = recharge.looks + 1 if state is recharge.state else 0
    await store.move_recharge(
        conn,
        recharge,
        state,
        reason=outcome.code,
        explained=outcome.message,
        action_url=outcome.action_url or (recharge.action_url if state is recharge.state else None),
        look_at=next_look(looks, now),
        now=now,
    )


def _note(recharge: Recharge) -> str:
    how = "bought by itself" if recharge.is_auto else f"bought by {recharge.started_by}"
    said = " ".join(word for word in (recharge.reference, recharge.note) if word)
    price = f" for {show_minor(recharge.amount, recharge.currency)}" if recharge.amount else ""
    return f"{how}{price}{f': {said}' if said else ''}"[:500]


def no_recharge(recharge_id: UUID) -> NotFound:
    """Say that there is no such recharge."""
    return NotFound("recharge_not_found", f"There is no recharge {recharge_id}.")
