"""What a store is, who its customers are, and how programs number both. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from cablegram.kit.ids import AccountId, ContactId, ProgramId, SenderId, UserId
from cablegram.programs.model import Standing

PACIFIC = "America/Los_Angeles"
"""The zone of the times that are told to programs, unless a store has another (C52)."""


class StoreState(StrEnum):
    """Whether a store is at work. One that waits or was refused sends nothing and hears nothing (R125)."""

    WAITING = "waiting"
    OPEN = "open"
    REFUSED = "refused"


class OptIn(StrEnum):
    """How somebody joins who is signed up by API or in the panel; who texts the keyword joins at once (R117)."""

    SINGLE = "single"
    DOUBLE = "double"


class Text(StrEnum):
    """The texts that a store sends by itself (R169)."""

    OPT_IN_REQUEST = "opt_in_request"
    OPT_IN_CONFIRMATION = "opt_in_confirmation"
    OPT_OUT_CONFIRMATION = "opt_out_confirmation"  # somebody else opted the customer out
    STOP = "stop"  # the customer did
    HELP = "help"


class KeywordKind(StrEnum):
    """What a keyword does: the primary one and its like let people in, a responder only answers (R119)."""

    PRIMARY = "primary"
    OPT_IN = "opt_in"
    RESPONDER = "responder"


class Status(IntEnum):
    """Where a customer stands, as programs number it (R116)."""

    GUEST = 1
    IN = 3
    PENDING = 4
    OUT = 5


STATUSES: Mapping[Standing, Status] = {
    Standing.GUEST: Status.GUEST,
    Standing.ASKED: Status.PENDING,
    Standing.IN: Status.IN,
    Standing.PAUSED: Status.IN,  # the carrier lets the line rest; what the person said stands
    Standing.OUT: Status.OUT,
}
STANDINGS: Mapping[Status, tuple[Standing, ...]] = {
    status: tuple(one for one, its in STATUSES.items() if its is status) for status in Status
}


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that people text, in upper case; of a responder with what it answers to customers and to all others."""

    keyword: str
    store_id: ProgramId
    account_id: AccountId
    kind: KeywordKind
    in_text: str = ""
    other_text: str = ""

    @property
    def lets_in(self) -> bool:
        """Tell whether who texts it joins."""
        return self.kind is not KeywordKind.RESPONDER


@dataclass(slots=True)
class Store:
    """A store as it stands. `texts` has all five; `callback` None: nothing is posted."""

    id: ProgramId
    account_id: AccountId
    name: str
    keyword: str
    state: StoreState
    opt_in: OptIn
    has_guard: bool
    one_off_pace: int  # texts a second
    campaign_pace: int
    phone: str
    time_zone: str
    texts: Mapping[Text, str]
    callback: str | None
    made_by: str
    made_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str = ""
    user_id: UserId | None = None  # who of the team answers for it

    @property
    def is_open(self) -> bool:
        """Tell whether something goes in or out."""
        return self.state is StoreState.OPEN


@dataclass(frozen=True, slots=True)
class NewStore:
    """What somebody gives for a new store; texts that are left out are made from its name."""

    name: str
    keyword: str
    phone: str = ""
    time_zone: str = PACIFIC
    texts: Mapping[Text, str] = field(default_factory=dict[Text, str])
    callback: str | None = None
    user_id: UserId | None = None  # None: who opens it


@dataclass(slots=True)
class Customer:
    """Somebody who stands somewhere with a store; `code` is the sender that they talk with, while they are in."""

    contact_id: ContactId
    store_id: ProgramId
    number: str  # digits of E.164
    name: str
    standing: Standing
    since: datetime
    code: str | None = None

    @property
    def status(self) -> Status:
        """Return where they stand, as programs number it."""
        return STATUSES[self.standing]


@dataclass(frozen=True, slots=True)
class Code:
    """A sender that customers of stores can talk with."""

    sender_id: SenderId
    address: str
    can_mms: bool = False


@dataclass(slots=True)
class Credential:
    """Who may call for stores: with `store_id` for that one, else for all of the account and to make new ones."""

    id: UUID
    account_id: AccountId
    store_id: ProgramId | None
    login: str
    password_hash: str = field(repr=False)
    first_name: str = ""
    last_name: str = ""
    email: str = ""

    @property
    def is_clients(self) -> bool:
        """Tell whether these are the client's first ones."""
        return self.store_id is None


@dataclass(frozen=True, slots=True)
class Line:
    """A text that a customer wrote or got, as reports tell it; `status` of one of ours is the message's state."""

    id: UUID
    is_ours: bool
    at: datetime
    text: str
    number: str
    contact_id: ContactId | None
    name: str
    status: str = ""
    media_url: str | None = None


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post as people see it; `done_at` None: it is still tried."""

    id: UUID
    number: str
    url: str
    tries: int
    next_at: datetime
    done_at: datetime | None
    verdict: str
