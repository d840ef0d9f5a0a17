"""A text that came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(slots=True)
class ReceivedText:
    """What a phone sent to one of the account's addresses."""

    id: UUID
    source: str
    destination: str
    text: str
    received_at: datetime
