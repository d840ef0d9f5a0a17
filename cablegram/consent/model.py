"""What a text says about consent, and what is kept of it: blacklist and review queue (R62, R70-R75, R91)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cablegram.evidence.model import How as Via
from cablegram.kit.ids import AccountId


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


class How(StrEnum):
    """How a number came to the blacklist (R91)."""

    BY_HAND = "by_hand"
    IMPORT = "import"
    STOP = "stop"  # the person said so
    REVIEW = "review"  # the person wrote something that somebody read as no


BY_WORD = frozenset({How.STOP, How.REVIEW})
"""What a person's own answer did, and an answer of theirs may undo; what the account did, no answer undoes."""


TOLD_BY_PROVIDER = "told by the provider"
"""Who put a number here, and is the source of its subscription's end, where a provider told of an opt-out."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A number for the blacklist, digits of E.164 without plus. `sender` and `text_id` say which text told whom to.

    `via` is the way by which we know (one of `evidence.model.How`), `said` what the person wrote.
    """

    account_id: AccountId
    number: str
    how: How
    by: str
    note: str = ""
    sender: str | None = None
    text_id: UUID | None = None
    via: str = Via.TEXT
    said: str = ""
    url: str = ""  # of the page on which they said so
    address: str = ""  # from which they called it


@dataclass(frozen=True, slots=True)
class Word:
    """What a person wrote who comes back, and in which text."""

    text_id: UUID | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A number that gets nothing more from an account, and how it came here."""

    id: UUID
    number: str
    how: How
    note: str
    sender: str | None
    text_id: UUID | None
    added_by: str
    added_at: datetime


class Decided(StrEnum):
    """What a person made of a text that may mean no."""

    STOP = "stop"
    GO_ON = "go_on"


@dataclass(frozen=True, slots=True)
class NewReview:
    """A text that may mean no: its number is held until somebody has looked."""

    text_id: UUID
    account_id: AccountId
    number: str
    sender: str
    reading: Doubtful
    said: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A text that may mean no, and what somebody made of it; `verdict` None: nobody has looked yet."""

    id: UUID  # the text's
    number: str
    sender: str
    matched: str
    doubt: Doubt
    opened_at: datetime
    verdict: Decided | None
    decided_by: str | None
    decided_at: datetime | None
