"""Parts that a link was given and has not written: those that stand ready, and those put off for a moment. Pure.

A message of which no byte was written may be handed back at any time. One that is half on its way goes on, or somebody
would get half a text.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from cablegram.connectors.smpp_flight import Flying

Token = tuple[Flying, int]  # a part: its message, and its place in it


class Ready:
    """The parts in the order in which they go out: urgent ones first, for a code is of no use behind a campaign."""

    def __init__(self) -> None:
        self._urgent: deque[Token] = deque()
        self._waiting: deque[Token] = deque()
        self._put_off: list[Token] = []

    def __len__(self) -> int:
        """Return how many parts may go out as soon as there is room."""
        return len(self._urgent) + len(self._waiting)

    def is_empty(self) -> bool:
        """Tell whether there is none, not even one that was put off."""
        return not (self._urgent or self._waiting or self._put_off)

    def add(self, flying: Flying) -> None:
        """Put all parts of a message behind those that are as urgent."""
        self._line(flying).extend((flying, place) for place in range(len(flying.parts)))

    def take(self, count: int) -> list[Token]:
        """Take the next parts out: they are written now."""
        urgent = min(count, len(self._urgent))
        tokens = [self._urgent.popleft() for _ in range(urgent)]
        tokens += [self._waiting.popleft() for _ in range(count - urgent)]
        for flying, _ in tokens:
            flying.is_written = True
        return tokens

    def put_off(self, tokens: Sequence[Token]) -> None:
        """Keep parts that go out again in a moment."""
        self._put_off += tokens

    def put_back(self, tokens: Iterable[Token]) -> None:
        """Let parts that were put off go out; those that are gone meanwhile were told of already."""
        for token in tokens:
            if token in self._put_off:
                self._put_off.remove(token)
                self._line(token[0]).append(token)

    def unwritten(self, *, since: float) -> list[Token]:
        """Take out the parts of messages that came by a moment and of which no byte was written."""
        lines = self._urgent, self._waiting
        out = [token for line in lines for token in line if not token[0].is_written and token[0].since <= since]
        if out:
            gone = {id(flying) for flying, _ in out}
            self._urgent, self._waiting = (deque(one for one in line if id(one[0]) not in gone) for line in lines)
        return out

    def clear(self) -> list[Token]:
        """Take everything out."""
        tokens = [*self._urgent, *self._waiting, *self._put_off]
        self._urgent.clear()
        self._waiting.clear()
        self._put_off.clear()
        return tokens

    def _line(self, flying: Flying) -> deque[Token]:
        return self._urgent if flying.outgoing.is_urgent else self._waiting
