"""What went between a store and its customers, by time (R124)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import InvalidInput
from cablegram.runtime.runtime import Runtime
from cablegram.stores import customers, finding, people_store
from cablegram.stores.model import Line

MOST = 1_000
"""Lines of one answer."""

MOST_SKIPPED = 10_000


class Which(Enum):
    """Whose texts are wanted."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to before when, how many of it to leave out, and how many to show."""

    since: datetime
    until: datetime
    offset: int = 0
    limit: int = MOST


async def lines(
    rt: Runtime, who: Principal, store_id: UUID, span: Span, *, which: Which, number: str | None = None
) -> list[Line]:
    """Return what was written, oldest first; with one number or with all customers.

    Raises NotFound (`store_not_found`), InvalidInput (those of `e164.parse`, `bad_span`).
    """
    who.needs(Scope.READ)
    if span.until < span.since or not 0 <= span.offset <= MOST_SKIPPED:
        message = f"The end comes before the beginning, or more than {MOST_SKIPPED:,} lines are to be left out."
        raise InvalidInput("bad_span", message)
    digits = None if number is None else (await customers.number_of(rt, who, number)).e164
    most = span.offset + min(span.limit, MOST)
    found: list[Line] = []
    async with rt.db.connection() as conn:
        its = await finding.read(conn, who.account_id, store_id)
        for is_ours in (True, False):
            if which is Which.BOTH or (which is Which.OUTBOUND) == is_ours:
                found += await people_store.lines(
                    conn,
                    who.account_id,
                    its.id,
                    is_ours=is_ours,
                    number=digits,
                    since=span.since,
                    until=span.until,
                    limit=most,
                )
    return sorted(found, key=lambda line: line.id)[span.offset : most]
