"""What a death of this process would leave in question of a link: messages claimed whose outcome is not on disk."""

from __future__ import annotations

import asyncio

_WINDOWS = 2  # one on the wire, one whose answers are being written or that stands ready behind the first


class Unwritten:
    """Counts a link's messages from their claim until their outcome is on disk; never more than two windows of them.

    That bound is what `unknown` can be after a kill, however slow the database is. Room is told of in larger pieces:
    one by one, each would become a claim of its own.
    """

    def __init__(self, window: int) -> None:
        self._most = _WINDOWS * window
        self._enough = max(1, window // 2)
        self._count = 0
        self.has_room = asyncio.Event()
        self.has_room.set()

    def room(self) -> int:
        """Return how many more may be claimed."""
        return self._most - self._count

    def add(self, claimed: int) -> None:
        """Note that so many were claimed."""
        self._count += claimed
        if self.room() < self._enough:
            self.has_room.clear()

    def drop(self) -> None:
        """Note that the outcome of one is on disk."""
        self._count -= 1
        if self.room() >= self._enough:
            self.has_room.set()
