"""Ask a connector's provider for the names of numbers (R61, R66).

Nothing is repeated here. Each exchange is kept as those of messages are, and a provider that does not answer is left
alone for a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cablegram.connectors import exchange_store, name_store, registry
from cablegram.connectors.breaker import Breaker, Circuit
from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.connectors.http_talk import Talk
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.name_book import NameBook, Named
from cablegram.connectors.talking import talking
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn

SECONDS: Final = 5.0
"""How long a provider has to answer."""
_AT_ONCE: Final = 10  # questions under way

_KINDS: Final = [kind.name for kind in registry.KINDS.values() if kind.knows_names]


@dataclass(frozen=True, slots=True)
class Source:
    """A connector whose provider is asked for names."""

    connector: Connector
    book: NameBook

    @property
    def is_own(self) -> bool:
        """Tell whether it is an account's own, whose provider bills the account itself (R171)."""
        return self.connector.account_id is not None


async def sources(conn: Conn, rt: Runtime, account_ids: Sequence[AccountId]) -> dict[AccountId, Source]:
    """Return who is asked for each account: a connector of its own, else the operator's; the oldest of several.

    A connector whose secrets can't be read is none.
    """
    found: list[Source] = []
    for one in await name_store.connectors(conn, _KINDS, account_ids):
        try:
            book = registry.name_book(one, rt.seal)
        except CablegramError as error:
            rt.log.warning("names can't be asked for", connector=str(one.id), error=error.message)
            continue
        if book is not None:
            found.append(Source(one, book))
    ours = next((one for one in found if not one.is_own), None)
    own = {one.connector.account_id: one for one in reversed(found) if one.is_own}
    chosen = {account_id: own.get(account_id, ours) for account_id in account_ids}
    return {account_id: one for account_id, one in chosen.items() if one is not None}


class Asker:
    """Asks providers for names, and remembers which of them did not answer; one of these a process that works."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._breakers: dict[ConnectorId, Breaker] = {}

    async def ask(self, source: Source, numbers: Sequence[str]) -> Mapping[str, Named]:
        """Return what a provider says of numbers (E.164 digits); of one that was not asked there is nothing."""
        rt, connector = self._rt, source.connector
        provider = registry.provider(connector, rt.seal)
        exchanges: list[Exchange] = []
        hands = asyncio.Semaphore(_AT_ONCE)
        async with talking(rt, connector, provider, kind=Kind.NAMES, seconds=SECONDS, at_once=_AT_ONCE) as talk:

            async def one(number: str) -> tuple[str, Named] | None:
                async with hands:
                    return await self._one(source, number, talk, exchanges)

            try:
                told = await asyncio.gather(*(one(number) for number in numbers))
            finally:
                async with rt.db.transaction() as conn:
                    exchange_store.keep(conn, exchanges)
        return dict(each for each in told if each)

    async def _one(
        self, source: Source, number: str, talk: Talk, exchanges: list[Exchange]
    ) -> tuple[str, Named] | None:
        clock, connector_id = self._rt.clock, source.connector.id
        began = clock.monotonic()
        if self._breakers.get(connector_id, Breaker()).circuit(began) is Circuit.OPEN:
            return None
        asked = await talk.ask(source.book.ask(number))
        exchanges.append(asked.exchange)
        is_down = asked.answer is None or asked.answer.status >= 500
        known = self._breakers.get(connector_id, Breaker())
        self._breakers[connector_id] = (
            known.failed(began, clock.monotonic()) if is_down else known.answered(began)
        )  # fmt: skip
        if asked.answer is None:
            return number, Named(False, words=asked.why)
        found = source.book.read(asked.answer)
        words = talk.without_secrets(found.words)
        asked.exchange.verdict = words or ("a name" if found.name else "no name")
        return number, Named(found.is_told, found.name, words)
