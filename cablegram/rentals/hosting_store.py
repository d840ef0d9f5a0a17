"""Statements about hosted numbers. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, SenderId
from cablegram.rentals.hosting_model import Hosted, State
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.senders.model import NumberType

queries = load(__file__)


async def insert(conn: Conn, new: Hosted) -> bool:
    """Write a request; False where the account asked for that number already."""
    asked = {
        "id": new.id,
        "account_id": new.account_id,
        "number": new.number,
        "number_type": new.number_type.value,
        "company": new.company,
        "signer": new.signer,
        "ticket_id": new.ticket_id,
        "requested_by": new.requested_by,
        "requested_at": new.requested_at,
    }
    return await (await conn.execute(queries.insert_hosted, asked)).fetchone() is not None


async def has(conn: Conn, account_id: AccountId, number: str) -> bool:
    """Tell whether a number is a sender of the account."""
    asked = {"account_id": account_id, "number": number}
    return (await (await conn.execute(queries.has_number, asked)).fetchall())[0][0]


async def page(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[Hosted]:
    """Read an account's requests, newest first."""
    asked = {"account_id": account_id, "after": after, "limit": limit}
    return [_hosted(row) for row in await (await conn.execute(queries.hosted, asked)).fetchall()]


async def get(conn: Conn, account_id: AccountId, hosted_id: UUID) -> Hosted | None:
    """Read a request of an account."""
    row = await (await conn.execute(queries.get_hosted, {"account_id": account_id, "id": hosted_id})).fetchone()
    return _hosted(row) if row else None


async def hold(conn: Conn, hosted_id: UUID, of: AccountId | None) -> Hosted | None:
    """Lock a request, of an account or of any, and read it."""
    row = await (await conn.execute(queries.hold_hosted, {"id": hosted_id, "of": of})).fetchone()
    return _hosted(row) if row else None


async def waiting(conn: Conn, *, limit: int) -> list[tuple[Hosted, str]]:
    """Read what waits for the operator, with the names of its accounts."""
    rows = await (await conn.execute(queries.waiting_hosted, {"limit": limit})).fetchall()
    return [(_hosted(row[:-1]), row[-1]) for row in rows]


async def decide(
    conn: Conn, one: Hosted, state: State, *, word: str, by: str, at: datetime, sender_id: SenderId | None
) -> None:
    """Write what became of a request."""
    asked = {
        "account_id": one.account_id,
        "id": one.id,
        "state": state.value,
        "word": word,
        "decided_by": by,
        "decided_at": at,
        "sender_id": sender_id,
    }
    await conn.execute(queries.decide_hosted, asked)


def _hosted(row: Sequence[Any]) -> Hosted:
    hosted_id, account_id, number, number_type, company, signer, ticket_id, state, *rest = row
    return Hosted(
        hosted_id, account_id, number, NumberType(number_type), company, signer, ticket_id, State(state), *rest
    )
