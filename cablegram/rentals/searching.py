"""Find a number to rent: in the operator's stock, and at providers that sell numbers (R59)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cablegram.accounts.access import Principal, Scope
from cablegram.connectors import number_talk
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.number_shop import Offer, ShopClosed, Wanted, Where
from cablegram.kit.errors import Fault, InvalidInput, Unavailable
from cablegram.numbers import countries
from cablegram.rentals import stock_store, store
from cablegram.rentals.model import Found, Price
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import Capability, NumberType

PAGE = 20
MOST_PAGES = 500
_LONGEST_PATTERN = 15
_MOST_A_MINUTE = 30


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: `country` two letters, `number_type` None: any, pages count from 1."""

    country: str
    number_type: NumberType | None = None
    pattern: str = ""
    where: Where = Where.ANYWHERE
    page: int = 1


@dataclass(slots=True)
class Result:
    """A page of numbers: those of the stock, then those of providers. `closed`: who could not be asked."""

    items: list[Found]
    has_more: bool
    closed: list[str] = field(default_factory=list[str])


async def search(rt: Runtime, who: Principal, query: Query) -> Result:
    """Return numbers that the account could rent, with its prices. What has no price here is not offered.

    Providers are asked thirty times a minute for an account: each asks them about every type of number.

    Raises InvalidInput (`unknown_country`, `bad_pattern`, `bad_page`), Unavailable (`too_many_attempts`).
    """
    who.needs(Scope.READ)
    country = countries.country(query.country)
    _check(query)
    async with rt.db.connection() as conn:
        prices = await store.prices(conn, who.account_id, country.iso)
        priced = {number_type: price for (_, number_type), price in prices.items()}
        held = await stock_store.search(
            conn,
            country.iso,
            query.number_type,
            code=country.calling_code,
            pattern=query.pattern,
            place=query.where,
            priced=priced,
            skip=(query.page - 1) * PAGE,
            limit=PAGE + 1,
        )
        wanted = [
            Wanted(country.iso, number_type.value, query.pattern, query.where, query.page)
            for number_type in sorted(priced)
            if query.number_type in (None, number_type)
        ]
        sellers = await number_talk.sellers(conn) if wanted else []
    if sellers:
        await _count(rt, who)
    result = Result(held[:PAGE], len(held) > PAGE)
    if sellers:
        await _ask_all(rt, result, sellers, wanted, priced)
    return result


async def _count(rt: Runtime, who: Principal) -> None:
    async with rt.db.transaction() as conn:
        asked = await stock_store.count_search(conn, who.account_id, rt.clock.now())
    if asked > _MOST_A_MINUTE:
        message = "Those are many searches within a minute. Wait until it is over; what was found stays where it is."
        raise Unavailable("too_many_attempts", message, retry_after=60)


def _check(query: Query) -> None:
    if not all(digit in "0123456789" for digit in query.pattern) or len(query.pattern) > _LONGEST_PATTERN:
        message = f"A pattern is up to {_LONGEST_PATTERN} digits, such as 305."
        raise InvalidInput("bad_pattern", message, faults=[Fault("pattern", "bad_pattern", message)])
    if not 1 <= query.page <= MOST_PAGES:
        message = f"Pages go from 1 to {MOST_PAGES}; say more about the number that you look for."
        raise InvalidInput("bad_page", message, faults=[Fault("page", "bad_page", message)])


async def _ask_all(
    rt: Runtime,
    result: Result,
    sellers: Sequence[Connector],
    wanted: Sequence[Wanted],
    priced: Mapping[NumberType, Price],
) -> None:
    """Ask all providers at the same time, and add what they offer and nobody here has."""
    asked = await asyncio.gather(*(_ask(rt, seller, wanted) for seller in sellers))
    offers = [(seller, offer) for seller, offered in zip(sellers, asked, strict=True) if offered for offer in offered]
    result.closed = [seller.name for seller, offered in zip(sellers, asked, strict=True) if offered is None]
    async with rt.db.connection() as conn:
        taken = await stock_store.known(conn, [offer.number for _, offer in offers]) if offers else set[str]()
    for seller, offer in offers:
        if offer.number not in taken:
            taken.add(offer.number)  # two connectors of one provider offer the same
            result.items.append(_found(seller, offer, priced))
    result.has_more = result.has_more or bool(offers)


async def _ask(rt: Runtime, seller: Connector, wanted: Sequence[Wanted]) -> list[Offer] | None:
    """Return what a provider offers, of each type one after the other; None: it can't be asked."""
    try:
        async with number_talk.at(rt, seller) as counter:
            return [offer for one in wanted for offer in await counter.search(one)]
    except ShopClosed as error:
        rt.log.info("a provider offers no numbers now", connector=str(seller.id), error=error.message)
        return None


def _found(seller: Connector, offer: Offer, priced: Mapping[NumberType, Price]) -> Found:
    number_type = NumberType(offer.number_type)
    abilities = tuple(map(Capability, offer.capabilities))
    return Found(offer.number, offer.country, number_type, abilities, priced[number_type], seller.id, offer.place)
