"""Take in money that went back: refunds, made here or at the processor, and disputes. Credits follow the money (R22).

All of it happens in the caller's transaction, on the recharge that it holds, by what the processor says of it now; so a
call that comes twice, late or in the wrong order changes nothing. The credits that a part of the money bought are taken
out whatever the balance is: it may go below nothing. When money comes back to us, so do they.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cablegram.billing import ledger
from cablegram.billing.model import NewPosting, PostingKind
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.ids import PostingId, ReturnId, uuid7
from cablegram.payments import books, receipts, return_store, store
from cablegram.payments.model import KEPT, Recharge, Return, ReturnState, share, state_with
from cablegram.payments.port import Disputed, Refunded
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

REFUND, DISPUTE = "refund", "dispute"
_THERE = "the processor"


@dataclass(frozen=True, slots=True)
class _Told:
    """Money that went back, or did not, as the processor tells it."""

    kind: str
    foreign_id: str
    amount: int
    is_taken: bool


async def take_refunds(conn: Conn, recharge: Recharge, refunds: Sequence[Refunded], *, now: datetime) -> None:
    """Take in all refunds that the processor knows of a recharge."""
    if recharge.state not in KEPT:
        return  # its money was never ours, as far as we know: that is found out first
    for one in refunds:
        known = await return_store.returns_of(conn, recharge.account_id, recharge.id)
        ours = next((each for each in known if one.foreign_id == each.foreign_id), None) or next(
            (each for each in known if one.return_id == str(each.id)), None
        )
        told = _Told(REFUND, one.foreign_id, one.amount, is_taken=not one.is_failed)
        await _take(conn, recharge, ours, told, now=now)


async def take_dispute(conn: Conn, recharge: Recharge, dispute: Disputed, *, now: datetime) -> None:
    """Take in how a dispute about a recharge stands."""
    if recharge.state not in KEPT:
        return
    known = await return_store.returns_of(conn, recharge.account_id, recharge.id)
    ours = next((one for one in known if one.foreign_id == dispute.foreign_id), None)
    told = _Told(DISPUTE, dispute.foreign_id, dispute.amount, is_taken=dispute.is_taken)
    await books.took(conn, recharge, dispute.costs, now=now)
    await _take(conn, recharge, ours, told, now=now)


async def take_manual(conn: Conn, recharge: Recharge, back: Return, *, now: datetime) -> None:
    """Take in a refund that the operator made by other means."""
    await _out(conn, recharge, back, foreign_id=None, now=now)
    await _restate(conn, recharge)


async def _take(conn: Conn, recharge: Recharge, ours: Return | None, told: _Told, *, now: datetime) -> None:
    if ours is None:
        if not told.is_taken:
            return
        ours = Return(
            ReturnId(uuid7()),
            recharge.account_id,
            recharge.id,
            told.kind,
            told.foreign_id,
            told.amount,
            0,
            ReturnState.FAILED,  # until its credits are taken out, below
            "",
            _THERE,
            now,
        )
        if not await return_store.insert_return(conn, ours):
            return
    if told.is_taken and ours.state is not ReturnState.TAKEN:
        await _out(conn, recharge, ours, foreign_id=told.foreign_id, now=now)
    elif not told.is_taken and ours.state is ReturnState.TAKEN:
        await _back(conn, recharge, ours, now=now)
    elif not told.is_taken and ours.state is ReturnState.STARTED:
        await return_store.move_return(conn, ours, ReturnState.FAILED, foreign_id=told.foreign_id, now=now)
    else:
        return
    await _restate(conn, recharge)


async def _out(conn: Conn, recharge: Recharge, back: Return, *, foreign_id: str | None, now: datetime) -> None:
    """Take out the credits of money that went back; parts that go back one after the other add up to the whole."""
    known = await return_store.returns_of(conn, recharge.account_id, recharge.id)
    taken = [one for one in known if one.state is ReturnState.TAKEN]
    until_now = sum(one.amount for one in taken)
    part = min(until_now + back.amount, recharge.amount)
    credits_ = max(share(recharge.credits, recharge.amount, part) - sum(one.credits for one in taken), 0)
    is_first = back.state is not ReturnState.GIVEN_BACK  # else a dispute is lost after it was won
    reference = str(back.id) if is_first else f"{back.id} again {now.isoformat()}"
    await books.went_back(conn, recharge, back.amount, reference=reference, now=now)
    await _post(conn, recharge, back, -credits_, reference=reference, now=now)
    await return_store.move_return(conn, back, ReturnState.TAKEN, foreign_id=foreign_id, credits_=credits_, now=now)
    told = replace(back, foreign_id=foreign_id, credits=credits_, state=ReturnState.TAKEN)
    if is_first:
        await receipts.write_credit_note(conn, recharge, told, now=now)
    await _tell(conn, recharge, told, "taken", now)


async def _back(conn: Conn, recharge: Recharge, back: Return, *, now: datetime) -> None:
    """Give the credits again: a dispute was won, or the card's bank sent a refund back."""
    reference = f"{back.id} back {now.isoformat()}"
    await books.went_back(conn, recharge, -back.amount, reference=reference, now=now)
    await _post(conn, recharge, back, back.credits, reference=reference, now=now)
    await return_store.move_return(conn, back, ReturnState.GIVEN_BACK, now=now)
    await _tell(conn, recharge, back, "given_back", now)


async def _post(conn: Conn, recharge: Recharge, back: Return, amount: int, *, reference: str, now: datetime) -> None:
    words = "dispute" if back.kind == DISPUTE else "refund"
    note = (
        f"{words} of recharge {recharge.id}{' came back' if amount > 0 else ''}{f': {back.note}' if back.note else ''}"
    )
    posting = NewPosting(
        PostingId(uuid7()),
        recharge.account_id,
        PostingKind.CHARGEBACK,
        0,
        amount,
        note=note[:500],
        reference=reference,
    )
    await ledger.post(conn, [posting], now=now)
    reach("payment.returned")


async def _restate(conn: Conn, recharge: Recharge) -> None:
    known = await return_store.returns_of(conn, recharge.account_id, recharge.id)
    sums = {
        kind: sum(one.amount for one in known if one.kind == kind and one.state is ReturnState.TAKEN)
        for kind in (REFUND, DISPUTE)
    }
    returned = min(sum(sums.values()), recharge.amount)
    await store.set_returned(conn, recharge, state_with(recharge, sums), returned=returned)


async def _tell(conn: Conn, recharge: Recharge, back: Return, state: str, now: datetime) -> None:
    kind = Kind.PAYMENT_DISPUTED if back.kind == DISPUTE else Kind.PAYMENT_REFUNDED
    facts = {"credits": back.credits, "amount": back.amount, "currency": recharge.currency, "state": state}
    await record(conn, [Event(kind, recharge.account_id, recharge.id, facts)], now=now)
