"""Jobs: work that was started by a call, and goes on after its answer (R97)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.errors import FaultView
from cablegram.api.fields import Id, Moment, Next, Paging
from cablegram.api.operation import Can, Download, Resource
from cablegram.api.paging import cut
from cablegram.jobs import files, find
from cablegram.jobs.model import Job, JobFile, JobState
from cablegram.kit.ids import JobId
from cablegram.runtime.runtime import Runtime

jobs = Resource("Jobs", "Work that goes on after the answer: imports, exports. Come back for what came of it.")

CSV, XLSX, ZIP = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
)
Kind = Annotated[
    str, Meta(min_length=1, max_length=40, pattern=r"^[a-z_]+\Z", description="What kind of work.", examples=["import"])
]


class JobFileView(msgspec.Struct, kw_only=True):
    """A file of a job's result."""

    name: Annotated[str, Meta(description="Its name.", examples=["bad-rows.csv"])]
    media_type: Annotated[str, Meta(description="What it is.", examples=[CSV])]
    size: Annotated[int, Meta(description="Bytes.")]
    kept_until: Moment


class JobErrorView(msgspec.Struct, kw_only=True):
    """Why a job failed."""

    code: Annotated[str, Meta(description="A stable code, as of every error.", examples=["bad_rows"])]
    message: Annotated[str, Meta(description="What happened, why, and what to do.")]
    errors: Annotated[list[FaultView], Meta(description="What is wrong, and where.")]


class JobView(msgspec.Struct, kw_only=True):
    """A job, and how far it is."""

    id: Id
    kind: Kind
    about: Annotated[str, Meta(description="What it is about, for people.", examples=["customers.csv into Customers"])]
    state: Annotated[
        JobState,
        Meta(
            description="`waiting`: for a worker. `running`. `finished`: `result` says what came of it. `failed`: "
            "`error` says why. `cancelled`."
        ),
    ]
    step: Annotated[str, Meta(description="What it is doing now, for people; empty where it does nothing.")]
    done: Annotated[int, Meta(description="How much is done, in what the kind of work counts: rows, mostly.")]
    total: Annotated[int | None, Meta(description="How much there is to do; null: nobody knows yet.")]
    is_cancel_asked: Annotated[bool, Meta(description="It is about to stop.")]
    result: Annotated[dict[str, Any] | None, Meta(description="What came of it; its fields depend on the kind.")]
    error: JobErrorView | None
    files: Annotated[list[JobFileView], Meta(description="Files of the result, kept for a week.")]
    started_by: Annotated[str, Meta(description="Who started it.", examples=["key sk_3fQ2"])]
    created_at: Moment
    started_at: Annotated[Moment | None, Meta(description="When a worker first took it up.")]
    ended_at: Annotated[Moment | None, Meta(description="When it was over.")]


class JobPage(msgspec.Struct):
    """Jobs, newest first."""

    items: list[JobView]
    next: Next


class JobFilter(Paging):
    """Which jobs are wanted."""

    kind: Kind | UnsetType = UNSET
    state: Annotated[JobState, Meta(description="In this state.")] | UnsetType = UNSET


NO_JOB = Can(404, "job_not_found", "the account has no such job, or it was over 90 days ago")


@jobs.call("GET", "/v1/jobs", "listJobs", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: JobFilter) -> JobPage:
    """List jobs.

    Newest first, of all kinds and states or of one.
    """
    found = await find.page(
        rt, who, kind=query.kind or None, state=query.state or None, after=query.after or None, limit=query.limit + 1
    )
    items, following = cut(found, "/v1/jobs", query)
    written = await files.of_jobs(rt, who, [one.id for one in items])
    return JobPage([view(one, written[one.id]) for one in items], following)


@jobs.call("GET", "/v1/jobs/{job_id}", "getJob", scope=Scope.READ, errors=(NO_JOB,))
async def get(rt: Runtime, who: Principal, job_id: Id) -> JobView:
    """Get one job."""
    return await seen(rt, who, await find.get(rt, who, JobId(job_id)))


@jobs.call(
    "DELETE",
    "/v1/jobs/{job_id}",
    "cancelJob",
    scope=Scope.READ,
    errors=(NO_JOB, Can(409, "job_over", "it is over already")),
)
async def cancel(rt: Runtime, who: Principal, job_id: Id) -> JobView:
    """Cancel a job.

    The key needs the scope that the job was started with. One that waits is cancelled at once; one at work stops at its
    next step, and leaves nothing half done.
    """
    return await seen(rt, who, await find.cancel(rt, who, JobId(job_id)))


@jobs.call(
    "GET",
    "/v1/jobs/{job_id}/result",
    "getJobResult",
    scope=Scope.READ,
    errors=(NO_JOB, Can(404, "no_result", "it has no file: not yet, none at all, or no longer")),
    gives={CSV: "The only file, where it is CSV.", XLSX: "The only file, where it is a workbook.", ZIP: "All files."},
)
async def result(rt: Runtime, who: Principal, job_id: Id) -> Download:
    """Fetch a job's result file.

    Where there are several, a ZIP of them. Files are kept for a week.
    """
    await find.get(rt, who, JobId(job_id))
    return Download(*await files.fetch(rt, who, JobId(job_id)))


async def seen(rt: Runtime, who: Principal, job: Job) -> JobView:
    """Return a job as a client sees it, with its files."""
    return view(job, (await files.of_jobs(rt, who, [job.id]))[job.id])


def view(job: Job, written: Sequence[JobFile]) -> JobView:
    """Return a job as a client sees it."""
    error = job.error
    return JobView(
        id=job.id,
        kind=job.kind,
        about=job.about,
        state=job.state,
        step=job.step,
        done=job.done,
        total=job.total,
        is_cancel_asked=job.is_cancel_asked,
        result=job.result,
        error=None
        if error is None
        else JobErrorView(
            code=error.code,
            message=error.message,
            errors=[FaultView(one.field, one.code, one.message) for one in error.faults],
        ),
        files=[
            JobFileView(name=one.name, media_type=one.media_type, size=one.size, kept_until=one.kept_until)
            for one in written
        ],
        started_by=job.by,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )
