"""What a report is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from cablegram.kit.ids import AccountId, SavedReportId, UserId
from cablegram.messages.model import State
from cablegram.reports.cells import RECEIVED, Sums

ENDED = frozenset({State.DELIVERED, State.UNDELIVERED, State.EXPIRED, State.REJECTED, State.FAILED})
"""What a share of delivered messages is a share of: those with a last word."""

FAILED = frozenset({State.UNDELIVERED, State.EXPIRED, State.REJECTED, State.FAILED})
"""What the report of errors is about."""

MOST_DAYS = 800
MOST_DAYS_BY_HOUR = 31
MOST_LINES = 2_000
"""Of one report; what is beyond goes together as one line."""

OTHERS = "*"


class Grain(StrEnum):
    """How finely time is told apart, as clocks and calendars go where the account counts its days."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"


class Dimension(StrEnum):
    """By what messages are told apart."""

    COUNTRY = "country"
    CONNECTOR = "connector"
    SENDER = "sender"
    CAMPAIGN = "campaign"
    CLASS = "class"
    STATE = "state"
    CODE = "code"


class Kind(StrEnum):
    """Which report."""

    SUMMARY = "summary"
    DELIVERY = "delivery"
    ERRORS = "errors"
    OPT_OUTS = "opt_outs"


class Filters(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is counted; an empty list leaves nothing out. Texts that came in have no class and no campaign."""

    countries: tuple[str, ...] = ()
    connectors: tuple[UUID, ...] = ()
    senders: tuple[str, ...] = ()
    campaigns: tuple[UUID, ...] = ()
    classes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """From one day to another, both of them counted, by what, and of what."""

    since: date
    until: date
    grain: Grain = Grain.DAY
    by: tuple[Dimension, ...] = ()
    filters: Filters = Filters()


@dataclass(slots=True)
class Line:
    """What messages have in common, and what became of them; money in micro-credits.

    `at` is the begin of the hour, or the first day of the span; None: all of it. `values` are as many as the question's
    `by`: ids as text, empty where there is none, `*` for all that is beyond the longest table.
    """

    at: date | datetime | None
    values: tuple[str, ...]
    states: dict[str, int] = field(default_factory=dict[str, int])  # of what was sent
    messages: int = 0  # accepted
    segments: int = 0  # as gateways count them (R44)
    received: int = 0
    received_segments: int = 0
    charged: int = 0
    refunded: int = 0

    @property
    def delivered(self) -> int:
        """Return how many arrived."""
        return self.states.get(State.DELIVERED, 0)

    @property
    def ended(self) -> int:
        """Return how many have a last word."""
        return sum(n for state, n in self.states.items() if state in ENDED)

    @property
    def spent(self) -> int:
        """Return what was paid for good."""
        return self.charged - self.refunded

    def take(self, state: str, sums: Sums, *, is_inbound: bool) -> None:
        """Add what is in a state."""
        self.charged += sums.charged
        self.refunded += sums.refunded
        if is_inbound:
            self.received += sums.messages
            self.received_segments += sums.segments
            return
        self.states[state] = self.states.get(state, 0) + sums.messages
        if state != State.SKIPPED:
            self.messages += sums.messages
            self.segments += sums.segments

    def join(self, other: Line) -> None:
        """Add another line."""
        for state, n in other.states.items():
            self.states[state] = self.states.get(state, 0) + n
        for name in ("messages", "segments", "received", "received_segments", "charged", "refunded"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Report:
    """The answer: lines in the order of time, then the largest first, and all of them together.

    `as_of`: what was accepted until then is in it; None: everything is, of this moment.
    """

    question: Question
    zone: str
    lines: list[Line]
    total: Line
    as_of: datetime | None = None
    names: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Delay:
    """How long messages of a connector took from its yes to the receipt, in seconds; None of nobody."""

    connector_id: str
    messages: int
    p50: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class OptOuts:
    """How many said no on a day, in one way, about one thing: `marketing`, `everything`, or a program's id."""

    day: date
    how: str
    scope: str
    n: int


class Pace(StrEnum):
    """How often a report is mailed: about the day, the week (from Monday) or the month that has just ended."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question as it is kept: about the last so many days, up to yesterday."""

    kind: Kind = Kind.SUMMARY
    days: int = 30
    grain: Grain = Grain.DAY
    by: tuple[Dimension, ...] = ()
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Saved:
    """A report that somebody keeps; with a pace it is mailed to people of the account."""

    id: SavedReportId
    account_id: AccountId
    name: str
    kept: Kept
    pace: Pace | None
    user_ids: Sequence[UserId]
    next_at: datetime | None
    last_at: datetime | None
    created_by: str
    created_at: datetime


STATES = (*(state.value for state in State), RECEIVED)
