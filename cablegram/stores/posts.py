"""Post what customers write to the callbacks of their stores, as it comes (R122).

Each text is a row until its callback took it with a 2xx, or a day has passed: no process's memory holds any. Texts of
one customer go one after the other, in the order they came; those of others pass by. A post whose answer never came is
sent again, so a callback may see a `msgID` twice. Sockets lead to the open internet alone, no redirection is followed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.runtime.caller import Caller, Unanswered, Unsent
from cablegram.runtime.runtime import Runtime
from cablegram.stores import finding, people_store, posting, posts_store
from cablegram.stores.model import PostLine
from cablegram.stores.posts_store import Post, Settled

_AT_ONCE, _OF_ONE = 40, 8
_SECONDS = 10.0  # without a byte of an answer
_LEASE = timedelta(seconds=60)  # longer than a call can take
_MOST_ANSWER = 1_000
_IDLE = 0.5  # seconds until the next look when there was nothing to post
_DAYS = timedelta(days=7)
_FORGOTTEN_AT_ONCE = 2_000
_HEADERS = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)


class Poster:
    """Posts for all stores; any number of them may, in any number of processes. Open it inside a running loop."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._caller = Caller(limit=_AT_ONCE, allowed=rt.settings.allow_private_providers)

    async def step(self) -> float:
        """Post what is due; return after how many seconds to look again. Raises Unavailable."""
        now = self._rt.clock.now()
        async with self._rt.db.transaction() as conn:
            posts = await posts_store.claim(conn, now=now, until=now + _LEASE, of_one=_OF_ONE, limit=_AT_ONCE)
        if not posts:
            return _IDLE
        told = await asyncio.gather(*(self._post(one) for one in posts))
        async with self._rt.db.transaction() as conn:
            await posts_store.settle(conn, told)
        taken = sum(one.verdict.startswith("2") for one in told)
        self._rt.log.info("texts posted to stores' callbacks", posts=len(told), taken=taken)
        return 0.0

    async def close(self) -> None:
        """Close all connections."""
        await self._caller.close()

    async def _post(self, one: Post) -> Settled:
        try:
            answer = await self._caller.call(
                "POST", one.url, headers=_HEADERS, body=one.body.encode(), seconds=_SECONDS, most=_MOST_ANSWER
            )
        except (Unsent, Unanswered) as error:
            verdict, is_taken = str(error)[:200], False
        else:
            verdict, is_taken = str(answer.status), 200 <= answer.status < 300
        now = self._rt.clock.now()
        if is_taken:
            return Settled(one.id, now, None, verdict)
        again = posting.again(one.tries, now)
        return Settled(one.id, None if again else now, again, verdict)


async def page(
    rt: Runtime, who: Principal, store_id: UUID, *, after: UUID | None = None, limit: int = 50
) -> Sequence[PostLine]:
    """Return what was posted for a store and what came of it, newest first. Raises NotFound (`store_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await finding.read(conn, who.account_id, store_id)
        return await posts_store.page_of_posts(conn, who.account_id, found.id, after, limit=limit)


async def forget(rt: Runtime) -> None:
    """Delete posts that ended a week ago, and texts for which nobody said YES in time."""
    while True:
        now = rt.clock.now()
        async with rt.db.transaction() as conn:
            gone = await posts_store.forget(conn, now - _DAYS, limit=_FORGOTTEN_AT_ONCE)
            kept = await people_store.forget_kept(conn, now=now, limit=_FORGOTTEN_AT_ONCE)
        if max(gone, kept) < _FORGOTTEN_AT_ONCE:
            return
