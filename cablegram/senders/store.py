"""Statements of the senders room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cablegram.kit.ids import AccountId, ConnectorId, SenderId
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.senders.model import Holder, Sender

queries = load(__file__)

_RESOLVE = Statement(queries.resolve)


@dataclass(slots=True)
class Found:
    """What an account has: the sender asked for (None: it has no such), and whether any other is open to it."""

    address: str | None
    connector_id: ConnectorId | None
    any_is_open: bool


def resolve(conn: Conn, wanted: Sequence[tuple[AccountId, str | None]]) -> Reply[dict[int, Found]]:
    """Read what the accounts have, by place in the batch; an address of None asks for the account's default."""
    return conn.later(
        _RESOLVE,
        accounts=array("uuid", [account_id for account_id, _ in wanted]),
        addresses=array("text", [address for _, address in wanted]),
    ).then(lambda rows: {row[0] - 1: Found(*row[1:]) for row in rows})


async def holders(conn: Conn, addresses: Sequence[str]) -> list[Holder]:
    """Read who has these addresses, the longest holder first."""
    cursor = await conn.execute(queries.holders, {"addresses": [address.lower() for address in addresses]})
    return [Holder(*row) for row in await cursor.fetchall()]


async def insert_sender(conn: Conn, account_id: AccountId, sender: Sender) -> bool:
    """Write a sender; False when the account has that address."""
    cursor = await conn.execute(
        queries.insert_sender,
        {
            "account_id": account_id,
            "sender_id": sender.id,
            "address": sender.address,
            "connector_id": sender.connector_id,
            "is_default": sender.is_default,
            "now": sender.created_at,
        },
    )
    return await cursor.fetchone() is not None


async def drop_default(conn: Conn, account_id: AccountId) -> None:
    """Leave the account without a default sender."""
    await conn.execute(queries.drop_default, {"account_id": account_id})


async def set_default(conn: Conn, account_id: AccountId, sender_id: SenderId) -> bool:
    """Make a sender the default; False when the account has no such sender."""
    cursor = await conn.execute(queries.set_default, {"account_id": account_id, "sender_id": sender_id})
    return await cursor.fetchone() is not None


async def may_use_connector(conn: Conn, account_id: AccountId, connector_id: ConnectorId) -> bool:
    """Tell whether a connector is the account's own or the operator's."""
    cursor = await conn.execute(queries.may_use_connector, {"account_id": account_id, "connector_id": connector_id})
    return await cursor.fetchone() is not None


async def page_of_senders(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[Sender]:
    """Read an account's senders, newest first."""
    cursor = await conn.execute(queries.page_of_senders, {"account_id": account_id, "after": after, "limit": limit})
    return [Sender(*row) for row in await cursor.fetchall()]


async def delete_sender(conn: Conn, account_id: AccountId, sender_id: SenderId) -> bool:
    """Take a sender away; False when the account has no such sender."""
    cursor = await conn.execute(queries.delete_sender, {"account_id": account_id, "sender_id": sender_id})
    return await cursor.fetchone() is not None


async def lock_connector(conn: Conn, connector_id: ConnectorId) -> None:
    """Let nobody else take a number of a connector until the transaction ends."""
    await conn.execute(queries.lock_connector, {"connector_id": connector_id})


async def highest_number(conn: Conn, connector_id: ConnectorId) -> int | None:
    """Read the highest number among a connector's senders."""
    row = await (await conn.execute(queries.highest_number, {"connector_id": connector_id})).fetchone()
    return row[0] if row else None


async def accounts_without_sender(conn: Conn) -> list[AccountId]:
    """Read which accounts have no sender at all."""
    return [row[0] for row in await (await conn.execute(queries.accounts_without_sender)).fetchall()]


async def has_default(conn: Conn, account_id: AccountId) -> bool:
    """Tell whether an account has a default sender."""
    row = await (await conn.execute(queries.has_default, {"account_id": account_id})).fetchone()
    return bool(row and row[0])
