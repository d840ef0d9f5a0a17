"""The operator's stock: what there is to rent, and what it costs by country and type (R27, R59)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.connectors import number_talk
from cablegram.connectors.providers.number_shop import Deal, Outcome, ShopClosed
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound, TooLarge, Unavailable
from cablegram.kit.ids import ConnectorId
from cablegram.numbers import countries
from cablegram.rentals import sheet, stock_store, store
from cablegram.rentals.buying import digits_of
from cablegram.rentals.model import Keeping, NewStock, PriceLine, StockNumber
from cablegram.rentals.sheet import Line
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_BYTES = 10_000_000
_MOST_PRICE = 1_000_000_000_000_000  # a thousand million credits, in micro-credits


@dataclass(frozen=True, slots=True)
class Taken:
    """What came into the stock: new numbers, and those that were there and are now as was said."""

    added: int
    updated: int


async def add(rt: Runtime, who: Principal, new: NewStock) -> StockNumber:
    """Put one number into the stock, or change one that is there.

    Raises InvalidInput (`number_invalid` and those of `senders.reading.describe`), NotFound (`connector_not_found`).
    """
    who.needs(Scope.OPERATOR)
    described = sheet.described(new)
    async with rt.db.transaction() as conn:
        await _check_connector(conn, described.connector_id)
        await stock_store.put_stock(conn, [described], rt.clock.now())
        found = await stock_store.hold_stock(conn, described.number)
    if found is None:
        raise _not_there(described.number)
    return found


async def _check_connector(conn: Conn, connector_id: ConnectorId | None) -> None:
    if connector_id is not None and connector_id not in await stock_store.operators(conn, [connector_id]):
        raise NotFound("connector_not_found", f"The operator has no connector {connector_id}.")


async def import_csv(rt: Runtime, who: Principal, data: bytes) -> Taken:
    """Take the numbers of a file (rentals/sheet.py says which), in one transaction: all of them or none.

    Raises InvalidInput (`bad_stock_file`) with faults by line, TooLarge (`stock_file_too_large`).
    """
    who.needs(Scope.OPERATOR)
    if len(data) > MOST_BYTES:
        message = f"A file of numbers has at most {MOST_BYTES // 1_000_000} MB; cut it in two."
        raise TooLarge("stock_file_too_large", message)
    lines = sheet.read(data)
    async with rt.db.transaction() as conn:
        known = await stock_store.connectors_named(conn, {line.connector for line in lines if line.connector})
        new = _with_connectors(lines, known)
        return Taken(*await stock_store.put_stock(conn, new, rt.clock.now()))


def _with_connectors(lines: Sequence[Line], known: Mapping[str, ConnectorId]) -> list[NewStock]:
    strange = [line for line in lines if line.connector and line.connector.lower() not in known]
    if strange:
        raise sheet.refused(
            [sheet.fault(one.at, f"the operator has no connector {one.connector[:60]!r}.") for one in strange]
        )
    return [
        replace(line.new, connector_id=known[line.connector.lower()]) if line.connector else line.new for line in lines
    ]


async def page(
    rt: Runtime,
    who: Principal,
    *,
    state: Keeping | None = None,
    country: str | None = None,
    digits: str = "",
    after: UUID | None = None,
    limit: int = 50,
) -> list[StockNumber]:
    """Return the stock, newest first, with who rents each number."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await stock_store.page_of_stock(
            conn, state=state, country=country, digits=digits.lstrip("+"), after=after, limit=limit
        )


async def counts(rt: Runtime, who: Principal) -> dict[Keeping, int]:
    """Count the stock by where its numbers are."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        found = await stock_store.count_stock(conn)
    return {state: found.get(state, 0) for state in Keeping}


async def free(rt: Runtime, who: Principal, number: str) -> None:
    """End the rest of a number before its time, or keep one that its provider has not taken back: it is asked.

    Raises NotFound (`number_not_in_stock`), Conflict (`number_not_free`, `number_refused` where it is no more ours),
    Unavailable (`number_shop_closed`).
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        held = await _held(conn, digits_of(number), Keeping.RESTING, Keeping.LEAVING)
        if held.state is Keeping.RESTING:
            await stock_store.move_stock(conn, held.id, Keeping.FREE)
            return
    # Who was cut off behind the provider's yes left it so: then it would be rented to somebody, and be nobody's.
    async with _counter(rt, held) as counter:
        if not (await counter.holds(held.number, held.country)).is_ours:
            message = f"{counter.connector.name} does not say that +{held.number} is ours. Take it out of the stock."
            raise Conflict("number_refused", message)
    async with rt.db.transaction() as conn:
        held = await _held(conn, held.number, Keeping.LEAVING)
        await stock_store.move_stock(conn, held.id, Keeping.FREE)


