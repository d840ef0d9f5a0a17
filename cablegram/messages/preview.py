"""Show a template as people will get it, with what to look at in each text; nothing is sent or charged (R85, R86)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import audience, lists
from cablegram.contacts.model import Person
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId, ContactId, ListId
from cablegram.library import shelf
from cablegram.links import codes
from cablegram.links.model import UNSUBSCRIBE
from cablegram.messages import compose, lint
from cablegram.messages.lint import Warned
from cablegram.messages.model import MessageClass, Refusal
from cablegram.messages.submit import NUMBER
from cablegram.numbers import e164
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.templates.render import MissingVariables, Template, merge
from cablegram.text import long_texts
from cablegram.text.encoding import Encoding
from cablegram.text.long_texts import Habit
from cablegram.text.segments import measure
from cablegram.text.transliterate import smart

MOST = 50  # people of a preview


@dataclass(frozen=True, slots=True)
class Wording:
    """What is looked at: a saved template's id, or words that are not saved yet; and what they will be sent as."""

    words: UUID | str
    message_class: MessageClass = MessageClass.MARKETING
    smart_encoding: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """Whose texts to show: the first `limit` people of a list, these numbers, or nobody in particular."""

    list_id: ListId | None = None
    numbers: Sequence[str] = ()
    limit: int = 5


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom texts are looked at: the language of suggestions, and how the account pays for segments."""

    language: str = "en"
    profile: str = "gsm0338"
    habits: Sequence[Habit] | None = None


@dataclass(frozen=True, slots=True)
class Previewed:
    """A text as one person will get it. `number` is digits of E.164, "" where nobody in particular is meant.

    `problem` says why nothing would be sent: then a value lacks and the text is empty, or the text itself can't go.
    """

    number: str
    text: str
    encoding: Encoding
    segments: int
    units: int
    warnings: tuple[Warned, ...]
    problem: Fault | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The texts of a sample, and what to look at in the template itself."""

    warnings: tuple[Warned, ...]
    items: tuple[Previewed, ...]


async def preview(
    rt: Runtime, who: Principal, wording: Wording, sample: Sample, *, variables: Mapping[str, str] | None = None
) -> Preview:
    """Return the texts of a sample; `variables` win over those stored with the contacts (R86).

    Raises InvalidInput (`bad_template`, `template_too_long`, `too_many_contacts`, those of `e164.parse` with a fault
    for `contacts.N`), NotFound (`template_not_found`, `list_not_found`).
    """
    who.needs(Scope.READ)
    account = await directory.show(rt, who)
    home = account.default_country
    words = wording.words
    text = shelf.read_text(words) if isinstance(words, str) else (await shelf.get(rt, who, words)).text
    async with rt.db.connection() as conn:
        people = await _people(conn, who.account_id, sample, home)
    reader = Reader(lint.language_of(home), account.segment_profile, long_texts.known(rt.settings.long_texts))
    way_out, _ = codes.sampler(rt.settings).leave()
    given = {**(variables or {}), UNSUBSCRIBE: way_out}
    return show(wording, Template(text), people, given=given, reader=reader)


def show(
    wording: Wording, template: Template, people: Sequence[Person | None], *, given: Mapping[str, str], reader: Reader
) -> Preview:
    """Write the texts and look at them; None is nobody in particular. Pure."""
    is_marketing = wording.message_class is MessageClass.MARKETING
    warnings = lint.lint(template.text, is_marketing=is_marketing, language=reader.language)
    texts = template.render_many(merge(_stored(person), given) for person in people)
    items: list[Previewed] = []
    for person, text in zip(people, texts, strict=True):
        number = person.number if person else ""
        if isinstance(text, MissingVariables):
            items.append(_nothing(number, Fault("variables", text.code, text.message)))
            continue
        shown = smart(text, letters=True) if wording.smart_encoding else text
        items.append(_previewed(number, shown, reader, is_marketing=is_marketing))
    return Preview(tuple(warnings), tuple(items))


def _stored(person: Person | None) -> Mapping[str, str]:
    return {**person.variables, NUMBER: f"+{person.number}"} if person else {}


def _previewed(number: str, text: str, reader: Reader, *, is_marketing: bool) -> Previewed:
    verdict = compose.admit(text)
    if isinstance(verdict, Refusal):
        problem = Fault("text", verdict.code, verdict.message)
        if verdict.code == "bad_character":
            return _nothing(number, problem)
    else:
        problem = None
    found = measure(text)
    looked = lint.look(
        text, is_marketing=is_marketing, language=reader.language, profile=reader.profile, habits=reader.habits
    )
    return Previewed(number, text, found.encoding, found.segments, found.units, tuple(looked), problem)


def _nothing(number: str, problem: Fault) -> Previewed:
    return Previewed(number, "", Encoding.GSM0338, 0, 0, (), problem)


async def _people(conn: Conn, account_id: AccountId, sample: Sample, home: str) -> list[Person | None]:
    if len(sample.numbers) > MOST or not 1 <= sample.limit <= MOST:
        message = f"A preview shows the texts of 1 to {MOST} people."
        raise InvalidInput("too_many_contacts", message, faults=[Fault("contacts", "too_many_contacts", message)])
    if sample.list_id is not None:
        await lists.many(conn, account_id, [sample.list_id])
        found = await audience.people_after(conn, account_id, [sample.list_id], after=None, limit=sample.limit)
        return list[Person | None](found)
    numbers = _read_numbers(sample.numbers, home)
    known = await audience.people_of_numbers(conn, account_id, [one.e164 for one in numbers])
    return [known.get(one.e164) or _stranger(one) for one in numbers] or [None]


def _read_numbers(given: Sequence[str], home: str) -> list[e164.Number]:
    found = e164.parse_many(given, home)
    faults = [
        Fault(f"contacts.{place}", one.code, one.message)
        for place, one in enumerate(found)
        if isinstance(one, e164.BadNumber)
    ]
    if faults:
        raise InvalidInput(faults[0].code, faults[0].message, faults=faults)
    return [one for one in found if isinstance(one, e164.Number)]


def _stranger(number: e164.Number) -> Person:
    """Return somebody who is no contact: of them only the number is known."""
    return Person(ContactId(UUID(int=0)), number.e164, number.country, {})
