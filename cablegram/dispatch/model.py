"""What dispatch knows of messages on the wire and of receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.connectors.contract import Outcome, Outgoing, Receipt, Trouble
from cablegram.consent.timing import When
from cablegram.dispatch.unwritten import Unwritten
from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, MessageId
from cablegram.messages.model import MessageClass, State, Waiting

SUFFIX = 7  # digits by which numbers are compared: in receipts they may lack the country code or have a trunk prefix


@dataclass(slots=True)
class Claimed:
    """A message this dispatcher has on the wire, as it was when its claim was committed."""

    id: MessageId
    account_id: AccountId
    campaign_id: CampaignId | None
    version: int
    attempts: int
    price: int
    message_class: MessageClass
    segments: int
    connector_id: ConnectorId
    share: int
    outgoing: Outgoing | None
    recall: int | None = None  # the number by which an opt-out would have withdrawn it; None: nothing would
    closes_at: datetime | None = None  # from when on it is not to be claimed any more
    unwritten: Unwritten | None = None  # where it counts, until its outcome is on disk

    def waiting(self) -> Waiting:
        """Return what the queue must know to take it back."""
        return Waiting(
            self.id,
            self.account_id,
            self.campaign_id,
            self.connector_id,
            self.message_class,
            self.segments,
            self.recall,
            When(None, self.closes_at) if self.closes_at else None,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in a connector's queue."""

    lane: int
    share: int
    id: MessageId


@dataclass(slots=True)
class Stranded:
    """A message that waits for a connector, and what rules of routing look at; `values` is what it brings along."""

    place: Place
    campaign_id: CampaignId | None
    account_id: AccountId
    number: str
    country: str
    source: str
    message_class: str
    has_media: bool
    values: Mapping[str, Any] | None


@dataclass(slots=True)
class Pending:
    """A receipt that looks for its message; `id` is the row's where it has to wait, and given when it first has to."""

    id: UUID | None
    provider_id: str
    outcome: Outcome
    error: str
    source: str
    number: str
    head: str
    arrived_at: datetime
    words: str
    trouble: Trouble | None = None

    def line(self) -> str:
        """Return what a message's story says of it."""
        return f"{self.words} id {self.provider_id}"


def pending(receipt: Receipt, arrived_at: datetime) -> Pending:
    """Return a receipt as one that looks for its message."""
    return Pending(
        None,
        receipt.provider_id,
        receipt.outcome,
        receipt.error,
        receipt.source,
        receipt.number,
        receipt.head,
        arrived_at,
        receipt.words,
        receipt.trouble,
    )


@dataclass(slots=True)
class Match:
    """A message that a receipt may be about; `key_place` says which form of the id fitted (1 is the plain one)."""

    place: int
    message_id: MessageId
    part: int
    version: int
    state: State
    segments: int
    part_states: list[State] | None
    number: str
    reason: str | None
    key_place: int


@dataclass(slots=True)
class InQuestion:
    """An `unknown` message that a receipt without a known id may be about."""

    id: MessageId
    version: int
    segments: int
    source: str
    number: str
    text: str
    claimed_at: datetime


@dataclass(slots=True)
class ToldOut:
    """A number that opted out at a provider, as that says: `words` are for people, `sender` is whom it said no to."""

    account_id: AccountId
    number: str
    sender: str
    words: str
    at: datetime


@dataclass(slots=True)
class Sent:
    """Whose a message is, from whom and to whom (digits)."""

    account_id: AccountId
    source: str
    number: str
