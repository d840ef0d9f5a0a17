"""What can be rented and what it costs, who rents what, and how a rental stands with its charges (R27, R58-R60)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cablegram.kit.ids import AccountId, ConnectorId, RentalId, SenderId, StockId
from cablegram.senders.model import Capability, NumberType


class Keeping(StrEnum):
    """Where a number of the stock is."""

    FREE = "free"  # to be rented
    RENTED = "rented"
    RESTING = "resting"  # given back not long ago: who wrote to its last account still may
    LEAVING = "leaving"  # being given back to its provider


class State(StrEnum):
    """How a rental stands."""

    BUYING = "buying"  # the provider was asked to sell it, and what came of it is not known yet
    ACTIVE = "active"
    UNPAID = "unpaid"  # the balance did not cover a month; it works as before, until the grace is over
    SUSPENDED = "suspended"  # still unpaid: it sends nothing and still receives
    ENDED = "ended"
    REFUSED = "refused"  # the provider did not sell it


LIVING = frozenset({State.BUYING, State.ACTIVE, State.UNPAID, State.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Price:
    """What a number costs: once, and for each month; micro-credits."""

    setup: int
    monthly: int

    @property
    def at_once(self) -> int:
        """Return what buying charges: the setup and the first month (R60)."""
        return self.setup + self.monthly


@dataclass(frozen=True, slots=True)
class PriceLine:
    """The price of a country and type; `account_id` None: for everybody who has no exception."""

    country: str
    number_type: NumberType
    price: Price
    account_id: AccountId | None = None
    account_name: str = ""


@dataclass(frozen=True, slots=True)
class NewStock:
    """A number to put into the stock. What is None is read off the number, or, of the price, off country and type."""

    number: str
    country: str | None = None
    number_type: NumberType | None = None
    capabilities: tuple[Capability, ...] = (Capability.SMS,)
    connector_id: ConnectorId | None = None
    price: Price | None = None
    note: str = ""


@dataclass(slots=True)
class StockNumber:
    """A number of the operator's stock. `price` is its own, None: that of its country and type."""

    id: StockId
    number: str
    country: str
    number_type: NumberType
    capabilities: tuple[Capability, ...]
    connector_id: ConnectorId | None
    is_bought: bool
    price: Price | None
    state: Keeping
    rests_until: datetime | None
    missed: int
    note: str
    added_at: datetime
    rented_by: AccountId | None = None
    rented_by_name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A number that a search found (R59). `connector_id` None: it stands in the operator's stock."""

    number: str
    country: str
    number_type: NumberType
    capabilities: tuple[Capability, ...]
    price: Price
    connector_id: ConnectorId | None = None
    place: str = ""


@dataclass(slots=True)
class Rental:
    """An account's number. `period` months are paid; `next_at` is when something is due, None: never again.

    `paid_until` is the first moment that is not paid. `ends_at`: its account wants it no longer than that.
    """

    id: RentalId
    account_id: AccountId
    stock_id: StockId | None
    number: str
    country: str
    number_type: NumberType
    sender_id: SenderId | None
    state: State
    price: Price
    began_at: datetime
    period: int
    next_at: datetime | None
    grace_until: datetime | None
    ends_at: datetime | None
    bought_by: str
    asked: int = 0
    denied: int = 0
    ended_at: datetime | None = None
    ended_why: str = ""
    connector_id: ConnectorId | None = None
    capabilities: tuple[Capability, ...] = ()
    is_bought: bool = False


@dataclass(frozen=True, slots=True)
class SpamReport:
    """Somebody called a text from a number spam (R63). `reported_by` is the phone that got it, "" where not told."""

    at: datetime
    source: str
    reported_by: str
    note: str
    by: str
