"""What an account may spend on messages in a day and in a month (of UTC), and what is left of that. Pure.

What is charged counts on the day of its acceptance. What is given back later makes no room again: a cap is there to
stop what runs away, and a carrier that refuses everything must not keep it running.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cablegram.kit.ids import AccountId

_TELL_AT = 80  # percent


@dataclass(slots=True)
class Cap:
    """A cap in micro-credits, None where there is none, and what was spent in the day and month it was used last."""

    account_id: AccountId
    per_day: int | None
    per_month: int | None
    day: date
    spent_day: int
    month: date
    spent_month: int
    told_day: date | None = None
    told_month: date | None = None

    def begin(self, today: date) -> None:
        """Forget what was spent in a day or month that is over."""
        if today != self.day:
            self.day, self.spent_day = today, 0
        if today.replace(day=1) != self.month:
            self.month, self.spent_month = today.replace(day=1), 0

    @property
    def left(self) -> int | None:
        """Return what may still be spent; None: nothing is in the way."""
        rooms = [
            cap - spent
            for cap, spent in ((self.per_day, self.spent_day), (self.per_month, self.spent_month))
            if cap is not None
        ]
        return min(rooms) if rooms else None

    def spend(self, amount: int) -> None:
        """Count what was charged."""
        self.spent_day += amount
        self.spent_month += amount

    def near(self) -> list[tuple[str, int, int]]:
        """Return what has reached 80 % and was not told yet: (`day` or `month`, cap, spent); it counts as told now."""
        found: list[tuple[str, int, int]] = []
        if self.per_day is not None and self.told_day != self.day and _is_near(self.spent_day, self.per_day):
            self.told_day = self.day
            found.append(("day", self.per_day, self.spent_day))
        if self.per_month is not None and self.told_month != self.month and _is_near(self.spent_month, self.per_month):
            self.told_month = self.month
            found.append(("month", self.per_month, self.spent_month))
        return found


def within(prices: Sequence[int], left: int | None) -> list[bool]:
    """Judge prices in the order given, each alone, as a balance does; what costs nothing always fits."""
    verdicts: list[bool] = []
    room = left
    for price in prices:
        fits = room is None or price <= max(room, 0)
        if fits and room is not None:
            room -= price
        verdicts.append(fits)
    return verdicts


def _is_near(spent: int, cap: int) -> bool:
    return spent * 100 >= cap * _TELL_AT
