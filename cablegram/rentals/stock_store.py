"""Statements about the operator's stock of numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, ConnectorId, StockId, uuid7s
from cablegram.rentals.model import Found, Keeping, NewStock, Price, StockNumber
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.senders.model import Capability, NumberType

queries = load(__file__)


async def put_stock(conn: Conn, new: Sequence[NewStock], now: datetime) -> tuple[int, int]:
    """Write numbers, whose country and type are known; return how many are new, and how many were there."""
    values = {
        "now": now,
        "ids": uuid7s(len(new)),
        "numbers": [one.number for one in new],
        "countries": [one.country for one in new],
        "number_types": [one.number_type for one in new],
        "capabilities": [",".join(one.capabilities) for one in new],
        "connectors": [one.connector_id for one in new],
        "setups": [one.price.setup if one.price else None for one in new],
        "monthlies": [one.price.monthly if one.price else None for one in new],
        "notes": [one.note for one in new],
    }
    rows = await (await conn.execute(queries.put_stock, values)).fetchall()
    added = sum(row[0] for row in rows)
    return added, len(rows) - added


async def claim_bought(conn: Conn, stock_id: StockId, found: Found, now: datetime) -> bool:
    """Write a number that a provider is about to be asked for; False where the stock has it already."""
    values = {
        "id": stock_id,
        "number": found.number,
        "country": found.country,
        "number_type": found.number_type,
        "capabilities": list(found.capabilities),
        "connector_id": found.connector_id,
        "now": now,
    }
    return await (await conn.execute(queries.claim_bought, values)).fetchone() is not None


async def drop_stock(conn: Conn, stock_id: StockId) -> bool:
    """Take a number that nobody rents out of the stock; False where somebody does."""
    return await (await conn.execute(queries.drop_stock, {"id": stock_id})).fetchone() is not None


async def hold_stock(conn: Conn, number: str) -> StockNumber | None:
    """Lock a number of the stock until the transaction ends, and read it."""
    row = await (await conn.execute(queries.hold_stock, {"number": number})).fetchone()
    return _stock(row) if row else None


async def move_stock(conn: Conn, stock_id: StockId, state: Keeping, *, rests_until: datetime | None = None) -> None:
    """Write where a number is now."""
    await conn.execute(queries.move_stock, {"id": stock_id, "state": state, "rests_until": rests_until})


async def wake(conn: Conn, now: datetime) -> int:
    """Free the numbers that have rested long enough; return how many."""
    return (await conn.execute(queries.wake, {"now": now})).rowcount


async def note_missed(conn: Conn, came: Mapping[str, int]) -> None:
    """Count texts to numbers that rest; others are not in the stock, or somebody's."""
    await conn.execute(queries.note_missed, {"numbers": list(came), "counts": list(came.values())})


async def count_search(conn: Conn, account_id: AccountId, now: datetime) -> int:
    """Count a search at providers; return how many the account made in this minute."""
    cursor = await conn.execute(queries.count_search, {"account_id": account_id, "now": now})
    return (await cursor.fetchall())[0][0]


async def search(
    conn: Conn,
    country: str,
    number_type: NumberType | None,
    *,
    code: str,
    pattern: str,
    place: str,
    priced: Mapping[NumberType, Price],
    skip: int,
    limit: int,
) -> list[Found]:
    """Read free numbers of the stock that have a price; `code` is the country's dialing code."""
    values = {
        "country": country,
        "number_type": number_type,
        "code": code,
        "pattern": pattern,
        "place": place,
        "priced": list(priced),
        "skip": skip,
        "limit": limit,
    }
    found: list[Found] = []
    for number, its_country, its_type, capabilities, _, setup, monthly in await (
        await conn.execute(queries.search, values)
    ).fetchall():
        price = priced[NumberType(its_type)] if setup is None else Price(setup, monthly)
        found.append(Found(number, its_country, NumberType(its_type), tuple(map(Capability, capabilities)), price))
    return found


async def known(conn: Conn, numbers: Collection[str]) -> set[str]:
    """Read which of these are in the stock, or somebody's."""
    cursor = await conn.execute(queries.known, {"numbers": list(numbers)})
    return {row[0] for row in await cursor.fetchall()}


async def page_of_stock(
    conn: Conn, *, state: Keeping | None, country: str | None, digits: str, after: UUID | None, limit: int
) -> list[StockNumber]:
    """Read the stock, newest first, with who rents each number."""
    values = {"state": state, "country": country, "digits": digits, "after": after, "limit": limit}
    return [_stock(row) for row in await (await conn.execute(queries.page_of_stock, values)).fetchall()]


async def count_stock(conn: Conn) -> dict[Keeping, int]:
    """Count the stock by where its numbers are."""
    return {Keeping(row[0]): row[1] for row in await (await conn.execute(queries.count_stock)).fetchall()}


async def connectors_named(conn: Conn, names: Collection[str]) -> dict[str, ConnectorId]:
    """Read the operator's connectors by their names in lower case."""
    cursor = await conn.execute(queries.connectors_named, {"names": [name.lower() for name in names]})
    return dict(await cursor.fetchall())


async def operators(conn: Conn, ids: Collection[ConnectorId]) -> set[ConnectorId]:
    """Read which of these connectors are the operator's."""
    cursor = await conn.execute(queries.operators, {"ids": list(ids)})
    return {ConnectorId(row[0]) for row in await cursor.fetchall()}


def _stock(row: Sequence[Any]) -> StockNumber:
    stock_id, number, country, number_type, capabilities, connector_id, is_bought, setup, monthly = row[:9]
    state, rests_until, missed, note, added_at, *renter = row[9:]
    return StockNumber(
        stock_id,
        number,
        country,
        NumberType(number_type),
        tuple(map(Capability, capabilities)),
        connector_id,
        is_bought,
        None if setup is None else Price(setup, monthly),
        Keeping(state),
        rests_until,
        missed,
        note,
        added_at,
        *renter,
    )
