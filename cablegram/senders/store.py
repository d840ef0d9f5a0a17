"""Statements of the senders room."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, ConnectorId, SenderId, uuid7s
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.senders.address import canonical
from cablegram.senders.model import Capability, Filter, Holder, Kind, NumberType, Sender, Settings
from cablegram.senders.sheet import Line

queries = load(__file__)

_RESOLVE = Statement(queries.resolve)
_SEVERAL = Statement(queries.several)
_NOTE_USED = Statement(queries.note_used)
_CONVERSATIONS = Statement(queries.conversations)
_KEEP_CONVERSATIONS = Statement(queries.keep_conversations)


@dataclass(slots=True)
class Found:
    """What an account has: the sender asked for (no address: it has none), and whether any other is open to it."""

    any_is_open: bool
    address: str | None
    sender_id: SenderId | None
    traits: str
    used_at: datetime | None = None  # asked for only where there are several to choose from


def resolve(conn: Conn, wanted: Sequence[tuple[AccountId, str | None]]) -> Reply[dict[int, Found]]:
    """Read what the accounts have, by place in the batch; an address of None asks for the account's default."""
    return conn.later(
        _RESOLVE,
        accounts=array("uuid", [account_id for account_id, _ in wanted]),
        addresses=array("text", [address for _, address in wanted]),
    ).then(lambda rows: {row[0] - 1: Found(*row[1:]) for row in rows})


def several(conn: Conn, wanted: Sequence[tuple[AccountId, str | None]]) -> Reply[list[tuple[int, Found]]]:
    """Read what the accounts have, with its place in the batch, in the order of their turns; None asks for all."""
    return conn.later(
        _SEVERAL,
        accounts=array("uuid", [account_id for account_id, _ in wanted]),
        addresses=array("text", [address for _, address in wanted]),
    ).then(lambda rows: [(row[0] - 1, Found(*row[1:])) for row in rows])


def note_used(conn: Conn, used: Mapping[SenderId, datetime]) -> None:
    """Write down when senders had their last turns; it goes along with the next that is awaited."""
    conn.later(_NOTE_USED, ids=array("uuid", used), moments=array("timestamptz", used.values()))


def conversations(conn: Conn, people: Sequence[tuple[AccountId, str]]) -> Reply[list[tuple[int, SenderId]]]:
    """Read whom these people (number of E.164) talk with, by place."""
    return conn.later(
        _CONVERSATIONS,
        accounts=array("uuid", [account_id for account_id, _ in people]),
        numbers=array("text", [number for _, number in people]),
    ).then(lambda rows: [(place - 1, sender_id) for place, sender_id in rows])


def keep_conversations(conn: Conn, talks: Mapping[tuple[AccountId, str], SenderId], now: datetime) -> None:
    """Write down whom people talk with from now on; it goes along with the next that is awaited."""
    conn.later(
        _KEEP_CONVERSATIONS,
        accounts=array("uuid", [account_id for account_id, _ in talks]),
        numbers=array("text", [number for _, number in talks]),
        senders=array("uuid", talks.values()),
        now=value("timestamptz", now),
    )


async def holders(conn: Conn, addresses: Sequence[str]) -> list[Holder]:
    """Read who has these addresses, the longest holder first."""
    cursor = await conn.execute(queries.holders, {"addresses": [address.lower() for address in addresses]})
    return [
        Holder(address, account_id, sender_id, Kind(kind), _settings(settings), tuple(connector_ids))
        for address, account_id, sender_id, kind, *settings, connector_ids in await cursor.fetchall()
    ]


async def insert_sender(conn: Conn, account_id: AccountId, sender: Sender, *, rental_id: UUID | None) -> bool:
    """Write a sender, rented or given; False when the account has that address."""
    values = {
        **_values(account_id, sender),
        "address": sender.address,
        "kind": sender.kind,
        "connector_ids": list(sender.connector_ids),
        "is_default": sender.is_default,
        "now": sender.created_at,
        "rental_id": rental_id,
    }
    return await (await conn.execute(queries.insert_sender, values)).fetchone() is not None


