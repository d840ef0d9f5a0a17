"""`cablegram job`: work that was started somewhere and goes on by itself."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cablegram.accounts.access import Principal
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, table
from cablegram.jobs import files, find
from cablegram.jobs.model import Job, JobState
from cablegram.kit.errors import Conflict
from cablegram.kit.ids import JobId
from cablegram.runtime.runtime import Runtime

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]
_LOOK = 0.3  # seconds


def list_jobs(
    *,
    state: Annotated[JobState | None, Parameter(help="Only those in this state.")] = None,
    kind: Annotated[str | None, Parameter(help="Only those of this kind, such as import.")] = None,
    limit: int = 50,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """List jobs, newest first."""

    async def deed(rt: Runtime) -> list[Job]:
        _, who = await choosing.acting(rt, account)
        return await find.page(rt, who, kind=kind, state=state, limit=limit)

    found = act(place, deed)
    rows = [(str(one.id), one.kind, one.state.value, _far(one), moment(one.created_at), one.about) for one in found]
    text = table(("id", "kind", "state", "done", "since (UTC)", "about"), rows) if rows else "There are no jobs."
    say(text, [facts(one) for one in found], as_json=json)


def show(job_id: UUID, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Show a job and what came of it."""

    async def deed(rt: Runtime) -> Job:
        _, who = await choosing.acting(rt, account)
        return await find.get(rt, who, JobId(job_id))

    found = act(place, deed)
    say(told(found), facts(found), as_json=json)


def wait(job_id: UUID, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> int:
    """Watch a job until it is over; the exit status is 1 unless it finished."""

    async def deed(rt: Runtime) -> Job:
        _, who = await choosing.acting(rt, account)
        return await until_over(rt, who, JobId(job_id))

    found = act(place, deed)
    say(told(found), facts(found), as_json=json)
    return 0 if found.state is JobState.FINISHED else 1


def cancel(job_id: UUID, /, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Cancel a job; what it had begun is as if it never was."""

    async def deed(rt: Runtime) -> Job:
        _, who = await choosing.acting(rt, account)
        return await find.cancel(rt, who, JobId(job_id))

    found = act(place, deed)
    text = told(found) if found.state.is_over else "It is told to stop, and does so at its next step."
    say(text, facts(found), as_json=json)


def result(
    job_id: UUID,
    /,
    *,
    out: Annotated[Path, Parameter(help="Where to; - is standard output.")],
    account: _Account = None,
    place: Place = HERE,
) -> None:
    """Write a job's result file; where there are several, a ZIP of them."""

    async def deed(rt: Runtime) -> None:
        _, who = await choosing.acting(rt, account)
        _, _, pieces = await files.fetch(rt, who, JobId(job_id))
        if str(out) == "-":
            async for piece in pieces:
                sys.stdout.buffer.write(piece)
            return
        try:
            with out.open("xb") as file:
                async for piece in pieces:
                    file.write(piece)
        except FileExistsError:
            raise Conflict("file_exists", f"{out} is there already. Choose another name, or move it away.") from None

    act(place, deed)


async def until_over(rt: Runtime, who: Principal, job_id: JobId) -> Job:
    """Return a job when it is over; on a terminal, show how far it is meanwhile."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task("waiting", total=None)
        while True:
            found = await find.get(rt, who, job_id)
            if found.state.is_over:
                return found
            bars.update(bar, description=found.step or found.state.value, completed=found.done, total=found.total)
            await asyncio.sleep(_LOOK)


def told(job: Job) -> str:
    """Say where a job is, and what came of it."""
    head = f"{job.about}: {job.state.value}"
    if job.error:
        lines = [f"{head} [{job.error.code}]. {job.error.message}"]
        return "\n".join([*lines, *(f"  {fault.message}" for fault in job.error.faults)])
    if job.state is JobState.RUNNING:
        head += f", {job.step} {_far(job)}".rstrip()
    said = [f"  {name}: {value}" for name, value in (job.result or {}).items() if isinstance(value, int | str)]
    return "\n".join([f"{head}.", *said])


def facts(job: Job) -> dict[str, Any]:
    """Return a job for a script."""
    error = job.error
    return {
        "id": job.id, "kind": job.kind, "about": job.about, "state": job.state.value, "step": job.step,
        "done": job.done, "total": job.total, "result": job.result,
        "error": {"code": error.code, "message": error.message} if error else None,
        "started_by": job.by, "created_at": job.created_at, "ended_at": job.ended_at,
    }  # fmt: skip


def _far(job: Job) -> str:
    if job.total:
        return f"{job.done:,} of {job.total:,}"
    return f"{job.done:,}" if job.done else ""
