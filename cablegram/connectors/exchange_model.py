"""What was said between us and a provider, as it is kept: how it is written down, and read again. Pure.

A request is kept as HTTP writes it: a line for each header, an empty line, the body. Secrets were taken out by whoever
writes it down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cablegram.kit.ids import ConnectorId, MessageId

MOST_KEPT = 32_000  # characters of a request or an answer
_CUT = "\n[cut here: {more:,} more characters]"


class Kind(StrEnum):
    """What an exchange was for."""

    SEND = "send"
    TEST = "test"
    CALLBACK = "callback"
    LOGIN = "login"
    NUMBERS = "numbers"
    NAMES = "names"


@dataclass(slots=True)
class Exchange:
    """A request and its answer; of a callback the provider asked and we answered.

    `message_ids` are the messages it was about, as far as they were known then. `request` and `answer` are what
    `written` makes of headers and body. `status` None: there was no answer. `verdict` is what we made of it, in a word.
    """

    id: UUID
    connector_id: ConnectorId
    kind: Kind
    at: datetime
    took_ms: int
    message_ids: Sequence[MessageId]
    method: str
    url: str
    request: str
    status: int | None
    answer: str
    verdict: str


def written(headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """Write headers and body as they are kept: cut where they are long, what is no text as escapes."""
    head = "".join(f"{name}: {value}\n" for name, value in headers)
    text = f"{head}\n{body.decode('utf-8', 'backslashreplace')}".replace("\0", "\\x00")
    # In headers, too: they come with halves of characters for what is no UTF-8, and no database holds those.
    text = text.encode(errors="backslashreplace").decode()
    if len(text) <= MOST_KEPT:
        return text
    return text[:MOST_KEPT] + _CUT.format(more=len(text) - MOST_KEPT)


def read(text: str) -> tuple[list[tuple[str, str]], bytes] | None:
    """Read headers and body of a request again as `written` wrote them; None where it was cut.

    A body that was no text is not what it was: its escapes stay.
    """
    head, _, body = text.partition("\n\n") if not text.startswith("\n") else ("", "", text[1:])
    if len(text) > MOST_KEPT:
        return None
    pairs = [line.partition(": ") for line in head.split("\n") if line]
    return [(name, value) for name, _, value in pairs], body.encode()
