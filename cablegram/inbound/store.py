"""Statements of the inbound room."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from cablegram.dispatch.recorder import Text
from cablegram.inbound.model import ReceivedText
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
    words: str | None,
    digits: str | None,
    limit: int,
) -> list[ReceivedText]:
    """Read texts that came in, newest first."""
    values = {
        "account_id": account_id, "after": after, "phone": phone, "words": words, "digits": digits, "limit": limit
    }  # fmt: skip
    cursor = await conn.execute(queries.page_of_texts, values)
    return [ReceivedText(*row) for row in await cursor.fetchall()]
