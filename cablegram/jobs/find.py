"""Look at an account's jobs, and cancel them (R97)."""

from __future__ import annotations

from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.jobs import store
from cablegram.jobs.model import Job, JobState
from cablegram.kit.errors import Conflict, NotFound
from cablegram.kit.ids import JobId
from cablegram.runtime.runtime import Runtime


async def get(rt: Runtime, who: Principal, job_id: JobId) -> Job:
    """Return a job. Raises NotFound (`job_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.get_job(conn, who.account_id, job_id)
    if found is None:
        raise _no_such_job(job_id)
    return found


async def page(
    rt: Runtime,
    who: Principal,
    *,
    kind: str | None = None,
    state: JobState | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Job]:
    """Return the account's jobs, newest first: of all kinds and states, or of one."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.page_of_jobs(conn, who.account_id, after, kind=kind, state=state, limit=limit)


async def cancel(rt: Runtime, who: Principal, job_id: JobId) -> Job:
    """Cancel a job; one that is at work stops at its next step, and what it had begun is as if it never was.

    Needs the scope that the job was opened with. Raises NotFound (`job_not_found`), Conflict (`job_over`).
    """
    async with rt.db.transaction() as conn:
        held = await store.hold_job(conn, who.account_id, job_id)
        if held is None:
            raise _no_such_job(job_id)
        who.needs(held.scope)
        if held.state.is_over:
            raise Conflict("job_over", f"This job is {held.state} already, so it can't be cancelled.")
        if not await store.cancel_waiting(conn, who.account_id, job_id, rt.clock.now()):
            await store.ask_to_cancel(conn, who.account_id, job_id)
    return await get(rt, who, job_id)


async def ask_to_be_told(rt: Runtime, who: Principal, job_id: JobId) -> None:
    """Have whoever started a job told by mail when it is over, however short it is.

    Raises NotFound (`job_not_found`), Conflict (`job_over`) where it is over or somebody else's.
    """
    found = await get(rt, who, job_id)
    async with rt.db.transaction() as conn:
        is_asked = who.user_id is not None and await store.ask_to_be_told(conn, who.account_id, job_id, who.user_id)
    if not is_asked:
        message = f"This job is {found.state}: who started it can ask to be told while it is not over."
        raise Conflict("job_over", message)


def _no_such_job(job_id: JobId) -> NotFound:
    message = f"The account has no job {job_id}; jobs are forgotten 90 days after their end."
    return NotFound("job_not_found", message)