async def remove(rt: Runtime, who: Principal, number: str) -> None:
    """Take a number out of the stock; one that was bought at a provider is given back there first.

    Nothing is given back twice or lost: until the provider has said that it has it, it stands there as `leaving`, and
    this may be asked for again. Raises NotFound (`number_not_in_stock`), Conflict (`number_not_free`,
    `number_refused`), Unavailable (`number_shop_closed`).
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        held = await _held(conn, digits_of(number), Keeping.FREE, Keeping.RESTING, Keeping.LEAVING)
        if not held.is_bought:
            await stock_store.drop_stock(conn, held.id)
            return
        await stock_store.move_stock(conn, held.id, Keeping.LEAVING)
    await _give_back(rt, held)
    async with rt.db.transaction() as conn:
        await stock_store.drop_stock(conn, held.id)


@asynccontextmanager
async def _counter(rt: Runtime, held: StockNumber) -> AsyncGenerator[number_talk.Counter]:
    """Open the counter at which a number was bought. Raises Conflict, Unavailable."""
    async with rt.db.connection() as conn:
        sellers = {one.id: one for one in await number_talk.sellers(conn)}
    connector = sellers.get(held.connector_id) if held.connector_id else None
    if connector is None:
        message = f"+{held.number} was bought through a connector that is gone or off: switch it on to give it back."
        raise Conflict("number_refused", message)
    try:
        async with number_talk.at(rt, connector) as counter:
            yield counter
    except ShopClosed as error:
        message = f"{connector.name} can't be asked now, so +{held.number} stays. {error.message}"
        raise Unavailable("number_shop_closed", message) from error


async def _give_back(rt: Runtime, held: StockNumber) -> None:
    async with _counter(rt, held) as counter:
        holding = await counter.holds(held.number, held.country)
        if holding.is_ours is False:
            return
        outcome = Outcome(Deal.UNKNOWN, holding.words)
        if holding.is_ours:
            outcome = await counter.give_back(held.number, held.country, holding)
    if outcome.deal is not Deal.DONE:
        message = (
            f"{counter.connector.name} has not said that it took +{held.number} back, so it stays. {outcome.words}"
        )
        raise Conflict("number_refused", message)


async def _held(conn: Conn, number: str, *states: Keeping) -> StockNumber:
    held = await stock_store.hold_stock(conn, number)
    if held is None:
        raise _not_there(number)
    if held.state not in states:
        raise Conflict("number_not_free", f"+{number} is {held.state}: that can't be done with it now.")
    return held


async def price_lines(rt: Runtime, who: Principal) -> list[PriceLine]:
    """Return what numbers cost, by country and type, with the exceptions of accounts."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.price_lines(conn)


async def set_price(rt: Runtime, who: Principal, line: PriceLine, *, for_rented: bool = False) -> int:
    """Set what numbers of a country and type cost, for everybody or for one account (R27).

    `for_rented`: those that are rented now cost the new month from their next charge on; return how many. Raises
    InvalidInput (`unknown_country`, `bad_amount`), NotFound (`account_not_found`).
    """
    who.needs(Scope.OPERATOR)
    priced = _checked(line)
    async with rt.db.transaction() as conn:
        if priced.account_id is not None:
            await directory.hold(conn, priced.account_id)
        await store.put_price(conn, priced, by=who.name, now=rt.clock.now())
        return await store.reprice(conn, priced) if for_rented else 0


async def drop_price(rt: Runtime, who: Principal, line: PriceLine) -> None:
    """Drop a price: what has none is not offered. What is rented stays at its price. Raises NotFound."""
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        if not await store.drop_price(conn, replace(line, country=countries.country(line.country).iso)):
            raise NotFound("number_price_not_found", "There is no such price, so nothing was dropped.")


def _checked(line: PriceLine) -> PriceLine:
    if not (0 <= line.price.setup <= _MOST_PRICE and 0 <= line.price.monthly <= _MOST_PRICE):
        message = "A price is 0 credits or more, and less than a thousand million."
        raise InvalidInput("bad_amount", message, faults=[Fault("monthly", "bad_amount", message)])
    return replace(line, country=countries.country(line.country).iso)


def half_a_price() -> InvalidInput:
    """Say that a price of its own has both its parts."""
    message = "A price of its own has both setup and monthly; 0 is a price."
    return InvalidInput("bad_amount", message, faults=[Fault("monthly", "bad_amount", message)])


def _not_there(number: str) -> NotFound:
    return NotFound("number_not_in_stock", f"+{number} is not in the stock.")
