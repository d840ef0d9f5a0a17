"""A gateway to compare with: how one talks to it, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.sink import Behavior
from cablegram.cli.cpu import Meter


@dataclass(frozen=True)
class Peer:
    """A running gateway. It is sent to by GET."""

    name: str
    url: str
    path: str
    text_field: str
    receipts: str  # what is added to a query for receipts to a callback
    pids: dict[str, int]
    carrier: Behavior = field(default_factory=Behavior)  # what it is measured with
    longest_pause: float = 2.0  # seconds without news, after which nothing more will come

    def meter(self) -> Meter:
        """Begin to count CPU time."""
        return Meter(self.pids)
