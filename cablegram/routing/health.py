"""How a connector fares in a country: what it takes, what is delivered, how long receipts are. Pure.

Shares come with the bounds between which the truth lies in 19 of 20 cases (Wilson's interval: E. B. Wilson, Probable
inference, the law of succession, and statistical inference, 1927): three of three delivered says little, 300 of 300 a
lot. A rule leaves a connector out only where even the upper bound is below what it asks for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cablegram.kit.ids import ConnectorId, RouteId
from cablegram.routing.model import Option, Rule

WINDOW = timedelta(hours=1)
"""By how much of the past rules judge."""

DELAYS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
"""Seconds that part receipts by their delay; what took longer than the last is the last count of a list."""

_Z = 1.959964  # of the normal distribution, for 95 percent
_LEAST = 20  # messages: of fewer nothing is concluded
_AT_LEAST = timedelta(minutes=10)  # so long a connector that fell short is left out

Unfit = tuple[RouteId, ConnectorId, str]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, and the bounds of what that says."""

    good: int
    total: int

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the lower and the upper bound, from 0 to 1; all of it where nothing is known."""
        if not self.total:
            return 0.0, 1.0
        n, share, z2 = self.total, self.good / self.total, _Z * _Z
        middle = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(min(middle - half, share), 0.0), min(max(middle + half, share), 1.0)

    def is_surely_below(self, percent: int | None) -> bool:
        """Tell whether it is below so many percent, beyond doubt; None is never missed."""
        return percent is not None and self.total >= _LEAST and self.bounds[1] * 100 < percent


@dataclass(frozen=True, slots=True)
class Fared:
    """What became of the messages of a connector in a country.

    `answered`: the gateway took or refused them; `accepted`: took; `due`: of those, a receipt has come or should have
    by now; `delays` count receipts that said delivered, by `DELAYS`.
    """

    connector_id: ConnectorId
    country: str
    answered: int
    accepted: int
    due: int
    delivered: int
    delays: Sequence[int]

    @property
    def acceptance(self) -> Share:
        """Return what the gateway took."""
        return Share(self.accepted, self.answered)

    @property
    def receipts(self) -> Share:
        """Return what was delivered of what is due."""
        return Share(self.delivered, self.due)

    @property
    def p95(self) -> float | None:
        """Return in how many seconds 95 of 100 were delivered, as well as the counts tell it; None if none was."""
        return percentile(self.delays, 0.95)

    def falls_short(self, option: Option) -> bool:
        """Tell whether it does worse than a rule asks of it, beyond doubt."""
        return self.acceptance.is_surely_below(option.least_accepted) or self.receipts.is_surely_below(
            option.least_delivered
        )


def percentile(counts: Sequence[int], part: float) -> float | None:
    """Return the delay, in seconds, that so great a part stays below; evenly spread between the bounds of a count.

    What took longer than the longest bound is told as that.
    """
    total = sum(counts)
    if not total:
        return None
    wanted, below = total * part, 0
    for place, count in enumerate(counts[: len(DELAYS)]):
        if count and below + count >= wanted:
            low = DELAYS[place - 1] if place else 0
            return low + (DELAYS[place] - low) * (wanted - below) / count
        below += count
    return float(DELAYS[-1])


def unfit(
    rules: Iterable[Rule], fared: Iterable[Fared], before: dict[Unfit, datetime], *, now: datetime
) -> dict[Unfit, datetime]:
    """Return which connectors of rules fall short in which countries, and since when.

    One that does better again, or of which nothing is known any more, is chosen again; not before ten minutes are over,
    so that it is not tried with each message.
    """
    by_connector: dict[ConnectorId, list[Fared]] = {}
    for one in fared:
        by_connector.setdefault(one.connector_id, []).append(one)
    short = {
        (rule.id, option.connector_id, one.country)
        for rule in rules
        for option in rule.options
        if option.has_conditions
        for one in by_connector.get(option.connector_id, ())
        if one.falls_short(option)
    }
    stay = {key: since for key, since in before.items() if key in short or now - since < _AT_LEAST}
    return {**dict.fromkeys(short, now), **stay}
