"""A ticket, what was written in it, and its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from cablegram.kit.ids import AccountId, TicketId, UserId

TicketState = Literal["open", "answered", "closed"]
About = Literal["message", "posting"]


@dataclass(slots=True)
class Ticket:
    """What somebody of an account asked. `about` and `about_id` name what is disputed: a message, a ledger's line."""

    id: TicketId
    account_id: AccountId
    title: str
    state: TicketState
    about: About | None
    about_id: UUID | None
    opened_by: str
    created_at: datetime
    changed_at: datetime


@dataclass(slots=True)
class File:
    """A file of a ticket, without its bytes."""

    id: UUID
    entry_id: UUID
    name: str
    media_type: str
    size: int


@dataclass(slots=True)
class Entry:
    """What one of both sides wrote."""

    id: UUID
    by_operator: bool
    author: str
    user_id: UserId | None
    text: str
    at: datetime
    files: list[File] = field(default_factory=list[File])


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that somebody brings along."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Talk:
    """A ticket with all that was written."""

    ticket: Ticket
    entries: list[Entry]
