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
from cablegram.evidence.model import Head, How, Kind, Link, NewEvidence
from cablegram.kit.ids import AccountId, EvidenceId
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

_SALT = 16
_KINDS, _HOWS = frozenset(Kind), frozenset(How)


async def record(conn: Conn, new: Sequence[NewEvidence], *, now: datetime) -> list[EvidenceId]:
    """Add events in the order given, each behind the last one of its account; return their ids. None is fine.

    Raises ValueError for a kind or a way that is none.
    """
    if not new:
        return []
    for kind, how in {(one.kind, one.how) for one in new}:
        if kind not in _KINDS or how not in _HOWS:
            raise ValueError(f"{kind} by {how} is no event of consent")
    # By identity: a batch shares its account's id, and a uuid's hash takes 0.3 us.
    accounts = {id(one.account_id): one.account_id for one in new}.values()
    heads = await store.hold_heads(conn, {one: canonical.beginning(one) for one in accounts})
    store.insert(conn, new, _links(new, heads, now), heads, now=now)
    await conn.send()
    reach("evidence.recorded")
    return [one.id for one in new]


def _links(new: Sequence[NewEvidence], heads: dict[AccountId, Head], now: datetime) -> list[Link]:
    """Make each event a link behind the end of its account's chain, and move the ends."""
    salts = secrets.token_bytes(_SALT * len(new))
    links: list[Link] = []
    account_id, head = new[0].account_id, heads[new[0].account_id]
    for place, one in enumerate(new):
        if one.account_id is not account_id:
            heads[account_id] = head
            account_id, head = one.account_id, heads[one.account_id]
        salt = salts[place * _SALT : (place + 1) * _SALT]
        sealed = canonical.seal(salt, one)
        its_hash = canonical.hashed(head.hash, canonical.public(one, sealed, now))
        links.append(Link(head.seq + 1, canonical.FORM, head.hash, its_hash, sealed, salt))
        head = Head(head.seq + 1, its_hash)
    heads[account_id] = head
    return links


def door(who: Principal) -> How:
    """Return by which way somebody who was recognized tells us something."""
    if who.key_id is not None:
        return How.API
    return How.COMMAND if who.user_id is None else How.PANEL
