"""What waits for one system_id: receipts and replies, until a receiver of it is bound and acknowledges them.

At least once, as real carriers do: what was written and not acknowledged, because the connection went or the answer
did not come, is written again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from cablegram.simulators.handset import Text
from cablegram.smpp.pdu import DeliverSm

MOST_WAITING: Final = 200_000


@dataclass(slots=True)
class Delivery:
    """One deliver_sm on its way: of a receipt, or of a phone's text. `is_done` once it was acknowledged."""

    message: DeliverSm
    text: Text | None = None
    is_done: bool = False
    refusals: int = 0


class Receiver(Protocol):
    """A bind that deliver_sm may be written to."""

    @property
    def free(self) -> int:
        """How many more may be written now."""
        ...

    def deliver(self, deliveries: list[Delivery]) -> None:
        """Write them."""
        ...


class Mailbox:
    """The deliveries of one system_id in order, and the binds that take them."""

    def __init__(self) -> None:
        self.receivers: list[Receiver] = []
        self.dropped = 0
        self._waiting: deque[Delivery] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, deliveries: Iterable[Delivery]) -> None:
        """Add deliveries at the end; when too many wait, the oldest are given up."""
        self._waiting.extend(deliveries)
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self.dropped += 1

    def put_back(self, deliveries: list[Delivery]) -> None:
        """Put what was written in vain in front again."""
        self._waiting.extendleft(reversed(deliveries))

    def take_all(self) -> list[Delivery]:
        """Return all that waits, and forget it."""
        deliveries = list(self._waiting)
        self._waiting.clear()
        return deliveries

    def flush(self) -> None:
        """Write as much as the windows of the binds allow, in even shares; the bind with most room takes the rest."""
        by_room = sorted((receiver for receiver in self.receivers if receiver.free), key=lambda each: each.free)
        for left, receiver in zip(range(len(by_room), 0, -1), by_room, strict=True):
            batch = self._batch(min(receiver.free, len(self._waiting) // left))
            if batch:
                receiver.deliver(batch)

    def _batch(self, room: int) -> list[Delivery]:
        batch: list[Delivery] = []
        while self._waiting and len(batch) < room:
            delivery = self._waiting.popleft()
            if not delivery.is_done:  # a late answer may have come while it waited to be written again
                batch.append(delivery)
        return batch
