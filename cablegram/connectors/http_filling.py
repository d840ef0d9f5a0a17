"""How many messages a request will carry: what a room of so many requests means in messages. Pure.

A provider takes up to so many at once, and often only those that have something in common; what came of the last
batches says how many it will be. What is asked for is twice that, so that it grows quickly where there is more to send.
"""

from __future__ import annotations

from dataclasses import dataclass

_MOST_AT_A_CLAIM = 1000  # messages: a claim of more would keep others waiting


@dataclass(frozen=True, slots=True)
class Filling:
    """What is known of a connector: `most` messages a request at most, and about `usual` of them lately."""

    most: int
    usual: float

    @classmethod
    def of(cls, most: int) -> Filling:
        """Begin with requests of one; where more can go together, ten claims make them full."""
        return cls(most, 1.0)

    def shipped(self, messages: int, requests: int) -> Filling:
        """Note into how many requests messages were cut."""
        return Filling(self.most, messages / max(1, requests))

    def room(self, requests: int) -> int:
        """Return how many messages are to be asked for when so many requests may go out."""
        each = min(self.most, max(1, round(2 * self.usual)))
        return min(requests * each, max(self.most, _MOST_AT_A_CLAIM))
