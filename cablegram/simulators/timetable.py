"""Things to be done a little later, many at once: one timer of the event loop for all of them, not one each."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_STEPS = 1000  # buckets a second: what is due within the same millisecond is done together


class Timetable(Generic[T]):
    """Hands items to `act` in batches, each as soon as its time has come."""

    def __init__(self, act: Callable[[list[T]], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._act = act
        self._buckets: dict[int, list[T]] = {}
        self._order: list[int] = []
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0

    def __len__(self) -> int:
        return sum(map(len, self._buckets.values()))

    def put(self, delay: float, item: T) -> None:
        """Have an item acted on after `delay` seconds, rounded up to a millisecond."""
        place = int((self._loop.time() + delay) * _STEPS) + 1
        bucket = self._buckets.get(place)
        if bucket is not None:
            bucket.append(item)
            return
        self._buckets[place] = [item]
        heapq.heappush(self._order, place)
        if self._timer is None or place < self._timer_at:
            self._arm()

    def clear(self) -> None:
        """Forget everything."""
        self._buckets.clear()
        self._order.clear()
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._order:
            self._timer_at = self._order[0]
            self._timer = self._loop.call_at(self._timer_at / _STEPS, self._fire)

    def _fire(self) -> None:
        # The loop's timers may fire a little early; what they were set for is due all the same.
        now = max(self._loop.time() * _STEPS, self._timer_at)
        due: list[T] = []
        while self._order and self._order[0] <= now:
            due += self._buckets.pop(heapq.heappop(self._order))
        self._timer = None
        self._act(due)
        if self._timer is None:
            self._arm()
