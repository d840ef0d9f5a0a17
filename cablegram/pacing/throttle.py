"""How fast a carrier lets us go, learned from its throttling errors (SMPP 3.4: ESME_RTHROTTLED, 0x58).

A throttling error sets the rate to what the carrier accepted in the last second, which is what it allows; from there
the rate rises again, hardly at first and faster the longer nobody complains. So it stays within a percent or two of
the carrier's limit, where halving and doubling would swing around it, and still finds a limit that was raised.

Values in, values out; times are monotonic seconds, handed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_SLOT = 0.1  # seconds; acceptances are counted in tenths
_SETTLING = 1.0  # seconds; errors that soon after a slowing answer what was sent before it
_PROVEN = 2.0  # seconds without complaint, after which the rate that was set then is known to be allowed
_LOWEST = 1.0  # a second: with less there would be nothing to learn from
_FORGOTTEN = 64.0  # times what was found: by then it says nothing any more, and the next error measures anew


@dataclass(frozen=True, slots=True)
class Pace:
    """The rate a carrier allows: `limit` as configured (`math.inf` for none), and `found` out since `slowed_at`.

    `measured` says whether `found` came from a whole second of sending; otherwise it is only a start, and is doubled
    every second until the carrier complains again. Either way the slowing is forgotten once the rate has risen to many
    times what was found: a link that was idle for an hour must not take half of a rate that it never went at.
    """

    limit: float
    found: float = math.inf
    slowed_at: float = -math.inf
    measured: bool = True
    counts: tuple[tuple[int, int], ...] = ()  # (tenth of a second, accepted in it), the last eleven tenths

    def rate(self, now: float) -> float:
        """Return how many messages a second may be sent now."""
        clean = self._clean(now)
        if clean <= 0 or self.found == math.inf:
            return min(self.limit, self.found)
        rise = 1 + clean / 200 + clean**3 / 1000 if self.measured else 2 ** min(clean, 60.0)
        return min(self.limit, self.found * rise if rise < _FORGOTTEN else math.inf)

    def accepted(self, count: int, now: float) -> Pace:
        """Count messages that the carrier took."""
        slot = math.floor(now / _SLOT)
        recent = dict(self._recent(slot))
        recent[slot] = recent.get(slot, 0) + count
        return Pace(self.limit, self.found, self.slowed_at, self.measured, tuple(recent.items()))

    def throttled(self, now: float) -> Pace:
        """Slow down to what was accepted in the last second; once a second at most.

        One error takes no more than half, and after some seconds without complaint no more than was gained in them:
        few messages make a poor measure.
        """
        if now - self.slowed_at < _SETTLING:
            return self
        slot = math.floor(now / _SLOT)
        recent = self._recent(slot)
        rate = self.rate(now)
        half = rate / 2 if rate < math.inf else 0.0
        proven = self.found if self.measured and self._clean(now) >= _PROVEN and self.found < math.inf else 0.0
        found = min(rate, max(_accepted_in_last_second(recent, now), half, proven, _LOWEST))
        is_whole_second = bool(recent) and recent[0][0] <= slot - 9
        return Pace(self.limit, found, now, is_whole_second, recent)

    def _clean(self, now: float) -> float:
        """Return the seconds without complaint since the last slowing had settled."""
        return now - self.slowed_at - _SETTLING

    def _recent(self, slot: int) -> tuple[tuple[int, int], ...]:
        return tuple((at, count) for at, count in self.counts if at >= slot - 10)


def _accepted_in_last_second(recent: tuple[tuple[int, int], ...], now: float) -> float:
    """Add up the tenths of the last second, of the oldest only the part that lies in it."""
    tenths = now / _SLOT
    return sum(count * min(1.0, at + 11 - tenths) for at, count in recent)
