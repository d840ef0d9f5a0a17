"""What was refused, for whoever looks for it: messages that were judged and not accepted, and calls refused as a whole.

Messages, single ones and items of batches, are written with the transaction that judged them, one statement a flush,
and kept for a week. Of one call the first hundred are kept: more of them say nothing new, and a program gone wild does
not fill the disk. Calls are gathered by `refused_calls`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.ids import AccountId
from cablegram.messages import refused_store
from cablegram.messages.model import Draft
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

KEPT = timedelta(days=7)
MOST_OF_A_CALL = 100

_FORGOTTEN_AT_ONCE = 10_000
# What somebody wrote in place of a number may be anything, and no database stores these characters.
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message that was not accepted: where it was handed in, what it was, and why not."""

    id: UUID
    endpoint: str
    number: str  # as it was given
    sender: str | None
    client_ref: str | None
    code: str
    message: str
    field: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RefusedCall:
    """A call of which nothing was judged, and what its program was told."""

    account_id: AccountId
    endpoint: str
    code: str
    message: str
    field: str | None


def note_calls(conn: Conn, calls: Sequence[RefusedCall], *, now: datetime) -> None:
    """Write down calls that were refused as a whole: whom they were for is not known; with the commit."""
    rows = [
        (one.account_id, one.endpoint, "", None, None, one.code, _clean(one.message, longest=1_000), _short(one.field))
        for one in calls
    ]
    if rows:
        refused_store.insert_refused(conn, rows, now=now)


def note(conn: Conn, calls: Sequence[tuple[str, Sequence[Draft]]], *, now: datetime) -> None:
    """Write down what was refused in calls, each with its endpoint and its judged drafts; with the commit.

    What has no endpoint was asked for by a person, who sees the answer at once.
    """
    found = [
        (endpoint, draft, draft.refusal)
        for endpoint, drafts in calls
        if endpoint
        for draft in [one for one in drafts if one.refusal][:MOST_OF_A_CALL]
        if draft.refusal
    ]
    if not found:
        return
    rows = [
        (
            draft.account_id,
            endpoint,
            _clean(draft.to),
            _clean(_written(draft)) or None,
            _clean(draft.client_ref or "") or None,
            refusal.code,
            _clean(refusal.message, longest=1_000),
            refusal.field,
        )
        for endpoint, draft, refusal in found
    ]
    refused_store.insert_refused(conn, rows, now=now)


async def page(
    rt: Runtime, who: Principal, *, code: str | None = None, after: UUID | None = None, limit: int = 50
) -> list[RefusedMessage]:
    """Return what the account was refused in the last days, newest first; with a code, that alone."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        rows = await refused_store.page_of_refused(conn, who.account_id, code, after, limit=limit)
        return [RefusedMessage(*row) for row in rows]


async def forget(conn: Conn, *, now: datetime) -> bool:
    """Drop some of what is older than a week; tell whether there is more."""
    return await refused_store.forget_refused(conn, now - KEPT, limit=_FORGOTTEN_AT_ONCE) == _FORGOTTEN_AT_ONCE


def _written(draft: Draft) -> str:
    """Return what stood in `from`, one or several."""
    wanted = draft.sender
    return "" if wanted is None else wanted if isinstance(wanted, str) else ", ".join(wanted)


def _short(field: str | None) -> str | None:
    return _clean(field) if field else None


def _clean(text: str, *, longest: int = _LONGEST) -> str:
    return _NOT_STORABLE.sub("\ufffd", text[:longest])
