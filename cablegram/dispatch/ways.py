"""Which links a connector asks for, of whatever kind: what each needs to begin, and the link made of it."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.connectors import reading, registry
from cablegram.connectors.contract import Link
from cablegram.connectors.http_link import HttpLink, HttpListener, Way
from cablegram.connectors.model import Connector
from cablegram.connectors.smpp_link import SmppLink
from cablegram.connectors.smpp_login import Login
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import ConnectorId
from cablegram.runtime import Runtime

_Begin = Login | Way


class Ways:
    """Knows what the connectors ask for: read anew when they change, for that means to unseal and to compile."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._known: dict[tuple[ConnectorId, int], list[_Begin]] = {}

    def of(self, connectors: Sequence[Connector]) -> dict[tuple[ConnectorId, int], tuple[Connector, _Begin]]:
        """Return each link that the connectors ask for: with its connector, and what it begins with."""
        before = self._known
        self._known = {}
        for one in connectors:
            key = one.id, one.revision
            self._known[key] = before[key] if key in before else self._read(one)
        return {
            (one.id, number): (one, begin)
            for one in connectors
            for number, begin in enumerate(self._known[one.id, one.revision])
        }

    def _read(self, connector: Connector) -> list[_Begin]:
        try:
            return _smpp(connector, self._rt) if connector.smpp else _http(connector, self._rt)
        except CablegramError as error:
            self._rt.log.warning("connector can't be used", connector=connector.name, error=error.message)
            return []


def _smpp(connector: Connector, rt: Runtime) -> list[_Begin]:
    settings = connector.smpp
    if settings is None:
        return []
    password = reading.password(connector, rt.seal)
    halves = ["transceiver"] if settings.mode == "transceiver" else ["transmitter", "receiver"]
    # An account's own may not lead into our house, whatever its name turns out to be when it connects.
    allowed = rt.settings.allow_private_customers if connector.account_id else None
    return [Login(settings, password, half, allowed) for _ in range(settings.binds) for half in halves]


def _http(connector: Connector, rt: Runtime) -> list[_Begin]:
    settings = connector.http
    if settings is None:
        return []
    way = Way(
        registry.provider(connector, rt.seal),
        settings,
        registry.kind_of(connector.kind).most(settings),
        registry.callback_url(connector, rt.seal, rt.settings.public_url),
        rt.settings.private_hosts(of_customers=connector.account_id is not None),
        connector.paused_reason or "",
    )
    return [way]


def window_of(begin: _Begin) -> int:
    """Return how much may be under way on a link at the same time."""
    return begin.settings.window if isinstance(begin, Login) else begin.window


def open_link(rt: Runtime, key: tuple[ConnectorId, int], begin: _Begin, listener: HttpListener) -> SmppLink | HttpLink:
    """Make a link. Call it inside the running loop."""
    if isinstance(begin, Login):
        return SmppLink(*key, begin, listener)
    return HttpLink(*key, begin, listener, clock=rt.clock, log=rt.log)


def counts_messages(link: Link) -> bool:
    """Tell whether a link's room counts messages, each of which goes in one piece, and not parts."""
    return isinstance(link, HttpLink)
