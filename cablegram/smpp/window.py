"""The window: requests on the wire that have no answer yet, and the time by which each must have one.

Deadlines are kept per batch, since all requests of a batch are written at once and wait equally long. Requests that
timed out are remembered for a while, because a late answer still tells what became of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")

_REMEMBERED = 10_000


class Window(Generic[T]):
    """At most `size` requests in flight, each under its sequence number."""

    __slots__ = ("_batches", "_timeout", "late", "pending", "size")

    def __init__(self, size: int, timeout: float) -> None:
        self.size = size
        self.pending: dict[int, T] = {}
        self._timeout = timeout
        self._batches: deque[tuple[float, Sequence[int]]] = deque()
        self.late: dict[int, T] = {}

    @property
    def free(self) -> int:
        """How many more requests may be written now."""
        return max(self.size - len(self.pending), 0)

    def add(self, sequences: Sequence[int], tokens: Sequence[T], *, now: float) -> None:
        """Note that requests were written."""
        self.pending.update(zip(sequences, tokens, strict=True))
        self._batches.append((now + self._timeout, sequences))

    def next_deadline(self) -> float | None:
        """Return the earliest moment at which a request may time out."""
        if not self.pending:
            self._batches.clear()
        return self._batches[0][0] if self._batches else None

    def expire(self, now: float) -> list[T]:
        """Return the tokens of the requests whose time is over; they no longer fill the window."""
        expired: dict[int, T] = {}
        while self._batches and self._batches[0][0] <= now:
            for sequence in self._batches.popleft()[1]:
                if sequence in self.pending:
                    expired[sequence] = self.pending.pop(sequence)
        self.late.update(expired)
        for oldest in list(islice(self.late, max(len(self.late) - _REMEMBERED, 0))):
            del self.late[oldest]
        return list(expired.values())

    def abandon(self) -> list[T]:
        """Return the tokens of all requests in flight, and forget them."""
        tokens = list(self.pending.values())
        self.pending.clear()
        self._batches.clear()
        return tokens
