"""Numbers that rest: whoever had one is still written to, and nobody gets it; the operator sees how often (R60)."""

from __future__ import annotations

from collections.abc import Mapping

from cablegram.rentals import stock_store
from cablegram.runtime.database import Conn


async def note_missed(conn: Conn, came: Mapping[str, int]) -> None:
    """Count texts by number (E.164 digits) that were nobody's; what does not rest in the stock is left out."""
    await stock_store.note_missed(conn, came)
