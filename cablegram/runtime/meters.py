"""What a process counts of itself: answers, receipts, how long its commits took. For people who watch.

Counting is a few dictionary operations a batch. Every few seconds the process writes the figures down as a row, where
whoever is asked for them finds those of all processes, on all machines.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

import msgspec

# Upper bounds of a histogram in seconds; a last bucket takes what is longer.
BOUNDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Figure(msgspec.Struct, frozen=True, array_like=True):
    """One number: the family it belongs to, what tells it from others of the family, and how much it is."""

    family: str
    labels: tuple[str, ...]
    value: float


class Timing(msgspec.Struct, array_like=True):
    """How long a kind of work took: how often by bucket, seconds together, and messages together."""

    work: str
    buckets: list[int]
    seconds: float = 0.0
    messages: int = 0


class Figures(msgspec.Struct):
    """All that a process counted. Counts only grow while it lives; gauges say how it is at this moment."""

    counts: list[Figure] = []
    gauges: list[Figure] = []
    timings: list[Timing] = []


class Meters:
    """The meters of one process."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, tuple[str, ...]], int] = {}
        self._timings: dict[str, Timing] = {}
        self._gauges: list[Callable[[], Iterable[Figure]]] = []

    def count(self, family: str, *labels: str, n: int = 1) -> None:
        """Count `n` more."""
        key = family, labels
        self._counts[key] = self._counts.get(key, 0) + n

    def took(self, work: str, seconds: float, *, messages: int) -> None:
        """Note how long a transaction took, and how many messages it was about."""
        timing = self._timings.get(work)
        if timing is None:
            timing = self._timings[work] = Timing(work, [0] * (len(BOUNDS) + 1))
        timing.buckets[bisect_left(BOUNDS, seconds)] += 1
        timing.seconds += seconds
        timing.messages += messages

    def watch(self, gauges: Callable[[], Iterable[Figure]]) -> None:
        """Ask this function for gauges whenever the figures are read."""
        self._gauges.append(gauges)

    def figures(self) -> Figures:
        """Return all that was counted so far."""
        return Figures(
            counts=[Figure(family, labels, n) for (family, labels), n in self._counts.items()],
            gauges=[figure for gauges in self._gauges for figure in gauges()],
            timings=list(self._timings.values()),
        )
