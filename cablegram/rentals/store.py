"""Statements about rentals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, RentalId, SenderId, uuid7
from cablegram.rentals.model import Price, PriceLine, Rental, SpamReport, State
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.senders.model import Capability, NumberType

queries = load(__file__)


async def prices(conn: Conn, account_id: AccountId, country: str | None) -> dict[tuple[str, NumberType], Price]:
    """Read what an account pays by country and type, of one country or of all."""
    cursor = await conn.execute(queries.prices, {"account_id": account_id, "country": country})
    return {(row[0], NumberType(row[1])): Price(row[2], row[3]) for row in await cursor.fetchall()}


async def price_lines(conn: Conn) -> list[PriceLine]:
    """Read all prices, exceptions behind what everybody pays."""
    rows = await (await conn.execute(queries.price_lines)).fetchall()
    return [PriceLine(row[0], NumberType(row[1]), Price(row[2], row[3]), row[4], row[5]) for row in rows]


async def put_price(conn: Conn, line: PriceLine, *, by: str, now: datetime) -> None:
    """Write a price in the place of what was there."""
    await conn.execute(queries.put_price, {**_priced(line), "by": by, "now": now})


async def drop_price(conn: Conn, line: PriceLine) -> bool:
    """Drop a price; False when there was none."""
    return (await conn.execute(queries.drop_price, _priced(line))).rowcount == 1


async def reprice(conn: Conn, line: PriceLine) -> int:
    """Let what is rented cost this from its next charge on; return how many numbers."""
    return (await conn.execute(queries.reprice, _priced(line))).rowcount


def _priced(line: PriceLine) -> dict[str, Any]:
    return {
        "country": line.country,
        "number_type": line.number_type,
        "for_account": line.account_id,
        "setup": line.price.setup,
        "monthly": line.price.monthly,
    }


async def insert_rental(conn: Conn, one: Rental) -> None:
    """Write a new rental."""
    values = {
        **_values(one),
        "stock_id": one.stock_id,
        "number": one.number,
        "country": one.country,
        "number_type": one.number_type,
        "setup": one.price.setup,
        "monthly": one.price.monthly,
        "began_at": one.began_at,
        "bought_by": one.bought_by,
    }
    await conn.execute(queries.insert_rental, values)


async def put_rental(conn: Conn, one: Rental) -> None:
    """Write how a rental stands now; the caller holds it."""
    values = {
        "grace_until": one.grace_until,
        "ends_at": one.ends_at,
        "asked": one.asked,
        "denied": one.denied,
        "ended_at": one.ended_at,
        "ended_why": one.ended_why,
    }
    await conn.execute(queries.put_rental, {**_values(one), **values})


def _values(one: Rental) -> dict[str, Any]:
    return {
        "id": one.id,
        "account_id": one.account_id,
        "sender_id": one.sender_id,
        "state": one.state,
        "period": one.period,
        "next_at": one.next_at,
    }


async def page_of_rentals(
    conn: Conn, account_id: AccountId, *, after: UUID | None, limit: int, with_ended: bool
) -> list[Rental]:
    """Read an account's rentals, newest first."""
    values = {"account_id": account_id, "after": after, "limit": limit, "with_ended": with_ended}
    return [_rental(row) for row in await (await conn.execute(queries.page_of_rentals, values)).fetchall()]


async def rental_of_number(conn: Conn, account_id: AccountId, number: str) -> Rental | None:
    """Read an account's rental of a number: the living one, else the last."""
    cursor = await conn.execute(queries.rental_of_number, {"account_id": account_id, "number": number})
    row = await cursor.fetchone()
    return _rental(row) if row else None


async def rentals_of_senders(conn: Conn, account_id: AccountId, ids: Sequence[SenderId]) -> list[Rental]:
    """Read the living rentals behind senders."""
    cursor = await conn.execute(queries.rentals_of_senders, {"account_id": account_id, "sender_ids": list(ids)})
    return [_rental(row) for row in await cursor.fetchall()]


async def hold_rental(conn: Conn, account_id: AccountId, rental_id: RentalId) -> Rental | None:
    """Lock a rental until the transaction ends, and read it."""
    row = await (await conn.execute(queries.hold_rental, {"id": rental_id, "account_id": account_id})).fetchone()
    return _rental(row) if row else None


async def hold_due(conn: Conn, now: datetime, *, limit: int) -> list[Rental]:
    """Lock and read rentals that something is due of, those that nobody else is at."""
    cursor = await conn.execute(queries.hold_due, {"now": now, "limit": limit})
    return [_rental(row) for row in await cursor.fetchall()]


async def in_question(conn: Conn, now: datetime, *, limit: int) -> list[Rental]:
    """Read purchases of which nobody knows what came, those that are to be looked at now."""
    cursor = await conn.execute(queries.in_question, {"now": now, "limit": limit})
    return [_rental(row) for row in await cursor.fetchall()]


def _rental(row: Sequence[Any]) -> Rental:
    rental_id, account_id, stock_id, number, country, number_type, sender_id, state, setup, monthly = row[:10]
    began_at, period, next_at, grace_until, ends_at, bought_by, asked, denied = row[10:18]
    ended_at, ended_why, connector_id, capabilities, is_bought = row[18:]
    return Rental(
        rental_id,
        account_id,
        stock_id,
        number,
        country,
        NumberType(number_type),
        sender_id,
        State(state),
        Price(setup, monthly),
        began_at,
        period,
        next_at,
        grace_until,
        ends_at,
        bought_by,
        asked,
        denied,
        ended_at,
        ended_why,
        connector_id,
        tuple(map(Capability, capabilities)),
        is_bought,
    )


async def insert_report(
    conn: Conn, account_id: AccountId, sender_id: SenderId, number: str, report: SpamReport
) -> None:
    """Write that a text from a number was called spam."""
    values = {
        "id": uuid7(),
        "account_id": account_id,
        "sender_id": sender_id,
        "number": number,
        "source": report.source,
        "reported_by": report.reported_by,
        "note": report.note,
        "now": report.at,
        "by": report.by,
    }
    await conn.execute(queries.insert_report, values)


async def reports(conn: Conn, account_id: AccountId, sender_id: SenderId, *, limit: int) -> list[SpamReport]:
    """Read what was reported of a sender, newest first."""
    values = {"account_id": account_id, "sender_id": sender_id, "limit": limit}
    return [SpamReport(*row) for row in await (await conn.execute(queries.reports, values)).fetchall()]


async def forget_reporter(conn: Conn, account_id: AccountId, number: str) -> None:
    """Take a person's number, and what was noted, out of an account's reports."""
    await conn.execute(queries.forget_reporter, {"account_id": account_id, "number": number})
