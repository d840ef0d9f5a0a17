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
    """What one of both sides wrote.

    `mail_from` is the address from which it came by mail; `is_proved` whether it is known that its owner sent it.
    """

    id: UUID
    by_operator: bool
    author: str
    user_id: UserId | None
    text: str
    at: datetime
    mail_from: str | None = None
    is_proved: bool = True
    files: list[File] = field(default_factory=list[File])


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that somebody brings along."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ByMail:
    """How something came that was written elsewhere."""

    sender: str
    is_proved: bool


Verdict = Literal["opened", "answered", "returned", "automatic", "stranger", "refused"]


@dataclass(slots=True)
class Mail:
    """A message that came in, and what became of it. `text` is kept of what nobody else has."""

    id: UUID
    at: datetime
    sender: str
    subject: str
    size: int
    verdict: Verdict
    why: str = ""
    account_id: AccountId | None = None
    ticket_id: TicketId | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """A ticket with all that was written."""

    ticket: Ticket
    entries: list[Entry]
