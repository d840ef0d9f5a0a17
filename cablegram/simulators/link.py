"""One connection to the carrier: a socket around a session. What things mean is decided by the `Post` behind it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from typing import Protocol, cast

from cablegram.simulators.mailbox import Delivery
from cablegram.smpp.events import (
    Answered,
    BindAsked,
    Event,
    LinkLost,
    Requested,
    TimedOut,
    Unbound,
)
from cablegram.smpp.pdu import DeliverSm, Pdu
from cablegram.smpp.rules import Role, State, Timers
from cablegram.smpp.session import Session


class Post(Protocol):
    """What a link tells, in batches."""

    def connected(self, link: CarrierLink) -> None:
        """Note a new connection."""
        ...

    def bind_asked(self, link: CarrierLink, asked: BindAsked) -> None:
        """Decide about a bind: `accept` or `refuse`."""
        ...

    def requested(self, link: CarrierLink, requests: list[Pdu]) -> None:
        """Take requests; answer them at once or later."""
        ...

    def answered(self, link: CarrierLink, answers: list[tuple[Delivery, int, str]]) -> None:
        """Take the answers to what was delivered."""
        ...

    def unanswered(self, link: CarrierLink, deliveries: list[Delivery]) -> None:
        """Take back what got no answer in time."""
        ...

    def disconnected(self, link: CarrierLink, deliveries: list[Delivery]) -> None:
        """Take back what was in flight when the connection went."""
        ...


class CarrierLink(asyncio.Protocol):
    """The carrier's end of one connection."""

    def __init__(self, post: Post, *, window: int, timeout: float) -> None:
        self.system_id = ""
        self.open_requests = 0  # taken and not yet answered, as the carrier counts them
        self._post = post
        self._loop = asyncio.get_running_loop()
        timers = Timers(response=timeout)
        self._session: Session[Delivery] = Session(Role.SMSC, now=self._loop.time(), window=window, timers=timers)
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def free(self) -> int:
        """How many deliver_sm may be written now: none unless the bind is a receiver's."""
        return self._session.free if self.is_open else 0

    @property
    def is_open(self) -> bool:
        """Tell whether there is still somebody to write to."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    def is_receiver(self) -> bool:
        """Tell whether the bind takes deliver_sm."""
        return self._session.may_submit

    def accept(self, asked: BindAsked, own_id: str) -> None:
        """Let the client bind; the carrier calls itself `own_id`."""
        self.system_id = asked.request.system_id
        self._write(self._session.accept(asked, own_id))

    def refuse(self, asked: BindAsked, status: int) -> None:
        """Refuse the bind."""
        self._write(self._session.refuse(asked, status))

    def respond(self, answers: Iterable[Pdu]) -> None:
        """Answer requests."""
        if self.is_open:
            self._write(self._session.respond(answers))

    def deliver(self, deliveries: list[Delivery]) -> None:
        """Write deliveries; no more than are `free`."""
        requests: list[tuple[Delivery, DeliverSm]] = [(each, each.message) for each in deliveries]
        self._write(self._session.submit(requests, now=self._loop.time()))
        self._arm()

    def write_garbage(self) -> None:
        """Write bytes that are no SMPP."""
        self._write(b"\xff" * 16)

    def unbind(self) -> None:
        """Say good-bye in good order, or hang up where nobody is bound."""
        if self._session.state is State.BOUND:
            self._write(self._session.unbind(now=self._loop.time()))
            self._arm()
        else:
            self.hang_up()

    def hang_up(self) -> None:
        """Close the connection once everything is written."""
        if self._transport is not None:
            self._transport.close()

    def cut(self) -> None:
        """Close the connection at once; what a client has not read is lost."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._post.connected(self)
        self._arm()

    def data_received(self, data: bytes) -> None:
        """Take what the client wrote."""
        self._handle(self._session.receive(data, now=self._loop.time()))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it went makes no difference here
        """End."""
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._post.disconnected(self, self._session.abandon())

    def pause_writing(self) -> None:
        """Read no more from a client that does not read."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on reading."""
        if self._transport is not None:
            self._transport.resume_reading()

    def _handle(self, events: list[Event[Delivery]]) -> None:
        for event in events:
            match event:
                case BindAsked():
                    self._post.bind_asked(self, event)
                case Requested(requests):
                    self._post.requested(self, requests)
                case Answered(answers):
                    self._post.answered(self, answers)
                case TimedOut(deliveries):
                    self._post.unanswered(self, deliveries)
                case Unbound() | LinkLost():
                    self._write(self._session.drain())
                    self.hang_up()
                case _:
                    pass  # what else may happen is the client's affair; the session has answered it
        self._write(self._session.drain())

    def _write(self, data: bytes) -> None:
        if data and self._transport is not None:
            self._transport.write(data)

    def _arm(self) -> None:
        """Wake when the session's next timer is due. Activity moves deadlines on; so some wakings find nothing."""
        deadline = self._session.next_deadline()
        if deadline is None or (self._timer is not None and self._loop.time() < self._timer.when() <= deadline):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._handle(self._session.tick(self._loop.time()))
        if self.is_open:
            self._arm()
