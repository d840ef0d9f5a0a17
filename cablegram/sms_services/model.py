"""What an SMS service is: a keyword on a short code, what was asked for and what the operator said (R67, R68)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from cablegram.connectors.contract import NoticeKind
from cablegram.kit.ids import AccountId, ConnectorId, ProgramId, SenderId, ShortCodeId


class Status(StrEnum):
    """Where a service stands with the operator."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUSPENDED = "suspended"  # by the operator: people may leave it and ask for help, and nothing else goes
    CLOSED = "closed"  # by its owner, for good; the keyword is free again


LIVE = frozenset({Status.APPROVED, Status.SUSPENDED})
"""Whose keyword is heard."""


class OptInMode(StrEnum):
    """What it takes to subscribe by text: the keyword (R70), or the keyword and YES (R71)."""

    SINGLE = "single"
    DOUBLE = "double"


class Use(StrEnum):
    """What a service is for."""

    MARKETING = "marketing"
    NOTIFICATIONS = "notifications"

    @property
    def service_type(self) -> str:
        """Return how its texts call what it sends (Appendix C 18)."""
        return "marketing" if self is Use.MARKETING else "notification"


class Says(StrEnum):
    """The five texts that a service sends by itself (R74)."""

    REMINDER = "reminder"
    HELP = "help"
    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    WELCOME = "welcome"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for, every field of R68 but country and keyword; kept as JSON.

    `frequency` is messages a month to one subscriber, `email` and `phone` stand in the disclosure and the help text.
    """

    name: str
    minimum_age: int
    opt_in: OptInMode
    use: Use
    frequency: int
    terms_url: str
    phone: str
    email: str = ""
    examples: tuple[str, ...] = ()
    advertising: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShortCode:
    """A code of the operator's stock: (country, digits), and the connectors that carry it (none: any)."""

    id: ShortCodeId
    country: str
    digits: str
    connector_ids: tuple[ConnectorId, ...]
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Service:
    """A service as it stands. `texts` are those that its owner changed; `reason` is the operator's last word."""

    id: ProgramId
    account_id: AccountId
    code: ShortCode
    sender_id: SenderId | None
    keyword: str
    status: Status
    form: Form
    texts: Mapping[Says, str]
    reason: str
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Tell whether its keyword is heard."""
        return self.status in LIVE


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What a carrier says: about which number (digits of E.164), when, and of a change the new number."""

    kind: NoticeKind
    number: str
    said_at: datetime
    new_number: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that was taken in; `services` is how many subscriptions it changed."""

    id: UUID
    kind: NoticeKind
    number: str
    new_number: str | None
    how: str
    said_at: datetime
    taken_at: datetime
    services: int
