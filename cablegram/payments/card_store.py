"""Statements about cards. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from cablegram.kit.ids import AccountId, CardId
from cablegram.payments.model import Address, Card
from cablegram.payments.port import CardFacts
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def get_customer(conn: Conn, account_id: AccountId) -> str | None:
    """Read who an account is at the processor."""
    row = await (await conn.execute(queries.get_customer, {"account_id": account_id})).fetchone()
    return row[0] if row else None


async def put_customer(conn: Conn, account_id: AccountId, customer: str, now: datetime) -> str:
    """Write who an account is at the processor, unless it is known; return what then stands there."""
    asked = {"account_id": account_id, "customer": customer, "now": now}
    return (await (await conn.execute(queries.put_customer, asked)).fetchall())[0][0]


async def hold_cards(conn: Conn, account_id: AccountId) -> None:
    """Keep others from changing an account's cards until the transaction ends."""
    await conn.execute(queries.hold_cards, {"account_id": account_id})


async def insert_card(conn: Conn, account_id: AccountId, card_id: CardId, facts: CardFacts, now: datetime) -> bool:
    """Write a card; the first is the default. False where its token is known."""
    holder = facts.holder
    values = {
        "card_id": card_id,
        "account_id": account_id,
        "method": facts.method,
        "brand": facts.brand,
        "last4": facts.last4,
        "expires": facts.expires,
        "name": holder.name,
        "address": holder.address,
        "city": holder.city,
        "state": holder.state,
        "zip": holder.zip,
        "country": holder.country,
        "now": now,
    }
    return await (await conn.execute(queries.insert_card, values)).fetchone() is not None


async def cards(conn: Conn, account_id: AccountId) -> list[Card]:
    """Read an account's cards, the default one first, then the newest."""
    cursor = await conn.execute(queries.cards, {"account_id": account_id})
    return [_card(row) for row in await cursor.fetchall()]


async def cards_named(conn: Conn, account_id: AccountId, ids: Sequence[CardId]) -> list[Card]:
    """Read cards by their ids, also those that were removed."""
    cursor = await conn.execute(queries.cards_named, {"account_id": account_id, "ids": list(ids)})
    return [_card(row) for row in await cursor.fetchall()]


async def get_card(conn: Conn, account_id: AccountId, card_id: CardId) -> Card | None:
    """Read a card that was not removed."""
    row = await (await conn.execute(queries.get_card, {"account_id": account_id, "card_id": card_id})).fetchone()
    return _card(row) if row else None


async def card_of_method(conn: Conn, method: str) -> Card | None:
    """Read a card by its token."""
    row = await (await conn.execute(queries.card_of_method, {"method": method})).fetchone()
    return _card(row) if row else None


async def set_default(conn: Conn, account_id: AccountId, card_id: CardId) -> bool:
    """Make a card the default one; False where there is none of that id."""
    asked = {"account_id": account_id, "card_id": card_id}
    await conn.execute(queries.clear_default, {"account_id": account_id})
    return await (await conn.execute(queries.set_default, asked)).fetchone() is not None


async def remove_card(conn: Conn, account_id: AccountId, card_id: CardId, now: datetime) -> bool:
    """Mark a card as removed, and let the newest be the default where it was that; False where there is none."""
    asked = {"account_id": account_id, "card_id": card_id, "now": now}
    is_gone = await (await conn.execute(queries.remove_card, asked)).fetchone() is not None
    await conn.execute(queries.default_to_newest, {"account_id": account_id})
    return is_gone


async def renew_card(conn: Conn, card: Card, facts: CardFacts) -> None:
    """Write what a bank changed of a card."""
    values = {"account_id": card.account_id, "card_id": card.id, "brand": facts.brand, "last4": facts.last4}
    await conn.execute(queries.renew_card, {**values, "expires": facts.expires})


async def expiring(conn: Conn, *, days: int, today: date, until: date, limit: int) -> list[Card]:
    """Mark cards as told of, `days` before they expire, and return them."""
    asked = {"days": days, "today": today, "until": until, "limit": limit}
    return [_card(row) for row in await (await conn.execute(queries.expiring, asked)).fetchall()]


def _card(row: Sequence[Any]) -> Card:
    card_id, account_id, method, brand, last4, expires, name, address, city, state, zip_, country, *rest = row
    holder = Address(name, address, city, state, zip_, country)
    return Card(card_id, account_id, method, brand, last4, expires, holder, *rest)
