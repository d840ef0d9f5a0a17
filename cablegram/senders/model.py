"""Senders: addresses that stand in `from`, granted to accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cablegram.kit.ids import AccountId, ConnectorId, SenderId


@dataclass(slots=True)
class Sender:
    """An address that an account may use; `connector_id` ties it to one way out, None leaves the choice to routing."""

    id: SenderId
    address: str
    connector_id: ConnectorId | None
    is_default: bool
    created_at: datetime


@dataclass(slots=True)
class Usable:
    """What a message gets: the address to show, and the connector it must leave by, if any."""

    address: str
    connector_id: ConnectorId | None


@dataclass(frozen=True, slots=True)
class SenderRefusal:
    """Why an account can't send from what it asked for: a stable code and a sentence."""

    code: str
    message: str


@dataclass(slots=True)
class Holder:
    """An account that has an address, on this connector or, when None, on any."""

    address: str
    account_id: AccountId
    connector_id: ConnectorId | None
