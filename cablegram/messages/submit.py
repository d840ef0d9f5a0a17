"""Turn what a door was asked for into drafts: text as it is, or a saved template with its variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import AccountId, TemplateId
from cablegram.library import lookup
from cablegram.messages.model import Draft, MessageClass, Refusal
from cablegram.runtime.database import Conn
from cablegram.templates.render import Template


@dataclass(slots=True)
class Asked:
    """One message as a client asks for it: `text`, or `template_id` with variables."""

    to: str
    text: str | None = None
    template_id: TemplateId | None = None
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    sender: str | None = None
    message_class: MessageClass = MessageClass.TRANSACTIONAL
    client_ref: str | None = None


async def drafts(conn: Conn, account_id: AccountId, asked: Sequence[Asked], default_country: str | None) -> list[Draft]:
    """Make drafts in the order given; a template that is missing or can't be filled is that draft's refusal."""
    wanted = {one.template_id for one in asked if one.template_id}
    templates = await lookup.templates(conn, account_id, wanted) if wanted else {}
    return [_draft(one, account_id, templates, default_country) for one in asked]


def _draft(
    one: Asked, account_id: AccountId, templates: Mapping[TemplateId, Template], default_country: str | None
) -> Draft:
    text, refusal = _text(one, templates)
    return Draft(
        account_id=account_id,
        to=one.to,
        text=text,
        sender=one.sender,
        message_class=one.message_class,
        client_ref=one.client_ref,
        default_country=default_country,
        refusal=refusal,
    )


def _text(one: Asked, templates: Mapping[TemplateId, Template]) -> tuple[str, Refusal | None]:
    if one.text is not None and one.template_id is None:
        return one.text, None
    if one.text is not None or one.template_id is None:
        message = "Give either `text`, or `template_id` with `variables`; not both and not neither."
        return "", Refusal("text_or_template", message, "text")
    template = templates.get(one.template_id)
    if template is None:
        message = f"There is no template {one.template_id} in this account."
        return "", Refusal("template_not_found", message, "template_id")
    try:
        return template.render(one.variables), None
    except InvalidInput as error:
        return "", Refusal(error.code, error.message, "variables")
