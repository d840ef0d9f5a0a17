"""What a dispatcher needs of connectors: which are on, their passwords, news of changes, and where to note links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cablegram.connectors import store
from cablegram.connectors.model import Connector, LinkStatus
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.kit.seal import Seal
from cablegram.runtime.database import Conn, listen_to, notifications

QUEUE: Final = "cablegram_queue"
HELD: Final = "cablegram_held"
CONNECTORS: Final = "cablegram_connectors"


async def enabled(conn: Conn) -> list[Connector]:
    """Return all connectors that are switched on."""
    return await store.enabled_connectors(conn)


async def called(conn: Conn) -> list[tuple[ConnectorId, int, bytes]]:
    """Return the connectors that a provider may call: each with its revision and the hash of the token it calls at."""
    return await store.called_connectors(conn)


async def some(conn: Conn, ids: Sequence[ConnectorId]) -> list[Connector]:
    """Return connectors by their ids, whosesoever they are."""
    return await store.connectors_by_ids(conn, ids)


async def owners(conn: Conn, ids: Sequence[ConnectorId]) -> dict[ConnectorId, AccountId]:
    """Return whose connectors are, of those that are some account's own and not the operator's (R171)."""
    return await store.owners(conn, ids)


async def name_of(conn: Conn, account_id: AccountId, connector_id: ConnectorId) -> str | None:
    """Return the name of a connector that an account may use; None when it is gone."""
    found = await store.get_connector(conn, account_id, connector_id)
    return found.name if found else None


async def is_own(conn: Conn, account_id: AccountId, connector_id: ConnectorId) -> bool:
    """Tell whether a connector is an account's own, whose provider bills it (R171)."""
    found = await store.get_connector(conn, account_id, connector_id)
    return found is not None and found.account_id is not None


async def media_tag_of(conn: Conn, account_id: AccountId, connector_id: ConnectorId) -> int | None:
    """Return the parameter in which a connector takes the address of a picture; None when it takes none or is gone."""
    found = await store.get_connector(conn, account_id, connector_id)
    return found.smpp.media_tlv if found and found.smpp else None


def password(connector: Connector, seal: Seal) -> str:
    """Open a connector's password. Raises InvalidInput (`seal_broken`)."""
    return seal.open(connector.sealed_secret, connector.id.bytes) if connector.sealed_secret else ""


async def listen(conn: Conn) -> None:
    """Ask for news of the queue, of what waits for a moment, and of connectors, on a connection of its own."""
    await listen_to(conn, [QUEUE, HELD, CONNECTORS])


async def news(conn: Conn, *, wait: float) -> list[str]:
    """Wait up to `wait` seconds for news; return the channels that had some. Raises when the session is gone."""
    return await notifications(conn, wait=wait)


async def note_link(conn: Conn, status: LinkStatus, dispatcher_id: int) -> None:
    """Write what a link is doing."""
    await store.upsert_link(conn, status, dispatcher_id)
