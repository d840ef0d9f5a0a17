"""Open a job: it waits until a worker takes it up."""

from __future__ import annotations

from datetime import datetime

from cablegram.jobs import store
from cablegram.jobs.model import NewJob
from cablegram.kit.errors import Conflict
from cablegram.kit.ids import JobId, uuid7
from cablegram.runtime.database import Conn

MOST_AT_ONCE = 100  # of an account, that are not over


async def open_job(conn: Conn, new: NewJob, now: datetime) -> JobId:
    """Open a job; it begins when the transaction is committed. Raises Conflict (`too_many_jobs`)."""
    if await store.count_waiting(conn, new.account_id) >= MOST_AT_ONCE:
        message = f"{MOST_AT_ONCE} jobs of this account wait or run already. Wait for some of them, or cancel some."
        raise Conflict("too_many_jobs", message)
    job_id = JobId(uuid7())
    await store.insert_job(conn, job_id, new, now)
    return job_id
