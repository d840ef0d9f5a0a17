"""A text comes in: find whose it is, keep it, charge it (R20, R66).

The account's balance may go below zero by it: what somebody wrote is never thrown away for lack of credit (R19). A
text without a character is dropped and not charged (R41); one to an address that nobody has is kept without an owner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cablegram.billing import ledger
from cablegram.dispatch.recorder import Text
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.inbound import store
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.senders import usable
from cablegram.senders.address import canonical


async def receive(conn: Conn, texts: Sequence[Text]) -> None:
    """Keep and charge texts, in the transaction of whoever brought them."""
    kept = [text for text in texts if text.incoming.text]
    if not kept:
        return
    owners = await _owners(conn, kept)
    fresh = await store.insert_texts(conn, [(text, owners.get(text.incoming.destination)) for text in kept])
    reach("inbound.kept")
    owned = [(text_id, owner) for text_id, owner in fresh if owner]
    if owned:
        await _charge(conn, owned, kept[0].arrived_at)


async def _owners(conn: Conn, texts: Sequence[Text]) -> dict[str, AccountId]:
    """Return who has the addresses that were written to; of several accounts, the one that has had it longest."""
    written = {text.incoming.destination: canonical(text.incoming.destination) for text in texts}
    holders = await usable.holders(conn, [address for address in written.values() if address])
    first: dict[str, AccountId] = {}
    for holder in holders:
        first.setdefault(holder.address.lower(), holder.account_id)
    return {
        destination: first[address.lower()]
        for destination, address in written.items()
        if address and address.lower() in first
    }


async def _charge(conn: Conn, owned: Sequence[tuple[UUID, AccountId]], now: datetime) -> None:
    counted = Counter(owner for _, owner in owned)
    await ledger.lock_balances(conn, list(counted))
    postings = await ledger.charge_inbound(conn, counted, now=now)
    reach("inbound.charged")
    await store.name_postings(conn, [(text_id, postings[owner]) for text_id, owner in owned])
    reach("inbound.named")
    events = [Event(Kind.TEXT_RECEIVED, owner, text_id, {}) for text_id, owner in owned]
    await record(conn, events, now=now)
