"""Contacts > Imports: bring a file, say what its columns are for, try it out, import it (R87, R88, R95)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.contacts import export_jobs, import_jobs, lists, mapping
from cablegram.contacts.import_jobs import Look
from cablegram.contacts.importing import Order
from cablegram.contacts.model import ContactList
from cablegram.jobs import files, find
from cablegram.jobs.model import Job
from cablegram.kit import csvio
from cablegram.kit.errors import CablegramError, Fault, InvalidInput
from cablegram.kit.ids import FileId, JobId, ListId
from cablegram.panel import jobs
from cablegram.panel.contacts import tabs
from cablegram.panel.forms import UPLOAD, Errors, Fields, errors_of, read_form, read_ids, read_upload, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.samples import sample_file
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE = "/contacts/imports"
_LARGEST_FILE = 512 << 20  # bytes; it waits on disk while it arrives. The API takes twice as much
_CHUNK = 1 << 16
_MOST_LISTS = 200
_PASTED = "pasted.csv"
_SHOWN = ("list_name", "list", "source", "words", "file", "pasted")


@dataclass(slots=True)
class Form:
    """What was said about a file: `words` are the columns', `into` a list's id or nothing for a new one."""

    words: list[str]
    has_header: bool = True
    into: str = ""
    list_name: str = ""
    keep_others: bool = False
    skip_bad_rows: bool = False
    agreed: str = ""  # "yes" where they agreed, "no" where nobody asked them
    source: str = ""
    shown: str = ""

    def order(self) -> Order:
        """Return it as an import wants it. Raises InvalidInput (`source_needed`)."""
        if not self.agreed:
            raise _needed("agreed", "Say whether these people agreed to marketing texts.")
        if self.agreed == "yes" and not self.source.strip():
            raise _needed("source", "Say where these people agreed, such as: web shop, box at the checkout.")
        return Order(
            ListId(UUID(self.into)) if self.into else None,
            list_name=self.list_name,
            words=self.words,
            has_header=self.has_header,
            on_bad_rows="skip" if self.skip_bad_rows else "refuse",
            keep_others=self.keep_others,
            agreed=self.source if self.agreed == "yes" else "",
            shown=self.shown if self.agreed == "yes" else "",
        )


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the imports, newest first."""
    cursor, rt = Cursor.of(request), parts_of(request).rt
    found = await find.page(rt, visit.who, kind=import_jobs.KIND, after=cursor.after, limit=PAGE + 1)
    listed = paged(_HERE, [], cursor, found, [one.id for one in found])
    context: Context = {"tabs": tabs(_HERE), "rows": listed.rows, "newer": listed.newer, "older": listed.older}
    return await page(request, visit, "contacts/imports.html", title="Imports", here="contacts", context=context)


@get(f"{_HERE}/new")
async def bring(request: Http, visit: Visitor) -> Response[str]:
    """Ask for a file."""
    return await _bring(request, visit)


