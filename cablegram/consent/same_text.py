"""The duplicate guard for those who have one of their own, such as a store: what went lately, what goes now (R56)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.consent import store
from cablegram.consent.case import DUPLICATE_WINDOW
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn

Mark = tuple[AccountId, bytes]
"""An account, and a text to one person as `duplicates.fingerprint` writes it."""


async def sent_before(conn: Conn, marks: Sequence[Mark], *, now: datetime) -> dict[int, datetime]:
    """Return which of these were accepted in the last twelve hours, by place, and when; after exactly that, none was.

    Whoever wants to be sure that it goes once holds something that whoever else sends it needs, too.
    """
    if not marks:
        return {}
    found = await store.texts_since(conn, marks, now - DUPLICATE_WINDOW)
    return {place: at for place, at in found if now - at < DUPLICATE_WINDOW}


def note(conn: Conn, marks: Sequence[Mark], *, now: datetime) -> None:
    """Remember what was accepted now, at the latest with the commit."""
    if marks:
        store.note_texts(conn, marks, now=now)
