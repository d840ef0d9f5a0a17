"""Write each person's text. Pure; what the text is then worth as a message is judged where all messages are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cablegram.campaigns.brought import Brought
from cablegram.connectors.needs import ProviderValues
from cablegram.consent.timing import Timing
from cablegram.contacts.model import ContactList, Person
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId, CampaignId, ProgramId
from cablegram.messages.model import Draft, MessageClass, Refusal
from cablegram.messages.submit import NUMBER
from cablegram.senders.model import Wanted
from cablegram.templates.render import Template, merge
from cablegram.text.transliterate import smart

TIME_ZONE = "time_zone"
"""The column of a list that says where its people live, by IANA's names; it beats what their numbers say."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What the messages of a campaign have in common."""

    account_id: AccountId
    campaign_id: CampaignId | None
    template: Template
    variables: Mapping[str, str]
    sender: Wanted
    message_class: MessageClass
    timing: Timing | None = None
    smart_encoding: bool = False
    media_url: str | None = None
    brought: Brought | None = None
    program_id: ProgramId | None = None


@lru_cache(maxsize=256)
def compiled(text: str) -> Template:
    """Return a text as a template; the same few are asked for again and again. Raises InvalidInput (`bad_template`)."""
    return Template(text)


def write(letter: Letter, people: Sequence[Person]) -> list[Draft]:
    """Make a draft for each person, in order; who lacks a value that the text needs gets a refusal and no text."""
    rows = _variables(letter, people)
    texts = letter.template.render_many(rows)
    drafts: list[Draft] = []
    for person, text in zip(people, texts, strict=True):
        draft = Draft(
            account_id=letter.account_id,
            to=person.number,
            text="",
            sender=letter.sender,
            message_class=letter.message_class,
            campaign_id=letter.campaign_id,
            contact_id=person.contact_id,
            program_id=letter.program_id,
            number=person.number,
            country=person.country,
            statuses=person.statuses,
            timing=letter.timing,
            time_zone=person.variables.get(TIME_ZONE),
            media_url=letter.media_url,
        )
        if isinstance(text, str):
            draft.text = smart(text, letters=True) if letter.smart_encoding else text
        else:
            draft.refusal = Refusal(text.code, text.message, "variables")
        drafts.append(draft)
    if letter.brought is not None:
        _bring(letter.brought, drafts, rows)
    return drafts


def _bring(brought: Brought, drafts: Sequence[Draft], rows: Sequence[Mapping[str, str]]) -> None:
    for draft, row in zip(drafts, rows, strict=True):
        found = brought.fill(row)
        if isinstance(found, ProviderValues):
            draft.provider_values = found
        elif draft.refusal is None:
            draft.refusal = Refusal(found.code, found.message, "provider_values")


def _variables(letter: Letter, people: Sequence[Person]) -> list[Mapping[str, str]]:
    rows: list[Mapping[str, str]] = [person.variables for person in people]
    if NUMBER in letter.template.variables or letter.brought is not None:
        rows = [{**person.variables, NUMBER: f"+{person.number}"} for person in people]
    if letter.variables:
        rows = [merge(row, letter.variables) for row in rows]
    return rows


def check_columns(
    template: Template, lists: Sequence[ContactList], given: Mapping[str, str], more: Iterable[str] = ()
) -> None:
    """See that each variable that the text needs, or another of `more`, is a column of every list, or was given.

    Raises InvalidInput (`missing_variable`) with a fault for each that is not.
    """
    wanted = [name for name in dict.fromkeys((*template.required, *more)) if name not in given and name != NUMBER]
    faults = [
        Fault(f"variables.{name}", "missing_variable", _missing(name, one))
        for name in wanted
        for one in lists
        if name not in one.variables
    ]
    if faults:
        raise InvalidInput("missing_variable", faults[0].message, faults=faults)


def _missing(name: str, where: ContactList) -> str:
    return (
        f"The text needs {name!r}, but the list {where.name} has no such column. Give a value for everybody, "
        f'write a default, as in {{{{ {name} | default: "..." }}}}, or import the list with that column.'
    )
