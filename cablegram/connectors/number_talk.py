"""Talk with a connector's provider about numbers: what it offers, buying one, whether one is ours, giving one back.

Nothing is repeated here. Each exchange is kept as those of messages are; a provider that does not answer is left alone
for a while by all processes, for its breaker stands in the database.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from cablegram.connectors import exchange_store, number_store, registry
from cablegram.connectors.breaker import Breaker, Circuit
from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.connectors.http_talk import Asked, Talk
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.contract import HttpRequest
from cablegram.connectors.providers.number_shop import (
    MOST_OFFERED,
    Deal,
    Holding,
    NumberShop,
    Offer,
    Outcome,
    ShopClosed,
    Wanted,
)
from cablegram.connectors.talking import talking
from cablegram.kit.errors import CablegramError
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn

SECONDS = 10.0
"""How long a provider has to answer: somebody sits before a form."""


async def sellers(conn: Conn) -> list[Connector]:
    """Return the operator's connectors that are switched on and whose provider sells numbers at all."""
    found = await number_store.operators_connectors(conn)
    return [one for one in found if registry.KINDS[one.kind].sells_numbers]


class Counter:
    """One connector's provider, asked about numbers; open it with `at`."""

    def __init__(self, rt: Runtime, connector: Connector, shop: NumberShop, talk: Talk, breaker: Breaker) -> None:
        self.connector = connector
        self._rt = rt
        self._shop = shop
        self._talk = talk
        self._breaker = breaker
        self._exchanges: list[Exchange] = []

    async def search(self, wanted: Wanted) -> list[Offer]:
        """Return what it offers. Raises ShopClosed."""
        request = self._shop.search(wanted)
        if request is None:
            return []
        asked = await self._ask(request)
        if asked.answer is None:
            raise ShopClosed("number_shop_closed", asked.why)
        try:
            found = self._shop.read_search(wanted, asked.answer)
        except ShopClosed as error:
            words = self._talk.without_secrets(error.message)
            asked.exchange.verdict = words
            raise ShopClosed(error.code, words) from None
        asked.exchange.verdict = f"{len(found)} offered"
        return found[:MOST_OFFERED]

    async def buy(self, offer: Offer) -> Outcome:
        """Buy a number, once; the claim for it is committed."""
        url = registry.callback_url(self.connector, self._rt.seal, self._rt.settings.public_url)
        asked = await self._ask(self._shop.buy(offer, url))
        return self._judged(asked, self._shop.read_buy(asked.answer) if asked.answer else None)

    async def holds(self, number: str, country: str) -> Holding:
        """Say whether a number is ours there."""
        asked = await self._ask(self._shop.look(number, country))
        if asked.answer is None:
            return Holding(None, words=asked.why)
        found = self._shop.read_look(number, asked.answer)
        asked.exchange.verdict = {True: "it is ours", False: "it is not ours", None: found.words}[found.is_ours]
        return found

    async def give_back(self, number: str, country: str, holding: Holding) -> Outcome:
        """Give a number back that is ours there."""
        asked = await self._ask(self._shop.give_back(number, country, holding))
        return self._judged(asked, self._shop.read_gone(asked.answer) if asked.answer else None)

    async def keep(self, conn: Conn) -> None:
        """Write down what was said, and whether the provider answered."""
        if self._exchanges:
            exchange_store.keep(conn, self._exchanges)
            await number_store.put_breaker(conn, self.connector.id, self._breaker)
            self._exchanges = []

    async def _ask(self, request: HttpRequest) -> Asked:
        now = self._now()
        if self._breaker.circuit(now) is Circuit.OPEN:
            raise ShopClosed("number_shop_closed", "It did not answer a moment ago, and is left alone for a while.")
        asked = await self._talk.ask(request)
        is_down = asked.answer is None or asked.answer.status >= 500
        self._breaker = self._breaker.failed(now, self._now()) if is_down else self._breaker.answered(now)
        self._exchanges.append(asked.exchange)
        return asked

    def _judged(self, asked: Asked, outcome: Outcome | None) -> Outcome:
        if outcome is None:
            outcome = Outcome(Deal.UNKNOWN if asked.may_have_arrived else Deal.REFUSED, asked.why)
        outcome = Outcome(outcome.deal, self._talk.without_secrets(outcome.words))
        asked.exchange.verdict = f"{outcome.deal}: {outcome.words}" if outcome.words else outcome.deal.value
        return outcome

    def _now(self) -> float:
        """Return the moment in seconds, as all processes count them."""
        return self._rt.clock.now().timestamp()


@asynccontextmanager
async def at(rt: Runtime, connector: Connector) -> AsyncGenerator[Counter]:
    """Open a provider's counter for numbers, and write down what was said when it closes, whatever came of it.

    Raises ShopClosed where its settings are not enough for numbers, or its secrets can't be read.
    """
    try:
        shop = registry.number_shop(connector, rt.seal)
        provider = registry.provider(connector, rt.seal)
    except CablegramError as error:
        raise ShopClosed("number_shop_closed", error.message) from error
    if shop is None:
        raise ShopClosed("number_shop_closed", f"{connector.name} has no key with which numbers can be bought.")
    async with rt.db.connection() as conn:
        breaker = (await number_store.breakers(conn, [connector.id])).get(connector.id, Breaker())
    async with talking(rt, connector, provider, kind=Kind.NUMBERS, seconds=SECONDS) as talk:
        counter = Counter(rt, connector, shop, talk, breaker)
        try:
            yield counter
        finally:
            async with rt.db.transaction() as conn:
                await counter.keep(conn)
