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
from cablegram.links.model import UNSUBSCRIBE, Placed
from cablegram.links.shortening import Shortener
from cablegram.messages.model import Draft, MessageClass, Refusal
from cablegram.messages.submit import NUMBER, shorten
from cablegram.senders.model import Wanted
from cablegram.templates.render import Template, merge
from cablegram.text.transliterate import smart

_EVERYBODYS = frozenset({NUMBER, UNSUBSCRIBE})  # variables that no list has to have
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
    shortener: Shortener | None = None  # None: it has no links to make
    shorten: bool = False


@lru_cache(maxsize=256)
def compiled(text: str) -> Template:
    """Return a text as a template; the same few are asked for again and again. Raises InvalidInput (`bad_template`)."""
    return Template(text)


def write(letter: Letter, people: Sequence[Person]) -> list[Draft]:
    """Make a draft for each person, in order; who lacks a value that the text needs gets a refusal and no text."""
    rows = _variables(letter, people)
    left = _give_way_out(letter, rows)
    texts = letter.template.render_many(rows)
    drafts: list[Draft] = []
    for place, (person, text) in enumerate(zip(people, texts, strict=True)):
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
            draft.text, draft.links = text, [left[place]] if left else None
            if letter.shorten and letter.shortener is not None:
                shorten(draft, letter.shortener)
            if letter.smart_encoding:
                draft.text = smart(draft.text, letters=True)
        else:
            draft.refusal = Refusal(text.code, text.message, "variables")
        drafts.append(draft)
    if letter.brought is not None:
        _bring(letter.brought, drafts, rows)
    return drafts


def _give_way_out(letter: Letter, rows: list[Mapping[str, str]]) -> list[Placed]:
    """Give everybody the address of a page of their own to unsubscribe, where the text has it."""
    if UNSUBSCRIBE not in letter.template.variables or letter.shortener is None:
        return []
    made = [letter.shortener.leave() for _ in rows]
    rows[:] = [{**row, UNSUBSCRIBE: address} for row, (address, _) in zip(rows, made, strict=True)]
    return [placed for _, placed in made]


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
    known = {*given, *_EVERYBODYS}
    wanted = [name for name in dict.fromkeys((*template.required, *more)) if name not in known]
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
