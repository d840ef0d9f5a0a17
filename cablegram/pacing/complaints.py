"""Whether a carrier's throttling errors are about our pace, or about a message here and there.

A carrier at its limit refuses a good part of what comes above it, again and again; one that throttles a single number
among many says nothing of the link. So in the last second either several errors are heard, and more than one in fifty
answers, or every fifth answer is one: that is what a slow link hears.

Values in, values out; times are monotonic seconds, handed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_SLOT = 0.1  # seconds; answers are counted in tenths
_SLOTS = 10
_SEVERAL = 3
_TELLING = 1 / 50
_LOUD = 1 / 5


@dataclass(frozen=True, slots=True)
class Complaints:
    """The answers of the last second: (tenth of a second, answers, complaints among them)."""

    heard: tuple[tuple[int, int, int], ...] = ()

    def hear(self, answers: int, complaints: int, now: float) -> Complaints:
        """Count a batch of answers, the complaints among them included."""
        slot = math.floor(now / _SLOT)
        kept = [one for one in self.heard if slot - _SLOTS < one[0] < slot]
        before = next((one for one in self.heard if one[0] == slot), (slot, 0, 0))
        return Complaints((*kept, (slot, before[1] + answers, before[2] + complaints)))

    @property
    def answers(self) -> int:
        """Count the answers of the last second that had any."""
        return sum(one[1] for one in self.heard)

    @property
    def are_about_pace(self) -> bool:
        """Tell whether the complaints of the last second are too many to be about single messages."""
        complaints = sum(one[2] for one in self.heard)
        if complaints >= _SEVERAL:
            return complaints > _TELLING * self.answers
        return complaints > 0 and complaints >= _LOUD * self.answers
