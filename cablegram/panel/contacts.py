"""Contacts: lists of people, and the files that fill them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from cablegram.campaigns import find
from cablegram.contacts import exporting, importing, imports, lists, members
from cablegram.contacts.model import ContactList
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput
from cablegram.kit.ids import ListId
from cablegram.panel.forms import UPLOAD, Errors, errors_of, read_form, read_upload
from cablegram.panel.pages import Context, go, page
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.samples import sample_file
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_SAMPLES = "Fifty people who do not exist"
_LARGEST_FILE = 512 << 20  # bytes: some ten million people; it waits on disk while it arrives
_CHUNK = 1 << 16
_LONGEST_NAME = 200


@dataclass(slots=True)
class NewList:
    """The form for a new list, as typed."""

    name: str = ""
    description: str = ""


@dataclass(slots=True)
class Refusal:
    """Why nothing was imported."""

    what: str
    code: str


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of the people's room."""
    named = (
        *(
            ("Lists", "/contacts"),
            ("People", "/contacts/people"),
            ("Segments", "/contacts/segments"),
            ("Blacklist", "/contacts/blacklist"),
        ),
        *(("Fields", "/contacts/fields"), ("Imports", "/contacts/imports"), ("Website tag", "/contacts/website")),
    )
    return [(label, href, href == current) for label, href in named]


@get("/contacts")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the lists."""
    return await _lists(request, visit, NewList())


@post("/contacts", status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Make a list, empty at first."""
    fields = await read_form(request)
    form = NewList(fields.one("name"), fields.one("description"))
    try:
        made = await lists.create(parts_of(request).rt, visit.who, form.name, description=form.description)
    except CablegramError as error:
        return await _lists(request, visit, form, errors=errors_of(error, {"form": "name"}))
    return go(f"/contacts/{made.id}", flash=("done", f"The list {made.name} is made", "Fill it from a file."))


@post("/contacts/samples", status_code=303)
async def add_samples(request: Http, visit: Visitor) -> Redirect:
    """Make a list of people who do not exist, for a first campaign."""
    rt = parts_of(request).rt
    try:
        made = await lists.create(rt, visit.who, _SAMPLES, description="Samples: the simulated carrier answers.")
    except Conflict:
        return go("/contacts", flash=("info", "The samples are here already", f"They are in the list {_SAMPLES}."))
    await importing.import_csv(rt, visit.who, made.id, _once(sample_file()))
    return go(f"/contacts/{made.id}", flash=("done", "50 people are on the list", "They are ready for a campaign."))


@get("/contacts/{list_id:uuid}")
async def show_one(request: Http, visit: Visitor, list_id: FromPath[UUID]) -> Response[str]:
    """Show a list, its people, and the form that replaces them."""
    return await _list(request, visit, await lists.get(parts_of(request).rt, visit.who, ListId(list_id)))


@post("/contacts/{list_id:uuid}/import", status_code=200, request_max_body_size=_LARGEST_FILE, opt=UPLOAD)
async def import_file(request: Http, visit: Visitor, list_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Put the people of a file on a list, in place of those it had or beside them; lead to what came of it (R88)."""
    rt, form = parts_of(request).rt, await read_upload(request)
    found, file = await lists.get(rt, visit.who, ListId(list_id)), form.file("file")
    if file is None:
        return await _list(request, visit, found, errors={"file": "Choose a file first."})
    try:
        result = await importing.import_csv(
            rt,
            visit.who,
            found.id,
            _chunks(file),
            on_bad_rows="skip" if form.one("on_bad_rows") == "skip" else "refuse",
            keep_others=form.one("others") == "keep",
            file_name=file.filename[-_LONGEST_NAME:],
        )
    except (InvalidInput, Conflict) as error:
        context: Context = {"faults": error.faults, "bad_rows": len(error.faults)}
        context["refused"] = Refusal(error.message, error.code)
        return await _outcome(request, visit, found, context, file_name=file.filename, status=422)
    return go(f"/contacts/{found.id}/imports/{result.id}")


@get("/contacts/{list_id:uuid}/imports/{import_id:uuid}")
async def show_import(
    request: Http, visit: Visitor, list_id: FromPath[UUID], import_id: FromPath[UUID]
) -> Response[str]:
    """Show what came of an import, as often as somebody wants to see it."""
    rt = parts_of(request).rt
    found = await lists.get(rt, visit.who, ListId(list_id))
    past = await imports.get(rt, visit.who, found.id, import_id)
    context: Context = {"result": past.result, "faults": past.result.faults, "bad_rows": past.result.skipped}
    return await _outcome(request, visit, found, context, file_name=past.file_name)


@get("/contacts/{list_id:uuid}/export")
async def export(request: Http, visit: Visitor, list_id: FromPath[UUID]) -> Stream:
    """Give the people of a list as the file it could be filled from."""
    rt = parts_of(request).rt
    found = await lists.get(rt, visit.who, ListId(list_id))
    name = "".join(char if char.isascii() and char.isalnum() else "-" for char in found.name)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Stream(exporting.export_csv(rt, visit.who, found.id), media_type="text/csv; charset=utf-8", headers=headers)


@post("/contacts/{list_id:uuid}/delete", status_code=303)
async def delete(request: Http, visit: Visitor, list_id: FromPath[UUID]) -> Redirect:
    """Delete a list; its people keep their record."""
    rt = parts_of(request).rt
    found = await lists.get(rt, visit.who, ListId(list_id))
    await lists.delete(rt, visit.who, found.id)
    return go("/contacts", flash=("done", f"The list {found.name} is deleted", "Its people keep their record."))


async def _outcome(
    request: Http, visit: Visit, of: ContactList, context: Context, *, file_name: str, status: int = 200
) -> Response[str]:
    whole: Context = {"list": of, "file_name": file_name, "result": None, "refused": None, **context}
    title = "Nothing was imported" if whole["refused"] else "Imported"
    return await page(
        request, visit, "contacts/import_result.html", title=title, here="contacts", status=status, context=whole
    )


async def _lists(request: Http, visit: Visit, form: NewList, *, errors: Errors | None = None) -> Response[str]:
    cursor = Cursor.of(request)
    found = await lists.page(parts_of(request).rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged("/contacts", [], cursor, found, [one.id for one in found])
    context = {
        "tabs": tabs("/contacts"),
        "lists": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "form": form,
        "errors": errors or {},
        "may_sample": not found and cursor.after is None,
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "contacts/lists.html", title="Contacts", here="contacts", status=status, context=context
    )


async def _list(request: Http, visit: Visit, shown: ContactList, *, errors: Errors | None = None) -> Response[str]:
    rt, cursor = parts_of(request).rt, Cursor.of(request)
    found = await members.page(rt, visit.who, shown.id, after=cursor.after, limit=PAGE + 1)
    listed = paged(f"/contacts/{shown.id}", [], cursor, found, [one.id for one in found])
    users = await lists.used_by(rt, visit.who, shown.id)
    user = await find.get(rt, visit.who, users[0]) if users else None
    context = {
        "list": shown,
        "people": listed.rows,
        "newer": listed.newer,
        "older": listed.older,
        "errors": errors or {},
        "in_use": (user.name, f"/campaigns/{user.id}") if user else None,
        "others": [one for one in await lists.page(rt, visit.who, limit=PAGE) if one.id != shown.id],
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "contacts/list.html", title=shown.name, here="contacts", status=status, context=context
    )


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


HANDLERS = (show, make, add_samples, show_one, import_file, show_import, export, delete)
