"""What is told of messages to who listens to their account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cablegram.kit.ids import AccountId, MessageId
from cablegram.messages.model import State

TOLD = tuple(state for state in State if state is not State.SUBMITTING)
"""The states of which somebody can be told."""


@dataclass(frozen=True, slots=True)
class News:
    """Messages of an account that one transaction moved to one state; `reasons` and `errors` in the same order."""

    id: int
    account_id: AccountId
    at: datetime
    state: str
    message_ids: list[MessageId]
    reasons: list[str | None] | None
    errors: list[str | None] | None


@dataclass(frozen=True, slots=True)
class About:
    """What does not change of a message; `to` and `sender` as they are stored, digits without a plus."""

    id: MessageId
    campaign_id: UUID | None
    to: str
    sender: str
    client_ref: str | None
    message_class: str
    country: str
    segments: int
    price: int
    accepted_at: datetime
