"""Letters that came back after their mail server had taken them: what becomes of them and of their address.

A report counts only for a letter that it names by id together with its recipient: nobody else can know both. Then the
letter has failed; and where there is no such address, nothing more goes there by itself until somebody proves it anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from cablegram.mail import store
from cablegram.mail.incoming import Returned
from cablegram.mail.post import REFUSED
from cablegram.runtime.database import Conn


async def take_back(conn: Conn, reports: Sequence[Returned], *, now: datetime) -> int:
    """Fail the letters that reports name, and mark addresses that are none; return how many letters were ours."""
    known = 0
    for one in reports:
        if one.letter_id is None:
            continue
        address, verdict = one.recipient.lower(), f"It came back: {one.said}"
        if await store.return_letter(conn, one.letter_id, address, verdict, now=now) is None:
            continue
        known += 1
        if one.is_dead:
            await store.count_return(conn, address, one.said, now=now)
    return known


async def standing(conn: Conn, addresses: Collection[str]) -> dict[str, tuple[datetime, str]]:
    """Return of addresses to which nothing goes any more by itself since when, and what was said; keys are small."""
    return await store.returned(conn, [one.lower() for one in addresses], times=REFUSED) if addresses else {}


async def works_again(conn: Conn, address: str) -> None:
    """Note that somebody read a letter at an address: what came back before does not count any more."""
    await store.forget_addresses(conn, [address.lower()])
