"""Statements that take a person out of what webhooks told (L23). Private to the room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


async def messages_to(conn: Conn, account_id: AccountId, numbers: Collection[str]) -> list[UUID]:
    """Read the ids of messages to numbers."""
    asked = {"account_id": account_id, "numbers": list(numbers)}
    return [row[0] for row in await (await conn.execute(queries.messages_to, asked)).fetchall()]


async def hold_making(conn: Conn) -> None:
    """Wait for what is being made of news, and keep more from being made until the transaction ends."""
    await conn.execute(queries.hold_making)


async def empty(conn: Conn, account_id: AccountId, numbers: Collection[str], messages: Sequence[UUID]) -> None:
    """Empty events that name numbers or tell of messages, and what was answered to them."""
    shown = [f"+{number}" for number in numbers]
    asked = {
        "account_id": account_id,
        "messages": list(messages),
        "shown": shown,
        "quoted": [f'%"{one}"%' for one in shown],
    }
    await conn.execute(queries.empty, asked)
