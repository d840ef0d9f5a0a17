"""How long messages took, kept as counts by steps of a tenth: they can be added, and percentiles are off by 5 %. Pure.

The database sorts delays into the same steps (queries.sql, `changes`).
"""

from __future__ import annotations

from collections.abc import Mapping

STEP = 1.1
"""By how much each step is longer than the one before it; the first ends at one millisecond."""


def seconds_of(step: int) -> float:
    """Return the delay in the middle of a step."""
    return STEP ** (step - 0.5) / 1000


def percentile(steps: Mapping[int, int], percent: float) -> float | None:
    """Return within how many seconds so many percent came, in the middle of its step; None of nobody."""
    left = sum(steps.values()) * percent / 100
    for step, n in sorted(steps.items()):
        left -= n
        if n and left <= 0:
            return seconds_of(step)
    return None
