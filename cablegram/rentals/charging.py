"""Charge the months of rented numbers, each once, whoever was down and however many workers there are (R27).

What is due is a row whose moment has come, held by who charges it; its posting is named by rental and month, and moves
in the transaction in which the rental does. After a standstill each month that was missed is charged in its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cablegram.billing import ledger
from cablegram.events.model import Event
from cablegram.events.record import record
from cablegram.rentals import buying, charges, dunning, ending, news, stock_store, store
from cablegram.rentals.dunning import Standing, Turn
from cablegram.rentals.model import Rental, State
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime
from cablegram.senders import rented

_AT_ONCE = 200
_UNPAID = "unpaid"
_BY = "Cablegram"  # who takes a number back that nobody pays


async def step(rt: Runtime) -> int:
    """Do what is due of some rentals, one month of each; return how many there were: none, and nothing is due."""
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        due = await store.hold_due(conn, now, limit=_AT_ONCE)
        if due:
            await _work_off(rt, conn, due, now)
    return len(due)


async def keep_up(rt: Runtime) -> None:
    """Do all that is due: charges, ends, purchases in question, numbers that have rested enough."""
    while await step(rt):
        pass
    await buying.resolve(rt)
    async with rt.db.transaction() as conn:
        await stock_store.wake(conn, rt.clock.now())


async def _work_off(rt: Runtime, conn: Conn, due: Sequence[Rental], now: datetime) -> None:
    await ledger.lock_balances(conn, [one.account_id for one in due])
    turns = [dunning.turn(standing_of(one), now) for one in due]
    rest, grace = (timedelta(days=days) for days in (rt.settings.number_quarantine_days, rt.settings.number_grace_days))
    for rental in (one for one, turn in zip(due, turns, strict=True) if turn is Turn.END):
        await ending.end(conn, rental, "released", _BY, rest=rest, now=now)
    for rental in (one for one, turn in zip(due, turns, strict=True) if turn is Turn.NOTHING):
        await _stands(conn, rental, dunning.too_early(standing_of(rental)))  # and is not looked at again before
    payers = [one for one, turn in zip(due, turns, strict=True) if turn is Turn.CHARGE]
    told: list[Event] = []
    for rental, is_paid in zip(payers, await charges.take_months(conn, payers, now=now), strict=True):
        reach("rental.charged")
        if is_paid:
            told.append(await _paid(conn, rental))
        elif news_of := await _not_paid(conn, rental, now, grace=grace, rest=rest):
            told.append(news_of)
    await record(conn, told, now=now)


async def _paid(conn: Conn, rental: Rental) -> Event:
    after = dunning.paid(standing_of(rental))
    await _stands(conn, rental, after)
    return news.charged(rental, after.next_at)


async def _stands(conn: Conn, rental: Rental, after: Standing) -> None:
    """Write how a rental stands that owes nothing: what was suspended works again."""
    if rental.state is State.SUSPENDED:
        await rented.suspend(conn, rental.account_id, rental.id, since=None)
    _stand(rental, after)
    await store.put_rental(conn, rental)


async def _not_paid(conn: Conn, rental: Rental, now: datetime, *, grace: timedelta, rest: timedelta) -> Event | None:
    """Move on a rental whose month was not covered; tell of it where that changes how it stands."""
    after = dunning.not_paid(standing_of(rental), now, grace=grace)
    if after is None:
        await ending.end(conn, rental, _UNPAID, _BY, rest=rest, now=now)
        return None
    is_news = after.state is not rental.state
    if is_news and after.state is State.SUSPENDED:
        await rented.suspend(conn, rental.account_id, rental.id, since=now)
    _stand(rental, after)
    await store.put_rental(conn, rental)
    return news.not_charged(rental) if is_news else None


def standing_of(rental: Rental) -> Standing:
    """Return how a rental stands with its charges. Pure."""
    return Standing(rental.state, rental.began_at, rental.period, rental.next_at, rental.grace_until, rental.ends_at)


def _stand(rental: Rental, after: Standing) -> None:
    rental.state, rental.period = after.state, after.period
    rental.next_at, rental.grace_until = after.next_at, after.grace_until
