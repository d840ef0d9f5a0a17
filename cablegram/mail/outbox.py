"""What waits, what went and what failed: moves for whoever shows letters to the operator."""

from __future__ import annotations

from datetime import datetime

from cablegram.kit.ids import LetterId
from cablegram.mail import store
from cablegram.mail.model import A_LIFE, LetterState, MailServer, OutboxCounts, OutboxLine, Posted
from cablegram.runtime.database import Conn


async def standing(conn: Conn) -> tuple[MailServer, OutboxCounts]:
    """Return how the mail server does, and how many letters are in each state."""
    return await store.server(conn), await store.counts(conn)


async def page(conn: Conn, state: LetterState | None, *, after: LetterId | None, limit: int) -> list[OutboxLine]:
    """Return letters, newest first; of all states, or of one."""
    return await store.page_of_letters(conn, state, after=after, limit=limit)


async def read(conn: Conn, letter_id: LetterId) -> tuple[Posted, LetterState] | None:
    """Return a letter and its state; None where there is none."""
    return await store.letter(conn, letter_id)


async def send_again(conn: Conn, letter_id: LetterId, *, now: datetime) -> bool:
    """Have a letter tried at once that failed or waits, and forget what its address did; False where it can't be."""
    address = await store.send_again(conn, letter_id, now=now, life=A_LIFE)
    if address is None:
        return False
    await store.forget_addresses(conn, [address.lower()])
    return True
