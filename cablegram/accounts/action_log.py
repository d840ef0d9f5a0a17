"""Who did what: every event that names who did it, kept apart where no row can be changed (decision 0057).

People of an account see their own; the operator sees all. The facts of an event are read from the event itself, from
which what tells of a person may have been taken out.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from uuid import UUID

from cablegram.accounts import standing_store
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import Action, Sought
from cablegram.kit import csvio
from cablegram.runtime.runtime import Runtime

_SLICE = 1_000
_MOST = 100_000  # lines of a file


async def page(
    rt: Runtime,
    who: Principal,
    sought: Sought,
    *,
    of_all: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Action]:
    """Return what was done in the account that asks, newest first; `of_all`: everywhere, for the operator."""
    who.needs(Scope.OPERATOR if of_all else Scope.USERS)
    async with rt.db.connection() as conn:
        return await standing_store.actions(conn, None if of_all else who.account_id, sought, after, limit=limit)


async def as_csv(rt: Runtime, who: Principal, sought: Sought, *, of_all: bool = False) -> AsyncIterator[bytes]:
    """Write it as a file, newest first, at most 100,000 lines: at, kind, done_by, subject, facts."""
    who.needs(Scope.OPERATOR if of_all else Scope.USERS)
    yield csvio.write([["at", "kind", "done_by", "subject", "facts"]])
    after: UUID | None = None
    for _ in range(_MOST // _SLICE):
        found = await page(rt, who, sought, of_all=of_all, after=after, limit=_SLICE)
        if not found:
            return
        after = found[-1].id
        yield csvio.write(_line(one) for one in found)


def _line(one: Action) -> list[str]:
    facts = json.dumps(one.facts, ensure_ascii=False, sort_keys=True)
    cells = (one.at.isoformat(), one.kind, one.done_by, str(one.subject or ""), facts)
    return [csvio.guard(cell) for cell in cells]
