"""Links are opened: find where they lead, and count who opened them, in batches behind the answer.

A visit waits in memory for a second at most, is then handed in to a table with all others of its second, and is counted
when it is two seconds old: by then all that came at the same time is there, whichever process it came to, and only then
can be told who opens too many in too short a time (`machines.fast`). One process counts at a time, for all of them.
What is killed loses the visits of a second: counts, and nobody's way. A process that is stopped counts them before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cablegram.events.record import record
from cablegram.kit.errors import Unavailable
from cablegram.links import machines, store, visit_store
from cablegram.links.machines import WITHIN, Visit
from cablegram.links.model import Link
from cablegram.links.news import news
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

EVERY = 0.8  # seconds between two looks: with what they take, all is handed in within one
SETTLED = timedelta(seconds=2)
"""So old a visit is counted: what came within a second of it has been handed in."""
MOST_WAITING = 100_000
"""Visits that wait to be handed in, about 30 MB; what comes beyond is led where it wants to go, and not counted."""
_AT_ONCE = 50_000  # visits that are judged together
_ALL = datetime.max.replace(tzinfo=UTC)


async def find(rt: Runtime, code: str) -> Link | None:
    """Return what a code leads to, whosever it is; None where there is no such code (any more)."""
    async with rt.db.connection() as conn:
        return await store.find_link(conn, code)


class Visits:
    """Takes visits, hands them in, and counts. One of these a process that has the door."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._waiting: list[Visit] = []
        self._lost = 0
        self._may_be_some = True  # in the table, for all that this process knows: of one that was killed, too
        self._writer: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()

    def open(self) -> None:
        """Start to write."""
        self._writer = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Count what waits, and end."""
        if self._writer is not None:
            async with self._writing:  # what is being written is written whole
                self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        await self.flush(until=_ALL)

    def note(self, visit: Visit) -> None:
        """Take a visit, to be counted within three seconds."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(visit)
        else:
            self._lost += 1

    async def flush(self, *, until: datetime | None = None) -> None:
        """Hand in what came since the last time, and count what is settled, or all up to a moment.

        Where the database is away it waits for the next time.
        """
        try:
            await self._hand_in()
            if self._may_be_some:
                await self._count(until or self._rt.clock.now() - SETTLED)
        except Unavailable as error:
            self._rt.log.warning("clicks wait for the database", error=error.message, clicks=len(self._waiting))

    async def _hand_in(self) -> None:
        taken, self._waiting = self._waiting, []
        if not taken:
            return
        try:
            async with self._rt.db.transaction() as conn:
                await visit_store.put(conn, taken)
        except Unavailable as error:
            # What nobody knows the fate of is not handed in again: one too few is better than one too many.
            kept = [] if error.code == "outcome_unknown" else taken
            self._lost += len(taken) - len(kept)
            self._waiting = [*kept, *self._waiting]
            raise
        self._may_be_some = True

    async def _count(self, until: datetime) -> None:
        began = self._rt.clock.monotonic()
        async with self._rt.db.transaction() as conn:
            done = await count_settled(conn, until)
        self._may_be_some = done is None or done.left > 0
        if done is not None and done.counted:
            ms = round((self._rt.clock.monotonic() - began) * 1000, 1)
            self._rt.log.info("clicks counted", clicks=done.counted, lost=self._lost, ms=ms)
            self._lost = 0

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                async with self._writing:
                    await self.flush()
            except Exception:  # whatever it is, the next visits may be counted
                self._rt.log.exception("clicks could not be counted")


@dataclass(frozen=True, slots=True)
class Settled:
    """How many visits were counted, and how many are in the table for the next time."""

    counted: int
    left: int


async def count_settled(conn: Conn, until: datetime) -> Settled | None:
    """Count the visits of all processes up to a moment that nobody counted yet; None: another process is at it.

    Those just before and after are looked at with them: together they may be too fast.
    """
    if not await visit_store.hold(conn):
        return None
    found = await visit_store.read(conn, limit=_AT_ONCE)
    visits = [one.visit for one in found]
    too_fast = machines.fast(visits)
    due = [place for place, one in enumerate(found) if not one.is_counted and one.visit.at <= until]
    if due:
        await _count(conn, [(visits[place], place in too_fast) for place in due])
    # What comes later is looked at with the last second alone.
    told = until - WITHIN
    over = {one.id for one in found if one.visit.at <= told}
    await visit_store.leave(
        conn, counted=[found[place].id for place in due if found[place].id not in over], over=list(over)
    )
    return Settled(len(due), len(found) - len(over))


async def count(conn: Conn, visits: Sequence[Visit]) -> None:
    """Count visits, and tell of what people opened: one event for each account (decision 0051)."""
    too_fast = machines.fast(visits)
    await _count(conn, [(one, place in too_fast) for place, one in enumerate(visits)])


async def _count(conn: Conn, judged: Sequence[tuple[Visit, bool]]) -> None:
    visits = [one for one, _ in judged]
    opened = machines.sums(visits, {place for place, (_, is_fast) in enumerate(judged) if is_fast})
    clicked = await store.count_opened(conn, opened)
    await record(conn, news(clicked), now=max(one.at for one in visits))
