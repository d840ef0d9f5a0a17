"""Templates: texts with variables, to be sent again and again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.kit.errors import CablegramError
from cablegram.library import shelf
from cablegram.library.model import SavedTemplate
from cablegram.panel.cut import cut
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.pages import go, page, part
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.personal import variables_of, with_defaults
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.text.transliterate import plain

_SHOWN = ("name", "description", "text")


@dataclass(slots=True)
class Form:
    """The form as typed."""

    name: str = ""
    description: str = ""
    text: str = ""


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of the campaigns' room."""
    return [
        (label, href, href == current) for label, href in (("Campaigns", "/campaigns"), ("Templates", "/templates"))
    ]


@get("/templates")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the saved templates."""
    cursor = Cursor.of(request)
    found = await shelf.page(parts_of(request).rt, visit.who, after=cursor.after, limit=PAGE + 1)
    listed = paged("/templates", [], cursor, found, [one.id for one in found])
    context = {"tabs": tabs("/templates"), "rows": listed.rows, "newer": listed.newer, "older": listed.older}
    return await page(request, visit, "templates/list.html", title="Templates", here="campaigns", context=context)


@get("/templates/new")
async def show_new(request: Http, visit: Visitor) -> Response[str]:
    """Show an empty form."""
    return await _page(request, visit, None, Form())


@post("/templates", status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Save a new template, or only look at it."""
    return await _save(request, visit, None)


@post("/templates/tape", status_code=200)
async def tape(request: Http, visit: Visitor) -> Response[str]:
    """Answer with the cut of a template that is being written."""
    form = _form(await read_form(request))
    context = {"form": form, "cut": cut(form.text, with_defaults(form.text)), "variables": variables_of(form.text)}
    return part(request, visit.session, "templates/_answer.html", context)


@get("/templates/{template_id:uuid}")
async def show_one(request: Http, visit: Visitor, template_id: FromPath[UUID]) -> Response[str]:
    """Show one template."""
    found = await shelf.get(parts_of(request).rt, visit.who, template_id)
    return await _page(request, visit, found, Form(found.name, found.description, found.text))


@post("/templates/{template_id:uuid}", status_code=200)
async def change(request: Http, visit: Visitor, template_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Write a template anew, or only look at it."""
    return await _save(request, visit, await shelf.get(parts_of(request).rt, visit.who, template_id))


@post("/templates/{template_id:uuid}/delete", status_code=303)
async def delete(request: Http, visit: Visitor, template_id: FromPath[UUID]) -> Redirect:
    """Forget a template."""
    await shelf.delete(parts_of(request).rt, visit.who, template_id)
    return go("/templates", flash=("done", "The template is deleted", "Campaigns made from it keep their words."))


async def _save(request: Http, visit: Visit, known: SavedTemplate | None) -> Response[str] | Redirect:
    fields = await read_form(request)
    form, deed = _form(fields), fields.one("deed")
    if deed == "replace":
        form.text = plain(form.text)
    if deed in {"replace", "check"}:
        return await _page(request, visit, known, form)
    given = {"name": form.name, "description": form.description, "text": form.text}
    rt = parts_of(request).rt
    try:
        if known:
            saved = await shelf.replace(rt, visit.who, known.id, **given)
        else:
            saved = await shelf.create(rt, visit.who, **given)
    except CablegramError as error:
        return await _page(request, visit, known, form, errors=errors_of(error))
    return go("/templates", flash=("done", f"The template {saved.name} is saved", ""))


async def _page(
    request: Http, visit: Visit, known: SavedTemplate | None, form: Form, *, errors: Errors | None = None
) -> Response[str]:
    variables = variables_of(form.text)
    context = {
        "template": known,
        "form": form,
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
        "cut": cut(form.text, with_defaults(form.text)),
        "variables": variables,
        "names": [] if variables else ["first_name"],
    }
    return await page(
        request,
        visit,
        "templates/edit.html",
        title=known.name if known else "New template",
        here="campaigns",
        status=422 if errors else 200,
        context=context,
    )


def _form(fields: Fields) -> Form:
    return Form(fields.one("name"), fields.one("description"), fields.one("text"))


HANDLERS = (show, show_new, make, tape, show_one, change, delete)
