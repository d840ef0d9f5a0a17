"""Templates: texts with variables, to be sent again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.contacts import lists
from cablegram.kit.errors import CablegramError, InvalidInput
from cablegram.kit.ids import ListId
from cablegram.library import shelf
from cablegram.library.model import SavedTemplate
from cablegram.messages import lint, preview
from cablegram.messages.lint import Code
from cablegram.messages.model import MessageClass
from cablegram.messages.preview import Preview, Previewed, Sample, Wording
from cablegram.numbers.format import international
from cablegram.panel import cut
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, read_ids, summary_of
from cablegram.panel.pages import Context, go, page, part
from cablegram.panel.paging import PAGE, Cursor, paged
from cablegram.panel.personal import variables_of, with_defaults
from cablegram.panel.visit import Http, Visit, Visitor, parts_of
from cablegram.text.transliterate import plain

_SHOWN = ("name", "description", "text")
_MOST_LISTS = 200
_READ_ALOUD = 6  # texts of the sample that are shown in full


@dataclass(slots=True)
class Form:
    """The form as typed. Whose texts to try (`list_id`) and what it will be sent as are for the preview, not kept."""

    name: str = ""
    description: str = ""
    text: str = ""
    list_id: str = ""
    message_class: str = MessageClass.MARKETING.value


@dataclass(frozen=True, slots=True)
class Tried:
    """The texts of a list's first people: `shown` are some, from the longest to the shortest; `short` lack a value."""

    people: int
    shown: list[Previewed]
    least: int
    most: int
    short: list[Previewed]


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
    """Answer with the cut of a template that is being written, and how people would get it."""
    form = _form(await read_form(request))
    return part(request, visit.session, "templates/_answer.html", await _looks(request, visit, form))


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
    if deed in {"replace", "letters", "hint", "check"}:
        form.text = await _mended(request, visit, form, deed)
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
    context: Context = {
        "template": known,
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
        "lists": await lists.page(parts_of(request).rt, visit.who, limit=_MOST_LISTS),
        **await _looks(request, visit, form),
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


async def _looks(request: Http, visit: Visit, form: Form) -> dict[str, Any]:
    """Return what stands beside the text: its cut, its variables, how people get it, and what to look at."""
    rt, chosen = parts_of(request).rt, read_ids([form.list_id])
    of = await lists.get(rt, visit.who, ListId(chosen[0])) if chosen else None
    found = await _preview(request, visit, form)
    items = found.items if found else ()
    texts = [cut.Sample(international(one.number), one.text) for one in items if one.number and one.text]
    drawn = cut.cut(form.text, texts or with_defaults(form.text))
    variables = variables_of(form.text)
    return {
        "form": form,
        "cut": drawn,
        "variables": variables,
        "names": [*of.variables, preview.NUMBER] if of else ["first_name"] if not variables else [],
        "list": of,
        "tried": tried(found) if found and of else None,
        "warnings": _warnings(found, drawn),
    }


async def _preview(request: Http, visit: Visit, form: Form) -> Preview | None:
    """Return the texts of the chosen list's people, or of nobody in particular; None while it can't be read."""
    chosen = read_ids([form.list_id])
    sample = Sample(list_id=ListId(chosen[0]) if chosen else None, limit=preview.MOST)
    wording = Wording(form.text, MessageClass(form.message_class))
    try:
        return await preview.preview(parts_of(request).rt, visit.who, wording, sample)
    except InvalidInput:
        return None  # it is being written; what is wrong is said when it is saved


async def _mended(request: Http, visit: Visit, form: Form, deed: str) -> str:
    """Return the text after what a button beside it offers; it stays as it is where nothing is left to mend."""
    if deed == "replace":
        return plain(form.text)
    found = await _preview(request, visit, form) if deed != "check" else None
    if found is None:
        return form.text
    if deed == "letters":
        return lint.smarten(form.text, letters=True)
    hint = next((one.instead for one in found.warnings if one.code is Code.NO_OPT_OUT_HINT), None)
    return f"{form.text.rstrip()} {hint}" if hint else form.text


def tried(found: Preview) -> Tried:
    """Draw a preview up. Pure."""
    whole = sorted((one for one in found.items if one.segments), key=lambda one: (-one.segments, -one.units))
    short = [one for one in found.items if one.problem]
    sizes = [one.segments for one in whole] or [0]
    places = sorted({place * (len(whole) - 1) // (_READ_ALOUD - 1) for place in range(_READ_ALOUD)}) if whole else []
    return Tried(len(found.items), [whole[place] for place in places], min(sizes), max(sizes), short)


def _warnings(found: Preview | None, drawn: cut.Cut | None) -> list[tuple[str, str, str, str]]:
    """List what to look at: (what, why, the button's words, its deed). What the cut offers to replace is left to it."""
    told: list[tuple[str, str, str, str]] = []
    offered = set(drawn.swaps) if drawn and drawn.fewer else set[str]()
    for one in found.warnings if found else ():
        if one.code is Code.NO_OPT_OUT_HINT:
            told.append(("It does not say how to stop", one.message, f"Add “{one.instead}”", "hint"))
        elif one.character not in offered:
            told.append(
                ("One character makes it dear", one.message, "Write look-alikes" if one.instead else "", "letters")
            )
    return told


def _form(fields: Fields) -> Form:
    word = fields.one("message_class")
    return Form(
        fields.one("name"),
        fields.one("description"),
        fields.one("text"),
        fields.one("list_id"),
        word if word in set(MessageClass) else MessageClass.MARKETING.value,
    )


HANDLERS = (show, show_new, make, tape, show_one, change, delete)
