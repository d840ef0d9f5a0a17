"""A client for tests of the carrier: our own session core over real TCP, and ways to wait for what happens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager

from cablegram.smpp import binding, receipt
from cablegram.smpp.events import Answered, Bound, Delivered, Event, Refused, Replied, Unbound
from cablegram.smpp.pdu import DataSm, DeliverSm, Pdu, SubmitSm
from cablegram.smpp.receipt import Receipt
from cablegram.smpp.rules import Mode, Role
from cablegram.smpp.session import Session

TIMEOUT = 10.0
_NOW_AND_THEN = 0.02
BINDS = {
    Mode.TRANSMITTER: binding.BindTransmitter,
    Mode.RECEIVER: binding.BindReceiver,
    Mode.TRANSCEIVER: binding.BindTransceiver,
}


class Esme(asyncio.Protocol):
    """One bind. It notes everything, and acknowledges what is delivered unless `acknowledges` says otherwise."""

    def __init__(self, *, window: int = 100, acknowledges: bool = True, status: int = 0) -> None:
        self.acknowledges = acknowledges
        self.status = status
        self.events: list[Event[str]] = []
        self.answers: list[tuple[str, int, str]] = []
        self.replies: list[tuple[str, Pdu]] = []
        self.delivered: list[DeliverSm | DataSm] = []
        self.order: list[str] = []
        self.is_closed = False
        self._loop = asyncio.get_running_loop()
        self.session: Session[str] = Session(Role.ESME, now=self._loop.time(), window=window)
        self._changed = asyncio.Event()
        self._transport: asyncio.Transport | None = None

    # --- deeds ---

    def bind(self, mode: Mode, system_id: str, password: str) -> None:
        """Ask to bind."""
        self._write(self.session.bind(BINDS[mode](system_id, password), now=self._loop.time()))

    def submit(self, *requests: tuple[str, Pdu]) -> None:
        """Send requests under names."""
        self._write(self.session.submit(requests, now=self._loop.time()))

    def send(self, number: str, text: bytes = b"Hello", *, wants_receipt: int = 1, esm_class: int = 0) -> None:
        """Send one message under its number as its name; `wants_receipt` is registered_delivery."""
        self.submit((number, SubmitSm("ACME", number, text, esm_class, registered_delivery=wants_receipt)))

    def acknowledge(self, messages: Iterable[DeliverSm | DataSm], status: int = 0) -> None:
        """Answer deliveries by hand."""
        self._write(self.session.acknowledge(messages, status))

    def write(self, data: bytes) -> None:
        """Write bytes past the session."""
        self._write(data)

    def unbind(self) -> None:
        """Say good-bye."""
        self._write(self.session.unbind(now=self._loop.time()))

    def drop(self) -> None:
        """Cut the connection at once."""
        assert self._transport is not None
        self._transport.abort()

    # --- what happened ---

    def status_of(self, name: str) -> list[int]:
        """Return the statuses of the answers to a name, in order."""
        return [status for each, status, _ in self.answers if each == name]

    def id_of(self, name: str) -> str:
        """Return the id under which a name was taken."""
        return next(message_id for each, status, message_id in self.answers if each == name and not status)

    def receipts(self, number: str = "") -> list[Receipt]:
        """Return the receipts that came, of one number or of all."""
        found = [receipt.read(each) for each in self.delivered if number in {"", each.source_addr}]
        return [each for each in found if each is not None]

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so; asked again whenever bytes came, and now and then for what is so elsewhere."""
        async with asyncio.timeout(TIMEOUT):
            while not is_so():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), _NOW_AND_THEN)

    # --- the protocol of asyncio ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Note what came."""
        for event in self.session.receive(data, now=self._loop.time()):
            self.events.append(event)
            match event:
                case Answered(answers):
                    self.answers += answers
                    self.order += ["answer"] * len(answers)
                case Replied(replies):
                    self.replies += replies
                case Delivered(messages):
                    self.delivered += messages
                    self.order += ["delivery"] * len(messages)
                    if self.acknowledges:
                        self.acknowledge(messages, self.status)
                case _:
                    self.order.append(type(event).__name__)
        self._write(self.session.drain())
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why makes no difference here
        """Note the end."""
        self.is_closed = True
        self._changed.set()

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        if data:
            self._transport.write(data)


@asynccontextmanager
async def connected(
    port: int, *, window: int = 100, acknowledges: bool = True, status: int = 0
) -> AsyncGenerator[Esme]:
    """Connect without binding."""
    loop = asyncio.get_running_loop()

    def make() -> Esme:
        return Esme(window=window, acknowledges=acknowledges, status=status)

    transport, esme = await loop.create_connection(make, "127.0.0.1", port)
    try:
        yield esme
    finally:
        transport.abort()
        await esme.until(lambda: esme.is_closed)


@asynccontextmanager
async def bound(
    port: int,
    mode: Mode = Mode.TRANSCEIVER,
    *,
    system_id: str = "acme",
    password: str = "",
    acknowledges: bool = True,
    status: int = 0,
) -> AsyncGenerator[Esme]:
    """Connect and bind."""
    async with connected(port, acknowledges=acknowledges, status=status) as esme:
        esme.bind(mode, system_id, password)
        await esme.until(lambda: esme.events)
        assert isinstance(esme.events[0], Bound), esme.events
        yield esme


def is_refused(esme: Esme) -> int:
    """Return the status with which the bind was refused, or 0."""
    return next((event.status for event in esme.events if isinstance(event, Refused)), 0)


def is_unbound(esme: Esme) -> bool:
    """Tell whether the bind ended in good order."""
    return any(isinstance(event, Unbound) for event in esme.events)
