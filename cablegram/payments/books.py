"""Enter the money of payments in the journal, as their credits stand in postings: what came, went back, and was kept.

All of it happens in the caller's transaction, before the balance is locked: who closes a day keeps entries waiting
while it is added up, and nobody who sends may wait for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.billing import journal
from cablegram.billing.journal import Entry, Ledger, Leg
from cablegram.kit.currency import minor_to_micro
from cablegram.payments import till
from cablegram.payments.model import Recharge
from cablegram.payments.port import Cost
from cablegram.runtime.database import Conn


async def came_in(conn: Conn, recharge: Recharge, *, now: datetime) -> None:
    """Enter the money of a payment, once."""
    legs = _legs(recharge, minor_to_micro(recharge.amount, recharge.currency))
    await _enter(conn, Entry("payment", str(recharge.id), legs), now)


async def went_back(conn: Conn, recharge: Recharge, amount: int, *, reference: str, now: datetime) -> None:
    """Enter money that went back to its payer (smallest unit), or, negative, that came from there again."""
    legs = _legs(recharge, -minor_to_micro(amount, recharge.currency))
    await _enter(conn, Entry("payment_return", reference, legs), now)


async def took(conn: Conn, recharge: Recharge, costs: Sequence[Cost], *, now: datetime) -> None:
    """Enter what the processor kept for itself; each of its own movements is entered once, however often it is told.

    Negative is what it gives back, such as the fee of a dispute that was won.
    """
    for one in costs:
        legs = (
            Leg(Ledger.PROCESSOR, one.currency, one.micro, recharge.account_id),
            Leg(Ledger.PROCESSOR_FEE, one.currency, -one.micro, recharge.account_id),
        )
        await _enter(conn, Entry("payment_fee", one.foreign_id, legs, note=f"recharge {recharge.id}"), now)


def _legs(recharge: Recharge, micro: int) -> tuple[Leg, ...]:
    """Return both sides of money that came: what we have of whoever holds it is negative in the books."""
    holder = Ledger.BANK if recharge.processor == till.MANUAL else Ledger.PROCESSOR
    return (
        Leg(holder, recharge.currency, -micro, recharge.account_id),
        Leg(Ledger.PAYMENT_CLEARING, recharge.currency, micro, recharge.account_id),
    )


async def _enter(conn: Conn, entry: Entry, now: datetime) -> None:
    await journal.enter(conn, [entry], now=now)
