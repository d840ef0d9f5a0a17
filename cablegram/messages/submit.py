"""Turn what a door was asked for into drafts: text as it is, or a saved template with its variables.

What the call does not say of a template's variables, the contact's own tell, where the number is one (R86). Contacts
are looked up for nothing else, and once for all messages of a call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from cablegram.connectors.needs import ProviderValues
from cablegram.consent.timing import Timing
from cablegram.contacts import audience
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId, ProgramId, TemplateId
from cablegram.library import lookup
from cablegram.links.model import UNSUBSCRIBE
from cablegram.links.shortening import Shortener
from cablegram.messages.model import Draft, MessageClass, Refusal
from cablegram.numbers import e164
from cablegram.runtime.database import Conn
from cablegram.senders.model import as_wanted
from cablegram.templates.render import Template, merge
from cablegram.text.transliterate import smart, swaps

NUMBER = "number"
"""A variable that everybody has: the first column of every file (R87)."""

Stored = Mapping[str, Mapping[str, str]]
"""Variables of contacts, by the number as a call wrote it."""

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NOBODY: Stored = MappingProxyType({})


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
    def sender(self) -> str | list[str] | None:
        """What it comes from: one, one of several, `any`; None: the account's default."""
        ...

    @property
    def message_class(self) -> MessageClass:
        """What it is."""
        ...

    @property
    def client_ref(self) -> str | None:
        """The client's own name for it."""
        ...

    @property
    def smart_encoding(self) -> bool:
        """Whether characters that make it Unicode are replaced by their look-alikes."""
        ...

    @property
    def time_zone(self) -> str | None:
        """The recipient's own time zone, where somebody knows it."""
        ...

    def timing(self) -> Timing | Refusal | None:
        """Return what it is told about its time, None for nothing, or what is wrong with that."""
        ...

    @property
    def media_url(self) -> str | None:
        """The address of a picture that goes with it (R55)."""
        ...

    @property
    def provider_values(self) -> ProviderValues | None:
        """What it brings along for its provider (R132)."""
        ...

    @property
    def shorten(self) -> bool:
        """Whether its links are replaced by short ones that tell who opened them."""
        ...

    @property
    def service_id(self) -> UUID | None:
        """The SMS service or store that sends it, to its people alone (R78)."""
        ...


@dataclass(slots=True)
class Asked:
    """A wish of somebody who has no struct for it."""

    to: str
    text: str | None = None
    template_id: TemplateId | None = None
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    sender: str | list[str] | None = None
    message_class: MessageClass = MessageClass.TRANSACTIONAL
    client_ref: str | None = None
    smart_encoding: bool = False
    time_zone: str | None = None
    told: Timing | None = None
    media_url: str | None = None
    provider_values: ProviderValues | None = None
    service_id: ProgramId | None = None
    shorten: bool = False

    def timing(self) -> Timing | Refusal | None:
        """Return what it is told about its time."""
        return self.told


async def drafts(
    conn: Conn, account_id: AccountId, asked: Sequence[Wish], *, default_country: str | None, shortener: Shortener
) -> list[Draft]:
    """Make drafts in the order given; a template that is missing or can't be filled is that draft's refusal."""
    wanted = templates_wanted(asked)
    templates = await lookup.templates(conn, account_id, wanted) if wanted else {}
    stored = await _stored(conn, account_id, asked, templates, home=default_country)
    return write(account_id, asked, templates, stored, default_country=default_country, shortener=shortener)


async def _stored(
    conn: Conn,
    account_id: AccountId,
    asked: Sequence[Wish],
    templates: Mapping[TemplateId, Template],
    *,
    home: str | None,
) -> Stored:
    """Read the variables of contacts for those wishes that don't bring all that their template uses."""
    lacking = list(dict.fromkeys(one.to for one in asked if _lacks(one, templates)))
    read = zip(lacking, e164.parse_many(lacking, home), strict=True)
    numbers = {to: found.e164 for to, found in read if isinstance(found, e164.Number)}
    if not numbers:
        return {}
    people = await audience.people_of_numbers(conn, account_id, numbers.values())
    return {
        to: {**(people[number].variables if number in people else _NOTHING), NUMBER: f"+{number}"}
        for to, number in numbers.items()
    }