async def change_sender(conn: Conn, account_id: AccountId, sender: Sender) -> None:
    """Write a sender as it is now, all but its connectors; the caller holds it."""
    await conn.execute(queries.change_sender, _values(account_id, sender))


async def replace_connectors(
    conn: Conn, sender_ids: Sequence[SenderId], carried: Sequence[tuple[SenderId, ConnectorId]]
) -> None:
    """Write which connectors carry these senders, in place of what was there; the caller holds their accounts."""
    values = {
        "sender_ids": list(sender_ids),
        "carried": [sender_id for sender_id, _ in carried],
        "connector_ids": [connector_id for _, connector_id in carried],
    }
    await conn.execute(queries.replace_connectors, values)


async def lock_numbers(conn: Conn) -> None:
    """Let nobody else give numbers to accounts until the transaction ends."""
    await conn.execute(queries.lock_numbers)


async def number_owners(conn: Conn, addresses: Sequence[str]) -> dict[str, AccountId]:
    """Read whose these numbers are; one that two accounts have had since before that was seen to is the newer's."""
    return dict(await (await conn.execute(queries.number_owners, {"addresses": list(addresses)})).fetchall())


async def named_connectors(
    conn: Conn, names: Collection[str]
) -> dict[tuple[AccountId | None, str], tuple[ConnectorId, bool]]:
    """Read connectors by whose they are and their name in lower case: which each is, and whether it is simulated."""
    cursor = await conn.execute(queries.named_connectors, {"names": [name.lower() for name in names]})
    return {(account_id, name): (one, simulated) for account_id, name, one, simulated in await cursor.fetchall()}


async def put_senders(
    conn: Conn, lines: Sequence[Line], accounts: Sequence[AccountId], *, now: datetime
) -> dict[tuple[AccountId, str], tuple[SenderId, bool]]:
    """Write a file's senders; return for each account and address (lower case) its id, and whether it is new."""
    values = {
        "ids": uuid7s(len(lines)),
        "accounts": list(accounts),
        "addresses": [line.sender.address for line in lines],
        "kinds": [line.sender.kind for line in lines],
        "number_types": [line.sender.number_type for line in lines],
        "countries": [line.sender.country for line in lines],
        "capabilities": [",".join(line.capabilities) for line in lines],
        "now": now,
    }
    cursor = await conn.execute(queries.put_senders, values)
    return {(account_id, address): (one, is_new) for account_id, address, one, is_new in await cursor.fetchall()}


def _values(account_id: AccountId, sender: Sender) -> Mapping[str, Any]:
    return {
        "account_id": account_id,
        "sender_id": sender.id,
        "number_type": sender.number_type,
        "country": sender.country,
        "capabilities": list(sender.capabilities),
        "autoresponder_enabled": sender.settings.autoresponder_enabled,
        "autoresponder_text": sender.settings.autoresponder_text,
        "stop_words_enabled": sender.settings.stop_words_enabled,
        "cnam_enabled": sender.settings.cnam_enabled,
        "stop_words": list(sender.settings.stop_words),
        "help_text": sender.settings.help_text,
    }


async def drop_default(conn: Conn, account_id: AccountId) -> None:
    """Leave the account without a default sender."""
    await conn.execute(queries.drop_default, {"account_id": account_id})


async def set_default(conn: Conn, account_id: AccountId, sender_id: SenderId) -> bool:
    """Make a sender the default; False when the account has no such sender."""
    cursor = await conn.execute(queries.set_default, {"account_id": account_id, "sender_id": sender_id})
    return await cursor.fetchone() is not None


