"""One end of an SMPP 3.4 connection, client (ESME) or carrier (SMSC), without the connection.

Bytes that came go into `receive`, the time goes into `tick`, events come out of both. Bytes to write come from the
moves that make them (`bind`, `submit`, `acknowledge` ...) and from `drain`, which holds what the session says by
itself: enquire_link and its answers, refusals, generic_nack. Every move returns what `drain` held as well.

The states, and what each allows, are the tables in `rules`. The window counts only
requests of the owner; each gets exactly one of: an answer, a place in a `TimedOut`, or one in `abandon`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Final, Generic, TypeVar

from cablegram.smpp import binding, commands, pdu, tlv
from cablegram.smpp.codec import HEADER, Decoder, Unreadable, encode
from cablegram.smpp.errors import SmppError
from cablegram.smpp.events import (
    BindAsked,
    Bound,
    Event,
    LinkLost,
    Loss,
    Refused,
    TimedOut,
    Tray,
    Unbound,
    Unmatched,
)
from cablegram.smpp.pdu import Pdu
from cablegram.smpp.rules import ASKS, DEFAULT_TIMERS, MODES, Mode, Role, State, Timers
from cablegram.smpp.status import ESME_RALYBND, ESME_RINVBNDSTS, ESME_RINVCMDLEN, ESME_ROK, ESME_RUNKNOWNERR
from cablegram.smpp.window import Window

T = TypeVar("T")

LAST_SEQUENCE: Final = 0x7FFF_FFFF

_BIND_RESPONSES: Final = {
    commands.BIND_TRANSMITTER: binding.BindTransmitterResp,
    commands.BIND_RECEIVER: binding.BindReceiverResp,
    commands.BIND_TRANSCEIVER: binding.BindTransceiverResp,
}
_BARE_TAKEN: Final = struct.Struct(">IIIIB")  # an answer to a message, its message_id empty
_LIVING: Final = frozenset({State.BOUND, State.UNBINDING})
_NOTHING: Final[frozenset[int]] = frozenset()


class Session(Generic[T]):
    """The state of one end, its window and its timers. `T` is the owner's token for a request, whatever it is."""

    __slots__ = (
        "_allowed",
        "_asked",
        "_bind_by",
        "_decoder",
        "_enquire_by",
        "_enquired",
        "_heard",
        "_out",
        "_sequence",
        "_timers",
        "_unbind_by",
        "mode",
        "role",
        "state",
        "window",
    )

    def __init__(self, role: Role, *, now: float, window: int = 10, timers: Timers = DEFAULT_TIMERS) -> None:
        self.role = role
        self.state = State.OPEN
        self.mode = Mode(0)
        self.window: Window[T] = Window(window, timers.response)
        self._allowed = _NOTHING  # the commands that the other side may send now
        self._timers = timers
        self._decoder = Decoder()
        self._out: list[bytes] = []
        self._sequence = 0
        self._heard = now
        self._asked = 0  # the sequence number of our bind or unbind
        self._enquired = 0  # and of our enquire_link; 0 is no sequence number
        self._enquire_by = 0.0
        self._unbind_by = 0.0
        # A carrier gives a client so long to bind; a client's own time starts when it asks.
        self._bind_by = now + timers.bind if role is Role.SMSC else None

    @property
    def may_submit(self) -> bool:
        """Whether this bind lets the owner send messages to the other side."""
        half = Mode.TRANSMITTER if self.role is Role.ESME else Mode.RECEIVER
        return self.state is State.BOUND and half in self.mode

    @property
    def free(self) -> int:
        """How many requests `submit` takes now."""
        return self.window.free if self.may_submit else 0

    def drain(self) -> bytes:
        """Return what is to be written, once."""
        if not self._out:
            return b""
        data = b"".join(self._out)
        self._out.clear()
        return data

    def bind(self, request: binding.Bind, *, now: float) -> bytes:
        """Ask to bind, as a client; `Bound`, `Refused` or `LinkLost` follows. Raises SmppError when it is too late."""
        if self.role is not Role.ESME or self.state is not State.OPEN:
            raise SmppError(ESME_RALYBND, f"A {self.role} session that is {self.state} can't bind.")
        self._asked = self._say(request)
        self.mode = MODES[request.COMMAND]
        self._enter(State.BINDING)
        self._bind_by = now + self._timers.bind
        return self.drain()

    def accept(self, asked: BindAsked, system_id: str, *, tlvs: tlv.Tlvs = ()) -> bytes:
        """Let a client bind, as a carrier that calls itself `system_id`. Nothing happens if it gave up meanwhile."""
        if self.state is State.BINDING:
            answer = _BIND_RESPONSES[asked.request.COMMAND](system_id, tlvs)
            self._out.append(encode(answer, asked.request.sequence))
            self.mode, self._bind_by = asked.mode, None
            self._enter(State.BOUND)
        return self.drain()

    def refuse(self, asked: BindAsked, status: int) -> bytes:
        """Refuse a bind; the client may try another on the same connection until its time is over."""
        if self.state is State.BINDING:
            self._refuse(asked.request.COMMAND, status, asked.request.sequence)
            self._enter(State.OPEN)
        return self.drain()

    def submit(self, requests: Sequence[tuple[T, Pdu]], *, now: float) -> bytes:
        """Send requests, each with a token of the owner's that comes back with its fate.

        Raises SmppError, and sends nothing, when there are more than `free` or one of them can't be written.
        """
        if len(requests) > self.free:
            message = f"{len(requests)} requests do not fit: {self.free} may be sent now ({self.state}, {self.mode})."
            raise SmppError(ESME_RINVBNDSTS, message)
        sequences = self._take(len(requests))
        frames = [encode(request, sequence) for (_, request), sequence in zip(requests, sequences, strict=True)]
        self.window.add(sequences, [token for token, _ in requests], now=now)
        self._out += frames
        return self.drain()

    def acknowledge(self, messages: Iterable[pdu.DeliverSm | pdu.DataSm], status: int = ESME_ROK) -> bytes:
        """Answer messages of a `Delivered`: with ESME_ROK the carrier forgets them."""
        self._out += [
            _BARE_TAKEN.pack(_BARE_TAKEN.size, each.COMMAND | commands.RESPONSE, status, each.sequence, 0)
            for each in messages
        ]
        return self.drain()

    def respond(self, answers: Iterable[Pdu]) -> bytes:
        """Answer requests; each answer carries the sequence number of its request."""
        self._out += [encode(answer, answer.sequence) for answer in answers]
        return self.drain()

    def unbind(self, *, now: float) -> bytes:
        """Say good-bye; `Unbound` or `LinkLost` follows. A session that is not bound has nothing to say."""
        if self.state is State.BOUND:
            self._asked = self._say(binding.Unbind())
            self._enter(State.UNBINDING)
            self._unbind_by = now + self._timers.unbind
        return self.drain()

    def abandon(self) -> list[T]:
        """Close for good, and return the tokens whose requests got no answer: nobody knows their fate."""
        self._enter(State.CLOSED)
        return self.window.abandon()

    def next_deadline(self) -> float | None:
        """Return the time of the next `tick` that may do something, or None when only bytes can."""
        times = [self.window.next_deadline()]
        if self.state in {State.OPEN, State.BINDING}:
            times.append(self._bind_by)
        elif self.state is State.BOUND:
            times.append(self._enquire_by if self._enquired else self._heard + self._timers.enquire_after)
        elif self.state is State.UNBINDING:
            times.append(self._unbind_by)
        return min((time for time in times if time is not None), default=None)

    def tick(self, now: float) -> list[Event[T]]:
        """Do what is due at `now`: give up on answers, enquire whether the other side lives, give up on it."""
        events: list[Event[T]] = []
        expired = self.window.expire(now)
        if expired:
            events.append(TimedOut(expired))
        match self.state:
            case State.OPEN | State.BINDING if self._bind_by is not None and self._bind_by <= now:
                events.append(self._lose(Loss.NOT_BOUND_IN_TIME))
            case State.BOUND if self._enquired and self._enquire_by <= now:
                events.append(self._lose(Loss.NO_ENQUIRE_LINK_RESP))
            case State.BOUND if not self._enquired and self._heard + self._timers.enquire_after <= now:
                self._enquired = self._say(binding.EnquireLink())
                self._enquire_by = now + self._timers.enquire_response
            case State.UNBINDING if self._unbind_by <= now:
                events.append(self._lose(Loss.NO_UNBIND_RESP))
            case _:
                pass
        return events

    def receive(self, data: bytes, *, now: float) -> list[Event[T]]:
        """Take bytes from the other side. Batches hold the order of arrival; answers come before new messages."""
        self._heard = now
        tray: Tray[T] = Tray()
        pending = self.window.pending
        for message in self._decoder.feed(data):
            if isinstance(message, pdu.Taken) and message.sequence in pending:
                tray.answered.append((pending.pop(message.sequence), message.status, message.message_id))
            elif isinstance(message, pdu.DeliverSm) and message.COMMAND in self._allowed:
                tray.delivered.append(message)
            elif isinstance(message, pdu.SubmitSm) and message.COMMAND in self._allowed:
                tray.requested.append(message)
            elif isinstance(message, Unreadable):
                self._take_unreadable(message, tray)
            elif _command(message) & commands.RESPONSE:
                self._take_answer(message, tray)
            else:
                self._take_request(message, tray)
        return tray.close()

    def _take_request(self, message: Pdu, tray: Tray[T]) -> None:
        match message:
            case binding.EnquireLink():
                self._out.append(encode(binding.EnquireLinkResp(), message.sequence))
            case binding.Unbind():
                self._out.append(encode(binding.UnbindResp(), message.sequence))
                self._enter(State.CLOSED)
                tray.add(Unbound(by_peer=True))
            case binding.Bind() if self.role is Role.SMSC and self.state is State.OPEN:
                self._enter(State.BINDING)
                tray.add(BindAsked(MODES[message.COMMAND], message))
            case binding.Bind() if self.role is Role.SMSC and self.state is not State.CLOSED:
                self._refuse(message.COMMAND, ESME_RALYBND, message.sequence)
            case binding.Outbind() if self.role is Role.ESME and self.state is State.OPEN:
                tray.requested.append(message)
            case pdu.DataSm() if self.role is Role.ESME and message.COMMAND in self._allowed:
                tray.delivered.append(message)
            case _ if _command(message) in self._allowed:
                tray.requested.append(message)
            case _:
                self._refuse(_command(message), ESME_RINVBNDSTS, message.sequence)

    def _take_answer(self, message: Pdu, tray: Tray[T]) -> None:
        sequence = message.sequence
        match message:
            case binding.BindResp() if self.state is State.BINDING and sequence == self._asked:
                self._take_bind_resp(message.status, tray, message)
            case binding.UnbindResp() if self.state is State.UNBINDING and sequence == self._asked:
                self._enter(State.CLOSED)
                tray.add(Unbound(by_peer=False))
            case binding.EnquireLinkResp() if self._enquired and sequence == self._enquired:
                self._enquired = 0
            case binding.GenericNack() if self._settle(sequence, message.status or ESME_RUNKNOWNERR, tray):
                pass
            case pdu.Taken() if sequence in self.window.late:
                tray.late.append((self.window.late.pop(sequence), message.status, message.message_id))
            case pdu.QuerySmResp() | pdu.CancelSmResp() | pdu.ReplaceSmResp() | pdu.Other() if (
                sequence in self.window.pending
            ):
                tray.replied.append((self.window.pending.pop(sequence), message))
            case _:
                tray.add(Unmatched(message))

    def _take_bind_resp(self, status: int, tray: Tray[T], answer: binding.BindResp) -> None:
        self._bind_by = None
        if status:
            self._enter(State.CLOSED)
            tray.add(Refused(status))
        else:
            self._enter(State.BOUND)
            tray.add(Bound(self.mode, answer.system_id, answer.tlvs))

    def _settle(self, sequence: int, status: int, tray: Tray[T]) -> bool:
        """Take a status alone as the answer to whatever was asked under a sequence number."""
        if sequence in self.window.pending:
            tray.answered.append((self.window.pending.pop(sequence), status, ""))
        elif sequence in self.window.late:
            tray.late.append((self.window.late.pop(sequence), status, ""))
        elif self._enquired and sequence == self._enquired:
            self._enquired = 0  # a refusal is a sign of life too
        elif self.state is State.BINDING and self.role is Role.ESME and sequence == self._asked:
            self._bind_by = None
            self._enter(State.CLOSED)
            tray.add(Refused(status or ESME_RUNKNOWNERR))
        else:
            return False
        return True

    def _take_unreadable(self, message: Unreadable, tray: Tray[T]) -> None:
        tray.add(message)
        if message.fatal:
            self._refuse(commands.GENERIC_NACK, ESME_RINVCMDLEN, message.sequence)
            tray.add(self._lose(Loss.BROKEN_STREAM))
        elif not message.command & commands.RESPONSE:
            self._refuse(message.command, message.error.status, message.sequence)
        else:
            # The header of an answer says the most important thing; what can't be read may be only the id.
            self._settle(message.sequence, message.status, tray)

    def _enter(self, state: State) -> None:
        self.state = state
        asker = Role.SMSC if self.role is Role.ESME else Role.ESME
        may_ask = frozenset(command for command, half in ASKS[asker].items() if half in self.mode)
        self._allowed = may_ask if state in _LIVING else _NOTHING

    def _refuse(self, command: int, status: int, sequence: int) -> None:
        answer = command | commands.RESPONSE if command in commands.ANSWERED else commands.GENERIC_NACK
        self._out.append(HEADER.pack(HEADER.size, answer, status, sequence))

    def _lose(self, why: Loss) -> LinkLost:
        self._enter(State.CLOSED)
        return LinkLost(why)

    def _say(self, request: Pdu) -> int:
        (sequence,) = self._take(1)
        self._out.append(encode(request, sequence))
        return sequence

    def _take(self, count: int) -> range:
        """Hand out sequence numbers in a row; behind the last one they start at 1 again (SMPP 3.4 section 3.2).

        Two thousand million requests later, whatever had number 1 has been answered or timed out.
        """
        first = self._sequence + 1
        if first + count - 1 > LAST_SEQUENCE:
            first = 1
        self._sequence = first + count - 1
        return range(first, first + count)


def _command(message: Pdu) -> int:
    return message.command if isinstance(message, pdu.Other) else message.COMMAND
