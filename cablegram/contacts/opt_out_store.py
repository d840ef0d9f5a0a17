"""Statements about people who said no to everything, and came back. Private to the room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cablegram.kit.ids import AccountId, ContactId, EvidenceId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

Marked = tuple[AccountId, ContactId, str, str | None, EvidenceId | None]
"""Account, contact, number, the other subscription of before or after, and the event that it rested on before."""


async def opt_out(
    conn: Conn, told: Mapping[tuple[AccountId, str], EvidenceId], *, source: str, now: datetime
) -> list[Marked]:
    """Write that people are not subscribed; return those of whom it was not known, with what stood before."""
    cursor = await conn.execute(queries.opt_out, {**_rows(told), "source": source, "now": now})
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await cursor.fetchall()]


async def come_back(
    conn: Conn, told: Mapping[tuple[AccountId, str], EvidenceId], *, after: str, source: str, now: datetime
) -> list[Marked]:
    """Write that what people had before their no stands again; return those, with what stands now."""
    cursor = await conn.execute(queries.come_back, {**_rows(told), "after": after, "source": source, "now": now})
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await cursor.fetchall()]


def _rows(told: Mapping[tuple[AccountId, str], EvidenceId]) -> dict[str, Any]:
    ordered = sorted(told)
    return {
        "accounts": [account_id for account_id, _ in ordered],
        "numbers": [number for _, number in ordered],
        "evidence": [told[pair] for pair in ordered],
    }
