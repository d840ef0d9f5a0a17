"""Numbers that we were told to forget, and that asked for nothing more: kept as salted hashes (L23, decision 0043).

Whatever makes such a number a contact again, a file, a call of the API, a text of theirs, makes it one that is not
subscribed (queries.sql); whatever is sent to it meets `contacts.statuses` and the blacklist's question, which know it
by its hash. Only a person's own new word lifts that: START, or a yes to marketing under words that they were shown,
which leaves a STOP where it is, as it leaves the blacklist (anybody can write down anybody's number).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from cablegram.contacts import suppression_store
from cablegram.contacts.suppression_model import Kept, Standing
from cablegram.kit.errors import Refused
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn

SOURCE: Final = "asked to be forgotten"
"""What stands as the source with a contact that is made of such a number."""


async def keep(conn: Conn, new: Sequence[Kept], *, now: datetime) -> None:
    """Keep hashes of numbers, each number once."""
    if new:
        await suppression_store.keep(conn, new, now=now)


async def prepare(conn: Conn, account_id: AccountId) -> None:
    """See to it that the account has a salt, before hashes are made of many numbers in one statement."""
    await suppression_store.salt(conn, [account_id])


async def known(conn: Conn, account_id: AccountId, number: str) -> Kept | None:
    """Return what is kept of a number of which nothing else may be."""
    return (await suppression_store.known(conn, [(account_id, number)])).get((account_id, number))


async def lift(conn: Conn, told: Collection[tuple[AccountId, str]]) -> set[tuple[AccountId, str]]:
    """Forget hashes, because the people themselves say yes again; return those that were kept.

    What an account barred by its own hand no word of a person undoes.
    """
    return await suppression_store.lift(conn, told, [Standing.NO_MARKETING, Standing.STOPPED]) if told else set()


async def agree(conn: Conn, told: tuple[AccountId, str]) -> None:
    """Forget the hash of a number that says yes to marketing, unless a STOP or the account bars it from everything."""
    await suppression_store.lift(conn, [told], [Standing.NO_MARKETING])


async def unbar(conn: Conn, account_id: AccountId, number: str, *, now: datetime) -> Kept | None:
    """Let a number get what is transactional again, by the account's own hand; return what kept it from that."""
    held = await known(conn, account_id, number)
    if held is None or held.standing is Standing.NO_MARKETING:
        return None
    await suppression_store.lift(conn, [(account_id, number)], [held.standing])
    await suppression_store.keep(conn, [replace(held, standing=Standing.NO_MARKETING)], now=now)
    return held


async def refuse_to_subscribe(conn: Conn, account_id: AccountId, number: str) -> None:
    """Raise Refused (`asked_to_be_forgotten`) where somebody else than the person would subscribe such a number."""
    if await known(conn, account_id, number):
        message = (
            "This number asked to be forgotten and to get nothing more, so it can't be subscribed from here. The "
            "person can: with START, or in a form that shows what they agree to."
        )
        raise Refused("asked_to_be_forgotten", message)
