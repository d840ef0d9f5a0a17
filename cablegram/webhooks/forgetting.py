"""Forget a person who asks for it (L23): what webhooks told of them loses their number and their words.

Events stay, with their numbers in sequence: that something happened is no secret, only to whom. What receivers answered
goes as well, for some send back what they were sent. What was delivered already is with whoever runs the receiver.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.webhooks import forget_store


async def about(conn: Conn, account_id: AccountId, numbers: Collection[str]) -> list[UUID]:
    """Return the messages to numbers, before these forget to whom they went."""
    return await forget_store.messages_to(conn, account_id, numbers)


async def forget(conn: Conn, account_id: AccountId, numbers: Collection[str], *, messages: Sequence[UUID]) -> None:
    """Empty what was told of numbers and of some messages to them, after all other rooms have forgotten them.

    Nothing is made of news until the transaction ends: what was being made of them is there by then, and what is made
    later finds them forgotten.
    """
    await forget_store.hold_making(conn)
    await forget_store.empty(conn, account_id, numbers, messages)
