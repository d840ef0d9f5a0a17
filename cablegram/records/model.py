"""What the history of a person is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cablegram.contacts.model import Contact
from cablegram.kit.ids import CampaignId


class ItemKind(StrEnum):
    """Where an item comes from."""

    MESSAGE = "message"  # that we sent, or did not send
    TEXT = "text"  # that the person sent
    CONSENT = "consent"  # from the ledger of evidence
    EDIT = "edit"  # of the record


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a person's history; `id` is that of the message, the text, the evidence or the event.

    `what` is a sentence for people, `detail` the rest of it: words of a text, a change of a value. `state` and the
    campaign are those of a message.
    """

    id: UUID
    at: datetime
    kind: ItemKind
    what: str
    detail: str = ""
    by: str = ""
    number: str = ""
    state: str | None = None
    campaign_id: CampaignId | None = None
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A number that a record had, and between which ids of its events: from `low` on (None: ever) up to `high`."""

    number: str
    low: UUID | None = None
    high: UUID | None = None

    def holds(self, one: UUID) -> bool:
        """Tell whether something happened while the record had the number."""
        return (self.low is None or one > self.low) and (self.high is None or one < self.high)


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of two records: the one that stays, and what it has from the other."""

    contact: Contact
    gone: str  # the other number, digits of E.164
    variables: tuple[str, ...]
    tags: tuple[str, ...]
    lists: tuple[str, ...]
    took_its_no: bool


@dataclass(frozen=True, slots=True)
class Erased:
    """What was forgotten of a number: messages and texts that are empty now, rows of evidence, messages that waited."""

    was_contact: bool
    messages: int
    open_messages: int  # on the wire: emptied when their end is known
    texts: int
    withdrawn: int
