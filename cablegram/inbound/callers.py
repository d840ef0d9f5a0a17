"""Who may call us: the connectors of providers, by the tokens of their callback addresses.

One table in memory, read again when it is a second old and somebody asks: a connector that is added, changed or given a
new token is known by then. Only a hash of each token is kept, here as in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cablegram.connectors import reading, registry
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.contract import Provider
from cablegram.connectors.providers.redact import Redactor
from cablegram.kit.errors import CablegramError, Unavailable
from cablegram.kit.ids import ConnectorId
from cablegram.kit.networks import Network, read_networks
from cablegram.runtime.runtime import Runtime

_FRESH = 1.0  # seconds
_LOOKS_APART = 0.1  # seconds between looks for tokens that nobody has: as many as anybody likes to make up


@dataclass(slots=True)
class Caller:
    """A connector whose provider may call, at an address with this hash of a token.

    `provider` None: it can't be made of what is kept, and `trouble` says why. `networks`: from where calls are taken;
    none: from anywhere.
    """

    connector: Connector
    provider: Provider | None
    trouble: str
    redactor: Redactor
    networks: tuple[Network, ...]


class Callers:
    """The callers that this process knows; one of these a process."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._by_token: dict[bytes, ConnectorId] = {}
        self._callers: dict[ConnectorId, tuple[int, Caller]] = {}  # with the revision that each was made of
        self._read_at: float | None = None
        self._reading: asyncio.Task[None] | None = None

    def known(self, token: str) -> Caller | None:
        """Return whose token this is, where nobody has to be asked for it."""
        if self._read_at is None or self._rt.clock.monotonic() - self._read_at >= _FRESH:
            return None
        connector_id = self._by_token.get(_digest(token))
        return self._callers[connector_id][1] if connector_id else None

    async def by_token(self, token: str) -> Caller | None:
        """Return whose token this is; None: nobody's. Raises Unavailable (`database_unreachable`)."""
        name = _digest(token)
        age = _FRESH if self._read_at is None else self._rt.clock.monotonic() - self._read_at
        if age >= _FRESH or (name not in self._by_token and age >= _LOOKS_APART):
            await self._refresh()
        connector_id = self._by_token.get(name)
        return self._callers[connector_id][1] if connector_id else None

    async def _refresh(self) -> None:
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        # Others wait for the same look: one call that is given up takes it from nobody.
        await asyncio.shield(self._reading)

    async def _read(self) -> None:
        try:
            began = self._rt.clock.monotonic()  # from before the look: a change may follow it
            async with self._rt.db.connection() as conn:
                found = await reading.called(conn)
                news = [one for one, revision, _ in found if self._revision(one) != revision]
                changed = await reading.some(conn, news) if news else []
            self._take(found, changed)
            self._read_at = began
        finally:
            self._reading = None

    def _take(self, found: Sequence[tuple[ConnectorId, int, bytes]], changed: Sequence[Connector]) -> None:
        for connector in changed:
            self._callers[connector.id] = connector.revision, caller(self._rt, connector)
        # One that was deleted between the two looks has no row any more.
        self._by_token = {token: one for one, _, token in found if one in self._callers}
        there = set(self._by_token.values())
        self._callers = {one: kept for one, kept in self._callers.items() if one in there}

    def _revision(self, connector_id: ConnectorId) -> int | None:
        kept = self._callers.get(connector_id)
        return kept[0] if kept else None


def caller(rt: Runtime, connector: Connector) -> Caller:
    """Return a connector as one whose provider calls."""
    secrets: list[str] = []
    provider, trouble = None, ""
    try:
        secrets.append(registry.callback_token(connector, rt.seal))
        provider = registry.provider(connector, rt.seal)
        secrets += provider.secrets()
    except CablegramError as error:
        trouble = error.message
        rt.log.warning("calls of a provider can't be read", connector=str(connector.id), error=error.message)
    listed = connector.http.callback_from if connector.http else ""
    networks = read_networks(listed.split(",")) if listed.strip() else ()
    return Caller(connector, provider, trouble, Redactor(secrets), networks)


def needed(one: Caller) -> Provider:
    """Return a caller's provider. Raises Unavailable (`connector_broken`): the call is to come again."""
    if one.provider is None:
        message = f"The settings or secrets of connector {one.connector.name!r} can't be read. {one.trouble}"
        raise Unavailable("connector_broken", message, retry_after=60)
    return one.provider


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
