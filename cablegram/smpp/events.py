"""What a session tells its owner. Events about messages carry batches; `T` is the owner's token for a request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from cablegram.smpp.binding import Bind
from cablegram.smpp.codec import Unreadable
from cablegram.smpp.pdu import DataSm, DeliverSm, Pdu
from cablegram.smpp.rules import Mode
from cablegram.smpp.tlv import Tlvs

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bound:
    """Our bind was accepted by the carrier that calls itself `system_id`."""

    mode: Mode
    system_id: str
    tlvs: Tlvs


@dataclass(frozen=True, slots=True)
class Refused:
    """Our bind was refused; the connection is of no more use."""

    status: int


@dataclass(frozen=True, slots=True)
class BindAsked:
    """A client wants to bind: answer with `accept` or `refuse`."""

    mode: Mode
    request: Bind


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """The fate of messages: (token, command_status, message id) each.

    `late` ones had timed out before; their tokens were in a `TimedOut` and no longer fill the window.
    """

    answers: list[tuple[T, int, str]]
    late: bool = False


@dataclass(frozen=True, slots=True)
class Replied(Generic[T]):
    """Whole answers to the requests that are no messages (query_sm, cancel_sm ...), with their tokens."""

    replies: list[tuple[T, Pdu]]


@dataclass(frozen=True, slots=True)
class Delivered:
    """Messages and receipts from the carrier: `acknowledge` them once they are on disk, never before."""

    messages: list[DeliverSm | DataSm]


@dataclass(frozen=True, slots=True)
class Requested:
    """Any other requests that this state allows: `respond` to them."""

    requests: list[Pdu]


@dataclass(frozen=True, slots=True)
class TimedOut(Generic[T]):
    """Requests that got no answer in time. Nobody can say whether the other side acted on them."""

    tokens: list[T]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An answer to nothing that was asked."""

    answer: Pdu


@dataclass(frozen=True, slots=True)
class Unbound:
    """The bind ended in good order; close the connection once everything is written."""

    by_peer: bool


class Loss(StrEnum):
    """Why a session gave its connection up."""

    NOT_BOUND_IN_TIME = "not_bound_in_time"
    NO_ENQUIRE_LINK_RESP = "no_enquire_link_resp"
    NO_UNBIND_RESP = "no_unbind_resp"
    BROKEN_STREAM = "broken_stream"


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The connection is of no more use; write what is left and close it."""

    why: Loss


Event = (
    Bound
    | Refused
    | BindAsked
    | Answered[T]
    | Replied[T]
    | Delivered
    | Requested
    | TimedOut[T]
    | Unmatched
    | Unreadable
    | Unbound
    | LinkLost
)


class Tray(Generic[T]):
    """Collects what one piece of the stream brought, one event per kind, in the order in which kinds matter."""

    __slots__ = ("answered", "delivered", "events", "late", "replied", "requested")

    def __init__(self) -> None:
        self.events: list[Event[T]] = []
        self._clear()

    def _clear(self) -> None:
        self.answered: list[tuple[T, int, str]] = []
        self.late: list[tuple[T, int, str]] = []
        self.replied: list[tuple[T, Pdu]] = []
        self.delivered: list[DeliverSm | DataSm] = []
        self.requested: list[Pdu] = []

    def add(self, event: Event[T]) -> None:
        """Put down an event that is no batch, behind the batches before it."""
        self._put_batches_down()
        self.events.append(event)

    def close(self) -> list[Event[T]]:
        """Return everything as events."""
        self._put_batches_down()
        return self.events

    def _put_batches_down(self) -> None:
        if self.answered:
            self.events.append(Answered(self.answered))
        if self.late:
            self.events.append(Answered(self.late, late=True))
        if self.replied:
            self.events.append(Replied(self.replied))
        if self.delivered:
            self.events.append(Delivered(self.delivered))
        if self.requested:
            self.events.append(Requested(self.requested))
        self._clear()
