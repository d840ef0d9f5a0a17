"""A token bucket: at most `rate` a second in the long run, at most `burst` at once. Values in, values out.

Times are monotonic seconds, handed in; a time before the last one counts as no time passed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

_GRAIN = 1e-3  # tokens: a smaller shortage may be the clock's rounding; it is granted as a debt, not waited for


class Grant(NamedTuple):
    """What `take` answers: the bucket from now on, how many were granted, seconds until one more may be."""

    bucket: Bucket
    granted: int
    wait: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """A limit and how much of it is left: `tokens` at the time `at`.

    A rate of `math.inf` is no limit; a rate of 0 grants what is left and no more.
    """

    rate: float
    burst: float
    tokens: float
    at: float

    @classmethod
    def full(cls, rate: float, burst: float, *, now: float) -> Bucket:
        """Return a bucket that has rested. Rate is tokens a second, 0 or more; burst at least 1 (else ValueError)."""
        if not (rate >= 0 and 1 <= burst < math.inf):
            raise ValueError(
                f"A bucket needs a rate of 0 or more and a finite burst of at least 1, not {rate}, {burst}."
            )
        return cls(rate, burst, tokens=burst, at=now)

    def take(self, wanted: int, now: float) -> Grant:
        """Grant as many of `wanted` as there are whole tokens; `wait` is 0 when all were granted."""
        if self.rate == math.inf:
            return Grant(self, wanted, 0.0)
        tokens = self._tokens(now)
        granted = min(wanted, max(0, math.floor(tokens + _GRAIN)))
        left = tokens - granted
        after = Bucket(self.rate, self.burst, left, max(now, self.at))
        if granted == wanted:
            return Grant(after, granted, 0.0)
        return Grant(after, granted, (1 - left) / self.rate if self.rate else math.inf)

    def give_back(self, unused: int) -> Bucket:
        """Return tokens that were granted and not needed."""
        return Bucket(self.rate, self.burst, min(self.burst, self.tokens + unused), self.at)

    def at_rate(self, rate: float, now: float) -> Bucket:
        """Go on at another rate; the time up to now counts at the old one."""
        return Bucket(rate, self.burst, self._tokens(now), max(now, self.at))

    def _tokens(self, now: float) -> float:
        passed = max(0.0, now - self.at)
        return min(self.burst, self.tokens + passed * self.rate) if passed else self.tokens
