"""Links are opened: find where they lead, and count who opened them, in batches behind the answer.

A visit waits in memory for a second at most and is then written with all others of its second: one statement however
many there are, and only then can be told who opens too many in too short a time (`machines.fast`). What is killed loses
the visits of that second: counts, and nobody's way. A process that is stopped writes them before it ends.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import AccountId
from cablegram.links import machines, store
from cablegram.links.machines import Visit
from cablegram.links.model import Clicked, Link
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

EVERY = 0.8  # seconds between two writes: with what they take, all is on disk within one
MOST_WAITING = 100_000
"""Visits that wait to be written, about 30 MB; what comes beyond is led where it wants to go, and not counted."""
_OF_AN_EVENT = 500  # clicks


async def find(rt: Runtime, code: str) -> Link | None:
    """Return what a code leads to, whosever it is; None where there is no such code (any more)."""
    async with rt.db.connection() as conn:
        return await store.find_link(conn, code)


class Visits:
    """Takes visits, and writes them. One of these a process that has the door."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._waiting: list[Visit] = []
        self._before: Sequence[Visit] = ()
        self._lost = 0
        self._writer: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()

    def open(self) -> None:
        """Start to write."""
        self._writer = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Write what waits, and end."""
        if self._writer is not None:
            async with self._writing:  # what is being written is written whole
                self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        await self.flush()

    def note(self, visit: Visit) -> None:
        """Take a visit, to be counted within a second."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(visit)
        else:
            self._lost += 1

    async def flush(self) -> None:
        """Count what came in since the last time. Where the database is away it waits for the next."""
        taken, self._waiting = self._waiting, []
        if not taken:
            self._before = ()
            return
        began = self._rt.clock.monotonic()
        try:
            async with self._rt.db.transaction() as conn:
                await count(conn, taken, before=self._before)
        except Unavailable as error:
            # What nobody knows the fate of is not counted again: one too few is better than one too many.
            kept = [] if error.code == "outcome_unknown" else taken
            self._lost += len(taken) - len(kept)
            self._waiting = [*kept, *self._waiting]
            self._rt.log.warning("clicks wait for the database", error=error.message, clicks=len(self._waiting))
            return
        self._before = taken
        seconds = self._rt.clock.monotonic() - began
        self._rt.log.info("clicks counted", clicks=len(taken), lost=self._lost, ms=round(seconds * 1000, 1))
        self._lost = 0

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                async with self._writing:
                    await self.flush()
            except Exception:  # whatever it is, the next visits may be counted
                self._rt.log.exception("clicks could not be counted")


async def count(conn: Conn, visits: Sequence[Visit], *, before: Sequence[Visit] = ()) -> None:
    """Count visits, and tell of what people opened: one event for each account (decision 0051).

    `before` are those that were counted in the second before.
    """
    opened = machines.sums(visits, machines.fast(visits, before))
    clicked = await store.count_opened(conn, opened)
    now = max(one.at for one in visits)
    await record(conn, _news(clicked), now=now)


def _news(clicked: Sequence[Clicked]) -> list[Event]:
    by_account: dict[AccountId, list[Clicked]] = defaultdict(list)
    for one in clicked:
        by_account[one.account_id].append(one)
    return [
        _event(account_id, its[start : start + _OF_AN_EVENT])
        for account_id, its in by_account.items()
        for start in range(0, len(its), _OF_AN_EVENT)
    ]


def _event(account_id: AccountId, its: Sequence[Clicked]) -> Event:
    campaigns = {one.campaign_id for one in its}
    told: list[dict[str, Any]] = [
        {"message_id": str(one.message_id), "to": f"+{one.number}", "url": one.url, "at": one.at.isoformat()}
        for one in its
    ]
    subject = next(iter(campaigns)) if len(campaigns) == 1 else None
    return Event(Kind.LINKS_CLICKED, account_id, subject, {"clicks": told})
