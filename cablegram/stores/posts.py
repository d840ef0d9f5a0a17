"""Post what customers write to the callbacks of their stores, as it comes (R122).

Each text is a row until its callback took it with a 2xx, or a day has passed: no process's memory holds any. Texts of
one customer go one after the other, in the order they came; those of others pass by, and whoever lets us wait for an
answer keeps up its own store alone. A post whose answer never came is sent again, as is one after whose answer we died,
so a callback may see a `msgID` twice. Sockets lead to the open internet alone, no redirection is followed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.storable import storable
from cablegram.runtime.caller import Caller, Unanswered, Unsent
from cablegram.runtime.runtime import Runtime
from cablegram.stores import finding, people_store, posting, posts_store
from cablegram.stores.model import PostLine
from cablegram.stores.posts_store import Post, Settled

_AT_ONCE, _OF_ONE = 200, 8
_SECONDS = 10.0  # without a byte of an answer
_LEASE = timedelta(seconds=60)  # longer than a call can take: connecting, and twice those seconds
_MOST_ANSWER = 1_000
_IDLE = 0.5  # seconds until the next look when there was nothing to post, and that a step waits for answers
_DAYS = timedelta(days=7)
_FORGOTTEN_AT_ONCE = 2_000
_HEADERS = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)


class Poster:
    """Posts for all stores; any number of them may, in any number of processes. Open it inside a running loop."""

    def __init__(self, rt: Runtime, *, patience: float = _IDLE) -> None:
        self._rt = rt
        self._patience = patience
        self._caller = Caller(limit=_AT_ONCE, allowed=rt.settings.allow_private_customers)
        self._under_way: dict[asyncio.Task[Settled], UUID] = {}  # and the store of each
        self._told: list[Settled] = []  # what is not written yet

    async def step(self) -> float:
        """Post what is due, and write what was answered; return after how many seconds to look again.

        Of a store that lets us wait nothing more is taken until it answered. Raises Unavailable.
        """
        now = self._rt.clock.now()
        async with self._rt.db.transaction() as conn:
            posts = await posts_store.claim(
                conn,
                now=now,
                until=now + _LEASE,
                busy=set(self._under_way.values()),
                of_one=_OF_ONE,
                limit=_AT_ONCE - len(self._under_way),
            )
        self._under_way |= {asyncio.create_task(self._post(one)): one.store_id for one in posts}
        if not self._under_way and not self._told:
            return _IDLE
        if self._under_way:
            done, _ = await asyncio.wait(self._under_way, timeout=self._patience)
            for task in done:
                del self._under_way[task]
                self._told.append(task.result())
        await self._settle()
        return 0.0

    async def close(self) -> None:
        """Close all connections; what was not answered is posted again when its lease is over."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._caller.close()

    async def _settle(self) -> None:
        if not self._told:
            return
        async with self._rt.db.transaction() as conn:
            await posts_store.settle(conn, self._told)
        taken = sum(one.verdict.startswith("2") for one in self._told)
        self._rt.log.info("texts posted to stores' callbacks", posts=len(self._told), taken=taken)
        self._told.clear()

    async def _post(self, one: Post) -> Settled:
        try:
            answer = await self._caller.call(
                "POST", one.url, headers=_HEADERS, body=one.body.encode(), seconds=_SECONDS, most=_MOST_ANSWER
            )
        except (Unsent, Unanswered) as error:
            verdict, is_taken = storable(str(error))[:200], False
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
