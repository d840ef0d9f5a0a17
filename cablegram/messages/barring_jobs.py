"""A file of numbers for the blacklist, as a job: it only adds (R91, R88)."""

from __future__ import annotations

from typing import Any, Final, Literal, cast
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.jobs import files
from cablegram.jobs.model import Job, NewJob
from cablegram.jobs.open import open_job
from cablegram.jobs.run import Say
from cablegram.kit.ids import FileId, JobId
from cablegram.messages import barring
from cablegram.runtime.runtime import Runtime

KIND: Final = "blacklist_import"

OnBadRows = Literal["refuse", "skip"]


async def start(rt: Runtime, who: Principal, file_id: FileId, *, on_bad_rows: OnBadRows = "refuse") -> JobId:
    """Open the job that puts the numbers of a CSV file on the blacklist.

    Raises NotFound (`file_gone`), Conflict (`too_many_jobs`).
    """
    who.needs(Scope.CONTACTS)
    file = await files.get(rt, who, file_id)
    args = {"file_id": str(file_id), "on_bad_rows": on_bad_rows}
    about = f"{file.name} into the blacklist"
    async with rt.db.transaction() as conn:
        await files.keep(conn, who, file_id, now=rt.clock.now())
        new = NewJob(who.account_id, KIND, about, Scope.CONTACTS, args, who.name, user_id=who.user_id)
        return await open_job(conn, new, rt.clock.now())


async def do(rt: Runtime, job: Job, say: Say) -> dict[str, Any]:
    """Put the numbers on it, as `barring.import_csv`; done again, it does the rest."""
    file = await files.get(rt, job.who, FileId(UUID(job.args["file_id"])))
    how = cast("OnBadRows", job.args["on_bad_rows"])

    async def tell(rows: int) -> None:
        await say(rows, step="Reading the file")

    done = await barring.import_csv(rt, job.who, files.read(rt, file), on_bad_rows=how, on_progress=tell)
    return {
        "rows": done.rows,
        "added": done.added,
        "known": done.known,
        "withdrawn": done.withdrawn,
        "duplicates": done.duplicates,
        "bad": done.skipped,
        "errors": [{"field": one.field, "code": one.code, "message": one.message} for one in done.faults],
    }
