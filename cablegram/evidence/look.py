"""Read the ledger of consent: what is recorded of a number, and single events."""

from __future__ import annotations

from collections.abc import Collection

from cablegram.evidence import store
from cablegram.evidence.model import Evidence
from cablegram.kit.ids import AccountId, EvidenceId
from cablegram.runtime.database import Conn

MOST = 1_000


async def of_number(
    conn: Conn, account_id: AccountId, number: str, *, after: EvidenceId | None = None, limit: int = MOST
) -> list[Evidence]:
    """Return what is recorded of a number (digits of E.164), newest first; with `after` what stands behind that one."""
    return await store.of_number(conn, account_id, number, after=after, limit=limit)


async def some(conn: Conn, account_id: AccountId, ids: Collection[EvidenceId]) -> dict[EvidenceId, Evidence]:
    """Return events by their ids; what is not the account's is left out."""
    return {one.told.id: one for one in await store.some(conn, account_id, ids)} if ids else {}
