"""When to ask again where asking costs the same for one as for twenty: after a while, if more is known to come.

What is asked takes a time, and that time is the measure: a breath is a few times as long. So whoever asks is busy for a
part of the time at most, gets things in groups where many come, and where few come has rested by then.

Values in, values out; times are monotonic seconds, handed in.
"""

from __future__ import annotations

from dataclasses import dataclass

_TIMES = 3  # as long as what went before


@dataclass(frozen=True, slots=True)
class Breath:
    """No asking before `until`; a breath is never longer than `longest` seconds."""

    longest: float
    until: float = 0.0

    def after(self, began: float, ended: float, *, is_wanted: bool) -> Breath:
        """Return the breath after something that took from `began` to `ended`; none if it is not wanted."""
        pause = min(self.longest, _TIMES * max(0.0, ended - began)) if is_wanted else 0.0
        return Breath(self.longest, ended + pause)

    def left(self, now: float) -> float:
        """Return the seconds that are still to wait, 0 for none."""
        return max(0.0, self.until - now)
