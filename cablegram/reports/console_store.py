"""Statements for the operator's eyes. Private to the room."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from cablegram.kit.ids import AccountId
from cablegram.reports.console_model import Customer, OwnConnector, OwnSender, Person
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def page(
    conn: Conn, *, words: str = "", after: UUID | None = None, only: UUID | None = None, since: date, limit: int
) -> list[Customer]:
    """Read accounts with what they did since a day, newest first; those of a name, or of an id."""
    sought = words.strip().lower()
    escaped = sought.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {
        "after": after, "only": only, "words": sought, "like": f"%{escaped}%" if sought else None, "since": since,
        "limit": limit,
    }  # fmt: skip
    return [Customer(*row) for row in await (await conn.execute(queries.page, values)).fetchall()]


async def people(conn: Conn, account_id: AccountId) -> list[Person]:
    """Read who belongs to an account."""
    return [Person(*row) for row in await (await conn.execute(queries.people, {"account_id": account_id})).fetchall()]


async def senders(conn: Conn, account_id: AccountId) -> list[OwnSender]:
    """Read what an account sends from."""
    rows = await (await conn.execute(queries.senders, {"account_id": account_id})).fetchall()
    return [OwnSender(*row) for row in rows]


async def connectors(conn: Conn, account_id: AccountId) -> list[OwnConnector]:
    """Read the connectors of an account's own."""
    rows = await (await conn.execute(queries.connectors, {"account_id": account_id})).fetchall()
    return [OwnConnector(*row) for row in rows]
