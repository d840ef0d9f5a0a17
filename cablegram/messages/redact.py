"""Take what messages said out of them when their person is forgotten (L23): that they were sent and paid for stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cablegram.kit.ids import AccountId
from cablegram.messages import redact_store
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_LONG_AGO = timedelta(days=10)  # as long as receipts are waited for
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Redacted:
    """How many messages were emptied, and how many will be once their end is known."""

    emptied: int
    open: int


async def number(conn: Conn, account_id: AccountId, digits: str, *, now: datetime) -> Redacted:
    """Empty the messages to a number; the caller has withdrawn what waits for it."""
    return Redacted(*await redact_store.redact_number(conn, account_id, digits, now=now))


async def rest(rt: Runtime) -> None:
    """Empty those that were on the wire then and are over now."""
    is_more = True
    while is_more:
        async with rt.db.transaction() as conn:
            long_ago = rt.clock.now() - _LONG_AGO
            is_more = await redact_store.redact_rest(conn, long_ago=long_ago, limit=_AT_ONCE) == _AT_ONCE
