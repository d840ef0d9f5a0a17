"""Calls that were refused: all are counted, and a few of each connector are kept and logged. Pure.

Whoever knows an address can forge as many calls as the line carries. People have to see that it happens, and neither
our disk nor their log may fill up with it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K")

_SPAN = 60.0  # seconds
_KEPT = 5  # in a span
_REMEMBERED = 10_000  # places where calls were refused


@dataclass(slots=True)
class _Count:
    since: float
    kept: int = 0
    missed: int = 0


class Refusals(Generic[K]):
    """Decides which refused calls are kept."""

    def __init__(self) -> None:
        self._counts: OrderedDict[K, _Count] = OrderedDict()

    def note(self, place: K, now: float) -> int | None:
        """Count a call that was refused at `now` (seconds).

        Returns how many were refused there since the last one that was kept, if this one is to be kept; else None.
        """
        count = self._counts.get(place)
        if count is None:
            while len(self._counts) >= _REMEMBERED:
                self._counts.popitem(last=False)
            count = self._counts[place] = _Count(now)
        if now - count.since >= _SPAN:
            count.since, count.kept = now, 0
        if count.kept >= _KEPT:
            count.missed += 1
            return None
        count.kept += 1
        missed, count.missed = count.missed, 0
        return missed
