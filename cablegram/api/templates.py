"""Templates: texts with variables, saved under a name (R85); shown as people will get them (R86)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.api.errors import FaultView
from cablegram.api.fields import WORDS, Id, Moment, Name, Next, Note, Paging, Recipient, Variables
from cablegram.api.messages import Alphabet
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.api.reading import Ruled
from cablegram.api.warnings import WarningView, shown
from cablegram.kit.errors import Fault
from cablegram.kit.ids import ListId
from cablegram.library import shelf
from cablegram.library.model import SavedTemplate
from cablegram.messages import lint, preview
from cablegram.messages.model import MessageClass
from cablegram.runtime.runtime import Runtime
from cablegram.templates.render import Template

templates = Resource("Templates", "Texts with variables, saved under a name.")

LookedAtAs = Annotated[
    MessageClass, Meta(description="What it will be sent as: marketing needs a hint how to opt out. Not kept.")
]

_RENAMED = {"message_class": "class"}
Wording = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=shelf.LONGEST,
        pattern=WORDS,
        description='Text with `{{ name }}` and `{{ name | default: "there" }}`. Braces come alone, or two by two '
        "around a name.",
        examples=['Hello {{ first_name | default: "there" }}, your table is ready.'],
        extra={
            "form": "a text without null characters",
            "codes": {"wrong_value": "bad_template", "too_short": "bad_template", "too_long": "template_too_long"},
        },
    ),
]


class NewTemplate(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """A template to save."""

    name: Name
    text: Wording
    description: Note = ""
    message_class: LookedAtAs = MessageClass.MARKETING


class TemplateChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """What to change of a template; what is left out stays."""

    name: Name | UnsetType = UNSET
    text: Wording | UnsetType = UNSET
    description: Note | UnsetType = UNSET
    message_class: LookedAtAs = MessageClass.MARKETING


class TemplateView(msgspec.Struct, kw_only=True):
    """A saved template."""

    id: Id
    name: Annotated[str, Meta(description="Its name.", examples=["Table ready"])]
    description: Annotated[str, Meta(description="What it is for.")]
    text: Annotated[str, Meta(description="Its words.")]
    variables: Annotated[list[str], Meta(description="The names it uses, in their order.", examples=[["first_name"]])]
    required: Annotated[list[str], Meta(description="Those that have no default everywhere.", examples=[[]])]
    created_at: Moment
    updated_at: Moment


class WrittenTemplate(TemplateView, kw_only=True):
    """A template as it was just written, and what to look at in it."""

    warnings: Annotated[list[WarningView], Meta(description="What to look at; nothing of it is an error.")]


class Sample(Ruled, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """Whose texts to show: the first of a list, or these contacts; else one text of the variables alone."""

    __schema__: ClassVar[dict[str, Any]] = {
        "not": {
            "properties": {"list_id": {"type": "string"}, "contacts": {"type": "array", "minItems": 1}},
            "required": ["list_id", "contacts"],
        }
    }

    list_id: Annotated[UUID, Meta(description="A contact list: its first people are shown.")] | None = None
    contacts: Annotated[list[Recipient], Meta(max_length=preview.MOST, description="Numbers, contacts or not.")] = (
        msgspec.field(default_factory=list[str])
    )
    variables: Variables = msgspec.field(default_factory=dict[str, str])
    limit: Annotated[int, Meta(ge=1, le=preview.MOST, description="How many of a list.")] = 5
    smart_encoding: Annotated[bool, Meta(description="Show them as `smart_encoding` would send them.")] = False
    message_class: LookedAtAs = MessageClass.MARKETING

    def broken_rule(self) -> Fault | None:
        """Say what is wrong between fields."""
        if self.list_id is None or not self.contacts:
            return None
        return Fault("contacts", "list_or_contacts", "Give either `list_id` or `contacts`, not both.")


class PreviewedText(msgspec.Struct, kw_only=True):
    """A text as one person will get it."""

    to: Annotated[str | None, Meta(description="The number, in E.164; null where nobody in particular is meant.")]
    text: Annotated[str, Meta(description="The words, filled in; empty where a value lacks.")]
    encoding: Alphabet
    segments: Annotated[int, Meta(description="How many parts it takes.", examples=[1])]
    units: Annotated[int, Meta(description="Septets of GSM 03.38, or UTF-16 units of UCS-2.", examples=[52])]
    warnings: Annotated[list[WarningView], Meta(description="What to look at in this text.")]
    problem: Annotated[FaultView | None, Meta(description="Why nothing would be sent; null if nothing stands against.")]


class TemplatePreview(msgspec.Struct):
    """A template as a sample of people will get it."""

    items: Annotated[list[PreviewedText], Meta(description="One text for each of the sample.")]
    warnings: Annotated[list[WarningView], Meta(description="What to look at in the template itself.")]


class TemplatePage(msgspec.Struct):
    """Templates, newest first."""

    items: list[TemplateView]
    next: Next


_NO_TEMPLATE = Can(404, "template_not_found", "the account has no such template")
_BAD = (
    Can(400, "bad_template", "a brace without its partner, a tag, a filter that does not exist"),
    Can(400, "template_too_long", "more than 5,000 characters"),
    Can(400, "bad_name", "the name or description is not one line"),
    Can(409, "template_name_taken", "another template of the account has that name"),
)


@templates.call("GET", "/v1/templates", "listTemplates", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: Paging) -> TemplatePage:
    """List templates.

    Newest first.
    """
    found = await shelf.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/templates", query)
    return TemplatePage([_view(template) for template in items], following)


@templates.call("POST", "/v1/templates", "createTemplate", scope=Scope.CONTACTS, status=201, errors=_BAD)
async def create(rt: Runtime, who: Principal, body: NewTemplate) -> WrittenTemplate:
    """Save a template.

    `warnings` say what to look at: a single character that makes all of it Unicode, a missing hint how to opt out.
    """
    made = await shelf.create(rt, who, name=body.name, description=body.description, text=body.text)
    return await _written(rt, who, made, body.message_class)


@templates.call("GET", "/v1/templates/{template_id}", "getTemplate", scope=Scope.READ, errors=(_NO_TEMPLATE,))
async def get(rt: Runtime, who: Principal, template_id: Id) -> TemplateView:
    """Get one template."""
    return _view(await shelf.get(rt, who, template_id))


@templates.call(
    "PUT", "/v1/templates/{template_id}", "replaceTemplate", scope=Scope.CONTACTS, errors=(_NO_TEMPLATE, *_BAD)
)
async def replace(rt: Runtime, who: Principal, template_id: Id, body: NewTemplate) -> WrittenTemplate:
    """Write a template anew.

    Messages and campaigns that were made from it keep the words they had.
    """
    told = {"name": body.name, "description": body.description, "text": body.text}
    return await _written(rt, who, await shelf.replace(rt, who, template_id, **told), body.message_class)


@templates.call(
    "PATCH", "/v1/templates/{template_id}", "changeTemplate", scope=Scope.CONTACTS, errors=(_NO_TEMPLATE, *_BAD)
)
async def change(rt: Runtime, who: Principal, template_id: Id, body: TemplateChange) -> WrittenTemplate:
    """Change a template.

    Messages and campaigns that were made from it keep the words they had.
    """
    changed = await shelf.change(
        rt,
        who,
        template_id,
        name=body.name or None,
        description=None if body.description is UNSET else body.description,
        text=body.text or None,
    )
    return await _written(rt, who, changed, body.message_class)


@templates.call(
    "POST",
    "/v1/templates/{template_id}/preview",
    "previewTemplate",
    scope=Scope.READ,
    errors=(
        _NO_TEMPLATE,
        Can(400, "list_or_contacts", "both a list and contacts are given"),
        Can(403, "number_invalid", "a contact's number can't exist"),
        Can(403, "number_landline", "a contact's number is a fixed line"),
        Can(403, "number_too_long", "a contact's number has more digits than its country allows"),
        Can(404, "list_not_found", "the account has no such contact list"),
    ),
)
async def show_preview(rt: Runtime, who: Principal, template_id: Id, body: Sample) -> TemplatePreview:
    """Show a template as people will get it.

    Nothing is sent. Variables of the call win over those stored with the contacts.
    """
    wording = preview.Wording(template_id, body.message_class, smart_encoding=body.smart_encoding)
    sample = preview.Sample(ListId(body.list_id) if body.list_id else None, body.contacts, body.limit)
    found = await preview.preview(rt, who, wording, sample, variables=body.variables)
    return TemplatePreview([_previewed(one) for one in found.items], shown(found.warnings))


@templates.call(
    "DELETE",
    "/v1/templates/{template_id}",
    "deleteTemplate",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_NO_TEMPLATE,),
)
async def delete(rt: Runtime, who: Principal, template_id: Id) -> None:
    """Delete a template."""
    await shelf.delete(rt, who, template_id)


async def _written(
    rt: Runtime, who: Principal, template: SavedTemplate, message_class: MessageClass
) -> WrittenTemplate:
    language = lint.language_of((await directory.show(rt, who)).default_country)
    found = lint.lint(template.text, is_marketing=message_class is MessageClass.MARKETING, language=language)
    return WrittenTemplate(**msgspec.structs.asdict(_view(template)), warnings=shown(found))


def _view(template: SavedTemplate) -> TemplateView:
    compiled = Template(template.text)
    return TemplateView(
        id=template.id,
        name=template.name,
        description=template.description,
        text=template.text,
        variables=list(compiled.variables),
        required=list(compiled.required),
        created_at=template.created_at,
        updated_at=template.updated_at,
    )


def _previewed(one: preview.Previewed) -> PreviewedText:
    problem = one.problem
    return PreviewedText(
        to=f"+{one.number}" if one.number else None,
        text=one.text,
        encoding=one.encoding,
        segments=one.segments,
        units=one.units,
        warnings=shown(one.warnings),
        problem=FaultView(problem.field, problem.code, problem.message) if problem else None,
    )
