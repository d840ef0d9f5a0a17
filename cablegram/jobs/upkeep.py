"""Forget what was kept long enough: files after their time, jobs ninety days after their end."""

from __future__ import annotations

from datetime import timedelta

from cablegram.jobs import store
from cablegram.runtime.runtime import Runtime

JOBS_FOR = timedelta(days=90)
_SLICE = 100


async def forget(rt: Runtime) -> None:
    """Delete files and jobs whose time is over, some at a time."""
    now = rt.clock.now()
    for deed, until in ((store.forget_files, now), (store.forget_jobs, now - JOBS_FOR)):
        while True:
            async with rt.db.transaction() as conn:
                gone = await deed(conn, until, limit=_SLICE)
            if gone < _SLICE:
                break
