"""Contacts > Fields: what is kept of people, and what is recorded of somebody new (R142, R144)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.contacts import fields, tags
from cablegram.contacts.field_model import Field, FieldType
from cablegram.contacts.fields import FieldChange
from cablegram.contacts.model import Subscription
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.kit.ids import FieldId
from cablegram.panel.contacts import tabs
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.pages import go, page
from cablegram.panel.visit import Http, Visit, Visitor, parts_of

_HERE = "/contacts/fields"
_SHOWN = ("name", "label", "type", "choices", "source")


@dataclass(slots=True)
class Form:
    """A field as typed; `choices` one a line."""

    name: str = ""
    label: str = ""
    type: str = FieldType.TEXT
    choices: str = ""


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show all fields, the default of somebody new, and the tags."""
    return await _page(request, visit, Form())


@post(_HERE, status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Make a field."""
    given = await read_form(request)
    form = Form(given.one("name").strip(), given.one("label").strip(), given.one("type"), given.one("choices"))
    kind = FieldType(form.type) if form.type in set(FieldType) else FieldType.TEXT
    choices = _choices(form.choices, kind)
    try:
        made = await fields.create(
            parts_of(request).rt, visit.who, form.name, label=form.label, kind=kind, choices=choices
        )
    except CablegramError as error:
        named = {f"variables.{form.name}": "name", "values_unfit": "type"}
        return await _page(request, visit, form, errors=_placed(errors_of(error, named)))
    return go(_HERE, flash=("done", f"The field {made.label} is made", "It stands on every record now."))


@post(f"{_HERE}/{{field_id:uuid}}", status_code=303)
async def change(request: Http, visit: Visitor, field_id: FromPath[UUID]) -> Redirect:
    """Change a field's label, type or choices."""
    given, rt = await read_form(request), parts_of(request).rt
    kind = FieldType(given.one("type")) if given.one("type") in set(FieldType) else None
    wanted = FieldChange(given.one("label"), kind, _choices(given.one("choices"), kind))
    try:
        changed = await fields.change(rt, visit.who, FieldId(field_id), wanted)
    except NotFound:
        raise
    except CablegramError as error:
        return go(_HERE, flash=("error", "The field stays as it is", error.message))
    return go(_HERE, flash=("done", f"The field {changed.label} is saved", ""))


@post(f"{_HERE}/{{field_id:uuid}}/move", status_code=303)
async def move(request: Http, visit: Visitor, field_id: FromPath[UUID]) -> Redirect:
    """Let a field and the one above it change places."""
    rt = parts_of(request).rt
    ids = [one.id for one in await fields.every(rt, visit.who) if one.id]
    if field_id not in ids:
        raise NotFound("field_not_found", f"The account has no field {field_id} of its own.")
    place = ids.index(FieldId(field_id))
    if place:
        ids[place - 1], ids[place] = ids[place], ids[place - 1]
        await fields.order(rt, visit.who, ids)
    return go(_HERE)


@post(f"{_HERE}/{{field_id:uuid}}/delete", status_code=303)
async def delete(request: Http, visit: Visitor, field_id: FromPath[UUID]) -> Redirect:
    """Delete a field; its values stay with people, or go too."""
    forgets = (await read_form(request)).one("values") == "forget"
    count = await fields.delete(parts_of(request).rt, visit.who, FieldId(field_id), forget_values=forgets)
    body = f"{count:,} values went with it." if forgets else "Its values stay with people as texts."
    return go(_HERE, flash=("done", "The field is deleted", body))


@post(f"{_HERE}/default", status_code=200)
async def begin_with(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Set what is recorded of somebody new."""
    given = await read_form(request)
    word = given.one("subscription")
    try:
        await fields.begin_with(
            parts_of(request).rt,
            visit.who,
            Subscription(word) if word in set(Subscription) else None,
            source=given.one("source"),
        )
    except CablegramError as error:
        return await _page(request, visit, Form(), errors=errors_of(error), typed=given)
    return go(_HERE, flash=("done", "Saved", "It counts for people who are added from now on."))


@post("/contacts/tags/delete", status_code=303)
async def delete_tag(request: Http, visit: Visitor) -> Redirect:
    """Take a tag from everybody."""
    name = (await read_form(request)).one("name")
    count = await tags.delete(parts_of(request).rt, visit.who, name)
    return go(_HERE, flash=("done", f"The tag {name} is gone", f"{count:,} people had it."))


def _choices(text: str, kind: FieldType | None) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()] if kind is FieldType.CHOICE else []


def _placed(errors: Errors) -> Errors:
    """Put what is wrong with people's values beside the type that they do not fit."""
    return {("type" if field.startswith("contacts.") else field): text for field, text in errors.items()}


async def _page(
    request: Http, visit: Visit, form: Form, *, errors: Errors | None = None, typed: Fields | None = None
) -> Response[str]:
    rt = parts_of(request).rt
    found: list[Field] = await fields.every(rt, visit.who)
    beginning = await fields.beginning(rt, visit.who)
    context = {
        "tabs": tabs(_HERE),
        "built_in": [one for one in found if one.is_built_in],
        "own": [one for one in found if not one.is_built_in],
        "form": form,
        "begins": typed.one("subscription") if typed else (beginning.subscription or ""),
        "source": typed.one("source") if typed else beginning.source,
        "beginning": beginning,
        "labels": await tags.every(rt, visit.who),
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "contacts/fields.html", title="Fields", here="contacts", context=context, status=status
    )


HANDLERS = (show, make, change, move, delete, begin_with, delete_tag)
