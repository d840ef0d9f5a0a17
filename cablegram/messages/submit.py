"""Turn what a door was asked for into drafts: text as it is, or a saved template with its variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import AccountId, TemplateId
from cablegram.library import lookup
from cablegram.messages.model import Draft, MessageClass, Refusal
from cablegram.runtime.database import Conn
from cablegram.templates.render import Template


class Wish(Protocol):
    """One message as a client wants it: `text`, or `template_id` with variables.

    The API's own structs are wishes as they are: a thousand of them are not copied first.
    """

    @property
    def to(self) -> str:
        """Whom it is for, as it was given."""
        ...

    @property
    def text(self) -> str | None:
        """The words."""
        ...

    @property
    def template_id(self) -> UUID | None:
        """A saved template, in place of words."""
        ...

    @property
    def variables(self) -> Mapping[str, str]:
        """Values of the template's variables."""
        ...

    @property
    def sender(self) -> str | None:
        """What it comes from; None: the account's default."""
        ...

    @property
    def message_class(self) -> MessageClass:
        """What it is."""
        ...

    @property
    def client_ref(self) -> str | None:
        """The client's own name for it."""
        ...


@dataclass(slots=True)
class Asked:
    """A wish of somebody who has no struct for it."""

    to: str
    text: str | None = None
    template_id: TemplateId | None = None
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    sender: str | None = None
    message_class: MessageClass = MessageClass.TRANSACTIONAL
    client_ref: str | None = None


async def drafts(
    conn: Conn, account_id: AccountId, asked: Sequence[Wish], *, default_country: str | None
) -> list[Draft]:
    """Make drafts in the order given; a template that is missing or can't be filled is that draft's refusal."""
    wanted = templates_wanted(asked)
    templates = await lookup.templates(conn, account_id, wanted) if wanted else {}
    return write(account_id, asked, templates, default_country=default_country)


def templates_wanted(asked: Sequence[Wish]) -> set[UUID]:
    """Return the templates that must be read before drafts can be made."""
    return {one.template_id for one in asked if one.template_id}


def write(
    account_id: AccountId,
    asked: Sequence[Wish],
    templates: Mapping[TemplateId, Template],
    *,
    default_country: str | None,
) -> list[Draft]:
    """Make drafts of these wishes with these templates, in the order given. Pure."""
    made: list[Draft] = []
    for one in asked:
        draft = Draft(
            account_id=account_id,
            to=one.to,
            text=one.text or "",
            sender=one.sender,
            message_class=one.message_class,
            client_ref=one.client_ref,
            default_country=default_country,
        )
        if one.text is None or one.template_id is not None:
            draft.text, draft.refusal = _text(one, templates)
        made.append(draft)
    return made


def _text(one: Wish, templates: Mapping[TemplateId, Template]) -> tuple[str, Refusal | None]:
    if one.text is not None or one.template_id is None:
        message = "Give either `text`, or `template_id` with `variables`; not both and not neither."
        return "", Refusal("text_or_template", message, "text")
    template = templates.get(TemplateId(one.template_id))
    if template is None:
        message = f"There is no template {one.template_id} in this account."
        return "", Refusal("template_not_found", message, "template_id")
    try:
        return template.render(one.variables), None
    except InvalidInput as error:
        return "", Refusal(error.code, error.message, "variables")
