"""A text that came in, what is known of who wrote it, and the conversation that it is a part of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from cablegram.consent.model import How, Reading
from cablegram.inbound import order
from cablegram.inbound.order import Row
from cablegram.kit.ids import AccountId, ConnectorId, ContactId, MessageId, PostingId, ProgramId, SenderId, UserId
from cablegram.programs.model import Move
from cablegram.senders.model import Holder
from cablegram.sms_services.dialogue import NOBODY, Code, Live, Meant, Place
from cablegram.stores.dialogue import Decided


@dataclass(slots=True)
class WholeText:
    """A text as somebody wrote it, in however many parts it came."""

    id: UUID
    connector_id: ConnectorId
    source: str
    destination: str
    text: str
    arrived_at: datetime
    parts: int = 1
    media_urls: tuple[str, ...] = ()


@dataclass(slots=True)
class Standing:
    """Where a writer stands towards an account; grows with each text of a batch.

    `how` says how the number came to the blacklist; `answered` when it lately got automatic answers, by which of the
    account's addresses they came from; `talks_with` is the sender that it talks with, of those that still are there.
    """

    how: How | None = None
    is_held: bool = False
    is_ours: bool = False
    answered: dict[str, list[datetime]] = field(default_factory=dict[str, list[datetime]])
    talks_with: SenderId | None = None
    may_talk_with: set[SenderId] = field(default_factory=set[SenderId])


@dataclass(slots=True)
class SharedLine:
    """A shared code as one writer meets it: what is behind it, and where the writer stands with each service.

    Texts of a batch from one writer to one code share it, so that what one does counts for the next.
    """

    code: Code
    number: str
    places: list[Place]


@dataclass(slots=True)
class Heard:
    """A text on the page that receives: each step fills in what it finds."""

    text: WholeText
    holder: Holder | None  # whose address it was written to
    reading: Reading = None  # what it says of consent, where that is asked
    line: SharedLine | None = None  # of a text to a shared code: what is behind it
    meant: Meant = NOBODY  # ... for which service it is
    live: Live | None = None
    move: Move | None = None  # ... and what it does there
    is_repeated: bool = False  # ... which is as it was before
    row: Row = order.NOBODYS  # what decided
    contact_id: ContactId | None = None
    posting_id: PostingId | None = None
    answer_id: MessageId | None = None
    answer_error: str | None = None
    store: Decided | None = None  # what it is to the stores behind the number
    program_id: ProgramId | None = None  # the store, or SMS service, that it is for

    @property
    def account_id(self) -> AccountId | None:
        """Return who pays for it."""
        return self.holder.account_id if self.holder else None


@dataclass(slots=True)
class ReceivedText:
    """What a phone sent to one of the account's addresses.

    `source` is digits with country code, or what the carrier gave where that is no number. `rule` names the row of the
    table of rules that decided what was done; None of texts from before there was one. `parts` is in how many it came.
    """

    id: UUID
    source: str
    destination: str
    text: str
    received_at: datetime
    rule: str | None = None
    parts: int = 1
    contact_id: ContactId | None = None
    caller_name: str | None = None
    answer_id: MessageId | None = None
    answer_error: str | None = None
    media_urls: Sequence[str] | None = None

    @property
    def why(self) -> str | None:
        """Say in words what was done with it, and why."""
        return order.why(self.rule) if self.rule else None


@dataclass(slots=True)
class Line:
    """A text of a conversation: one that came in, with the `rule` that decided, or one of ours, with its `status`."""

    is_note: ClassVar = False

    id: UUID
    is_ours: bool
    source: str
    destination: str
    text: str
    at: datetime
    status: str | None
    rule: str | None
    media_urls: Sequence[str] | None = None

    @property
    def why(self) -> str | None:
        """Say in words what was done with one that came in, and why."""
        return order.why(self.rule) if self.rule else None


@dataclass(slots=True)
class Talk:
    """A conversation: whom with, the last text of theirs, whose id is `id`, and whether something was sent since.

    `is_new`: nobody of the team has looked at that text yet. `talk_model.Care` has the rest.
    """

    id: UUID
    number: str
    address: str
    text: str
    received_at: datetime
    contact_id: ContactId | None
    caller_name: str | None
    is_answered: bool = False
    is_done: bool = False
    assigned_to: UserId | None = None
    is_new: bool = False
