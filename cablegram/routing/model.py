"""What routing knows: rules, the connectors that each may choose, and how they fared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from cablegram.kit.ids import AccountId, ConnectorId, RouteId


class Strategy(StrEnum):
    """How a rule chooses among its connectors that can carry a message now."""

    IN_ORDER = "in_order"  # the first
    BY_WEIGHT = "by_weight"  # each gets its share
    LEAST_COST = "least_cost"  # the cheapest


@dataclass(frozen=True, slots=True)
class Option:
    """A connector of a rule. `cost` is micro-credits a segment; shares are percents, None: however few."""

    connector_id: ConnectorId
    weight: int = 1
    cost: int | None = None
    least_accepted: int | None = None
    least_delivered: int | None = None

    @property
    def has_conditions(self) -> bool:
        """Tell whether it is only chosen while it does well."""
        return self.least_accepted is not None or self.least_delivered is not None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which messages a rule is about. What is empty asks for nothing; senders are lower case.

    A number fits by its prefix or by its country. `accounts` only of the operator's rules.
    """

    prefixes: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    senders: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    accounts: frozenset[AccountId] = frozenset()

    def covers(self, number: str, country: str) -> bool:
        """Tell whether a destination fits: digits without plus, and ISO code."""
        if not self.prefixes and not self.countries:
            return True
        return country in self.countries or number.startswith(self.prefixes)


_LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `account_id` None: the operator's, for the operator's connectors; else that account's, for its own.

    `unfit` are connectors with the countries in which they fall short of what the rule asks of them.
    """

    id: RouteId
    account_id: AccountId | None
    name: str
    scope: Scope
    strategy: Strategy
    options: tuple[Option, ...]
    position: int = 0
    is_enabled: bool = True
    created_at: datetime = _LONG_AGO
    unfit: frozenset[tuple[ConnectorId, str]] = frozenset()

    def is_unfit(self, connector_id: ConnectorId, country: str) -> bool:
        """Tell whether one of its connectors falls short in a country."""
        return (connector_id, country) in self.unfit


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for all routing.

    `fails_over`: whether messages that no rule is about leave a connector that is away. It is away once it could carry
    nothing for `patience` seconds, and back once it could for `rest`.
    """

    fails_over: bool = False
    patience: int = 30
    rest: int = 60
