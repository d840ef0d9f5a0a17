"""What a provider's own file says: its doors, and how it writes answers, receipts and texts. All of it pure.

The frame around it does the rest: HTTP, fates by number, receipts after a while, limits, faults, the journal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client must show, and what callbacks are signed with; "" is what the provider's own file says."""

    account: str = ""
    secret: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in: `url` whole, `path` what stands for the names in the door's path, headers lower-case."""

    method: str
    url: str
    path: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def query(self) -> list[tuple[str, str]]:
        """Return the pairs of the query, in their order."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    def form(self) -> list[tuple[str, str]]:
        """Return the pairs of a body that is a form, in their order. Raises ValueError where it is not UTF-8."""
        return parse_qsl(self.body.decode(), keep_blank_values=True, errors="strict")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider says to a request; `calls` are made behind it."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    calls: tuple[Call, ...] = ()


def answer(status: int, value: object) -> Answer:
    """Return an answer in JSON."""
    return Answer(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


class Refusal(StrEnum):
    """Why a provider does not want something: one for each consequence that its client may draw."""

    BAD_NUMBER = "bad_number"  # this number can never be reached
    OPTED_OUT = "opted_out"  # its owner wants nothing from this sender
    CONTENT = "content"  # a filter did not like the text
    BAD_SENDER = "bad_sender"  # this message can't go as it is
    BROKEN = "broken"  # 500: nobody knows what happened
    UNAVAILABLE = "unavailable"  # 503: it surely did not happen
    THROTTLED = "throttled"  # too fast
    NO_CREDIT = "no_credit"  # the whole account is refused


@dataclass(slots=True)
class Asked:
    """One message as the client asked for it: `number` is digits alone, `reference` the client's own id.

    `parts` is how many ids the provider gives for it; `notes` is what else its receipts repeat.
    """

    number: str
    source: str
    text: str
    callback_url: str = ""
    reference: str = ""
    parts: int = 1
    notes: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a message, for the answer: an id for each part that was taken, and why the others were not."""

    asked: Asked
    ids: tuple[str, ...]
    refusal: Refusal | None = None
    at: datetime = _LONG_AGO


@dataclass(frozen=True, slots=True)
class Asking:
    """A request to send. `answer` is told of each message in order; `refuse` refuses the whole request.

    `is_one_id`: all messages of the request get the same id.
    """

    messages: Sequence[Asked]
    answer: Callable[[Sequence[Told]], Answer]
    refuse: Callable[[Refusal], Answer]
    is_one_id: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """A path that a provider's client calls, in aiohttp's spelling: `/2010-04-01/Accounts/{account}/Messages.json`.

    `serve` reads a request: something to send, or an answer to what is no such thing (a token, a refused login).
    """

    method: str
    path: str
    serve: Callable[[Request], Asking | Answer]


@dataclass(slots=True)
class Accepted:
    """A part that was taken, with the id that its receipts carry."""

    id: str
    asked: Asked
    at: datetime


class State(StrEnum):
    """What a receipt tells."""

    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Report:
    """One receipt: a state, and why where that is no good one."""

    state: State
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a signature is made of besides the content; `is_forged`: sign with a wrong secret."""

    at: datetime
    nonce: str
    is_forged: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A request of the provider to its client; `behind` are those that belong to it and follow it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    behind: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text that a phone sends to a number at the provider; `url` is where its owner wants to hear of it."""

    id: str
    source: str
    to: str
    text: str
    url: str
    media_urls: tuple[str, ...] = ()
    is_opt_out: bool = False


class Api(Protocol):
    """A provider, as it is from outside. `told_later`: what it never refuses at once but in a receipt."""

    name: str
    told_later: frozenset[Refusal]

    def doors(self) -> Sequence[Door]:
        """Return what its clients can call."""
        ...

    def make_id(self, seed: UUID) -> str:
        """Return an id as this provider writes them."""
        ...

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:
        """Return the call that tells of a part's state; None where the provider tells nobody of this."""
        ...

    def inbound(self, text: Text, stamp: Stamp) -> Call:
        """Return the call that hands over a text from a phone."""
        ...

    def welcome(self) -> Mapping[str, str]:
        """Return what to fill in at the client, by the names of its form."""
        ...
