"""How long messages took, kept as counts by steps of a twentieth: small, and sums of it are right. Pure.

A step ends where the next one begins, 5 % later; what is said of it is off by no more than half of that. The database
sorts delays into the same steps (messages/breakdown_queries.sql).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

STEP = 1.05
"""By how much each step is longer than the one before it; the first ends at one millisecond."""

SHOWN = (50, 90, 99)


def step_of(seconds: float) -> int:
    """Return the step that a delay belongs to."""
    milliseconds = seconds * 1000
    return 0 if milliseconds <= 1 else math.ceil(math.log(milliseconds) / math.log(STEP))


def seconds_of(step: int) -> float:
    """Return the delay in the middle of a step."""
    return STEP ** (step - 0.5) / 1000


@dataclass(frozen=True, slots=True)
class Delays:
    """How many messages took how long, by step."""

    steps: Mapping[int, int] = field(default_factory=dict[int, int])

    @property
    def n(self) -> int:
        """Return how many messages that is."""
        return sum(self.steps.values())

    def percentile(self, percent: float) -> float | None:
        """Return within how many seconds so many percent came, in the middle of its step; None of nobody."""
        left = self.n * percent / 100
        for step, n in sorted(self.steps.items()):
            left -= n
            if left <= 0:
                return seconds_of(step)
        return None

    def spread(self, ends: Iterable[float]) -> list[int]:
        """Return how many took up to each of these seconds, rising, beyond the one before; the last count: longer."""
        bounds = [step_of(end) for end in ends]
        found = [0] * (len(bounds) + 1)
        for step, n in self.steps.items():
            found[next((place for place, bound in enumerate(bounds) if step <= bound), len(bounds))] += n
        return found


def together(several: Iterable[Delays]) -> Delays:
    """Add delays up."""
    total: Counter[int] = Counter()
    for one in several:
        total.update(one.steps)
    return Delays(dict(total))
