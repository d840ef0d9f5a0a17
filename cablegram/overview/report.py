"""What each process says of itself, and keeping all that was counted within reach.

A process writes its figures as a row every few seconds. So any `serve` process can tell the figures of all processes on
all machines: nothing has to be found or opened to ask each of them.
"""

from __future__ import annotations

import asyncio
import os
import socket
from datetime import timedelta
from uuid import UUID

from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import uuid7
from cablegram.overview import store
from cablegram.runtime.runtime import Runtime

_EVERY = 5.0  # seconds
_LAST_WORD = 1.0  # seconds: a process that is told to stop waits for nothing longer
_FORGET_AFTER = timedelta(hours=1)
# Clocks of several machines may differ by so much, and a transaction may have begun by so much after it read its clock.
_MARGIN = timedelta(minutes=2)


async def keep_reporting(rt: Runtime, name: str, *, every: float = _EVERY) -> None:
    """Write this process's figures down every few seconds until cancelled; then take them away."""
    process_id, host, pid = uuid7(), socket.gethostname(), os.getpid()
    try:
        while True:
            try:
                async with rt.db.transaction() as conn:
                    await store.note_process(conn, process_id, rt.meters.figures(), name=name, host=host, pid=pid)
            except Unavailable as error:
                rt.log.debug("figures wait for the database", error=error.message)
            await asyncio.sleep(every)
    finally:
        await _take_away(rt, process_id)


async def _take_away(rt: Runtime, process_id: UUID) -> None:
    try:
        async with asyncio.timeout(_LAST_WORD), rt.db.transaction() as conn:
            await store.drop_process(conn, process_id)
    except (Unavailable, TimeoutError) as error:
        # It stays, is seen to be silent, and is forgotten in an hour.
        rt.log.debug("figures stay behind", error=str(error))


async def tidy(rt: Runtime) -> None:
    """Add the log of counts to the sums as far as nobody writes there any more; forget processes that fell silent."""
    async with rt.db.transaction() as conn:
        await store.advance_totals(conn, rt.clock.now(), margin=_MARGIN)
        await store.forget_processes(conn, after=_FORGET_AFTER)
