"""What a death of this process leaves in question of a link: messages claimed whose outcome is not on disk. Pure."""

from __future__ import annotations

from typing import Protocol

_WINDOWS = 2  # one on the wire, one whose answers are being written or that stands ready behind the first


class Flag(Protocol):
    """What somebody waits for, such as an asyncio.Event."""

    def set(self) -> None:
        """Let who waits go on."""

    def clear(self) -> None:
        """Let who comes wait."""


class Unwritten:
    """Counts a link's messages from their claim until their outcome is on disk; never more than two windows of them.

    That bound is what `unknown` can be after a kill, however slow the database is. `has_room` is set while there is
    room for half a window: one by one, each place would become a claim of its own.
    """

    def __init__(self, window: int, has_room: Flag) -> None:
        self._most = _WINDOWS * window
        self._enough = max(1, window // 2)
        self._count = 0
        self._has_room = has_room
        self._tell()

    def room(self) -> int:
        """Return how many more may be claimed."""
        return self._most - self._count

    def add(self, claimed: int) -> None:
        """Note that so many were claimed."""
        self._count += claimed
        self._tell()

    def drop(self) -> None:
        """Note that the outcome of one is on disk."""
        self._count -= 1
        self._tell()

    def _tell(self) -> None:
        if self.room() >= self._enough:
            self._has_room.set()
        else:
            self._has_room.clear()
