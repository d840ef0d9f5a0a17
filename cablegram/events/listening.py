"""Which accounts somebody outside listens to. What nobody listens to is not kept for webhooks in the first place."""

from __future__ import annotations

from collections.abc import Collection

from cablegram.events import reader_store
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn


async def listen(conn: Conn, account_id: AccountId, states: Collection[str] | None) -> None:
    """Set which states of an account's messages are told (`messages.news`); None: nobody listens to the account.

    It counts for what begins after this transaction commits.
    """
    if states is None:
        await reader_store.stop_listening(conn, account_id)
    else:
        await reader_store.listen(conn, account_id, sorted(states))
