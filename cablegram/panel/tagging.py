"""Contacts > Website tag: forms on the account's own web pages, with what to paste there and a way to try it (R170)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from cablegram.contacts import fields, website, website_form, website_intake
from cablegram.contacts.field_model import Field
from cablegram.contacts.website_model import AGREED, NUMBER, WORDS, YES, Filled, Visit, WebsiteTag
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import WebsiteTagId
from cablegram.numbers.format import international
from cablegram.panel.contacts import tabs
from cablegram.panel.forms import Errors, Fields, errors_of, read_form, summary_of
from cablegram.panel.pages import go, page
from cablegram.panel.visit import Http, Visitor, parts_of
from cablegram.panel.visit import Visit as Here

_HERE = "/contacts/website"
_SHOWN = ("name", "origins", "fields", "tags", "words")


@dataclass(slots=True)
class Form:
    """A form for web pages as typed; origins one a line, tags with commas between them."""

    name: str = ""
    origins: str = "https://"
    fields: tuple[str, ...] = ()
    tags: str = ""
    words: str = ""
    is_on: bool = True


@get(_HERE)
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show the forms, and one to make another."""
    return await _list(request, visit, Form())


@post(_HERE, status_code=200)
async def make(request: Http, visit: Visitor) -> Response[str] | Redirect:
    """Make a form."""
    form = _form(await read_form(request))
    try:
        made = await website.create(parts_of(request).rt, visit.who, form.name, _change(form))
    except CablegramError as error:
        return await _list(request, visit, form, errors=_placed(errors_of(error)))
    return go(f"{_HERE}/{made.id}", flash=("done", f"The form {made.name} is made", "Paste it into your page."))


@get(f"{_HERE}/{{tag_id:uuid}}")
async def show_one(request: Http, visit: Visitor, tag_id: FromPath[UUID]) -> Response[str]:
    """Show a form, what to paste, and a way to try it."""
    found = await website.get(parts_of(request).rt, visit.who, WebsiteTagId(tag_id))
    return await _one(request, visit, found, _form_of(found))


@post(f"{_HERE}/{{tag_id:uuid}}", status_code=200)
async def change(request: Http, visit: Visitor, tag_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Change a form."""
    rt, given = parts_of(request).rt, await read_form(request)
    found, form = await website.get(rt, visit.who, WebsiteTagId(tag_id)), _form(given)
    try:
        new = await website.change(rt, visit.who, found.id, _change(form))
    except CablegramError as error:
        return await _one(request, visit, found, form, errors=_placed(errors_of(error)))
    body = "Its words changed: paste it into your page again." if new.words_version != found.words_version else ""
    return go(f"{_HERE}/{found.id}", flash=("done", f"The form {new.name} is saved", body))


@post(f"{_HERE}/{{tag_id:uuid}}/try", status_code=200)
async def try_out(request: Http, visit: Visitor, tag_id: FromPath[UUID]) -> Response[str]:
    """Say what the form would do with what was typed; nothing is kept."""
    rt, given = parts_of(request).rt, await read_form(request)
    found = await website.get(rt, visit.who, WebsiteTagId(tag_id))
    typed = {name: given.one(f"f_{name}") for name in (NUMBER, *found.fields)}
    sent = {**typed, AGREED: YES if given.one("agree") else "", WORDS: str(found.words_version)}
    try:
        done = await website_intake.fill(rt, found, Visit("", "", "", sent), is_trial=True)
    except CablegramError as error:
        wrong = {fault.field.removeprefix("variables."): fault.message for fault in error.faults}
        return await _one(request, visit, found, _form_of(found), typed=typed, trial_errors=wrong)
    return await _one(request, visit, found, _form_of(found), typed=typed, told=_told(found, done))


@post(f"{_HERE}/{{tag_id:uuid}}/delete", status_code=303)
async def delete(request: Http, visit: Visitor, tag_id: FromPath[UUID]) -> Redirect:
    """Delete a form."""
    await website.delete(parts_of(request).rt, visit.who, WebsiteTagId(tag_id))
    return go(_HERE, flash=("done", "The form is deleted", "Pages that still have it get an error."))


async def _list(request: Http, visit: Here, form: Form, *, errors: Errors | None = None) -> Response[str]:
    context = {
        "tabs": tabs(_HERE),
        "found": await website.every(parts_of(request).rt, visit.who),
        "form": form,
        "own": await _own(request, visit),
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
    }
    status = 422 if errors else 200
    return await page(
        request, visit, "contacts/website.html", title="Website tag", here="contacts", context=context, status=status
    )


async def _one(
    request: Http,
    visit: Here,
    tag: WebsiteTag,
    form: Form,
    *,
    errors: Errors | None = None,
    typed: dict[str, str] | None = None,
    told: list[str] | None = None,
    trial_errors: Errors | None = None,
) -> Response[str]:
    own = await _own(request, visit)
    known = {one.name: one for one in own}
    context = {
        "tag": tag,
        "form": form,
        "own": own,
        "inputs": [known.get(name, Field(name, name)) for name in tag.fields],
        "snippet": website_form.snippet(tag, parts_of(request).rt.settings.public, known),
        "typed": typed or {},
        "told": told or [],
        "trial_errors": trial_errors or {},
        "errors": errors or {},
        "summary": summary_of(errors or {}, _SHOWN),
    }
    status = 422 if errors or trial_errors else 200
    return await page(
        request, visit, "contacts/website_tag.html", title=tag.name, here="contacts", context=context, status=status
    )


async def _own(request: Http, visit: Here) -> list[Field]:
    return [one for one in await fields.every(parts_of(request).rt, visit.who) if not one.is_built_in]


def _told(tag: WebsiteTag, done: Filled) -> list[str]:
    """Say what a form would do, a sentence each."""
    said = [f"{international(done.number)} would become a contact." if done.is_new else "This contact is known."]
    said += [f"{name} would be {value}." for name, value in done.sets.items()]
    said += [f"{name} stays as it is: it is known already." for name in done.keeps]
    if done.subscribes:
        said.append(f"They would be subscribed, with version {tag.words_version} of your words as evidence.")
    else:
        said.append("Nothing would change about their consent.")
    return said


def _form(given: Fields) -> Form:
    return Form(
        given.one("name").strip(),
        given.one("origins"),
        tuple(given.every("fields")),
        given.one("tags"),
        given.one("words").strip(),
        is_on=given.one("is_on") != "off",
    )


def _form_of(tag: WebsiteTag) -> Form:
    return Form(tag.name, "\n".join(tag.origins), tag.fields, ", ".join(tag.tags), tag.words, tag.is_on)


def _change(form: Form) -> website.Change:
    return website.Change(
        name=form.name,
        origins=[line for line in form.origins.split("\n") if line.strip()],
        fields=form.fields,
        tags=[word for word in form.tags.split(",") if word.strip()],
        words=form.words,
        is_on=form.is_on,
    )


def _placed(errors: Errors) -> Errors:
    return {("fields" if field.startswith("variables.") else field): text for field, text in errors.items()}


HANDLERS = (show, make, show_one, change, try_out, delete)
