"""`cablegram template`: save texts with variables, change them, and see them as people will get them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.accounts.access import Principal
from cablegram.cli import choosing, files, wording
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many, moment, table
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.library import shelf
from cablegram.library.model import SavedTemplate
from cablegram.messages import lint, preview
from cablegram.messages.lint import Warned
from cablegram.messages.model import MessageClass
from cablegram.messages.preview import Preview
from cablegram.runtime.runtime import Runtime

_Account = Annotated[str | None, Parameter(help="Name or id; may be left out where there is only one.")]
_Text = Annotated[str | None, Parameter(help="Its words, with {{ variables }}.")]
_TextFile = Annotated[Path | None, Parameter(help="Or a file with them.")]
_Class = Annotated[
    MessageClass, Parameter(name="--class", help="What it will be sent as: decides what it is warned of.")
]


def create(
    name: str,
    *,
    text: _Text = None,
    text_file: _TextFile = None,
    description: Annotated[str, Parameter(help="What it is for.")] = "",
    message_class: _Class = MessageClass.MARKETING,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Save a template, and say what to look at in it."""
    words = _words(text, text_file)
    if words is None:
        message = "Give the words: --text, or --text-file."
        raise InvalidInput("bad_template", message, faults=[Fault("text", "bad_template", message)])

    async def deed(rt: Runtime) -> tuple[SavedTemplate, list[Warned]]:
        found, who = await choosing.acting(rt, account)
        made = await shelf.create(rt, who, name=name, description=description, text=words)
        return made, _look(made, message_class, found.default_country)

    _say_written(*act(place, deed), as_json=json)


def change(
    template: str,
    *,
    name: Annotated[str | None, Parameter(help="Another name.")] = None,
    text: _Text = None,
    text_file: _TextFile = None,
    description: Annotated[str | None, Parameter(help="What it is for.")] = None,
    message_class: _Class = MessageClass.MARKETING,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Change what is given of a template; campaigns made from it keep their words."""
    words = _words(text, text_file)

    async def deed(rt: Runtime) -> tuple[SavedTemplate, list[Warned]]:
        found, who = await choosing.acting(rt, account)
        known = await choosing.template(rt, who, template)
        changed = await shelf.change(rt, who, known.id, name=name, description=description, text=words)
        return changed, _look(changed, message_class, found.default_country)

    _say_written(*act(place, deed), as_json=json)


def list_templates(*, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """List templates, newest first."""

    async def deed(rt: Runtime) -> list[SavedTemplate]:
        _, who = await choosing.acting(rt, account)
        return [one async for one in choosing.everything(rt, who, shelf.page)]

    found = act(place, deed)
    rows = [(one.name, one.text.replace("\n", " ")[:60], moment(one.updated_at), str(one.id)) for one in found]
    text = table(("name", "text", "written", "id"), rows)
    say(text if rows else "There is no template yet.", [_facts(one) for one in found], as_json=json)


def delete(template: str, *, account: _Account = None, place: Place = HERE, json: AsJson = False) -> None:
    """Delete a template; campaigns made from it keep their words."""

    async def deed(rt: Runtime) -> SavedTemplate:
        _, who = await choosing.acting(rt, account)
        known = await choosing.template(rt, who, template)
        await shelf.delete(rt, who, known.id)
        return known

    gone = act(place, deed)
    say(f"The template {gone.name} is deleted.", _facts(gone), as_json=json)


def show_preview(
    template: str,
    *,
    list_: Annotated[str | None, Parameter(name="--list", help="The first people of a list, by name or id.")] = None,
    to: Annotated[list[str] | None, Parameter(negative=(), help="A number. Once for each.")] = None,
    var: wording.Variables = None,
    limit: Annotated[int, Parameter(help="How many of a list.")] = 5,
    smart: Annotated[bool, Parameter(negative=(), help="As it would be sent with look-alikes.")] = False,
    message_class: _Class = MessageClass.MARKETING,
    account: _Account = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show a template as a sample of people will get it. Nothing is sent."""
    values = wording.variables(var)

    async def deed(rt: Runtime) -> Preview:
        _, who = await choosing.acting(rt, account)
        known = await choosing.template(rt, who, template)
        asked = preview.Wording(known.id, message_class, smart_encoding=smart)
        return await preview.preview(rt, who, asked, await _sample(rt, who, list_, to or [], limit), variables=values)

    found = act(place, deed)
    lines: list[str] = []
    for one in found.items:
        head = f"+{one.number}: " if one.number else ""
        size = f"{many(one.segments, 'segment')}, {one.encoding}"
        lines.append(f"{head}{one.problem.message}" if one.problem else f"{head}{one.text}\n  {size}")
        lines += [f"  Look at: {warned.message}" for warned in one.warnings]
    facts = [
        {
            "to": f"+{one.number}" if one.number else None, "text": one.text, "segments": one.segments,
            "encoding": one.encoding, "problem": one.problem.code if one.problem else None,
            "warnings": [_warned(warned) for warned in one.warnings],
        }
        for one in found.items
    ]  # fmt: skip
    say("\n".join(lines) or "There is nobody on that list.", facts, as_json=json)


async def _sample(rt: Runtime, who: Principal, which: str | None, numbers: list[str], limit: int) -> preview.Sample:
    if which is None:
        return preview.Sample(numbers=numbers)
    found = await choosing.contact_list(rt, who, which)
    if found is None:
        raise NotFound("list_not_found", f"The account has no contact list {which}.")
    return preview.Sample(list_id=found.id, limit=limit)


def _words(text: str | None, text_file: Path | None) -> str | None:
    return files.read_text(text_file) if text_file else text


def _look(template: SavedTemplate, message_class: MessageClass, country: str) -> list[Warned]:
    is_marketing = message_class is MessageClass.MARKETING
    return lint.lint(template.text, is_marketing=is_marketing, language=lint.language_of(country))


def _say_written(template: SavedTemplate, warnings: list[Warned], *, as_json: bool) -> None:
    lines = [f"The template {template.name} is saved: {template.id}"]
    lines += [f"Look at: {one.message}" for one in warnings]
    say("\n".join(lines), {**_facts(template), "warnings": [_warned(one) for one in warnings]}, as_json=as_json)


def _facts(template: SavedTemplate) -> dict[str, Any]:
    return {
        "template_id": template.id, "name": template.name, "description": template.description, "text": template.text,
        "created_at": template.created_at, "updated_at": template.updated_at,
    }  # fmt: skip


def _warned(one: Warned) -> dict[str, Any]:
    return {"code": one.code, "message": one.message, "place": one.place, "instead": one.instead}
