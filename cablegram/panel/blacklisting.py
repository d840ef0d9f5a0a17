"""Contacts > Blacklist: numbers that get nothing more, how they came here, and the ways in and out (R91)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.response import Redirect, Stream

from cablegram.consent import blacklist
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotFound
from cablegram.messages import barring
from cablegram.messages.barring import BarredFile
from cablegram.numbers.format import international
from cablegram.panel.contacts import tabs
from cablegram.panel.forms import UPLOAD, Errors, errors_of, read_form, read_upload, summary_of
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE = "/contacts/blacklist"
_SHOWN = ("number", "note", "file")
_FIELDS = {"numbers.0": "number"}
_LARGEST_FILE = 256 << 20  # bytes; it waits on disk while it arrives
_CHUNK = 1 << 16


@dataclass(slots=True)
class Form:
    """A number to add, as typed."""

    number: str = ""
    note: str = ""


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the blacklist, newest first."""
    return await _page(request, visit, Form())


@post(_HERE, status_code=200)
async def add(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Put a number on it; what waits for it is withdrawn."""
    fields = await read_form(request)
    form = Form(fields.one("number").strip(), fields.one("note"))
    try:
        done = await barring.add(parts_of(request).rt, visit.who, [form.number], note=form.note)
    except CablegramError as error:
        return await _page(request, visit, form, errors=errors_of(error, _FIELDS))
    if not done.added:
        return go(_HERE, flash=("info", f"{form.number} was on the blacklist already", ""))
    body = f"{done.withdrawn:,} messages that waited are withdrawn and refunded." if done.withdrawn else ""
    return go(_HERE, flash=("done", f"{form.number} gets no more texts", body))


@post(f"{_HERE}/remove", status_code=303)
async def remove(request: Http, visit: Visitor) -> Redirect:
    """Take a number off."""
    number = (await read_form(request)).one("number")
    try:
        gone = await blacklist.remove(parts_of(request).rt, visit.who, number)
    except (InvalidInput, NotFound) as error:
        return go(_HERE, flash=("info", "Nothing was taken off", error.message))
    return go(_HERE, flash=("done", f"{international(gone.number)} is off the blacklist", "Texts go there again."))


@post(f"{_HERE}/import", status_code=200, request_max_body_size=_LARGEST_FILE, opt=UPLOAD)
async def import_file(request: Http, visit: Visitor) -> Response[str]:
    """Put the numbers of a file on it, and say what came of it."""
    form = await read_upload(request)
    file = form.file("file")
    if file is None:
        return await _page(request, visit, Form(), errors={"file": "Choose a file first."})
    how = "skip" if form.one("on_bad_rows") == "skip" else "refuse"
    try:
        done = await barring.import_csv(parts_of(request).rt, visit.who, _chunks(file), on_bad_rows=how)
    except (InvalidInput, Conflict) as error:
        refused: Context = {"refused": (error.message, error.code), "faults": error.faults}
        return await _page(request, visit, Form(), status=422, more=refused)
    return await _page(request, visit, Form(), more={"done": done, "faults": done.faults})


@get(f"{_HERE}/export")
async def export(request: Http, visit: Visitor) -> Stream:
    """Give the blacklist as the file it could be filled from."""
    headers = {"Content-Disposition": 'attachment; filename="blacklist.csv"', "Cache-Control": "no-store"}
    rows = blacklist.export_csv(parts_of(request).rt, visit.who)
    return Stream(rows, media_type="text/csv; charset=utf-8", headers=headers)


async def _page(
    request: Http,
    visit: Visit,
    form: Form,
    *,
    errors: Errors | None = None,
    status: int = 200,
    more: Context | None = None,
) -> Response[str]:
    q, cursor = request.query_params.get("q", "").strip(), Cursor.of(request)
    found = await blacklist.page(parts_of(request).rt, visit.who, after=cursor.after, q=q or None, limit=PAGE + 1)
    listed = paged(_HERE, [("q", q)], cursor, found, [one.id for one in found])
    nothing: BarredFile | None = None
    context: Context = {
        "tabs": tabs(_HERE),
        "q": q,
        "rows": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "form": form,
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
        "done": nothing,
        "refused": None,
        "faults": [],
        **(more or {}),
    }
    status = 422 if errors else status
    return await page(
        request, visit, "contacts/blacklist.html", title="Blacklist", here="contacts", status=status, context=context
    )


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


HANDLERS = (show, add, remove, import_file, export)