def _lacks(one: Wish, templates: Mapping[TemplateId, Template]) -> bool:
    template = templates.get(TemplateId(one.template_id)) if one.template_id else None
    return template is not None and any(name not in one.variables for name in template.variables if name != UNSUBSCRIBE)


def templates_wanted(asked: Sequence[Wish]) -> set[UUID]:
    """Return the templates that must be read before drafts can be made."""
    return {one.template_id for one in asked if one.template_id}


def write(
    account_id: AccountId,
    asked: Sequence[Wish],
    templates: Mapping[TemplateId, Template],
    stored: Stored = _NOBODY,
    *,
    default_country: str | None,
    shortener: Shortener,
) -> list[Draft]:
    """Make drafts of these wishes with these templates, in the order given; nothing is asked for that."""
    made: list[Draft] = []
    for one in asked:
        draft = Draft(
            account_id=account_id,
            to=one.to,
            text=one.text or "",
            sender=as_wanted(one.sender) if isinstance(one.sender, list) else one.sender,
            message_class=one.message_class,
            client_ref=one.client_ref,
            program_id=None if one.service_id is None else ProgramId(one.service_id),
            default_country=default_country,
        )
        if one.text is None or one.template_id is not None:
            _fill(draft, one, templates, stored.get(one.to, _NOTHING), shortener)
        if one.shorten and draft.refusal is None:
            shorten(draft, shortener)
        if one.smart_encoding:
            draft.swaps = swaps(draft.text, letters=True)
            draft.text = smart(draft.text, letters=True)
        if (told := one.timing()) is not None or one.time_zone is not None:
            _set_time(draft, told, one.time_zone)
        if one.media_url is not None:
            draft.media_url = one.media_url
        if one.provider_values is not None:
            draft.provider_values = one.provider_values
        made.append(draft)
    return made


def shorten(draft: Draft, shortener: Shortener) -> None:
    """Put codes in the place of a draft's links, or the refusal."""
    found = shortener.shorten(draft.text)
    if isinstance(found, Fault):
        draft.refusal = Refusal(found.code, found.message, found.field)
    elif found.placed:
        draft.text, draft.links = found.text, [*(draft.links or ()), *found.placed]


def _fill(
    draft: Draft,
    one: Wish,
    templates: Mapping[TemplateId, Template],
    stored: Mapping[str, str],
    shortener: Shortener,
) -> None:
    """Write the text of a wish that has a template, with the address of its reader's own page where that is wanted."""
    template = templates.get(TemplateId(one.template_id)) if one.template_id else None
    if template is not None and UNSUBSCRIBE in template.variables:
        address, placed = shortener.leave()
        given, draft.links = {**stored, **one.variables, UNSUBSCRIBE: address}, [placed]
    else:
        given = merge(stored, one.variables) if stored else one.variables
    draft.text, draft.refusal = _text(one, templates, given)


def _set_time(draft: Draft, told: Timing | Refusal | None, zone: str | None) -> None:
    if isinstance(told, Refusal):
        draft.refusal = draft.refusal or told
    else:
        draft.timing, draft.time_zone = told, zone


def _text(
    one: Wish, templates: Mapping[TemplateId, Template], variables: Mapping[str, str]
) -> tuple[str, Refusal | None]:
    if one.text is not None or one.template_id is None:
        message = "Give either `text`, or `template_id` with `variables`; not both and not neither."
        return "", Refusal("text_or_template", message, "text")
    template = templates.get(TemplateId(one.template_id))
    if template is None:
        message = f"There is no template {one.template_id} in this account."
        return "", Refusal("template_not_found", message, "template_id")
    try:
        return template.render(variables), None
    except InvalidInput as error:
        return "", Refusal(error.code, error.message, "variables")
