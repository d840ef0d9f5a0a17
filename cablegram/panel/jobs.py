"""Messages > Jobs: work that goes on by itself, live, and what came of it (R97)."""

from __future__ import annotations

import asyncio
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from cablegram.jobs import files, find
from cablegram.jobs.model import Job, JobState
from cablegram.kit.errors import Conflict
from cablegram.kit.ids import FileId, JobId
from cablegram.panel import stream
from cablegram.panel.messages import tabs
from cablegram.panel.pages import Context, draw, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE = "/messages/jobs"
_EVERY = 0.7  # seconds between two looks
_KINDS = {
    "import": "Import",
    "import_check": "Check of a file",
    "export": "Export",
    "blacklist_import": "Blacklist",
    "people": "People",
    "campaign": "Campaign",
}


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the jobs, newest first."""
    cursor, word = Cursor.of(request), request.query_params.get("state", "")
    state = JobState(word) if word in set(JobState) else None
    rt = parts_of(request).rt
    found = await find.page(rt, visit.who, state=state, after=cursor.after, limit=PAGE + 1)
    listed = paged(_HERE, [("state", word)] if state else [], cursor, found, [one.id for one in found])
    context: Context = {
        "tabs": tabs(_HERE),
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "state": word if state else "",
        "kinds": _KINDS,
    }
    return await page(request, visit, "messages/jobs.html", title="Jobs", here="messages", context=context)


@get(f"{_HERE}/{{job_id:uuid}}")
async def show_one(request: Http, visit: Visitor, job_id: FromPath[UUID]) -> Response[str]:
    """Show one job: how far it is, or what came of it."""
    context = await about(request, visit, await find.get(parts_of(request).rt, visit.who, JobId(job_id)))
    return await page(request, visit, "messages/job.html", title=context["job"].about, here="messages", context=context)


@get(f"{_HERE}/{{job_id:uuid}}/live")
async def live(request: Http, visit: Visitor, job_id: FromPath[UUID]) -> Stream:
    """Send the part that lives until the job is over."""
    found = await find.get(parts_of(request).rt, visit.who, JobId(job_id))
    return stream.answer(_changes(request, visit, found), parts_of(request).closing)


@post(f"{_HERE}/{{job_id:uuid}}/cancel", status_code=303)
async def cancel(request: Http, visit: Visitor, job_id: FromPath[UUID]) -> Redirect:
    """Cancel a job."""
    here = f"{_HERE}/{job_id}"
    try:
        done = await find.cancel(parts_of(request).rt, visit.who, JobId(job_id))
    except Conflict as error:
        return go(here, flash=("info", "It was over already", error.message))
    if done.state is JobState.CANCELLED:
        return go(here, flash=("done", "The job is cancelled", "Nothing of it was done."))
    return go(here, flash=("info", "The job is told to stop", "What it had begun is as if it never was."))


@post(f"{_HERE}/{{job_id:uuid}}/tell", status_code=303)
async def tell(request: Http, visit: Visitor, job_id: FromPath[UUID]) -> Redirect:
    """Have whoever started a job told by mail when it is over."""
    here = f"{_HERE}/{job_id}"
    try:
        await find.ask_to_be_told(parts_of(request).rt, visit.who, JobId(job_id))
    except Conflict as error:
        return go(here, flash=("info", "Nobody is told", error.message))
    return go(here, flash=("done", "You get a letter when it is done", "You can leave."))


@get(f"{_HERE}/{{job_id:uuid}}/result")
async def result(request: Http, visit: Visitor, job_id: FromPath[UUID]) -> Stream:
    """Give the result file, or a ZIP of several."""
    await find.get(parts_of(request).rt, visit.who, JobId(job_id))
    name, media_type, pieces = await files.fetch(parts_of(request).rt, visit.who, JobId(job_id))
    return download(name, media_type, pieces)


@get(f"{_HERE}/{{job_id:uuid}}/files/{{file_id:uuid}}")
async def one_file(request: Http, visit: Visitor, job_id: FromPath[UUID], file_id: FromPath[UUID]) -> Stream:
    """Give one file of the result."""
    rt = parts_of(request).rt
    await find.get(rt, visit.who, JobId(job_id))
    found = await files.get(rt, visit.who, FileId(file_id))
    return download(found.name, found.media_type, files.read(rt, found))


def download(name: str, media_type: str, pieces: files.Pieces) -> Stream:
    """Answer with a file to be saved."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Stream(pieces, media_type=media_type, headers=headers)


async def about(request: Http, visit: Visit, job: Job) -> Context:
    """Return what a page about a job reads."""
    written = await files.of_jobs(parts_of(request).rt, visit.who, [job.id])
    is_mine = visit.who.user_id is not None and job.user_id == visit.who.user_id
    return {"job": job, "files": written[job.id], "kinds": _KINDS, "is_mine": is_mine}


async def _changes(request: Http, visit: Visit, job: Job) -> stream.Changes:
    shown = ""
    while True:
        fresh = draw(request, visit.session, "messages/_job.html", await about(request, visit, job))
        if fresh != shown:
            yield stream.message(fresh)
        shown = fresh
        if job.state.is_over:
            yield stream.message("", event="done")
            return
        await asyncio.sleep(_EVERY)
        job = await find.get(parts_of(request).rt, visit.who, job.id)


HANDLERS = (show, show_one, live, cancel, tell, result, one_file)
