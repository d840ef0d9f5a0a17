"""Statements of the inbound room."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from cablegram.dispatch.recorder import Text
from cablegram.inbound.model import Line, ReceivedText, Talk
from cablegram.kit.ids import AccountId, PostingId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.text.encoding import choose

queries = load(__file__)


async def insert_texts(
    conn: Conn, texts: Sequence[tuple[Text, AccountId | None]]
) -> list[tuple[UUID, AccountId | None]]:
    """Write texts with their owners; return those that were new."""
    cursor = await conn.execute(
        queries.insert_texts,
        {
            "ids": [text.id for text, _ in texts],
            "accounts": [owner for _, owner in texts],
            "connectors": [text.connector_id for text, _ in texts],
            "sources": [text.incoming.source for text, _ in texts],
            "destinations": [text.incoming.destination for text, _ in texts],
            "bodies": [text.incoming.text for text, _ in texts],
            "encodings": [choose(text.incoming.text).value for text, _ in texts],
            "moments": [text.arrived_at for text, _ in texts],
        },
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def name_postings(conn: Conn, named: Sequence[tuple[UUID, PostingId]]) -> None:
    """Name on each text the posting that charged it."""
    values = {"ids": [text_id for text_id, _ in named], "postings": [posting_id for _, posting_id in named]}
    await conn.execute(queries.name_postings, values)


async def page_of_texts(
    conn: Conn,
    account_id: AccountId,
    after: UUID | None,
    *,
    phone: str | None,
    address: str | None,
    words: str | None,
    digits: str | None,
    limit: int,
) -> list[ReceivedText]:
    """Read texts that came in, newest first."""
    values = {
        "account_id": account_id, "after": after, "phone": phone, "address": address, "words": words,
        "digits": digits, "limit": limit,
    }  # fmt: skip
    cursor = await conn.execute(queries.page_of_texts, values)
    return [ReceivedText(*row) for row in await cursor.fetchall()]


async def get_text(conn: Conn, account_id: AccountId, text_id: UUID) -> ReceivedText | None:
    """Read one text that came in."""
    row = await (await conn.execute(queries.get_text, {"account_id": account_id, "id": text_id})).fetchone()
    return ReceivedText(*row) if row else None


async def conversations(
    conn: Conn, account_id: AccountId, after: UUID | None, *, digits: str | None, limit: int
) -> list[Talk]:
    """Read the last text of each number that wrote, newest first."""
    values = {"account_id": account_id, "after": after, "digits": digits, "limit": limit}
    return [Talk(*row) for row in await (await conn.execute(queries.conversations, values)).fetchall()]


async def conversation(conn: Conn, account_id: AccountId, number: str, after: UUID | None, *, limit: int) -> list[Line]:
    """Read what was written to and by a number, newest first."""
    values = {"account_id": account_id, "number": number, "after": after, "limit": limit}
    # Not prepared: a page is planned for what it asks, so that it goes by the number.
    return [Line(*row) for row in await (await conn.execute(queries.conversation, values, prepare=False)).fetchall()]


async def bodies(conn: Conn, account_id: AccountId, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Read what texts say."""
    cursor = await conn.execute(queries.bodies, {"account_id": account_id, "ids": list(ids)})
    return {row[0]: row[1] for row in await cursor.fetchall()}
