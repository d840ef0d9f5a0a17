"""A text that came in, and the conversation that it is a part of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cablegram.inbound import order
from cablegram.kit.ids import ContactId, MessageId


@dataclass(slots=True)
class ReceivedText:
    """What a phone sent to one of the account's addresses.

    `source` is digits with country code, or what the carrier gave where that is no number. `rule` names the row of the
    table of rules that decided what was done; None of texts from before there was one. `parts` is in how many it came.
    """

    id: UUID
    source: str
    destination: str
    text: str
    received_at: datetime
    rule: str | None = None
    parts: int = 1
    contact_id: ContactId | None = None
    caller_name: str | None = None
    answer_id: MessageId | None = None

    @property
    def why(self) -> str | None:
        """Say in words what was done with it, and why."""
        return order.why(self.rule) if self.rule else None


@dataclass(slots=True)
class Line:
    """A text of a conversation: one that came in, with the `rule` that decided, or one of ours, with its `status`."""

    id: UUID
    is_ours: bool
    source: str
    destination: str
    text: str
    at: datetime
    status: str | None
    rule: str | None

    @property
    def why(self) -> str | None:
        """Say in words what was done with one that came in, and why."""
        return order.why(self.rule) if self.rule else None


@dataclass(slots=True)
class Talk:
    """A conversation: whom with, and the last text of theirs, whose id is `id`."""

    id: UUID
    number: str
    address: str
    text: str
    received_at: datetime
    contact_id: ContactId | None
    caller_name: str | None
