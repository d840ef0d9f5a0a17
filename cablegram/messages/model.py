"""What a message is, the states it can be in, and the moves between them.

This table is the only one: guards in the database, words in the API and the panel, the diagram in the docs and the
audit are made from it or checked against it.

    scheduled  -> queued cancelled expired failed
    queued     -> submitting scheduled cancelled expired failed
    submitting -> submitted rejected unknown, queued (only when the carrier asked for time), failed (it asked too often)
    submitted  -> delivered undelivered expired
    unknown    -> submitted delivered undelivered expired rejected failed (given up after three days),
                  queued (once, where the operator chose to send it again)
    undelivered, expired -> delivered, or the other of the two (a late receipt may correct them)
    failed     -> submitted delivered undelivered expired (only `outcome_unknown`: a receipt says it went out after all)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cablegram.connectors.needs import ProviderValues
from cablegram.consent.case import Purpose
from cablegram.consent.timing import Timing, When
from cablegram.contacts.model import Statuses
from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, ContactId, MessageId, PostingId, ProgramId
from cablegram.links.model import Placed
from cablegram.senders.model import Wanted
from cablegram.text.encoding import Encoding


class State(StrEnum):
    """Where a message is. The words are the API's words."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"

    def may_become(self, other: State) -> bool:
        """Tell whether the table above has the move."""
        return other in MOVES[self]


_S = State
MOVES: dict[State, frozenset[State]] = {
    _S.SCHEDULED: frozenset({_S.QUEUED, _S.CANCELLED, _S.EXPIRED, _S.FAILED}),
    _S.QUEUED: frozenset({_S.SUBMITTING, _S.SCHEDULED, _S.CANCELLED, _S.EXPIRED, _S.FAILED}),
    _S.SUBMITTING: frozenset({_S.SUBMITTED, _S.REJECTED, _S.UNKNOWN, _S.QUEUED, _S.FAILED}),
    _S.SUBMITTED: frozenset({_S.DELIVERED, _S.UNDELIVERED, _S.EXPIRED}),
    _S.UNKNOWN: frozenset({_S.SUBMITTED, _S.DELIVERED, _S.UNDELIVERED, _S.EXPIRED, _S.REJECTED, _S.FAILED, _S.QUEUED}),
    _S.UNDELIVERED: frozenset({_S.DELIVERED, _S.EXPIRED}),
    _S.EXPIRED: frozenset({_S.DELIVERED, _S.UNDELIVERED}),
    _S.FAILED: frozenset({_S.SUBMITTED, _S.DELIVERED, _S.UNDELIVERED, _S.EXPIRED}),
    _S.DELIVERED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.SKIPPED: frozenset(),
}

FINAL = frozenset({_S.DELIVERED, _S.UNDELIVERED, _S.EXPIRED, _S.REJECTED, _S.FAILED, _S.CANCELLED, _S.SKIPPED})
# Nothing of these reached a carrier that took it, so the account gets its credits back (R18).
REFUNDED = frozenset({_S.REJECTED, _S.FAILED, _S.CANCELLED})
_NEVER_SENT = frozenset({_S.SCHEDULED, _S.QUEUED})
ACCEPTED = frozenset(State) - {_S.SKIPPED}

# A message with several parts is what its worst part is (R50), and open as long as one of them is.
_BADNESS = (_S.DELIVERED, _S.EXPIRED, _S.UNDELIVERED, _S.SUBMITTED, _S.UNKNOWN)
# Of two words about one part the higher counts, so that it does not matter in which order they come.
_WEIGHT = (_S.UNKNOWN, _S.SUBMITTED, _S.EXPIRED, _S.UNDELIVERED, _S.DELIVERED)


def worst(parts: Sequence[State]) -> State:
    """Return the state of a message whose parts stand so; all must be states that a receipt or response can give."""
    return max(parts, key=_BADNESS.index)


def weightier(one: State, other: State) -> State:
    """Return the word that counts of two that were heard about one part; a late `delivered` beats them all."""
    return max(one, other, key=_WEIGHT.index)


def is_refund_due(from_state: State, to_state: State) -> bool:
    """Tell whether a move gives the price back: refused, withdrawn, or out of time before it was ever sent."""
    if to_state in REFUNDED:
        return from_state not in REFUNDED
    return to_state is State.EXPIRED and from_state in _NEVER_SENT


class MessageClass(StrEnum):
    """What the sender says a message is; decides its lane and, later, which rules apply."""

    OTP = "otp"
    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"


