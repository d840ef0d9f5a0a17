"""Statements about an account's ledger. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from cablegram.billing.model import Posting, PostingKind
from cablegram.billing.statement_model import Asked, Totals
from cablegram.kit.ids import AccountId, CampaignId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_END = (1 << 63) - 1


async def place(conn: Conn, account_id: AccountId, posting_id: UUID) -> int | None:
    """Read a posting's number within its account."""
    row = await (await conn.execute(queries.place, {"account_id": account_id, "id": posting_id})).fetchone()
    return row[0] if row else None


async def page(conn: Conn, account_id: AccountId, asked: Asked, *, before: int | None, limit: int) -> list[Posting]:
    """Read lines newest first, those before a number."""
    values = _values(account_id, asked) | {"before": _END if before is None else before, "limit": limit}
    rows = await (await conn.execute(queries.page, values)).fetchall()
    return [Posting(row[0], row[1], row[2], PostingKind(row[3]), *row[4:]) for row in rows]


async def totals(conn: Conn, account_id: AccountId, asked: Asked) -> Totals:
    """Read what lines come to."""
    rows = await (await conn.execute(queries.totals, _values(account_id, asked))).fetchall()
    count, given, taken, opening, closing, closed_until = rows[0]
    is_final = asked.until is not None and closed_until is not None and asked.until <= closed_until
    return Totals(count, given, taken, opening, closing, is_final)


async def campaign_names(conn: Conn, account_id: AccountId, ids: Sequence[CampaignId]) -> dict[UUID, str]:
    """Read the names of campaigns."""
    cursor = await conn.execute(queries.campaign_names, {"account_id": account_id, "ids": list(ids)})
    return {row[0]: row[1] for row in await cursor.fetchall()}


def _values(account_id: AccountId, asked: Asked) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "kinds": [one.value for one in asked.kinds] or None,
        "since": asked.since,
        "until": asked.until,
        "campaign_id": asked.campaign_id,
        "text": asked.text or None,
    }
