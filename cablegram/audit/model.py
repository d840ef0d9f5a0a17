"""What an audit found: the sums by account and campaign, and a verdict on each sentence that must be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cablegram.kit.ids import AccountId, CampaignId

MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Sum:
    """How many messages, and their price together in micro-credits."""

    n: int = 0
    amount: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.n + other.n, self.amount + other.amount)


@dataclass(slots=True)
class Sums:
    """One account's messages of one campaign, or (`campaign_id` None) those of none.

    `accepted` and `refunded` are what the postings say, `by_state` what the rows of messages say, skipped ones too.
    """

    account_id: AccountId
    account: str
    campaign_id: CampaignId | None
    campaign: str | None
    accepted: Sum = Sum()
    refunded: Sum = Sum()
    by_state: dict[str, Sum] = field(default_factory=dict[str, Sum])


@dataclass(frozen=True, slots=True)
class Off:
    """One thing that is not as it must be: whose it is, and which row is off in what way."""

    account_id: AccountId | None
    campaign_id: CampaignId | None
    what: str

    def __str__(self) -> str:
        whose = [f"account {self.account_id}"] if self.account_id else []
        whose += [f"campaign {self.campaign_id}"] if self.campaign_id else []
        return f"{self.what} ({', '.join(whose)})" if whose else self.what


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence that must be true: how many rows contradict it, and the first of them, by name."""

    name: str
    sentence: str
    count: int
    rows: tuple[Off, ...]

    @property
    def is_ok(self) -> bool:
        """Tell whether nothing contradicts it."""
        return self.count == 0


@dataclass(frozen=True, slots=True)
class Report:
    """What was found at one moment."""

    at: datetime
    sums: tuple[Sums, ...]
    checks: tuple[Check, ...]

    @property
    def is_ok(self) -> bool:
        """Tell whether all is accounted for."""
        return all(check.is_ok for check in self.checks)

    def totals(self) -> Mapping[str, Sum]:
        """Add up the states of everybody's messages."""
        totals: dict[str, Sum] = {}
        for sums in self.sums:
            for state, some in sums.by_state.items():
                totals[state] = totals.get(state, Sum()) + some
        return totals
