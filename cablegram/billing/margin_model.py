"""Margins: what messages brought, what carriers take for them, and by what it is added up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cablegram.kit.ids import AccountId, ConnectorId


class By(StrEnum):
    """By what margins are added up."""

    DAY = "day"
    CONNECTOR = "connector"
    COUNTRY = "country"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Span:
    """Days in UTC from `since` up to, not with, `until`; narrowed to one connector, country, account."""

    since: date
    until: date
    connector_id: ConnectorId | None = None
    country: str | None = None
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True)
class Margin:
    """A line of the report. Empty `currency`: the carrier has no tariff.

    `revenue` is micro-credits; `cost` and `worth`, what the revenue is worth at each account's price of a credit, are
    millionths of the currency. `worth` None: accounts have no price of a credit in that currency.
    """

    what: str
    currency: str
    messages: int
    segments: int
    revenue: int
    cost: int
    without_cost: int
    worth: int | None

    @property
    def margin(self) -> int | None:
        """Return what is left, in millionths of the currency; None where one of both is not known."""
        return None if self.worth is None or not self.currency else self.worth - self.cost


@dataclass(frozen=True, slots=True)
class Weight:
    """Charged traffic of an account to numbers that begin with the same digits; `price` in micro-credits."""

    account_id: AccountId
    head: str
    messages: int
    segments: int
    price: int
