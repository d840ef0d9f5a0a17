"""The postings of a rental, by names under which none can be posted twice (R27)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.billing import ledger
from cablegram.billing.model import NewPosting, PostingKind
from cablegram.kit.errors import PaymentRequired
from cablegram.kit.ids import PostingId, uuid7
from cablegram.kit.money import micro_to_credits
from cablegram.rentals.model import Rental
from cablegram.runtime.database import Conn


async def take_first(conn: Conn, rental: Rental, *, now: datetime) -> None:
    """Charge what buying costs: the setup, and the first month as a whole (R60).

    Raises PaymentRequired (`insufficient_credit`): the caller's transaction is to go with it.
    """
    setup = _posting(rental, rental.price.setup, "setup", f"Setup of +{rental.number}")
    wanted = [one for one in (setup, month(rental, 0)) if one.amount]
    if not all(verdict.id for verdict in await ledger.post(conn, wanted, now=now)):
        balance = await ledger.balance_of(conn, rental.account_id)
        message = (
            f"+{rental.number} costs {micro_to_credits(rental.price.at_once)} credits now, and the balance is "
            f"{micro_to_credits(balance)}. Add credit first."
        )
        raise PaymentRequired("insufficient_credit", message)


async def give_back(conn: Conn, rental: Rental, *, now: datetime) -> None:
    """Give back what buying charged: the provider did not sell the number."""
    amount = rental.price.at_once
    if amount:
        note = f"+{rental.number} was not sold"
        posting = _posting(rental, -amount, "refund", note)
        await ledger.post(conn, [posting], now=now)


async def take_months(conn: Conn, rentals: Sequence[Rental], *, now: datetime) -> list[bool]:
    """Charge the month of each that is due; say of each whether it is paid. What costs nothing always is."""
    wanted = [month(one, one.period) for one in rentals]
    verdicts = iter(await ledger.post(conn, [one for one in wanted if one.amount], now=now))
    return [not one.amount or next(verdicts).id is not None for one in wanted]


def month(rental: Rental, period: int) -> NewPosting:
    """Return the posting of a month; the first has number 0."""
    return _posting(rental, rental.price.monthly, str(period), f"+{rental.number}, month {period + 1}")


def _posting(rental: Rental, price: int, what: str, note: str) -> NewPosting:
    return NewPosting(
        PostingId(uuid7()),
        rental.account_id,
        PostingKind.NUMBER,
        0,
        -price,
        note=note,
        reference=f"{rental.id}:{what}",
    )
