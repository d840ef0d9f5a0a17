"""Keep the codes of messages that are accepted, in the transaction that accepts them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.links import store
from cablegram.links.model import Kept
from cablegram.runtime.database import Conn


def keep(conn: Conn, messages: Sequence[Kept], *, now: datetime) -> None:
    """Keep what codes lead to, all in one statement; at the latest with the commit.

    Each leads there for as long as its account wants at this moment. A code that is there already fails the
    transaction (psycopg.errors.UniqueViolation).
    """
    if messages:
        store.insert_links(conn, messages, now=now)
