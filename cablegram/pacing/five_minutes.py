"""At most so many messages in any five minutes, spread evenly over them (R148). Counts come in, nothing is kept."""

from __future__ import annotations

from datetime import timedelta

FIVE_MINUTES = timedelta(minutes=5)
MOST = 1_000_000

_SPANS = 60  # of five seconds each; fewer and longer ones where less than that many may go


def span(most: int) -> timedelta:
    """Return the time over which what may go at once is counted, where `most` go in five minutes."""
    return FIVE_MINUTES / min(most, _SPANS)


def room(most: int, *, lately: int, just_now: int) -> int:
    """Return how many more may go now: `lately` went in the last five minutes, `just_now` of them in the last span."""
    at_once = -(-most // _SPANS)
    return max(0, min(most - lately, at_once - just_now))
