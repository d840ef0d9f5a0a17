"""A message that came in: who wrote, to whom, what, and what came back. Values, without any MIME."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Returned:
    """What a mail system says of a letter of ours that it could not bring (RFC 3464).

    `letter_id` is read from what came back with it; None: nothing did. `is_dead`: there is no such address, or it takes
    nothing.
    """

    recipient: str
    letter_id: UUID | None
    said: str
    is_dead: bool


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message. Addresses are in small letters; `sender` is empty where there is none that can be one.

    `text` is what its writer added, without what they answer to. `is_automatic`: a program wrote it (RFC 3834).
    `left_out` counts files that were too many. `is_proved` is what our own mail server says of its sender, None where
    it says nothing.
    """

    message_id: str
    sender: str
    name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    left_out: int = 0
    is_automatic: bool = False
    is_proved: bool | None = None
    returned: tuple[Returned, ...] = ()
