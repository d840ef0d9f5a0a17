"""Templates: texts with variables, saved under a name (R85)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import WORDS, Id, Moment, Name, Next, Note, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.library import shelf
from cablegram.library.model import SavedTemplate
from cablegram.runtime.runtime import Runtime
from cablegram.templates.render import Template

templates = Resource("Templates", "Texts with variables, saved under a name.")


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


class NewTemplate(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A template to save."""

    name: Name
    text: Wording
    description: Note = ""


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
async def create(rt: Runtime, who: Principal, body: NewTemplate) -> TemplateView:
    """Save a template."""
    return _view(await shelf.create(rt, who, name=body.name, description=body.description, text=body.text))


@templates.call("GET", "/v1/templates/{template_id}", "getTemplate", scope=Scope.READ, errors=(_NO_TEMPLATE,))
async def get(rt: Runtime, who: Principal, template_id: Id) -> TemplateView:
    """Get one template."""
    return _view(await shelf.get(rt, who, template_id))


@templates.call(
    "PUT", "/v1/templates/{template_id}", "replaceTemplate", scope=Scope.CONTACTS, errors=(_NO_TEMPLATE, *_BAD)
)
async def replace(rt: Runtime, who: Principal, template_id: Id, body: NewTemplate) -> TemplateView:
    """Write a template anew.

    Messages and campaigns that were made from it keep the words they had.
    """
    told = {"name": body.name, "description": body.description, "text": body.text}
    return _view(await shelf.replace(rt, who, template_id, **told))


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
