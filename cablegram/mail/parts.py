"""The parts of a message of MIME. Pure."""

from __future__ import annotations

from email.message import Message
from typing import cast


def parts_of(message: Message) -> list[Message]:
    """Return the messages that stand in one; none where it has no parts."""
    payload = cast("object", message.get_payload())
    return (
        [one for one in cast("list[object]", payload) if isinstance(one, Message)] if isinstance(payload, list) else []
    )
