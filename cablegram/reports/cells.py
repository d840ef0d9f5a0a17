"""What is added up: a cell is all messages that have everything in common that reports tell apart. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from cablegram.kit.ids import AccountId, ConnectorId

NONE = UUID(int=0)
"""In place of a connector or campaign that a message has not."""

RECEIVED = "received"
"""The one state of a text that came in."""


class Cell(NamedTuple):
    """What messages have in common. `sender` of a text that came in is the number it came to."""

    account_id: AccountId
    is_inbound: bool
    country: str
    connector_id: UUID
    sender: str
    campaign_id: UUID
    message_class: str
    state: str
    code: str


@dataclass(slots=True)
class Sums:
    """How many messages and segments, and micro-credits: may be negative where they are to be taken out."""

    messages: int = 0
    segments: int = 0
    charged: int = 0
    refunded: int = 0

    def add(self, other: Sums) -> None:
        """Add others to these."""
        self.messages += other.messages
        self.segments += other.segments
        self.charged += other.charged
        self.refunded += other.refunded

    def __bool__(self) -> bool:
        """Tell whether anything changes by adding them."""
        return bool(self.messages or self.segments or self.charged or self.refunded)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be added to a cell in a quarter of an hour; `step` of what was delivered is how long it took."""

    at: datetime
    cell: Cell
    sums: Sums
    step: int | None = None


@dataclass(frozen=True, slots=True)
class HeardText:
    """A text that came in, or (`n` 0) parts that came later to one that was counted; `charged` in micro-credits."""

    account_id: AccountId
    at: datetime
    number: str
    connector_id: UUID
    address: str
    n: int
    parts: int
    charged: int


@dataclass(slots=True)
class Added:
    """Changes by all that sums are kept for."""

    quarters: dict[tuple[datetime, Cell], Sums]
    days: dict[tuple[date, Cell], Sums]
    delays: dict[tuple[AccountId, date, ConnectorId, int], int]


def heard(texts: Iterable[HeardText], country_of: Callable[[str], str]) -> list[Change]:
    """Return what texts that came in change."""
    return [
        Change(
            one.at,
            Cell(
                one.account_id, True, country_of(one.number), one.connector_id, one.address, NONE, "", RECEIVED, ""
            ),
            Sums(one.n, one.parts, one.charged),
        )
        for one in texts
    ]  # fmt: skip


def add_up(changes: Iterable[Change], zones: Mapping[AccountId, tzinfo], *, usual: tzinfo) -> Added:
    """Add changes up by quarter, by day where the account counts its days, and by delay; what cancels out goes."""
    found = Added({}, {}, {})
    days: dict[tuple[AccountId, datetime], date] = {}
    for one in changes:
        whose = (one.cell.account_id, one.at)
        day = days.get(whose)
        if day is None:
            day = days[whose] = one.at.astimezone(zones.get(one.cell.account_id, usual)).date()
        found.quarters.setdefault((one.at, one.cell), Sums()).add(one.sums)
        found.days.setdefault((day, one.cell), Sums()).add(one.sums)
        if one.step is not None:
            place = (one.cell.account_id, day, ConnectorId(one.cell.connector_id), one.step)
            found.delays[place] = found.delays.get(place, 0) + one.sums.messages
    found.quarters = {place: sums for place, sums in found.quarters.items() if sums}
    found.days = {place: sums for place, sums in found.days.items() if sums}
    return found
