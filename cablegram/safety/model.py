"""What is held after a restore."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cablegram.kit.ids import MessageId
from cablegram.messages.model import State


@dataclass(frozen=True, slots=True)
class Standstill:
    """What a restore found under way: messages held, messages in question, campaigns paused."""

    since: datetime
    held: int
    unknown: int
    campaigns: int


@dataclass(frozen=True, slots=True)
class Gone:
    """What the operator's word did: messages that go on, messages that were cancelled, campaigns that go on."""

    released: int = 0
    cancelled: int = 0
    campaigns: int = 0


@dataclass(frozen=True, slots=True)
class Aside:
    """A message that was just taken out of the queue."""

    id: MessageId
    version: int
    state: State
