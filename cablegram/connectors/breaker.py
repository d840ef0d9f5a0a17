"""When to stop calling a provider that does not answer, and when to try again. Pure.

Closed: requests go out. Open: none does, for a while that doubles each time. Half open: one request alone, whose end
decides. A link begins half open: with a provider that hangs, all that is under way would be in question each time.

Values in, values out; times are monotonic seconds, handed in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

_MOST_FAILURES = 5  # one after the other, after which a provider counts as down
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0  # seconds before it is tried again


class Circuit(Enum):
    """What may go out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is known of a provider: whether it answered lately, and since when it does not.

    What went out before it opened says nothing about now: while it is not closed, only what began since is heard.
    """

    is_closed: bool = False
    failures: int = 0
    wait: float = 0.0
    since: float = 0.0
    until: float = 0.0

    def circuit(self, now: float) -> Circuit:
        """Return what may go out now."""
        if self.is_closed:
            return Circuit.CLOSED
        return Circuit.OPEN if now < self.until else Circuit.HALF_OPEN

    def answered(self, began: float) -> Breaker:
        """Note that a request that began at a moment was answered."""
        if not self.is_closed and began < self.since:
            return self
        return Breaker(is_closed=True)

    def failed(self, began: float, now: float) -> Breaker:
        """Note that a request that began at a moment was not: no connection, no answer, or a server that fails."""
        if self.is_closed and self.failures + 1 < _MOST_FAILURES:
            return replace(self, failures=self.failures + 1)
        if not self.is_closed and began < self.since:
            return self
        wait = min(_LONGEST_WAIT, 2 * self.wait) if self.wait else _FIRST_WAIT
        return Breaker(failures=self.failures + 1, wait=wait, since=now, until=now + wait)
