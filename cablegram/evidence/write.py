"""Add events to the ledger of consent, in the transaction of whoever changes what people get.

The end of the account's chain stays locked until that transaction ends. It is the last lock that anybody waits for:
take whatever else is needed before, contacts and queue among it; ids of events are known before they are recorded.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from cablegram.accounts.access import Principal
from cablegram.evidence import canonical, store
from cablegram.evidence.model import Evidence, Head, How, Kind, NewEvidence
from cablegram.kit.ids import AccountId, EvidenceId
from cablegram.runtime.database import Conn

_SALT = 16


async def record(conn: Conn, new: Sequence[NewEvidence], *, now: datetime) -> list[EvidenceId]:
    """Add events in the order given, each behind the last one of its account; return their ids. None is fine.

    Raises ValueError for a kind or a way that is none.
    """
    if not new:
        return []
    for kind, how in {(one.kind, one.how) for one in new}:
        Kind(kind), How(how)
    heads = await store.hold_heads(conn, {one.account_id: canonical.beginning(one.account_id) for one in new})
    salts = secrets.token_bytes(_SALT * len(new))
    written: list[Evidence] = []
    for place, one in enumerate(new):
        written.append(_linked(one, heads, salts[place * _SALT : (place + 1) * _SALT], now))
    store.insert(conn, written, heads)
    return [one.id for one in new]


def _linked(one: NewEvidence, heads: dict[AccountId, Head], salt: bytes, now: datetime) -> Evidence:
    """Write one event behind the end of its account's chain, and move that."""
    head = heads[one.account_id]
    sealed = canonical.seal(salt, one)
    its_hash = canonical.chain(head.hash, one, sealed, now)
    heads[one.account_id] = Head(head.seq + 1, its_hash)
    return Evidence(head.seq + 1, now, canonical.FORM, head.hash, its_hash, sealed, salt, None, one)


def door(who: Principal) -> How:
    """Return by which way somebody who was recognized tells us something."""
    if who.key_id is not None:
        return How.API
    return How.COMMAND if who.user_id is None else How.PANEL
