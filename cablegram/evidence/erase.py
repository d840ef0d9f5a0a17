"""Take a person out of the ledger of consent without breaking it (L23).

What tells of them goes, and the salt with it; the hashes stay, and an event says how many rows were emptied and which.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from cablegram.evidence import canonical, store
from cablegram.evidence.model import EVERYTHING, How, Kind, NewEvidence
from cablegram.evidence.write import record
from cablegram.kit.ids import AccountId, EvidenceId
from cablegram.runtime.database import Conn


async def erase(
    conn: Conn, account_id: AccountId, numbers: Collection[str], *, by: str, how: How, now: datetime
) -> EvidenceId | None:
    """Take all that tells of numbers (digits of E.164) out of an account's rows; return the event that says so.

    None: nothing told of them. Rows of whole imports stay: they name no number.
    """
    await store.hold_heads(conn, {account_id: canonical.beginning(account_id)})
    ids = await store.tellings(conn, account_id, numbers)
    if not ids:
        return None
    digest = canonical.digest_of_ids(str(one) for one in ids)
    event = NewEvidence(
        account_id, None, EVERYTHING, Kind.ERASED, how, by, now, source="on request", count=len(ids), digest=digest
    )
    await record(conn, [event], now=now)
    await store.erase(conn, account_id, ids, event.id)
    return event.id
