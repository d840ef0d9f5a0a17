"""Give a number back: when its paid month is over, or at once (R60)."""

from __future__ import annotations

from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, NotFound
from cablegram.rentals import news, stock_store, store
from cablegram.rentals.buying import digits_of
from cablegram.rentals.model import LIVING, Keeping, Rental, State
from cablegram.rentals.periods import start_of
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime
from cablegram.senders import rented


async def release(rt: Runtime, who: Principal, number: str, *, at_once: bool = False) -> Rental:
    """Give a number back; without `at_once` it works until its paid month is over, and nothing more is charged.

    What is paid is not given back. A number whose rent is not paid goes at once. Raises NotFound (`number_not_rented`),
    Conflict (`number_being_bought`).
    """
    who.needs(Scope.BILLING)
    async with rt.db.transaction() as conn:
        rental = await _held(conn, who, number)
        if at_once or rental.state is not State.ACTIVE:
            await end(conn, rental, "released", who.name, rest=_rest(rt), now=rt.clock.now())
        else:
            rental.ends_at = rental.next_at = start_of(rental.began_at, rental.period)
            await store.put_rental(conn, rental)
    return rental


async def keep(rt: Runtime, who: Principal, number: str) -> Rental:
    """Take back that a number is given back when its month is over. Raises as `release`."""
    who.needs(Scope.BILLING)
    async with rt.db.transaction() as conn:
        rental = await _held(conn, who, number)
        rental.ends_at = None
        await store.put_rental(conn, rental)
    return rental


async def end(conn: Conn, rental: Rental, why: str, by: str, *, rest: timedelta, now: datetime) -> None:
    """End a rental that the caller holds: the account has the number no more, and nobody for a while.

    What was accepted from it goes out; how it answered goes with it. Campaigns that name it pause and say so.
    """
    await ledger.lock_balances(conn, [rental.account_id])  # whoever accepts messages may have chosen it just now
    await rented.take_back(conn, rental.account_id, rental.id)
    if rental.stock_id:
        await stock_store.move_stock(conn, rental.stock_id, Keeping.RESTING, rests_until=now + rest)
    rental.state, rental.next_at, rental.grace_until = State.ENDED, None, None
    rental.ended_at, rental.ended_why = now, why
    await store.put_rental(conn, rental)
    await record(conn, [news.released(rental, by)], now=now)
    reach("rental.ended")


async def _held(conn: Conn, who: Principal, number: str) -> Rental:
    found = await store.rental_of_number(conn, who.account_id, digits_of(number))
    rental = await store.hold_rental(conn, who.account_id, found.id) if found else None
    if rental is None or rental.state not in LIVING:
        raise not_rented(number)
    if rental.state is State.BUYING:
        message = f"Nobody knows yet whether +{rental.number} was sold: the provider is being asked. Wait for that."
        raise Conflict("number_being_bought", message)
    return rental


def not_rented(number: str) -> NotFound:
    """Say that the account does not rent a number."""
    return NotFound("number_not_rented", f"The account rents no number {number[:30]}.")


def _rest(rt: Runtime) -> timedelta:
    return timedelta(days=rt.settings.number_quarantine_days)
