"""What a connector promises: it takes our messages and gives verdicts, receipts and texts. No PDU ever leaves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from cablegram.kit.ids import CampaignId, ConnectorId, MessageId


@dataclass(slots=True)
class Outgoing:
    """A claimed message, ready to be written to the wire; `number` is digits without plus."""

    id: MessageId
    source: str
    number: str
    text: str
    segments: int
    media_url: str | None = None
    campaign_id: CampaignId | None = None
    valid_until: datetime | None = None  # after that it is of no use to anybody
    values: Mapping[str, Any] | None = None  # what the provider's own form takes besides: see `provider_values`
    is_urgent: bool = False  # somebody waits for it at this moment, as for a one-time code


class Verdict(StrEnum):
    """What became of one part: mostly the meaning of the carrier's answer."""

    TAKEN = "taken"
    REFUSED = "refused"  # never again with this message
    THROTTLED = "throttled"  # too fast; the same later
    TEMPORARY = "temporary"  # the carrier's own trouble; the same later
    LOST = "lost"  # nobody can say: no answer in time, or the connection broke
    UNWRITTEN = "unwritten"  # the connection was gone before a byte of the message was written; said of all parts
    TURNED_AWAY = "turned_away"  # the carrier refuses us and not the message: the same when that is mended


class Trouble(StrEnum):
    """What kind of trouble a provider's error is; each has its own consequence."""

    RECIPIENT = "recipient"  # this number can never be reached: it counts as bounced
    OPTED_OUT = "opted_out"  # this number wants nothing from this sender: it goes to consent
    CONTENT = "content"  # a filter did not like the text
    TEMPORARY = "temporary"  # the same later
    THROTTLED = "throttled"  # slower
    ACCOUNT = "account"  # the provider refuses our whole account: the connector pauses, somebody is told
    CONFIG = "config"  # this message can't go as it is


@dataclass(slots=True)
class PartResult:
    """What became of one part: the carrier's id when it took it, its own code when it did not."""

    verdict: Verdict
    provider_id: str = ""
    code: str = ""
    trouble: Trouble | None = None
    words: str = ""  # the provider's own explanation, for people


@dataclass(slots=True)
class Result:
    """What became of all parts of a message, in their order.

    A result with a lost part may be followed by a better one of the same message, if the answer comes after all.
    `outgoing` is what the link was handed: the same message may be on the wire again meanwhile.
    """

    id: MessageId
    parts: list[PartResult]
    outgoing: Outgoing | None = None

    @property
    def is_complete(self) -> bool:
        """Whether no answer is missing."""
        return all(part.verdict is not Verdict.LOST for part in self.parts)


class Outcome(StrEnum):
    """What a receipt says."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    ON_ITS_WAY = "on_its_way"  # enroute, accepted, unknown: a note, no change


@dataclass(slots=True)
class Receipt:
    """A carrier's word about a message it took.

    `provider_id` as it came; `source` and `number` are those of our message; `head` its first characters, where the
    carrier repeats them; `words` is the carrier's own state and error code, for people.
    """

    provider_id: str
    outcome: Outcome
    error: str
    source: str
    number: str
    head: str
    words: str
    trouble: Trouble | None = None


class Fragment(NamedTuple):
    """A part of a longer text, unread: characters may be cut between parts. All parts share reference and total."""

    reference: int
    total: int
    sequence: int  # from 1
    octets: bytes
    data_coding: int  # SMPP 3.4, section 5.2.19


@dataclass(slots=True)
class Incoming:
    """A text that a phone sent to one of our addresses; of a longer one's part, `text` is what that alone says.

    `answers` is the provider's id of our message that it answers, where source and destination are not told ("").
    """

    source: str
    destination: str
    text: str
    fragment: Fragment | None = None
    provider_id: str = ""  # where the provider may tell it twice
    media_urls: tuple[str, ...] = ()
    answers: str = ""


class NoticeKind(StrEnum):
    """What a carrier says of a subscriber's line (R79)."""

    CANCELLED = "cancelled"
    PAUSED = "paused"
    RESUMED = "resumed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class CarrierNotice:
    """A carrier's word about a line that a short code's services may write to; all as the carrier writes it.

    `at` None: it did not say when, so that it counts from the moment at which it came.
    """

    kind: NoticeKind
    code: str
    number: str
    new_number: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Arrival:
    """Something from the carrier that it keeps until we acknowledge it.

    `content` None: nothing we can read. `handle` is the link's own.
    """

    content: Receipt | Incoming | None
    handle: object


@dataclass(slots=True)
class Question:
    """What became of a message that the carrier took: asked by the id that it gave, and as the sender had it."""

    id: MessageId
    provider_id: str
    source: str
    number: str


@dataclass(slots=True)
class Reply:
    """What came of a question; `words` for people, `receipt` what the carrier said of the message, if it did.

    `is_understood`: whether the carrier knows such questions; None when this tells nothing about it.
    """

    question: Question
    words: str
    is_understood: bool | None
    receipt: Receipt | None = None


class LinkState(StrEnum):
    """What a link is doing, for people to see."""

    CONNECTING = "connecting"
    BINDING = "binding"
    BOUND = "bound"
    THROTTLED = "throttled"
    REFUSED = "refused"
    LOGIN_FAILED = "login_failed"  # the provider gives no token; it is asked again and again
    PAUSED = "paused"  # the provider refuses our whole account; somebody has to mend that
    DOWN = "down"
    STOPPED = "stopped"


class Listener(Protocol):
    """Who hears of a link: called from its own loop, in batches, and must not block."""

    def on_results(self, link: Link, results: Sequence[Result]) -> None:
        """Messages whose parts are all answered, or of which nobody can say any more."""

    def on_arrivals(self, link: Link, arrivals: Sequence[Arrival]) -> None:
        """Receipts and texts: to be acknowledged once they are on disk."""

    def on_replies(self, link: Link, replies: Sequence[Reply]) -> None:
        """What came of questions."""

    def on_room(self, link: Link) -> None:
        """The link can take messages again."""

    def on_state(self, link: Link, state: LinkState, detail: str) -> None:
        """The link's state changed; `detail` says why, for people."""


class Link(Protocol):
    """One living connection of a connector: window and throughput belong to it."""

    connector_id: ConnectorId
    number: int

    def room(self) -> int:
        """Return how many parts to hand over now: what may go out, and what is to stand ready behind it."""
        ...

    def is_empty(self) -> bool:
        """Tell whether nothing is on the wire."""
        ...

    def send(self, batch: Sequence[Outgoing]) -> None:
        """Write messages; their claim is committed."""
        ...

    def room_to_ask(self) -> int:
        """Return how many questions to hand over now: few at a time, and none where messages need the room."""
        ...

    def ask(self, questions: Sequence[Question]) -> int:
        """Ask what became of messages; return how many questions were written, the first ones."""
        ...

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Tell the carrier that these are on disk."""
        ...

    async def run(self) -> None:
        """Connect, serve, reconnect, until stopped."""
        ...

    async def stop(self, *, grace: float) -> None:
        """Take no more, wait for answers up to `grace` seconds, unbind and close."""
        ...
