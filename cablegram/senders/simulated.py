"""Numbers on the simulated carrier, so that an account's first message needs no set-up.

They are short codes from 70001 on, each of one account alone: what a simulated handset replies finds its way back.
They have no country, and so reach every one: only carriers of flesh and blood keep a short code at home (R65).
"""

from __future__ import annotations

from datetime import datetime

from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.runtime.database import Conn
from cablegram.senders import store
from cablegram.senders.grant import NewSender, grant
from cablegram.senders.model import Sender

_FIRST = 70_001


async def give(conn: Conn, account_id: AccountId, connector_id: ConnectorId, *, now: datetime) -> Sender:
    """Give an account the next number of the simulated connector; its default, if it has none yet."""
    await store.lock_connector(conn, connector_id)
    highest = await store.highest_number(conn, connector_id)
    number = max(_FIRST, (highest or 0) + 1)
    is_default = not await store.has_default(conn, account_id)
    new = NewSender(str(number), connector_ids=[connector_id], is_default=is_default)
    return await grant(conn, account_id, new, now=now)


async def give_to_all_without(conn: Conn, connector_id: ConnectorId, *, now: datetime) -> list[Sender]:
    """Give a number to each account that has no sender: those that were opened before there was this connector."""
    accounts = await store.accounts_without_sender(conn)
    return [await give(conn, account_id, connector_id, now=now) for account_id in accounts]
