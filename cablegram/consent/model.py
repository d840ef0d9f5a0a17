"""What a text says about consent, and the statuses of a person (R62, R70-R75, R142-R144)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class OptOut:
    """No more of this. `matched` is the word or saying in folded form; `is_all` was said of everything we send."""

    matched: str
    language: str
    keyword: str | None = None
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class OptIn:
    """Yes, write to me. `is_yes` is an answer (YES), which means nothing where nobody asked."""

    matched: str
    language: str
    keyword: str | None = None
    is_yes: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """Tell me who you are and how this works."""

    matched: str
    language: str
    keyword: str | None = None


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword of ours, alone or with other words around it (R70, R75)."""

    keyword: str
    is_alone: bool


class Doubt(StrEnum):
    """Why a person has to look."""

    ELSEWHERE = "a stop word stands inside the text"
    IDIOM = "the stop word seems to be about something else"
    TURNED = "the request is denied or somebody else's"
    HINT = "the text may mean no"


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It may be an opt-out: nothing more goes to this number until somebody has looked (R62)."""

    matched: str
    language: str
    doubt: Doubt


Reading = OptOut | OptIn | Help | Keyword | Doubtful | None
"""What a text says; None: nothing about consent."""


class PhoneStatus(StrEnum):
    """Whether a contact's number is worth trying (R143)."""

    ACTIVE = "active"
    BOUNCED = "bounced"
    PAUSED = "paused"


class Subscription(StrEnum):
    """What a contact said about marketing (R144); none: nothing is known."""

    SUBSCRIBED = "subscribed"
    NOT_SUBSCRIBED = "not_subscribed"
    NONE = "none"
