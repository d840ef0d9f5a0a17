"""Find our own messages by what a provider says of them: its id, or the number they went to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cablegram.dispatch import sent_store
from cablegram.dispatch.model import Sent
from cablegram.kit.ids import AccountId, ConnectorId, MessageId, lowest_at
from cablegram.runtime.database import Conn
from cablegram.smpp.receipt import canonical

_LOOKED_BACK = timedelta(days=30)  # for whose message it was that somebody says no to


async def ids(conn: Conn, connector_id: ConnectorId, provider_ids: Sequence[str]) -> dict[str, MessageId]:
    """Return the messages that a provider took under these ids, those of them that we know by now."""
    asked = list(dict.fromkeys(provider_ids))
    found = await sent_store.ids(conn, connector_id, [canonical(one) for one in asked]) if asked else {}
    return {asked[place]: message_id for place, message_id in found.items()}


async def by_ids(conn: Conn, messages: Sequence[MessageId]) -> dict[MessageId, Sent]:
    """Return whose messages these are, from whom and to whom."""
    asked = list(dict.fromkeys(messages))
    found = await sent_store.by_ids(conn, asked) if asked else {}
    return {asked[place]: one for place, one in found.items()}


async def last_to(
    conn: Conn,
    connector_id: ConnectorId,
    asked: Sequence[tuple[str, str]],
    *,
    accounts: Sequence[AccountId] | None = None,
    now: datetime,
) -> dict[tuple[str, str], Sent]:
    """Return the last message of a month to each number (digits) from a sender of ours, or from any where that is "".

    Of these accounts; None: whoever's. Where two wrote to a number, the one that wrote last is meant.
    """
    pairs = list(dict.fromkeys(asked))
    if not pairs:
        return {}
    found = await sent_store.last_to(conn, connector_id, pairs, accounts=accounts, since=lowest_at(now - _LOOKED_BACK))
    return {pairs[place]: one for place, one in found.items()}
