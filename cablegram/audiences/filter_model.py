"""What a filter of people is made of: traits, and how they go together. Text and JSON both come to this.

A trait asks one thing of a person and is true or false, never unknown: whoever has no city is not in Madrid, and is
found by `not city = Madrid`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cablegram.contacts.field_model import FieldType
from cablegram.contacts.model import PhoneStatus, Subscription
from cablegram.kit.errors import Fault, InvalidInput

DEEPEST: Final = 10  # levels of groups in one another, the traits in them among these
MOST_TRAITS: Final = 50
MOST_VALUES: Final = 200  # of one trait
LONGEST_TEXT: Final = 5_000  # characters
LONGEST_VALUE: Final = 200
MOST_DAYS: Final = 3_650


class Kind(StrEnum):
    """What is asked about, and so how it can be asked."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"  # a day, in a field
    YES_NO = "yes_no"
    CHOICE = "choice"
    MOMENT = "moment"  # when something happened
    STATUS = "status"  # one of a few words that everybody has
    PHONE = "phone"
    COUNTRY = "country"
    TAG = "tag"
    NAMED = "named"  # a list, a program: people are in it or not
    CAMPAIGN = "campaign"


class Op(StrEnum):
    """How it is asked. The words are those of the JSON form."""

    IS = "is"  # one of the values
    IS_NOT = "is_not"  # none of them
    LESS = "less"
    AT_MOST = "at_most"
    MORE = "more"
    AT_LEAST = "at_least"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    IN_LAST = "in_last"  # days
    IN_NEXT = "in_next"  # days
    IS_SET = "is_set"
    IS_EMPTY = "is_empty"


_O = Op
_ONE_OF = frozenset({_O.IS, _O.IS_NOT})
_THERE = frozenset({_O.IS_SET, _O.IS_EMPTY})
_ORDERED = frozenset({_O.LESS, _O.AT_MOST, _O.MORE, _O.AT_LEAST})
WORDED: Final = frozenset({_O.CONTAINS, _O.STARTS_WITH, _O.ENDS_WITH})
WITHOUT_VALUE: Final = _THERE
OPS: Final[Mapping[Kind, frozenset[Op]]] = {
    Kind.TEXT: _ONE_OF | WORDED | _THERE,
    Kind.NUMBER: _ONE_OF | _ORDERED | _THERE,
    Kind.DATE: _ONE_OF | _ORDERED | _THERE | {_O.IN_LAST, _O.IN_NEXT},
    Kind.YES_NO: _ONE_OF | _THERE,
    Kind.CHOICE: _ONE_OF | _THERE,
    Kind.MOMENT: _ONE_OF | _ORDERED | _THERE | {_O.IN_LAST},
    Kind.STATUS: _ONE_OF,
    Kind.PHONE: _ONE_OF | {_O.STARTS_WITH},
    Kind.COUNTRY: _ONE_OF,
    Kind.TAG: _ONE_OF | _THERE,
    Kind.NAMED: _ONE_OF | _THERE,
    Kind.CAMPAIGN: _ONE_OF,
}

OF_FIELD: Final[Mapping[FieldType, Kind]] = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.NUMBER: Kind.NUMBER,
    FieldType.DATE: Kind.DATE,
    FieldType.YES_NO: Kind.YES_NO,
    FieldType.CHOICE: Kind.CHOICE,
}

FIELD: Final = "field"
"""The subject of a trait about one of the account's own fields."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that every person can be asked about; `word` as people write it, `about` for who wonders."""

    word: str
    kind: Kind
    about: str
    choices: tuple[str, ...] = ()


