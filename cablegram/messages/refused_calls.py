"""Calls that were refused as a whole, so that whoever wrote the program finds them among what was refused.

A body that is no JSON, a field of a wrong type, a key that may not send: nothing of it was judged, and nothing has to
be on disk when the answer goes out. So they are gathered and written a few times a second. Of
one account's the first of a minute are kept, so that a program gone wild fills no disk and takes nobody else's place.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress

from cablegram.accounts.access import NO_ACCOUNT, Principal
from cablegram.kit.errors import CablegramError, Unavailable
from cablegram.kit.ids import AccountId
from cablegram.messages import refused
from cablegram.messages.refused import RefusedCall
from cablegram.runtime.runtime import Runtime

_PAUSE = 0.25  # seconds in which they are gathered
_MOST = 200  # that are kept of one pause
_MOST_OF_ONE = 20  # that are kept of one account's a minute
_MINUTE = 60.0  # seconds


class RefusedCalls:
    """Writes down refused calls; one of these a process that serves. Use it inside a running loop."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._waiting: list[RefusedCall] = []
        self._missed = 0
        self._kept = Counter[AccountId]()  # in this minute
        self._minute = rt.clock.monotonic()
        self._tasks = set[asyncio.Task[None]]()
        self._closing = asyncio.Event()

    def note(self, who: Principal, endpoint: str, error: CablegramError) -> None:
        """Keep what a call was told, soon; not where the fault is ours, or nobody's account was meant."""
        if isinstance(error, Unavailable) or who.account_id == NO_ACCOUNT:
            return
        if len(self._waiting) >= _MOST or self._of_this_minute(who.account_id) >= _MOST_OF_ONE:
            self._missed += 1
            return
        self._kept[who.account_id] += 1
        field = error.faults[0].field if error.faults else None
        self._waiting.append(RefusedCall(who.account_id, endpoint, error.code, error.message, field))
        if len(self._waiting) == 1:
            task = asyncio.create_task(self._write())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Write what waits, at once, and wait for what is being written."""
        self._closing.set()
        await asyncio.gather(*self._tasks)

    def _of_this_minute(self, account_id: AccountId) -> int:
        now = self._rt.clock.monotonic()
        if now - self._minute >= _MINUTE:
            self._minute = now
            self._kept.clear()
        return self._kept[account_id]

    async def _write(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), _PAUSE)
        rows, self._waiting, missed, self._missed = self._waiting, [], self._missed, 0
        if missed:
            self._rt.log.info("refused calls came too fast to keep them all", missed=missed)
        try:
            async with self._rt.db.transaction() as conn:
                refused.note_calls(conn, rows, now=self._rt.clock.now())
        except Unavailable as error:
            self._rt.log.warning("refused calls can't be kept", calls=len(rows), error=error.message)