@post(_HERE, status_code=200, request_max_body_size=_LARGEST_FILE, opt=UPLOAD)
async def take(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Take a file, or what was pasted, and lead to what its columns are for."""
    rt, form = parts_of(request).rt, await read_upload(request)
    file, pasted, into = form.file("file"), form.one("pasted"), form.one("list")
    try:
        if file is not None:
            kind = import_jobs.media_type_of(file.filename)
            brought = await files.receive(rt, visit.who, _chunks(file), name=file.filename, media_type=kind)
        elif pasted.strip():
            data = _once(_as_csv(pasted))
            brought = await files.receive(rt, visit.who, data, name=_PASTED, media_type="text/csv")
        else:
            raise InvalidInput("file_empty", "Choose a file, or paste some rows.")
        await import_jobs.look(rt, visit.who, brought.id)
    except CablegramError as error:
        return await _bring(request, visit, errors={"file": error.message}, pasted=pasted)
    return go(_mapping(brought.id, into))


@post(f"{_HERE}/samples", status_code=303)
async def samples(request: Http, visit: Visitor) -> Redirect:
    """Bring fifty people who do not exist, to see what an import is like."""
    rt = parts_of(request).rt
    brought = await files.receive(rt, visit.who, _once(sample_file()), name="samples.csv", media_type="text/csv")
    return go(_mapping(brought.id, ""))


@get(f"{_HERE}/files/{{file_id:uuid}}")
async def show_columns(request: Http, visit: Visitor, file_id: FromPath[UUID]) -> Response[str]:
    """Show what the columns of a file are likely to be for."""
    query = request.query_params
    wanted = {"yes": True, "no": False}.get(query.get("header", ""))
    found = await import_jobs.look(parts_of(request).rt, visit.who, FileId(file_id), has_header=wanted)
    known = read_ids([query.get("list", "")])
    name = found.file.name.rpartition(".")[0] or found.file.name
    form = Form(found.words, found.has_header, str(known[0]) if known else "", name)
    return await _columns(request, visit, found, form)


@post(f"{_HERE}/files/{{file_id:uuid}}", status_code=200)
async def start(request: Http, visit: Visitor, file_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Try the import out, or do it: as a job."""
    rt, fields = parts_of(request).rt, await read_form(request)
    form = _form(fields)
    found = await import_jobs.look(rt, visit.who, FileId(file_id), has_header=form.has_header)
    try:
        is_trial = fields.one("deed") == "try"
        job_id = await import_jobs.start(rt, visit.who, found.file.id, form.order(), is_trial=is_trial)
    except CablegramError as error:
        return await _columns(request, visit, found, form, errors=errors_of(error, {"name": "list_name"}))
    return go(f"{_HERE}/{job_id}")


@get(f"{_HERE}/{{job_id:uuid}}")
async def show_one(request: Http, visit: Visitor, job_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Show how far an import is, or what came of it."""
    found = await find.get(parts_of(request).rt, visit.who, JobId(job_id))
    if found.kind not in {import_jobs.KIND, import_jobs.TRIAL}:
        return go(f"/messages/jobs/{job_id}")
    context = await jobs.about(request, visit, found) | {"back": _back(found), "into": _into(found)}
    return await page(request, visit, "contacts/import.html", title=found.about, here="contacts", context=context)


@post(f"{_HERE}/{{job_id:uuid}}/go", status_code=303)
async def do_it(request: Http, visit: Visitor, job_id: FromPath[UUID]) -> Redirect:
    """Import what was tried out, as it was."""
    rt = parts_of(request).rt
    skip = (await read_form(request)).one("on_bad_rows") == "skip"
    try:
        begun = await import_jobs.after_trial(rt, visit.who, JobId(job_id), skip_bad_rows=skip)
    except CablegramError as error:
        return go(f"{_HERE}/{job_id}", flash=("error", "The import was not started", error.message))
    return go(f"{_HERE}/{begun}")


@post("/contacts/{list_id:uuid}/exports", status_code=303)
async def export(request: Http, visit: Visitor, list_id: FromPath[UUID]) -> Redirect:
    """Write the people of a list into a file, as a job."""
    form = "xlsx" if (await read_form(request)).one("form") == "xlsx" else "csv"
    begun = await export_jobs.start_list(
        parts_of(request).rt, visit.who, ListId(list_id), form=form, with_statuses=True
    )
    return go(f"/messages/jobs/{begun}")


async def _bring(request: Http, visit: Visit, *, errors: Errors | None = None, pasted: str = "") -> Response[str]:
    context: Context = {
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
        "pasted": pasted,
        "list": request.query_params.get("list", ""),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "contacts/import_new.html", title="Import", here="contacts", context=context, status=status
    )


async def _columns(
    request: Http, visit: Visit, found: Look, form: Form, *, errors: Errors | None = None
) -> Response[str]:
    known = await lists.page(parts_of(request).rt, visit.who, limit=_MOST_LISTS)
    context: Context = {
        "file": found.file,
        "columns": [
            (at, name, _samples(found, at), form.words[at] if at < len(form.words) else "")
            for at, name in enumerate(found.header)
        ],
        "uses": _uses(found, known),
        "has_header": found.has_header,
        "lists": [("", "A new list"), *((str(one.id), one.name) for one in known)],
        "form": form,
        "errors": errors or {},
        "summary": summary_of(errors or {}, (*_SHOWN, *(f"columns.{at}" for at in range(len(found.header))))),
    }
    status = 422 if errors else 200
    return await page(
        request,
        visit,
        "contacts/import_columns.html",
        title=f"Import {found.file.name}",
        here="contacts",
        context=context,
        status=status,
    )


def _uses(found: Look, known: Sequence[ContactList]) -> list[tuple[str, str]]:
    """Return what a column may be for: (word, what it is called)."""
    own = {name: one.label for name, one in found.fields.items()}
    others = [*found.words, *(name for one in known for name in one.variables)]
    special = {mapping.ASIDE, mapping.NUMBER, mapping.PHONE_STATUS, mapping.SUBSCRIPTION}
    variables = {name: name for name in others if name not in own and name not in special}
    return [
        (mapping.NUMBER, "The number"),
        (mapping.ASIDE, "Leave it aside"),
        *own.items(),
        *sorted(variables.items()),
        (mapping.SUBSCRIPTION, "Subscription"),
        (mapping.PHONE_STATUS, "Phone status"),
    ]


def _samples(found: Look, at: int) -> str:
    cells = [fields[at] for _, fields in found.rows if at < len(fields) and fields[at].strip()]
    return ", ".join(one[:40] for one in cells[:3])


def _form(fields: Fields) -> Form:
    places = range(sum(1 for _ in fields.every("column")))
    words = [fields.one(f"name_{at}").strip() or fields.one(f"use_{at}") for at in places]
    known = read_ids([fields.one("list")])
    return Form(
        words,
        has_header=fields.one("has_header") != "no",
        into=str(known[0]) if known else "",
        list_name=fields.one("list_name"),
        keep_others=fields.one("others") == "keep",
        skip_bad_rows=fields.one("on_bad_rows") == "skip",
        agreed=fields.one("agreed") if fields.one("agreed") in {"yes", "no"} else "",
        source=fields.one("source"),
        shown=fields.one("words"),
    )


def _back(job: Job) -> str:
    """Return the page on which the columns of a job's file are said."""
    return _mapping(UUID(job.args["file_id"]), job.args["order"]["list_id"] or "")


def _into(job: Job) -> dict[str, Any]:
    """Return where the people of an import are: the list's id, once there is one, and its name."""
    list_id = (job.result or {}).get("list_id") or job.args["order"]["list_id"]
    return {"id": list_id, "name": job.args["into"], "skips": job.args["order"]["on_bad_rows"] == "skip"}


def _mapping(file_id: UUID, into: str) -> str:
    return f"{_HERE}/files/{file_id}?list={into}" if into else f"{_HERE}/files/{file_id}"


def _needed(name: str, message: str) -> InvalidInput:
    return InvalidInput("source_needed", message, faults=[Fault(name, "source_needed", message)])


def _as_csv(pasted: str) -> bytes:
    """Return what was pasted as CSV: spreadsheets put tabs between cells."""
    if "\t" not in pasted:
        return pasted.encode()
    return csvio.write([line.split("\t") for line in pasted.splitlines() if line.strip()])


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


HANDLERS = (show, bring, take, samples, show_columns, start, show_one, do_it, export)
