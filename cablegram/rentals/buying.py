"""Buy a number: out of the operator's stock, or at a provider (R27, R60).

Out of the stock it is one transaction: charged, given, written. At a provider it is claimed and charged on disk before
the provider is asked, who is asked once and never again: what came of it is sold, refused (then all is given back), or
unknown. An unknown purchase is told as such, and settled by asking the provider whether the number is ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.connectors import number_talk
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.number_shop import Deal, Holding, Offer, Outcome, ShopClosed, Wanted, Where
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, InvalidInput, NotFound, Unavailable
from cablegram.kit.ids import ConnectorId, RentalId, StockId, uuid7
from cablegram.rentals import charges, news, stock_store, store
from cablegram.rentals.model import Found, Keeping, Price, Rental, State
from cablegram.rentals.periods import start_of
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.grant import NewSender
from cablegram.senders.model import Capability, NumberType, Sender
from cablegram.senders.reading import describe

_ASK_AFTER = timedelta(minutes=1)
"""When a provider is first asked what came of a purchase: longer than whoever buys waits for an answer."""

_LONGEST_PAUSE = timedelta(hours=1)
_MOST_DOUBLINGS = 6
_SURE_AFTER = 2  # answers that the number is not ours: one may have come before the provider's own list knew
_DIGITS = re.compile(r"\+?([1-9][0-9]{7,14})")


@dataclass(frozen=True, slots=True)
class Order:
    """What to buy. `connector_id` None: out of the stock. `seen`: the price that was shown; another one is refused."""

    number: str
    number_type: NumberType | None = None
    connector_id: ConnectorId | None = None
    seen: Price | None = None


def digits_of(number: str) -> str:
    """Return a number as it is kept, without plus. Raises InvalidInput (`number_invalid`)."""
    found = _DIGITS.fullmatch(number.strip())
    if found is None:
        message = f"{number[:30]!r} is no number that can be rented: write 8 to 15 digits with the country code."
        raise InvalidInput("number_invalid", message)
    return found[1]


async def buy(rt: Runtime, who: Principal, order: Order) -> Rental:
    """Buy a number for the account that asks; return the rental, `buying` where nobody knows yet what came of it.

    Raises InvalidInput (`number_invalid`), NotFound (`number_not_offered`, `connector_not_found`), PaymentRequired
    (`insufficient_credit`), Conflict (`number_not_free`, `number_price_changed`, `number_refused`, `sender_exists`,
    `sender_taken`), Unavailable (`number_shop_closed`).
    """
    who.needs(Scope.BILLING)
    if who.is_suspended:
        who.needs(Scope.ACCOUNT)  # paying is all that such an account may do
    number = digits_of(order.number)
    if order.connector_id is None:
        return await _from_stock(rt, who, number, order.seen)
    async with rt.db.connection() as conn:
        sellers = await number_talk.sellers(conn)
    connector = next((one for one in sellers if one.id == order.connector_id), None)
    if connector is None:
        raise NotFound("connector_not_found", f"No numbers are sold through a connector {order.connector_id}.")
    return await _at_provider(rt, who, connector, number, order)


async def _from_stock(rt: Runtime, who: Principal, number: str, seen: Price | None) -> Rental:
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        stock = await stock_store.hold_stock(conn, number)
        if stock is None:
            raise _not_offered(number)
        if stock.state is not Keeping.FREE:
            raise _not_free(number)
        prices = await store.prices(conn, who.account_id, stock.country)
        price = stock.price or prices.get((stock.country, stock.number_type))
        found = Found(
            number,
            stock.country,
            stock.number_type,
            stock.capabilities,
            _agreed(number, price, seen),
            stock.connector_id,
        )
        rental = new_rental(who, found, stock.id, now)
        rental.sender_id = (await _grant(conn, rental, now)).id
        await charges.take_first(conn, rental, now=now)
        await store.insert_rental(conn, rental)
        await stock_store.move_stock(conn, stock.id, Keeping.RENTED)
        await record(conn, news.assigned(rental), now=now)
        reach("rental.bought")
    return rental


async def _at_provider(rt: Runtime, who: Principal, connector: Connector, number: str, order: Order) -> Rental:
    try:
        async with number_talk.at(rt, connector) as counter:
            found = await _look_up(rt, who, counter, number, order)
            rental = await _claim(rt, who, found)
            reach("rental.claimed")
            try:
                outcome = await counter.buy(_offer_of(found))
            except ShopClosed as error:
                outcome = Outcome(Deal.REFUSED, error.message)
            reach("rental.asked")
    except ShopClosed as error:
        raise Unavailable("number_shop_closed", f"{connector.name} sells no numbers now. {error.message}") from error
    async with rt.db.transaction() as conn:
        held = await store.hold_rental(conn, who.account_id, rental.id)
        settled = await settle(conn, held or rental, outcome, now=rt.clock.now())
    if settled.state is State.REFUSED:
        message = f"+{number} was not sold, and nothing is charged. {connector.name} says: {settled.ended_why}"
        raise Conflict("number_refused", message)
    return settled


async def _look_up(rt: Runtime, who: Principal, counter: number_talk.Counter, number: str, order: Order) -> Found:
    """Find the number among what the provider offers now, with its price here."""
    described = describe(number, number_type=order.number_type)
    country, number_type = described.country or "", described.number_type or NumberType.LOCAL
    async with rt.db.connection() as conn:
        price = (await store.prices(conn, who.account_id, country)).get((country, number_type))
    agreed = _agreed(number, price, order.seen)
    wanted = Wanted(country, number_type.value, number, Where.STARTS_WITH)
    offer = next((one for one in await counter.search(wanted) if one.number == number), None)
    if offer is None:
        raise _not_offered(number)
    abilities = tuple(map(Capability, offer.capabilities))
    return Found(number, country, number_type, abilities, agreed, counter.connector.id, offer.place)


def _offer_of(found: Found) -> Offer:
    return Offer(found.number, found.country, found.number_type.value, found.capabilities, found.place)


async def _claim(rt: Runtime, who: Principal, found: Found) -> Rental:
    """Write down what is about to be bought, and charge it: whatever happens now, it is known."""
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        rental = new_rental(who, found, StockId(uuid7()), now)
        if await stock_store.known(conn, [found.number]):
            raise _not_free(found.number)
        await charges.take_first(conn, rental, now=now)
        if rental.stock_id is None or not await stock_store.claim_bought(conn, rental.stock_id, found, now):
            raise _not_free(found.number)
        rental.state, rental.period, rental.next_at = State.BUYING, 0, now + _ASK_AFTER
        await store.insert_rental(conn, rental)
    return rental


async def settle(conn: Conn, rental: Rental, outcome: Outcome, *, now: datetime) -> Rental:
    """Do what comes of a purchase; the caller holds the rental. One that is settled already stays as it is."""
    if rental.state is not State.BUYING:
        return rental
    if outcome.deal is Deal.UNKNOWN:
        rental.next_at = now + min(_ASK_AFTER * 2 ** min(rental.asked, _MOST_DOUBLINGS), _LONGEST_PAUSE)
        rental.asked += 1
    elif outcome.deal is Deal.REFUSED:
        await _refuse(conn, rental, outcome.words, now)
    else:
        await _sold(conn, rental, now)
    await store.put_rental(conn, rental)
    reach("rental.settled")
    return rental


async def _sold(conn: Conn, rental: Rental, now: datetime) -> None:
    """Let the account have what was bought for it; what somebody was given by hand meanwhile stays in the stock."""
    try:
        rental.sender_id = (await _grant(conn, rental, now)).id
    except Conflict as error:
        rental.state, rental.next_at, rental.ended_at, rental.ended_why = State.REFUSED, None, now, error.message
        await charges.give_back(conn, rental, now=now)
        if rental.stock_id:
            await stock_store.move_stock(conn, rental.stock_id, Keeping.FREE)
        return
    rental.state, rental.period, rental.next_at = State.ACTIVE, 1, start_of(rental.began_at, 1)
    await record(conn, news.assigned(rental), now=now)


async def _refuse(conn: Conn, rental: Rental, words: str, now: datetime) -> None:
    """Give back what was charged, and forget the number: it is not ours."""
    rental.state, rental.next_at, rental.ended_at, rental.ended_why = State.REFUSED, None, now, words
    await charges.give_back(conn, rental, now=now)
    if rental.stock_id:
        await stock_store.move_stock(conn, rental.stock_id, Keeping.LEAVING)
        await stock_store.drop_stock(conn, rental.stock_id)


async def resolve(rt: Runtime, *, limit: int = 20) -> int:
    """Ask providers about purchases of which nobody knows what came; return how many were looked at."""
    async with rt.db.connection() as conn:
        waiting = await store.in_question(conn, rt.clock.now(), limit=limit)
        sellers = {one.id: one for one in await number_talk.sellers(conn)} if waiting else {}
    for rental in waiting:
        connector = sellers.get(rental.connector_id) if rental.connector_id else None
        holding = await _ask(rt, connector, rental)
        async with rt.db.transaction() as conn:
            held = await store.hold_rental(conn, rental.account_id, rental.id)
            if held is not None and held.asked == rental.asked:  # nobody else asked meanwhile
                held.denied += holding.is_ours is False
                await settle(conn, held, _meant(holding, held.denied), now=rt.clock.now())
    return len(waiting)


async def _ask(rt: Runtime, connector: Connector | None, rental: Rental) -> Holding:
    """Return what the provider's own list says of a number."""
    if connector is None:
        return Holding(None, words="its connector is switched off")
    try:
        async with number_talk.at(rt, connector) as counter:
            return await counter.holds(rental.number, rental.country)
    except ShopClosed as error:
        return Holding(None, words=error.message)


