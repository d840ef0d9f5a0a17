"""A conversation as a team works on it: whether it wants somebody, who cares for it, what the team notes (R66)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from cablegram.inbound.order import Rule
from cablegram.kit.ids import UserId

WANTS_SOMEBODY = frozenset({Rule.INBOX, Rule.AUTO_REPLY, Rule.STORE_TEXT, Rule.SUBSCRIBERS_TEXT, Rule.REVIEW})
"""Rules that leave a text for a person to read. What others decide is done with, and opens nothing."""

AS_IT_IS: Literal["as it is"] = "as it is"


@dataclass(frozen=True, slots=True)
class Care:
    """Where a conversation stands with the team: `changed_by` said last that it is done, or that it is not."""

    is_done: bool
    assigned_to: UserId | None = None
    changed_by: str | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise; `assigned_to` None: nobody cares for it any more."""

    is_done: bool | None = None
    assigned_to: UserId | Literal["as it is"] | None = AS_IT_IS


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody of the team wrote beside a conversation; who writes to us never sees it."""

    is_note: ClassVar = True

    id: UUID
    text: str
    by: str
    user_id: UserId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class TalkCount:
    """How many conversations are open, and how many of them are one's own; counted up to `MOST_COUNTED`."""

    open: int
    mine: int


MOST_COUNTED = 1_000
