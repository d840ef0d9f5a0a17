"""One bind to a carrier, kept alive: connect, bind, write batches, hand verdicts and arrivals over, reconnect.

The protocol itself is `cablegram.smpp.session`; here are only the socket, the clock and the order of things. Nothing
is written that was not handed over by `send`, and `send` is only called for messages whose claim is committed.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from cablegram.connectors import smpp_wire
from cablegram.connectors.contract import Arrival, Link, LinkState, Listener, Outgoing, PartResult, Question, Verdict
from cablegram.connectors.link_pace import LinkPace
from cablegram.connectors.smpp_flight import Flying
from cablegram.connectors.smpp_login import Login
from cablegram.connectors.smpp_questions import Asked, Questions, parts_of
from cablegram.connectors.smpp_ready import Ready, Token
from cablegram.connectors.smpp_socket import connect, within
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.failpoints import reach
from cablegram.smpp import events, status
from cablegram.smpp.errors import SmppError
from cablegram.smpp.pdu import DataSm, DeliverSm
from cablegram.smpp.rules import Role, Timers
from cablegram.smpp.session import Session

_TICK = 0.25  # seconds between looks at the timers: far below the shortest of them
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0  # seconds before reconnecting
_CONNECT_TIMEOUT = 10.0
_CLOSING = 2.0  # seconds that the last bytes get to leave; a peer that is gone would keep them for ever
_RETRY_AFTER = 0.5
_CALM = 10.0  # seconds without a throttling error, after which the link no longer counts as throttled
_TURN = 0.5  # seconds that a message stands ready; then it goes back, so that nothing stopped meanwhile leaves late
_MOST_SILENT = 10  # parts without an answer, one after the other, after which a carrier counts as hung


@dataclass(slots=True)
class _Handle:
    """What acknowledging needs: the PDU, and the session that still waits for the answer."""

    session: Session[Asked]
    message: DeliverSm | DataSm


class SmppLink(Link):
    """A link over SMPP 3.4. `listener` hears of everything, in batches, on the event loop."""

    def __init__(self, connector_id: ConnectorId, number: int, login: Login, listener: Listener) -> None:
        self.connector_id = connector_id
        self.number = number
        self._login = login
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._session: Session[Asked] | None = None
        self._transport: asyncio.Transport | None = None
        self._closed = asyncio.Event()
        self._settled = asyncio.Event()  # nothing on the wire, nothing that waits to be acknowledged
        self._settled.set()
        self._is_stopping = False
        self._ready = Ready()
        self._unacknowledged = 0
        self._is_proven = False  # this connection has answered a message
        self._silent = 0  # parts that got no answer in time since the last answer
        self._reference = 0
        settings = login.settings
        self._pace = LinkPace(settings.throughput, window=settings.window, now=self._loop.time())
        self._questions = Questions(settings.window, now=self._loop.time())
        self._next_turn: asyncio.TimerHandle | None = None
        self._calm_at = math.inf
        self._refused = ""
        self._why = ""

    # --- what dispatch asks ---

    def room(self) -> int:
        """Return how many parts to hand over now: for the free places in the window, as far as the pace allows.

        With a carrier that answers fast some more, to stand ready behind the full window: half of them at a time.
        """
        way = self._way()
        if way is None or self._is_stopping:
            return 0
        free, waiting = way[0].free, len(self._ready)
        if not self._is_proven:
            # One message first: with a carrier that hangs, a whole window would be in question each time.
            return self._grant(1) if free and self.is_empty() else 0
        ahead = self._pace.ahead(self._loop.time())
        if not ahead:
            return self._grant(free) if free and not waiting else 0
        wanted = free + ahead - waiting
        return wanted if free > waiting or wanted > ahead // 2 else 0

    @property
    def free(self) -> int:
        """Return the free places in the window, whatever the pace."""
        return self._session.free if self._session else 0

    @property
    def rate(self) -> float:
        """Return how many parts a second go out at most now; infinite where nothing limits them."""
        return self._pace.rate(self._loop.time())

    def is_empty(self) -> bool:
        """Tell whether nothing is on the wire."""
        on_wire = len(self._session.window.pending) - self._questions.on_wire if self._session else 0
        return not on_wire and self._ready.is_empty()

    def send(self, batch: Sequence[Outgoing]) -> None:
        """Write messages. What the connection can't take any more is reported at once: it was claimed."""
        media_tag = self._login.settings.media_tlv
        for outgoing in batch:
            self._reference = (self._reference + 1) & 0xFF
            now = self._loop.time()
            self._ready.add(Flying.of(outgoing, reference=self._reference, now=now, media_tag=media_tag))
        self._settled.clear()
        self._write_rest()

    def room_to_ask(self) -> int:
        """Return how many questions to hand over now. Messages come first; a bind that only receives asks nothing."""
        if self._way() is None or self._is_stopping:
            return 0
        return self._questions.room(free=self.free - len(self._ready), rate=self.rate, now=self._loop.time())

    def ask(self, questions: Sequence[Question]) -> int:
        """Write questions, as many as there still is room for; return how many."""
        asked, now = questions[: self.room_to_ask()], self._loop.time()
        if asked and self._session:
            self._questions.note(len(asked), now=now)
            self._write(self._session.submit([(one, smpp_wire.query(one)) for one in asked], now=now))
        return len(asked)

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Answer what is on disk; what came over a connection that is gone, the carrier will send again."""
        handles = [cast("_Handle", arrival.handle) for arrival in arrivals]
        living = [handle.message for handle in handles if handle.session is self._session]
        if living and self._session:
            self._write(self._session.acknowledge(living))
            self._unacknowledged -= len(living)
            self._look_settled()

    async def run(self) -> None:
        """Connect and serve until cancelled, with growing pauses between failures."""
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

    async def stop(self, *, grace: float) -> None:
        """Write no more, wait for answers and acknowledgements up to `grace` seconds, unbind. Then cancel `run`."""
        self._is_stopping = True
        if self._transport:
            self._give_back(since=math.inf)
            await within(grace, self._settled)  # what is left then becomes `unknown`: see `disconnected`
            if self._session and (good_bye := self._session.unbind(now=self._loop.time())):
                self._write(good_bye)
                await within(_CLOSING, self._closed)
            self._hang_up()
            await self._closed.wait()
        self._tell(LinkState.STOPPED, "")

    # --- the life of one connection ---

    async def _serve_once(self) -> None:
        self._refused, self._why = "", "the connection was closed"
        self._closed.clear()
        try:
            await self._connect()
            while not self._closed.is_set():
                await within(_TICK, self._closed)
                self.tick()
        finally:
            if self._transport:  # we were cancelled
                self._transport.abort()

    async def _connect(self) -> None:
        address = f"{self._login.settings.host}:{self._login.settings.port}"
        self._tell(LinkState.CONNECTING, address)
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT):
                login = self._login
                await connect(self, login.settings.host, login.settings.port, allowed=login.allowed)
        except (OSError, ValueError) as error:  # ValueError: a name that no host can have
            self._why = f"can't connect to {address}: {error or 'no answer'}"
            self._closed.set()

    def connected(self, transport: asyncio.Transport) -> None:
        """Bind over a connection that was just made."""
        settings = self._login.settings
        timers = Timers(response=settings.response_seconds, enquire_after=settings.enquire_link_seconds)
        now = self._loop.time()
        session: Session[Asked] = Session(Role.ESME, now=now, window=settings.window, timers=timers)
        self._transport, self._session, self._calm_at = transport, session, math.inf
        self._is_proven, self._silent, self._unacknowledged = False, 0, 0
        self._questions = Questions(settings.window, now=now)
        self._tell(LinkState.BINDING, f"as {settings.system_id}")
        try:
            self._write(session.bind(self._login.request(), now=now))
        except SmppError as error:
            self._refused = self._why = f"this login can't be written: {error}"
            self._hang_up()

    def received(self, data: bytes) -> None:
        """Take bytes from the carrier."""
        if self._session:
            self._handle(self._session.receive(data, now=self._loop.time()))
            self._say_what_is_due()

    def tick(self) -> None:
        """Look at the timers."""
        now = self._loop.time()
        if self._session:
            self._handle(self._session.tick(now))
            self._give_back(since=now - _TURN)
            self._say_what_is_due()
            if now >= self._calm_at:
                self._calm_at = math.inf
                self._tell(LinkState.BOUND, f"as {self._login.settings.system_id}")

    def disconnected(self, error: Exception | None) -> None:
        """Report what the broken connection leaves in doubt."""
        session, self._session, self._transport = self._session, None, None
        if error:
            self._why = f"the connection broke: {error}"
        tokens = session.abandon() if session else []
        self._lose([*parts_of(tokens), *self._ready.clear()])
        self._unacknowledged = 0
        self._settled.set()
        self._closed.set()

    # --- events of the session ---

    def _handle(self, happened: Sequence[events.Event[Asked]]) -> None:
        for event in self._questions.sift(happened, now=self._loop.time()):
            match event:
                case events.Answered(answers):
                    self._answered(answers)
                case events.Delivered(messages):
                    self._delivered(messages)
                case events.TimedOut(tokens):
                    self._timed_out(tokens)
                case events.Bound():
                    self._tell(LinkState.BOUND, f"as {self._login.settings.system_id}")
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
        if replies := self._questions.told():
            self._listener.on_replies(self, replies)

    def _timed_out(self, tokens: Sequence[Token]) -> None:
        self._lose(tokens)
        self._silent += len(tokens)
        if not self._is_proven or self._silent >= _MOST_SILENT:
            self._why = "the carrier does not answer messages"
            self._hang_up()

    def _answered(self, answers: Sequence[tuple[Token, int, str]]) -> None:
        reach("link.answers_read")
        told: dict[Flying, None] = {}
        taken = complaints = 0
        self._is_proven, self._silent = True, 0
        for (flying, place), code, provider_id in answers:
            if code == status.ESME_ROK:
                taken += 1
                flying.answers[place] = PartResult(Verdict.TAKEN, provider_id)
            else:
                verdict, name = smpp_wire.verdict(code)
                flying.answers[place] = PartResult(verdict, code=name)
                complaints += verdict is Verdict.THROTTLED
            if flying.is_told and not self._send_again(flying):
                told[flying] = None
        self._mind_the_pace(len(answers), taken=taken, complaints=complaints)
        self._write_rest()  # the window first: a hundred results take milliseconds to be told
        if told:
            self._listener.on_results(self, [flying.result() for flying in told])
            reach("link.results_told")

    def _send_again(self, flying: Flying) -> bool:
        tokens = [(flying, place) for place in flying.take_again()] if self._session else []
        if tokens:
            self._ready.put_off(tokens)
            self._loop.call_later(_RETRY_AFTER, self._put_back, tokens)
        return bool(tokens)

    def _put_back(self, tokens: list[Token]) -> None:
        self._ready.put_back(tokens)
        self._write_rest()

    def _delivered(self, messages: Sequence[DeliverSm | DataSm]) -> None:
        session = cast("Session[Asked]", self._session)
        self._unacknowledged += len(messages)
        self._settled.clear()
        arrivals = [Arrival(smpp_wire.read(message), _Handle(session, message)) for message in messages]
        self._listener.on_arrivals(self, arrivals)

    def _lose(self, tokens: Iterable[Token]) -> None:
        flights = [flying for flying in dict.fromkeys(flying for flying, _ in tokens) if not flying.is_lost]
        for flying in flights:
            flying.is_lost = True
        if flights:
            self._listener.on_results(self, [flying.result() for flying in flights])

    def _give_back(self, *, since: float) -> None:
        """Report what stands ready since before a moment and has not got its turn: none of it was written."""
        self._lose(self._ready.unwritten(since=since))
        self._look_settled()

    def _look_settled(self) -> None:
        if self.is_empty() and not self._unacknowledged:
            self._settled.set()

    # --- pace ---

    def _grant(self, wanted: int) -> int:
        """Return how many parts may go out at this moment; when that is none, look again once some may."""
        granted, wait = self._pace.grant(wanted, self._loop.time())
        if not granted and self._next_turn is None:
            self._next_turn = self._loop.call_later(wait, self._on_token)
        return granted

    def _on_token(self) -> None:
        self._next_turn = None
        self._write_rest()
        self._listener.on_room(self)

    def _mind_the_pace(self, answers: int, *, taken: int, complaints: int) -> None:
        now = self._loop.time()
        rate = self._pace.hear(answers, taken=taken, complaints=complaints, now=now)
        if rate is not None:
            self._calm_at = now + _CALM
            self._tell(LinkState.THROTTLED, f"the carrier asked for less; slowed to {rate:.0f} a second")

    # --- writing ---

    def _say_what_is_due(self) -> None:
        if self._session:
            self._write(self._session.drain())
        self._write_rest()
        self._look_settled()
        self._listener.on_room(self)

    def _way(self) -> tuple[Session[Asked], asyncio.Transport] | None:
        """Return what to write with, if what is written may still leave."""
        if self._session is None or self._transport is None or self._transport.is_closing():
            return None
        return self._session, self._transport

    def _write_rest(self) -> None:
        if not len(self._ready):
            return
        way = self._way()
        if way is None:
            self._lose(self._ready.clear())
            return
        session, _ = way
        count = min(len(self._ready), session.free)
        count = self._grant(count) if count else 0
        if count:
            now = self._loop.time()
            self._pace.spend(count, now)
            tokens = self._ready.take(count)
            reach("wire.spent")
            self._write(session.submit([(token, token[0].parts[token[1]]) for token in tokens], now=now))
            reach("wire.written")

    def _write(self, data: bytes) -> None:
        way = self._way()
        if data and way:
            way[1].write(data)

    def _hang_up(self) -> None:
        if self._transport and self._session:
            self._write(self._session.drain())
            self._transport.close()
            self._loop.call_later(_CLOSING, self._transport.abort)

    def _tell(self, state: LinkState, detail: str) -> None:
        self._listener.on_state(self, state, detail)
