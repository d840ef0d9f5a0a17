"""What is recorded of consent: an event as its teller gives it, and as it stands in the ledger (L22, R115)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from cablegram.kit.ids import AccountId, EvidenceId, MessageId, uuid7

MARKETING = "marketing"
"""The scope of what a contact says about marketing of the account; a program's own scope is its id."""

EVERYTHING = "everything"
"""The scope of what is said about all that an account sends: a STOP to a number of its own, the blacklist."""


class Kind(StrEnum):
    """What happened."""

    ASKED = "asked"  # the person was asked, and has not answered
    OPT_IN = "opt_in"
    CONFIRMED = "confirmed"  # the second yes, where one is not enough
    OPT_OUT = "opt_out"
    DOUBTED = "doubted"  # the person wrote what may mean no; nothing goes until somebody has read it
    CLEARED = "cleared"  # somebody read it, and it means no such thing
    IMPORTED = "imported"
    KNOWN = "known"  # subscribed before the ledger began
    NOT_KNOWN = "not_known"  # somebody recorded that nothing is known
    REMINDED = "reminded"
    PAUSED = "paused"
    RESUMED = "resumed"
    CHANGED = "changed"  # another number, or another record of the same person
    ERASED = "erased"


class How(StrEnum):
    """By which way we know."""

    TEXT = "text"
    PAGE = "page"
    API = "api"
    PANEL = "panel"
    COMMAND = "command"
    FILE = "file"
    CARRIER = "carrier"
    PROVIDER = "provider"
    LEDGER = "ledger"  # by itself


YES = frozenset({Kind.OPT_IN, Kind.CONFIRMED, Kind.IMPORTED, Kind.KNOWN})
"""What allows; of the rest `opt_out` and `not_known` end it, and the others change nothing about it."""


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """An event to record. `kind` is one of Kind, `how` one of How, `scope` one of those above or a program's id.

    `number` is digits of E.164, None for a whole file: that says of how many people it speaks (`count`) and has the
    `canonical.digest_of` their numbers. `words` and their version are what the person was shown, `said` what they
    answered, `source` where the permission comes from as the account tells it, `address` from where a page or program
    called. `before` is what stood before, where that may have to stand again; `follows` the event that this one ends.
    `id` may be used before the event is recorded, in the same transaction.
    """

    account_id: AccountId
    number: str | None
    scope: str
    kind: str
    how: str
    by: str
    at: datetime
    source: str = ""
    words: str = ""
    words_version: str = ""
    said: str = ""
    message_id: MessageId | None = None
    text_id: UUID | None = None
    url: str = ""
    address: str = ""
    before: str = ""
    follows: EvidenceId | None = None
    count: int | None = None
    digest: bytes | None = None
    id: EvidenceId = field(default_factory=lambda: EvidenceId(uuid7()))


class Link(NamedTuple):
    """The place of an event in its account's chain, and the hashes that hold it there."""

    seq: int
    form: int
    after: bytes
    hash: bytes
    sealed: bytes
    salt: bytes | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """An event as it stands in the ledger, and when we learned of it.

    Where the person was erased the link has no salt, and what told of them is empty: number, `by`, `source`, `words`,
    `said`, `url`, `address`; `erased_in` is the event that says so.
    """

    told: NewEvidence
    link: Link
    recorded_at: datetime
    erased_in: EvidenceId | None

    @property
    def seq(self) -> int:
        """Return its number in the chain of its account, from 1."""
        return self.link.seq


class Head(NamedTuple):
    """The end of an account's chain. Whoever keeps it elsewhere can prove later that nothing before it was changed."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is not as it was written, or not there: its place, its id where there is one, and what is wrong."""

    account_id: AccountId
    seq: int
    id: EvidenceId | None
    what: str


@dataclass(slots=True)
class Verified:
    """What a look at an account's whole chain came to: how many rows, its end, the first faults and how many in all."""

    account_id: AccountId
    rows: int = 0
    head: Head | None = None
    faults: list[Fault] = field(default_factory=list[Fault])
    count: int = 0

    @property
    def is_ok(self) -> bool:
        """Tell whether everything is as it was written."""
        return self.count == 0