async def usable_connectors(
    conn: Conn, account_id: AccountId, connector_ids: Sequence[ConnectorId]
) -> dict[ConnectorId, bool]:
    """Read which of these the account may use, and whether each is simulated."""
    cursor = await conn.execute(
        queries.usable_connectors, {"account_id": account_id, "connector_ids": list(connector_ids)}
    )
    return dict(await cursor.fetchall())


async def own_connectors(conn: Conn, account_id: AccountId, connector_ids: Sequence[ConnectorId]) -> set[ConnectorId]:
    """Read which of these are the account's own."""
    cursor = await conn.execute(
        queries.own_connectors, {"account_id": account_id, "connector_ids": list(connector_ids)}
    )
    return {ConnectorId(row[0]) for row in await cursor.fetchall()}


async def hold_sender(conn: Conn, account_id: AccountId, sender_id: SenderId) -> Sender | None:
    """Lock a sender until the transaction ends, and read it."""
    cursor = await conn.execute(queries.hold_sender, {"account_id": account_id, "sender_id": sender_id})
    row = await cursor.fetchone()
    return _sender(row) if row else None


async def sender(conn: Conn, account_id: AccountId, sender_id: SenderId) -> Sender | None:
    """Read a sender."""
    cursor = await conn.execute(queries.sender, {"account_id": account_id, "sender_id": sender_id})
    row = await cursor.fetchone()
    return _sender(row) if row else None


async def page_of_senders(
    conn: Conn, account_id: AccountId, wanted: Filter, *, after: UUID | None, limit: int
) -> list[Sender]:
    """Read an account's senders, newest first."""
    values = {
        "account_id": account_id,
        "kind": wanted.kind,
        "country": wanted.country,
        "number_type": wanted.number_type,
        "address": None if wanted.address is None else canonical(wanted.address) or wanted.address,
        "after": after,
        "limit": limit,
    }
    cursor = await conn.execute(queries.page_of_senders, values)
    return [_sender(row) for row in await cursor.fetchall()]


def _sender(row: Sequence[Any]) -> Sender:
    sender_id, address, kind, number_type, country, capabilities, *settings = row[:12]
    is_default, created_at, used_at, connector_ids = row[12:]
    return Sender(
        id=sender_id,
        address=address,
        kind=Kind(kind),
        number_type=None if number_type is None else NumberType(number_type),
        country=country,
        capabilities=tuple(map(Capability, capabilities)),
        connector_ids=tuple(connector_ids),
        settings=_settings(settings),
        is_default=is_default,
        created_at=created_at,
        used_at=used_at,
    )


def _settings(row: Sequence[Any]) -> Settings:
    *switches, stop_words, help_text = row
    return Settings(*switches, stop_words=tuple(stop_words), help_text=help_text)


async def delete_sender(conn: Conn, account_id: AccountId, sender_id: SenderId) -> str | None:
    """Take a sender away and return its address; None when the account has no such sender."""
    cursor = await conn.execute(queries.delete_sender, {"account_id": account_id, "sender_id": sender_id})
    row = await cursor.fetchone()
    return row[0] if row else None


async def is_rented(conn: Conn, account_id: AccountId, sender_id: SenderId) -> bool:
    """Tell whether the account has that sender and rents it."""
    cursor = await conn.execute(queries.is_rented, {"account_id": account_id, "sender_id": sender_id})
    return await cursor.fetchone() is not None


async def delete_rented(conn: Conn, account_id: AccountId, rental_id: UUID) -> SenderId | None:
    """Take the sender of a rental away; None when it is gone already."""
    cursor = await conn.execute(queries.delete_rented, {"account_id": account_id, "rental_id": rental_id})
    row = await cursor.fetchone()
    return row[0] if row else None


async def suspend(conn: Conn, account_id: AccountId, rental_id: UUID, at: datetime | None) -> None:
    """Let the sender of a rental send nothing; from None on it sends again."""
    await conn.execute(queries.suspend, {"account_id": account_id, "rental_id": rental_id, "at": at})


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
