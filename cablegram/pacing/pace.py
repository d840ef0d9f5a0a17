"""At most so many messages in any minute, or in any five, spread evenly over them (R148). Nothing is kept here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

MINUTE = timedelta(minutes=1)
FIVE_MINUTES = timedelta(minutes=5)
MOST = 1_000_000

_SPANS = 60  # parts of a window; fewer and longer ones where less than that many may go


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `most` messages in any `window`."""

    most: int
    window: timedelta

    @property
    def span(self) -> timedelta:
        """Return the time over which what may go at once is counted."""
        return self.window / min(self.most, _SPANS)

    def room(self, *, lately: int, just_now: int) -> int:
        """Return how many more may go now: `lately` went in the last window, `just_now` of them in the last span."""
        at_once = -(-self.most // _SPANS)
        return max(0, min(self.most - lately, at_once - just_now))


def pace_of(*, per_minute: int | None, per_five_minutes: int | None) -> Pace | None:
    """Return what was told, None for as fast as it goes. One of the two at most is given."""
    if per_minute is not None:
        return Pace(per_minute, MINUTE)
    return None if per_five_minutes is None else Pace(per_five_minutes, FIVE_MINUTES)
