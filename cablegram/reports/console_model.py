"""What the operator sees of accounts; money in micro-credits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cablegram.kit.ids import AccountId, ConnectorId, UserId


@dataclass(frozen=True, slots=True)
class Customer:
    """An account, and what it did in the last days as far as it is counted."""

    id: AccountId
    name: str
    default_country: str
    created_at: datetime
    suspended_at: datetime | None
    balance: int
    moved_at: datetime | None  # when its balance moved last
    messages: int
    delivered: int
    ended: int
    received: int
    spent: int
    last_day: date | None  # of those days the last on which anything went out or came in
    users: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who belongs to an account."""

    id: UserId
    name: str
    login: str
    role: str


@dataclass(frozen=True, slots=True)
class OwnSender:
    """What an account sends from."""

    address: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class OwnConnector:
    """A connector of an account's own."""

    id: ConnectorId
    name: str
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """One account with what belongs to it."""

    customer: Customer
    people: Sequence[Person]
    senders: Sequence[OwnSender]
    connectors: Sequence[OwnConnector]
