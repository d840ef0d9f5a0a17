"""Calls that were refused as a whole, so that whoever wrote the program finds them among what was refused.

A body that is no JSON, a field of a wrong type, a key that may not send: nothing of it was judged, and nothing has to
be on disk when the answer goes out. So they are gathered and written a few times a second, and a program gone wild
costs no more than that.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from cablegram.accounts.access import NO_ACCOUNT, Principal
from cablegram.kit.errors import CablegramError, Unavailable
from cablegram.messages import refused
from cablegram.messages.refused import RefusedCall
from cablegram.runtime.runtime import Runtime

_PAUSE = 0.25  # seconds in which they are gathered
_MOST = 200  # that are kept of one pause


class RefusedCalls:
    """Writes down refused calls; one of these a process that serves. Use it inside a running loop."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._waiting: list[RefusedCall] = []
        self._missed = 0
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def note(self, who: Principal, endpoint: str, error: CablegramError) -> None:
        """Keep what a call was told, soon; not where the fault is ours, or nobody's account was meant."""
        if isinstance(error, Unavailable) or who.account_id == NO_ACCOUNT:
            return
        if len(self._waiting) >= _MOST:
            self._missed += 1
            return
        field = error.faults[0].field if error.faults else None
        self._waiting.append(RefusedCall(who.account_id, endpoint, error.code, error.message, field))
        if self._task is None:
            self._task = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Write what waits, at once."""
        self._closing.set()
        if self._task is not None:
            await self._task

    async def _write(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), _PAUSE)
        rows, self._waiting, missed, self._missed, self._task = self._waiting, [], self._missed, 0, None
        if missed:
            self._rt.log.info("refused calls came too fast to keep them all", missed=missed)
        try:
            async with self._rt.db.transaction() as conn:
                refused.note_calls(conn, rows, now=self._rt.clock.now())
        except Unavailable as error:
            self._rt.log.warning("refused calls can't be kept", calls=len(rows), error=error.message)
