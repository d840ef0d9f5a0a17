"""How fast a carrier lets us go, learned from its throttling errors (SMPP 3.4: ESME_RTHROTTLED, 0x58).

What a carrier accepts in a second is what it allows, on one condition: that more was asked of it all through that
second, and evenly, for some time before. A second that began with a burst says little: a carrier that counts in fixed
seconds takes the burst, nothing until its next second begins, and then what we give it; that may add up to half of
what it allows, or to twice as much. So the first error only makes a start, from which the rate doubles every second
until errors say that it is too high; there it is held, evenly, until a second can be counted. From what was counted
the rate rises again, hardly at first and faster the longer nobody complains. So it stays within a percent or two of
the carrier's limit, where halving and doubling would swing around it, and still finds a limit that was raised.

Values in, values out; times are monotonic seconds, handed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

_SLOT = 0.05  # seconds; answers are counted in twentieths
_SLOTS = 20  # of the last second, and one more that lies partly in it
_SETTLING = 1.25  # seconds; errors that soon after a change answer what was sent before, or echo its burst
_COUNTING = 1.0  # seconds that are counted, once what came before them has settled
_PROVEN = 3.0  # seconds after a change: a rate about which nobody complained so long is known to be allowed
_LOWEST = 1.0  # a second: with less there would be nothing to learn from
_EVEN = 0.8  # of what the rate allowed must have been sent, or the second measured us and not the carrier
_FORGOTTEN = 64.0  # times what was found: by then it says nothing any more, and the next error measures anew


class Ground(Enum):
    """What a rate stands on."""

    START = "start"  # a first guess, perhaps far too low: it is doubled every second
    TRIAL = "trial"  # known to be too high: it is held until a second can be counted
    MEASURED = "measured"  # what the carrier accepted in a second of which we know that it says something


@dataclass(frozen=True, slots=True)
class Pace:
    """The rate a carrier allows: `limit` as configured (`math.inf` for none), and `found` out since `slowed_at`.

    Whatever was found is forgotten once the rate has risen to many times as much: a link that was idle for an hour must
    not take half of a rate that it never went at.
    """

    limit: float
    found: float = math.inf
    slowed_at: float = -math.inf
    ground: Ground = Ground.START
    counts: tuple[tuple[int, int, int], ...] = ()  # (twentieth of a second, answers in it, taken among them)

    def rate(self, now: float) -> float:
        """Return how many messages a second may be sent now."""
        clean = self._clean(now)
        if clean <= 0 or self.found == math.inf:
            return min(self.limit, self.found)
        rise = 1 + clean / 200 + clean**3 / 1000 if self.ground is Ground.MEASURED else 2 ** min(clean, 60.0)
        return min(self.limit, self.found * rise if rise < _FORGOTTEN else math.inf)

    def heard(self, answers: int, taken: int, now: float) -> Pace:
        """Count answers, and the messages among them that the carrier took."""
        slot = math.floor(now / _SLOT)
        recent = [one for one in self.counts if slot - _SLOTS <= one[0] < slot]
        before = next((one for one in self.counts if one[0] == slot), (slot, 0, 0))
        return replace(self, counts=(*recent, (slot, before[1] + answers, before[2] + taken)))

    def throttled(self, now: float) -> Pace:
        """Heed a throttling error: make a start, hold what is too high, or go at what was accepted.

        Errors that echo what was sent before the last change are left alone. One error takes no more than half, and
        after some seconds without complaint no more than was gained in them.
        """
        passed = now - self.slowed_at
        if passed < (_SETTLING + _COUNTING if self.ground is Ground.TRIAL else _SETTLING):
            return self
        rate, (answers, taken) = self.rate(now), self._last_second(now)
        half = rate / 2 if rate < math.inf else 0.0
        if self.ground is Ground.MEASURED and passed >= _PROVEN and rate < math.inf:
            return self._go(max(taken, self.found), Ground.MEASURED, now)
        if self.ground is not Ground.START and answers >= _EVEN * rate:
            return self._go(max(taken, half), Ground.MEASURED, now)
        if self.ground is Ground.START and half and taken >= half:
            return self._go(rate, Ground.TRIAL, now)
        return self._go(max(taken, min(half, self.found)), Ground.START, now)

    def _go(self, rate: float, ground: Ground, now: float) -> Pace:
        return Pace(self.limit, min(self.rate(now), max(rate, _LOWEST)), now, ground, self.counts)

    def _clean(self, now: float) -> float:
        """Return the seconds in which errors would have been heeded and none came: so long the rate has been rising."""
        held = _SETTLING + 2 * _COUNTING if self.ground is Ground.TRIAL else _SETTLING
        return now - self.slowed_at - held

    def _last_second(self, now: float) -> tuple[float, float]:
        """Add up answers, and what was taken, of the last second: of the oldest slot only the part that lies in it."""
        slots = now / _SLOT
        shares = [(min(1.0, max(0.0, at + _SLOTS + 1 - slots)), answers, taken) for at, answers, taken in self.counts]
        return sum(share * answers for share, answers, _ in shares), sum(share * taken for share, _, taken in shares)
