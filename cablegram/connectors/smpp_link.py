"""One bind to a carrier, kept alive: connect, bind, write batches, hand verdicts and arrivals over, reconnect.

The protocol itself is `cablegram.smpp.session`; here are only the socket, the clock and the order of things. Nothing
is written that was not handed over by `send`, and `send` is only called for messages whose claim is committed.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from cablegram.connectors import smpp_wire
from cablegram.connectors.contract import (
    Arrival,
    Link,
    LinkState,
    Listener,
    Outgoing,
    PartResult,
    Result,
    Verdict,
)
from cablegram.connectors.model import SmppSettings
from cablegram.kit.ids import ConnectorId, MessageId
from cablegram.pacing.bucket import Bucket
from cablegram.pacing.complaints import Complaints
from cablegram.pacing.throttle import Pace
from cablegram.smpp import events, status
from cablegram.smpp.binding import BindReceiver, BindTransceiver, BindTransmitter
from cablegram.smpp.pdu import DataSm, DeliverSm, SubmitSm
from cablegram.smpp.rules import Role, Timers
from cablegram.smpp.session import Session

_TICK = 0.25  # seconds between looks at the timers: far below the shortest of them
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0  # seconds before reconnecting
_CONNECT_TIMEOUT = 10.0
_PART_RETRIES = 20  # of one part of a long message whose other parts the carrier took
_RETRY_AFTER = 0.5

_BINDS = {"transceiver": BindTransceiver, "transmitter": BindTransmitter, "receiver": BindReceiver}


@dataclass(slots=True)
class _Flying:
    """A message on the wire: its parts, and the answers so far."""

    outgoing: Outgoing
    parts: list[SubmitSm]
    results: list[PartResult | None]
    open_parts: int
    retries: int = 0
    is_lost: bool = False


_Token = tuple[_Flying, int]


@dataclass(slots=True)
class _Handle:
    """What acknowledging needs: the PDU, and the session that still waits for the answer."""

    session: Session[_Token]
    message: DeliverSm | DataSm


@dataclass(slots=True)
class Login:
    """How to bind: `half` is transceiver, transmitter or receiver."""

    settings: SmppSettings
    password: str = field(repr=False)
    half: str = "transceiver"


class SmppLink(Link):
    """A link over SMPP 3.4. `listener` hears of everything, in batches, on the event loop."""

    def __init__(self, connector_id: ConnectorId, number: int, login: Login, listener: Listener) -> None:
        self.connector_id = connector_id
        self.number = number
        self._login = login
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._session: Session[_Token] | None = None
        self._transport: asyncio.Transport | None = None
        self._closed = asyncio.Event()
        self._drained = asyncio.Event()
        self._is_stopping = False
        self._rest: deque[_Token] = deque()  # parts that wait for room: of a message longer than the window, or retried
        self._reference = 0
        throughput = login.settings.throughput or math.inf
        self._pace = Pace(throughput)
        self._complaints = Complaints()
        # A second's worth at most at once, and never more than the window.
        self._bucket = Bucket.full(throughput, self._burst(throughput), now=self._loop.time())
        self._refused = ""

    # --- what dispatch asks ---

    def room(self) -> int:
        """Return how many parts may go out now: free places in the window, as far as the pace allows."""
        if self._session is None or self._is_stopping or self._rest:
            return 0
        free = self._session.free
        if not free:
            return 0
        now = self._loop.time()
        self._bucket = self._bucket.at_rate(self._pace.rate(now), now)
        grant = self._bucket.take(free, now)
        if grant.granted == 0 and grant.wait < math.inf:
            self._loop.call_later(grant.wait, self._listener.on_room, self)
        return grant.granted

    def is_empty(self) -> bool:
        """Tell whether nothing is on the wire."""
        return not self._rest and (self._session is None or not self._session.window.pending)

    def send(self, batch: Sequence[Outgoing]) -> None:
        """Write messages. What the connection can't take any more is reported as lost: it was claimed."""
        tokens: list[_Token] = []
        for outgoing in batch:
            self._reference = (self._reference + 1) & 0xFF
            parts = smpp_wire.requests(outgoing, self._reference)
            flying = _Flying(outgoing, parts, [None] * len(parts), len(parts))
            tokens += [(flying, index) for index in range(len(parts))]
        self._rest.extend(tokens)
        self._write_rest()

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Answer what is on disk; what came over a connection that is gone, the carrier will send again."""
        handles = [cast("_Handle", arrival.handle) for arrival in arrivals]
        living = [handle.message for handle in handles if handle.session is self._session]
        if living and self._session:
            self._write(self._session.acknowledge(living))

    async def run(self) -> None:
        """Connect and serve until stopped, with growing pauses between failures."""
        wait = _FIRST_WAIT
        while not self._is_stopping:
            began = self._loop.time()
            await self._serve_once()
            if self._is_stopping:
                break
            wait = _FIRST_WAIT if self._loop.time() - began > _LONGEST_WAIT else wait
            self._tell(LinkState.REFUSED if self._refused else LinkState.DOWN, f"{self._why}; next try in {wait:.0f} s")
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        self._tell(LinkState.STOPPED, "")

    async def stop(self, *, grace: float) -> None:
        """Take no more, give answers `grace` seconds to arrive, unbind."""
        self._is_stopping = True
        if not self.is_empty():
            self._drained.clear()
            with contextlib.suppress(TimeoutError):  # what is left then becomes `unknown`: see `disconnected`
                await asyncio.wait_for(self._drained.wait(), grace)
        if self._session and self._transport:
            self._write(self._session.unbind(now=self._loop.time()))
            self._transport.close()
        self._closed.set()

    # --- the life of one connection ---

    _why = "not connected yet"

    async def _serve_once(self) -> None:
        settings = self._login.settings
        self._refused, self._why = "", "the connection was closed"
        self._closed.clear()
        self._tell(LinkState.CONNECTING, f"{settings.host}:{settings.port}")
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT):
                await self._loop.create_connection(lambda: _Wire(self), settings.host, settings.port)
        except (OSError, TimeoutError) as error:
            self._why = f"can't connect to {settings.host}:{settings.port}: {error or 'no answer'}"
            return
        while not self._closed.is_set():
            try:
                async with asyncio.timeout(_TICK):
                    await self._closed.wait()
            except TimeoutError:
                self.tick()

    def connected(self, transport: asyncio.Transport) -> None:
        """Bind over a connection that was just made."""
        settings = self._login.settings
        timers = Timers(response=settings.response_seconds, enquire_after=settings.enquire_link_seconds)
        now = self._loop.time()
        session: Session[_Token] = Session(Role.ESME, now=now, window=settings.window, timers=timers)
        self._transport, self._session = transport, session
        request = _BINDS[self._login.half](
            system_id=settings.system_id, password=self._login.password, system_type=settings.system_type
        )
        self._tell(LinkState.BINDING, f"as {settings.system_id}")
        self._write(session.bind(request, now=now))

    def received(self, data: bytes) -> None:
        """Take bytes from the carrier."""
        if self._session:
            self._handle(self._session.receive(data, now=self._loop.time()))
            self._write(self._session.drain())

    def tick(self) -> None:
        """Look at the timers."""
        if self._session:
            self._handle(self._session.tick(self._loop.time()))
            self._write(self._session.drain())
            self._write_rest()

    def disconnected(self, error: Exception | None) -> None:
        """Report what the broken connection leaves in doubt."""
        session, self._session, self._transport = self._session, None, None
        if error:
            self._why = f"the connection broke: {error}"
        if session:
            self._lose([*session.abandon(), *self._rest])
            self._rest.clear()
        self._drained.set()
        self._closed.set()

    # --- events of the session ---

    def _handle(self, happened: Sequence[events.Event[_Token]]) -> None:
        for event in happened:
            match event:
                case events.Answered(answers, late):
                    self._answered(answers, is_late=late)
                case events.Delivered(messages):
                    self._delivered(messages)
                case events.TimedOut(tokens):
                    self._lose(tokens)
                    self._listener.on_room(self)
                case events.Bound():
                    self._tell(LinkState.BOUND, f"as {self._login.settings.system_id}")
                    self._listener.on_room(self)
                case events.Refused(code):
                    found = status.of(code)
                    self._refused = self._why = f"the carrier refused the login: {found.name}, {found.meaning}"
                    self._hang_up()
                case events.LinkLost(why):
                    self._why = f"gave up on the connection: {why.replace('_', ' ')}"
                    self._hang_up()
                case events.Unbound(by_peer):
                    self._why = "the carrier ended the bind" if by_peer else "unbound"
                    self._hang_up()
                case _:
                    pass  # what belongs to nothing we asked: the session has answered it

    def _answered(self, answers: Sequence[tuple[_Token, int, str]], *, is_late: bool) -> None:
        results: list[Result] = []
        taken = complaints = 0
        for (flying, index), code, provider_id in answers:
            if code == 0:
                taken += 1
                part = PartResult(Verdict.TAKEN, provider_id)
            else:
                verdict, name = smpp_wire.verdict(code)
                part = PartResult(verdict, code=name)
                complaints += verdict is Verdict.THROTTLED
            if flying.results[index] is None:
                flying.open_parts -= 1
            flying.results[index] = part
            if flying.open_parts == 0 and not self._retry_parts(flying):
                results.append(Result(flying.outgoing.id, cast("list[PartResult]", flying.results), is_late))
        self._mind_the_pace(len(answers), taken=taken, complaints=complaints)
        if results:
            self._listener.on_results(self, results)
        self._write_rest()
        if self.is_empty():
            self._drained.set()
        self._listener.on_room(self)

    def _retry_parts(self, flying: _Flying) -> bool:
        """Send parts again whose sisters the carrier took: the message is half on its way and must not stay so."""
        results = cast("list[PartResult]", flying.results)
        again = [index for index, part in enumerate(results) if part.verdict in (Verdict.THROTTLED, Verdict.TEMPORARY)]
        if len(again) == len(results) or not again or flying.retries >= _PART_RETRIES or self._session is None:
            return False
        flying.retries += 1
        flying.open_parts = len(again)
        for index in again:
            flying.results[index] = None
        session = self._session
        self._loop.call_later(_RETRY_AFTER, self._put_back, session, [(flying, index) for index in again])
        return True

    def _put_back(self, session: Session[_Token], tokens: list[_Token]) -> None:
        if session is not self._session:
            self._lose(tokens)
            return
        self._rest.extend(tokens)
        self._write_rest()

    def _delivered(self, messages: Sequence[DeliverSm | DataSm]) -> None:
        session = cast("Session[_Token]", self._session)
        arrivals = [Arrival(smpp_wire.read(message), _Handle(session, message)) for message in messages]
        self._listener.on_arrivals(self, arrivals)

    def _lose(self, tokens: Sequence[_Token]) -> None:
        ids: list[MessageId] = []
        for flying, _ in tokens:
            if not flying.is_lost:
                flying.is_lost = True
                ids.append(flying.outgoing.id)
        if ids:
            self._listener.on_lost(self, ids)

    def _mind_the_pace(self, answers: int, *, taken: int, complaints: int) -> None:
        now = self._loop.time()
        self._complaints = self._complaints.hear(answers, complaints, now)
        if taken:
            self._pace = self._pace.accepted(taken, now)
        if complaints and self._complaints.are_about_pace:
            self._slow_down(now)

    def _slow_down(self, now: float) -> None:
        before = self._pace
        self._pace = self._pace.throttled(now)
        if self._pace is not before:
            rate = self._pace.rate(now)
            self._bucket = Bucket.full(rate, self._burst(rate), now=now).take(int(self._burst(rate)), now).bucket
            self._tell(LinkState.THROTTLED, f"the carrier asked for less; slowed to {rate:.0f} a second")

    def _burst(self, rate: float) -> float:
        return max(1.0, min(float(self._login.settings.window), rate))

    # --- writing ---

    def _write_rest(self) -> None:
        session = self._session
        if session is None:
            self._lose(list(self._rest))
            self._rest.clear()
            return
        count = min(len(self._rest), session.free)
        if count:
            tokens = [self._rest.popleft() for _ in range(count)]
            now = self._loop.time()
            self._bucket = self._bucket.take(count, now).bucket
            self._write(session.submit([(token, token[0].parts[token[1]]) for token in tokens], now=now))

    def _write(self, data: bytes) -> None:
        if data and self._transport and not self._transport.is_closing():
            self._transport.write(data)

    def _hang_up(self) -> None:
        if self._transport and self._session:
            self._write(self._session.drain())
            self._transport.close()

    def _tell(self, state: LinkState, detail: str) -> None:
        self._listener.on_state(self, state, detail)


class _Wire(asyncio.Protocol):
    """The socket's side of a link."""

    def __init__(self, link: SmppLink) -> None:
        self._link = link

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._link.connected(cast("asyncio.Transport", transport))

    def data_received(self, data: bytes) -> None:
        self._link.received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._link.disconnected(exc)
