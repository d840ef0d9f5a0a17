"""Giving senders to accounts and taking them away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import Conflict, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, ConnectorId, SenderId, uuid7
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.senders import store
from cablegram.senders.address import RULE, canonical
from cablegram.senders.model import Sender


async def grant(
    conn: Conn,
    account_id: AccountId,
    address: str,
    *,
    connector_id: ConnectorId | None,
    is_default: bool,
    now: datetime,
) -> Sender:
    """Give an account a sender; as the default it takes the place of the one before.

    Raises InvalidInput (`sender_invalid`), NotFound (`connector_not_found`), Conflict (`sender_exists`).
    """
    written = canonical(address)
    if written is None:
        raise InvalidInput("sender_invalid", f"{address[:30]!r} can't be a sender. {RULE}")
    await directory.hold(conn, account_id)
    if connector_id is not None and not await store.may_use_connector(conn, account_id, connector_id):
        raise NotFound("connector_not_found", f"The account can use no connector {connector_id}.")
    if is_default:
        await store.drop_default(conn, account_id)
    sender = Sender(SenderId(uuid7()), written, connector_id, is_default, now)
    if not await store.insert_sender(conn, account_id, sender):
        raise Conflict("sender_exists", f"The account has the sender {written} already.")
    return sender


async def add(
    rt: Runtime, who: Principal, address: str, *, connector_id: ConnectorId | None = None, is_default: bool = False
) -> Sender:
    """Give the account that is asked for a sender, as the operator: nobody grants a name to himself (R49)."""
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        return await grant(
            conn, who.account_id, address, connector_id=connector_id, is_default=is_default, now=rt.clock.now()
        )


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Sender]:
    """Return the account's senders, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.page_of_senders(conn, who.account_id, after, limit=limit)


async def make_default(rt: Runtime, who: Principal, sender_id: SenderId) -> None:
    """Make a sender the one that messages without `from` get. Raises NotFound (`sender_not_found`)."""
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        await directory.hold(conn, who.account_id)
        await store.drop_default(conn, who.account_id)
        if not await store.set_default(conn, who.account_id, sender_id):
            raise _no_such_sender(sender_id)


async def remove(rt: Runtime, who: Principal, sender_id: SenderId) -> None:
    """Take a sender away from the account; messages accepted before keep it. Raises NotFound (`sender_not_found`)."""
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        if not await store.delete_sender(conn, who.account_id, sender_id):
            raise _no_such_sender(sender_id)


def _no_such_sender(sender_id: SenderId) -> NotFound:
    return NotFound("sender_not_found", f"The account has no sender {sender_id}.")
