"""People and the lists they are in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from cablegram.kit.errors import Fault
from cablegram.kit.ids import ContactId, EvidenceId, ListId


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


@dataclass(slots=True)
class ContactList:
    """A list of contacts. `variables` are the columns of its files, in their order; `size` counts its people."""

    id: ListId
    name: str
    description: str
    size: int
    variables: list[str]
    created_at: datetime
    imported_at: datetime | None


@dataclass(slots=True)
class Contact:
    """A person's number in an account: digits of E.164 without the plus, two letters of the country.

    `subscription` None: nobody ever said anything (decision 0029). `subscription_source` is where the person said so,
    as the account tells it, `subscription_at` when that was recorded, and `evidence_id` the event that it rests on.
    """

    id: ContactId
    number: str
    country: str
    variables: dict[str, str]
    created_at: datetime
    updated_at: datetime
    phone_status: PhoneStatus = PhoneStatus.ACTIVE
    subscription: Subscription | None = None
    subscription_source: str | None = None
    subscription_at: datetime | None = None
    tags: list[str] = field(default_factory=list[str])
    evidence_id: EvidenceId | None = None


class Statuses(NamedTuple):
    """What is known of a number before something is sent there; `subscription` None: nobody ever said anything."""

    phone_status: PhoneStatus = PhoneStatus.ACTIVE
    subscription: Subscription | None = None


NOTHING_KNOWN = Statuses()


class Rested(NamedTuple):
    """A subscription ("" nothing recorded) and the event that it rests on."""

    subscription: str
    follows: EvidenceId | None


@dataclass(slots=True)
class Person:
    """What a campaign must know of somebody it writes to."""

    contact_id: ContactId
    number: str
    country: str
    variables: dict[str, str]
    statuses: Statuses = NOTHING_KNOWN
    is_number_new: bool = False  # another contact may have had the number while a campaign was under way


@dataclass(slots=True)
class NewPerson:
    """A good row of a file; `variables` is a JSON object of texts, all columns in it but those of statuses."""

    line: int
    number: str
    country: str
    variables: str
    phone_status: PhoneStatus | None = None
    subscription: Subscription | None = None


@dataclass(slots=True)
class ImportResult:
    """What an import did. rows = skipped + duplicates + size: `size` counts the people of this file.

    `duplicates` are rows whose number comes again further down: the last one counts. `added` and `updated` are contacts
    that the account did not have before, or had with other values. `faults` are the first bad rows, `skipped` all.
    `declined` people are subscribed by the file, and said before that they do not want to be: so it stays.
    `subscribed` are those of whom nothing was known before; `left` are no longer on the list. `id` is the
    import's, once it is done, and `list_id` the list's.
    """

    rows: int = 0
    size: int = 0
    added: int = 0
    updated: int = 0
    duplicates: int = 0
    skipped: int = 0
    declined: int = 0
    subscribed: int = 0
    left: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])
    id: UUID | None = field(default=None, compare=False)
    list_id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Effects:
    """What an import would do, as `ImportResult` counts it; `leaving` are on the list and not in the file."""

    added: int
    updated: int
    declined: int
    subscribed: int
    leaving: int


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import that was done: of which file, when, and what came of it."""

    file_name: str
    at: datetime
    result: ImportResult