_SAID = tuple(one.value for one in Subscription)
_SUBJECTS = (
    Subject("number", Kind.PHONE, "the telephone number"),
    Subject("country", Kind.COUNTRY, "the country of the number, by its two letters"),
    Subject("phone", Kind.STATUS, "whether the phone takes texts", tuple(one.value for one in PhoneStatus)),
    Subject(
        "subscription", Kind.STATUS, "what they said of marketing", (*(one.value for one in Subscription), "unrecorded")
    ),
    Subject("blacklisted", Kind.STATUS, "whether the number is on the blacklist", ("yes", "no")),
    Subject("tag", Kind.TAG, "a tag they have"),
    Subject("list", Kind.NAMED, "a contact list they are on"),
    Subject("program", Kind.NAMED, "an SMS service or store that they are in"),
    Subject("left program", Kind.NAMED, "an SMS service or store that they left"),
    Subject("created", Kind.MOMENT, "when they became a contact"),
    Subject("updated", Kind.MOMENT, "when their record changed last"),
    Subject("consent", Kind.MOMENT, "since when they are subscribed"),
    Subject("consent source", Kind.TEXT, "where they said what they said"),
    Subject("evidence", Kind.STATUS, "whether the ledger has an event for it", ("yes", "no")),
    Subject("got", Kind.MOMENT, "when a carrier last took a message to them"),
    Subject("delivered", Kind.MOMENT, "when a message last reached them"),
    Subject("replied", Kind.MOMENT, "when they last wrote to us"),
    Subject("clicked", Kind.MOMENT, "when they last opened a short link of ours"),
    Subject("opted out", Kind.MOMENT, "when they said no, and still do"),
    Subject("got campaign", Kind.CAMPAIGN, "a campaign of which a carrier took a message to them"),
    Subject("delivered campaign", Kind.CAMPAIGN, "a campaign of which a message reached them"),
    Subject("replied to campaign", Kind.CAMPAIGN, "a campaign that they got, and wrote to us since it began"),
    Subject("clicked campaign", Kind.CAMPAIGN, "a campaign of which they opened a short link"),
)
SUBJECTS: Final[Mapping[str, Subject]] = {one.word: one for one in _SUBJECTS}

NAMED_BY: Final[Mapping[str, str]] = {
    "tag": "tag",
    "list": "list",
    "program": "program",
    "left program": "program",
    "got campaign": "campaign",
    "delivered campaign": "campaign",
    "replied to campaign": "campaign",
    "clicked campaign": "campaign",
}
"""What the values of a subject are names of."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: characters of a text from `start` to before `end`, or a path inside JSON."""

    start: int = 0
    end: int = 0
    path: str = ""


NOWHERE: Final = Place()


@dataclass(frozen=True, slots=True)
class Trait:
    """One question. `name` is that of a field where the subject is FIELD, and `kind` what it was found to be.

    Once it is settled the values stand in their one form: ids of lists, programs and campaigns, days as 2026-05-03.
    """

    subject: str
    op: Op
    values: tuple[str, ...] = ()
    name: str = ""
    kind: Kind | None = None
    at: Place = field(default=NOWHERE, compare=False)
    values_at: tuple[Place, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """All of these hold."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """This does not hold."""

    part: Filter


Filter = Trait | All | AnyOf | Not


class BadFilter(InvalidInput):
    """A filter that can't be read, and where in it the trouble is."""

    def __init__(self, code: str, message: str, at: Place = NOWHERE) -> None:
        where = f" (at character {at.start + 1})" if at.end else f" (at {at.path})" if at.path else ""
        said = f"{message.removesuffix('.')}{where}."
        super().__init__(code, said, faults=[Fault(f"filter.{at.path}" if at.path else "filter", code, said)])
        self.at = at


def traits(found: Filter) -> Iterator[Trait]:
    """Walk over all traits of a filter, in their order."""
    waiting: list[Filter] = [found]
    while waiting:
        one = waiting.pop()
        match one:
            case Trait():
                yield one
            case All(parts) | AnyOf(parts):
                waiting += reversed(parts)
            case _:
                waiting.append(one.part)


def depth(found: Filter) -> int:
    """Return on how many levels a filter stands; a trait alone stands on one."""
    match found:
        case Trait():
            return 1
        case All(parts) | AnyOf(parts):
            return 1 + max(map(depth, parts))
        case _:
            return 1 + depth(found.part)


def too_deep(at: Place) -> BadFilter:
    """Say that groups stand in one another too deeply."""
    return BadFilter("filter_too_deep", f"Groups stand in one another on more than {DEEPEST} levels", at)


def too_large(what: str, most: int, at: Place = NOWHERE) -> BadFilter:
    """Say that there is too much of something."""
    return BadFilter("filter_too_large", f"A filter has at most {most:,} {what}", at)