def _meant(holding: Holding, denied: int) -> Outcome:
    """Return what a provider's word means: a no counts once it was said twice."""
    if holding.is_ours:
        return Outcome(Deal.DONE)
    if denied >= _SURE_AFTER:
        return Outcome(Deal.REFUSED, "it is not among its numbers")
    return Outcome(Deal.UNKNOWN, holding.words)


def new_rental(who: Principal, found: Found, stock_id: StockId, now: datetime) -> Rental:
    """Return a rental that begins now, its first month paid. Pure."""
    return Rental(
        RentalId(uuid7()),
        who.account_id,
        stock_id,
        found.number,
        found.country,
        found.number_type,
        None,
        State.ACTIVE,
        found.price,
        began_at=now,
        period=1,
        next_at=start_of(now, 1),
        grace_until=None,
        ends_at=None,
        bought_by=who.name,
        connector_id=found.connector_id,
        capabilities=found.capabilities,
    )


async def _grant(conn: Conn, rental: Rental, now: datetime) -> Sender:
    """Let the account send from the number."""
    new = NewSender(
        rental.number,
        number_type=rental.number_type,
        country=rental.country,
        capabilities=rental.capabilities,
        connector_ids=[rental.connector_id] if rental.connector_id else (),
        rental_id=rental.id,
    )
    return await grant.grant(conn, rental.account_id, new, now=now)


def _agreed(number: str, price: Price | None, seen: Price | None) -> Price:
    """Return the price of a number. Raises NotFound where it has none, Conflict where another one was shown."""
    if price is None:
        raise _not_offered(number)
    if seen is not None and seen != price:
        message = f"The price of +{number} is another one by now. Look at it again, and buy at that."
        raise Conflict("number_price_changed", message)
    return price


def _not_offered(number: str) -> NotFound:
    return NotFound(
        "number_not_offered", f"+{number} is not to be had here. Search again: somebody may have it by now."
    )


def _not_free(number: str) -> Conflict:
    return Conflict(
        "number_not_free", f"+{number} is somebody's already, or rests after somebody had it. Choose another."
    )