LANES: dict[MessageClass, int] = {MessageClass.OTP: 0, MessageClass.TRANSACTIONAL: 1, MessageClass.MARKETING: 2}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message was not accepted: a stable code, a sentence, and the field it concerns."""

    code: str
    message: str
    field: str | None = None


@dataclass(slots=True)
class Draft:
    """A message on its way to being accepted; every step fills in what it knows, or sets `refusal` and is done."""

    account_id: AccountId
    to: str  # as it was given
    text: str  # rendered
    sender: Wanted = None  # None: the account's default
    message_class: MessageClass = MessageClass.TRANSACTIONAL
    client_ref: str | None = None
    campaign_id: CampaignId | None = None
    contact_id: ContactId | None = None
    program_id: ProgramId | None = None  # the SMS service or store that sends it; its people alone get it
    default_country: str | None = None
    swaps: Mapping[str, str] | None = None  # what smart encoding replaced; None: nobody asked for it
    timing: Timing | None = None  # what it was told about its time
    time_zone: str | None = None  # the recipient's own, where somebody wrote it down
    purpose: Purpose = Purpose.MESSAGE
    statuses: Statuses | None = None  # of the contact; None: to be asked for
    media_url: str | None = None  # of a picture, looked at before (media.py)
    provider_values: ProviderValues | None = None  # what it brings along for its provider (R132)
    links: Sequence[Placed] | None = None  # codes that stand in its text, to be kept with it

    number: str = ""
    country: str = ""
    encoding: Encoding = Encoding.GSM0338
    segments: int = 0  # parts on the wire
    billed_segments: int | None = None  # what the account pays for (R42); None: the same
    gateway_segments: int | None = None  # what the carrier's gateway counts (R43); None: the same
    source: str = ""
    sender_country: str = ""  # where its sender is from, if that is known
    is_simulated: bool = False  # whether the simulated carrier takes it
    connector_id: ConnectorId | None = None
    is_own_way: bool = False  # whether that connector is the account's own
    price: int = 0
    ruleset: int | None = None  # by which rules it was judged, and what they saw (consent/seen.py)
    seen: int | None = None
    when: When | None = None  # None: now, and its hours never end
    id: MessageId | None = None
    posting_id: PostingId | None = None
    refusal: Refusal | None = None

    @property
    def wording(self) -> str:
        """Return its text as its account wrote it: codes are each message's own, so they tell no two texts apart."""
        text = self.text
        for one in self.links or ():
            text = text.replace(one.code, one.url or "")
        return text

    @property
    def is_special(self) -> bool:
        """Tell whether its row has more than those that are written in one statement with their places."""
        return (
            self.media_url is not None
            or self.billed_segments is not None
            or self.gateway_segments is not None
            or self.provider_values is not None
            or self.program_id is not None
        )

    @property
    def state(self) -> State:
        """Return the state in which it is stored."""
        if self.refusal is not None:
            return State.SKIPPED
        return State.QUEUED if self.when is None or self.when.until is None else State.SCHEDULED

    @property
    def recall(self) -> int | None:
        """Return the number by which an opt-out withdraws it; None of what confirms one."""
        return None if self.purpose is Purpose.CONFIRMATION else int(self.number)


@dataclass(slots=True)
class Message:
    """A message as it stands."""

    id: MessageId
    account_id: AccountId
    campaign_id: CampaignId | None
    connector_id: ConnectorId | None
    posting_id: PostingId | None
    refund_id: PostingId | None
    price: int
    accepted_at: datetime
    claimed_at: datetime | None
    submitted_at: datetime | None
    finished_at: datetime | None
    state: State
    segments: int
    message_class: MessageClass
    encoding: str
    reason: str | None
    error: str | None
    country: str
    source: str
    number: str
    client_ref: str | None
    text: str
    # Of a message of one part: what the carrier called it, and the receipt that ended it. Of others, lines tell it.
    provider_id: str | None
    receipt: str | None
    receipt_at: datetime | None
    # By which rules it was judged, and what they saw (consent/seen.py); None where it did not come so far.
    ruleset: int | None = None
    seen: int | None = None
    media_url: str | None = None
    billed_segments: int | None = None  # None: as `segments`
    gateway_segments: int | None = None
    waits_until: datetime | None = None  # of a scheduled one: when it goes on, if nothing changes
    clicked_at: datetime | None = None  # when its person first opened a link of it

    @property
    def billed(self) -> int:
        """Return for how many segments the account paid (R42)."""
        return self.segments if self.billed_segments is None else self.billed_segments

    @property
    def counted_by_gateway(self) -> int:
        """Return how many segments the carrier's gateway counts (R43, R44)."""
        return self.segments if self.gateway_segments is None else self.gateway_segments


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a message's story: when, what happened (an event's kind or a state), and the evidence for it."""

    at: datetime
    kind: str
    part: int
    detail: str


@dataclass(slots=True)
class Count:
    """How many messages are in a state, and their price together, in micro-credits."""

    n: int = 0
    amount: int = 0


@dataclass(slots=True)
class Move:
    """One message's move, valid only from the version at which it was seen."""

    id: MessageId
    version: int
    from_state: State
    to_state: State
    reason: str | None = None
    error: str | None = None
    part_states: list[State] | None = None


@dataclass(slots=True)
class Settled:
    """A message whose move was made."""

    id: MessageId
    account_id: AccountId
    campaign_id: CampaignId | None
    price: int


@dataclass(slots=True)
class Standing:
    """What a writer must know of a message before it moves it."""

    id: MessageId
    account_id: AccountId
    campaign_id: CampaignId | None
    version: int
    state: State
    segments: int
    part_states: list[State] | None
    price: int
    number: str
    reason: str | None
    message_class: MessageClass
    connector_id: ConnectorId
    attempts: int


@dataclass(slots=True)
class Waiting:
    """What the queue knows of a message."""

    id: MessageId
    account_id: AccountId
    campaign_id: CampaignId | None
    connector_id: ConnectorId
    message_class: MessageClass
    segments: int
    recall: int | None  # the number by which an opt-out withdraws it; None: nothing does
    when: When | None = None  # where it goes: None is the queue, for ever


Locked = tuple[MessageId, datetime | None, int | None]
"""A message whose place is locked: it, until when it waits, and the number by which an opt-out withdraws it."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a client named its request: `endpoint` is method and path, `body_hash` covers the whole body."""

    endpoint: str
    key: str
    body_hash: bytes


@dataclass(slots=True)
class Answer:
    """What a request gets back: a status and a body, ready to send."""

    status: int
    body: bytes
    is_replay: bool = False
