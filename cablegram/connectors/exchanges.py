"""The log of what was said between us and providers: write it, look at it, forget it (R129, R136)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.connectors import configure, exchange_store
from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import ConnectorId, MessageId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_MOST_OF_A_MESSAGE = 50
_AT_ONCE = 2_000


def keep(conn: Conn, exchanges: Sequence[Exchange]) -> None:
    """Write exchanges, secrets taken out; they go along with what is sent next, or with the commit."""
    if exchanges:
        exchange_store.keep(conn, exchanges)


async def page(
    rt: Runtime,
    who: Principal,
    connector_id: UUID,
    *,
    before: UUID | None = None,
    message_id: UUID | None = None,
    kind: Kind | None = None,
    limit: int = 50,
) -> list[Exchange]:
    """Return what was said about a connector's messages, newest first, of one message or of one kind alone.

    Only to who may configure the connector: requests of an operator's connector name everybody's messages. Raises
    NotAllowed, NotFound (`connector_not_found`).
    """
    connector, _ = await configure.get_managed(rt, who, connector_id)
    async with rt.db.connection() as conn:
        return await exchange_store.page(conn, connector.id, before, message_id=message_id, kind=kind, limit=limit)


async def get(rt: Runtime, who: Principal, exchange_id: UUID) -> Exchange:
    """Return one exchange. Raises NotAllowed, NotFound (`exchange_not_found`), also for one of another account's."""
    who.needs(Scope.ACCOUNT)
    missing = NotFound("exchange_not_found", f"There is no exchange {exchange_id}, or it is kept no longer.")
    async with rt.db.connection() as conn:
        found = await exchange_store.get(conn, exchange_id)
    if found is None:
        raise missing
    if not who.is_operator:
        try:
            await configure.get_managed(rt, who, found.connector_id)
        except NotFound:
            raise missing from None  # by which connector of another account it went is nobody else's business
    return found


async def judge(conn: Conn, exchange_id: UUID, verdict: str, message_ids: Sequence[MessageId]) -> None:
    """Write what we make of an exchange now, and the messages that it is about, if any are known."""
    await exchange_store.judge(conn, exchange_id, verdict, message_ids)


async def of_message(
    conn: Conn,
    connector_id: ConnectorId,
    message_id: MessageId,
    *,
    spans: Sequence[tuple[datetime, datetime]],
    calls: Sequence[datetime],
) -> list[Exchange]:
    """Return what was said about a message, oldest first: requests in these spans, and calls of these moments.

    A call that came before we knew the message names none, and is known by its moment alone.
    """
    return await exchange_store.of_message(
        conn, connector_id, message_id, spans=spans, calls=calls, limit=_MOST_OF_A_MESSAGE
    )


async def forget(rt: Runtime) -> int:
    """Drop what is older than the setting says, some at a time; return how many exchanges."""
    gone = 0
    while True:
        async with rt.db.transaction() as conn:
            before = rt.clock.now() - timedelta(days=rt.settings.exchange_days)
            dropped = await exchange_store.forget(conn, before, limit=_AT_ONCE)
        gone += dropped
        if dropped < _AT_ONCE:
            return gone
