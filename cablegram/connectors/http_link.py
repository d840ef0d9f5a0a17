"""A connector's way to its provider over HTTP: messages become requests, answers become verdicts. One loop for all.

What to say and what is meant is the provider's (`providers`); here are only the order of things, the clock and the
pace. Nothing is sent that was not handed over by `send`, which is only called for messages whose claim is committed,
and nothing is ever sent twice: a request without an answer leaves its messages in question.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cablegram.connectors.breaker import Breaker, Circuit
from cablegram.connectors.contract import (
    Arrival,
    Link,
    LinkState,
    Listener,
    Outgoing,
    PartResult,
    Question,
    Result,
    Verdict,
)
from cablegram.connectors.exchange_model import Exchange
from cablegram.connectors.http_filling import Filling
from cablegram.connectors.http_talk import Talk, Told
from cablegram.connectors.http_token import RETRY_AFTER, Keeper
from cablegram.connectors.link_pace import LinkPace
from cablegram.connectors.providers.contract import Context, LogsIn, Provider, Shipment, Token
from cablegram.connectors.providers.kinds import HttpSettings
from cablegram.kit.clock import Clock
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.caller import Caller
from cablegram.runtime.failpoints import reach

_TICK = 0.25  # seconds between looks at what stands ready for too long, and at the token
_TURN = 0.5  # seconds that a message stands ready; then it goes back, so that nothing stopped meanwhile leaves late
_LONGEST_REST = 3600.0  # seconds, whatever a provider asks for
_CALM = 10.0  # seconds without a throttling answer, after which the link no longer counts as throttled


class HttpListener(Listener, Protocol):
    """Who hears of a link over HTTP, beside messages."""

    def on_exchange(self, link: Link, exchange: Exchange) -> None:
        """A request and its answer, to be kept for people."""

    def on_trouble(self, link: Link, reason: str) -> None:
        """The provider refuses our whole account, and says why: nothing more goes out over this link."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a link leads. `most_at_once` messages a request; `paused`: why nothing goes out, "" when it does."""

    provider: Provider
    settings: HttpSettings
    most_at_once: int = 1
    callback_url: str = ""
    allowed: Collection[str] = ()
    paused: str = ""

    @property
    def window(self) -> int:
        """How many messages may be under way."""
        return self.settings.concurrency * self.most_at_once


class HttpLink(Link):
    """A link over HTTP. `listener` hears of everything on the event loop."""

    counts_messages = True

    def __init__(
        self,
        connector_id: ConnectorId,
        number: int,
        way: Way,
        listener: HttpListener,
        *,
        clock: Clock,
        log: Any,  # noqa: ANN401 - structlog's
    ) -> None:
        self.connector_id = connector_id
        self.number = number
        self._way = way
        self._listener = listener
        self._clock = clock
        self.log = log
        self._loop = asyncio.get_running_loop()
        settings = way.settings
        # One more than messages need: else a login would wait behind requests of a provider that takes its time.
        self._caller = Caller(limit=settings.concurrency + 1, allowed=way.allowed)
        self._talk = Talk(
            connector_id,
            way.provider,
            self._caller,
            clock=clock,
            log=log,
            seconds=settings.response_seconds,
            callback_url=way.callback_url,
        )
        self._ready: deque[tuple[Outgoing, float]] = deque()
        self._shipments: deque[tuple[Shipment, float]] = deque()
        self._under_way: dict[asyncio.Task[None], Shipment] = {}
        now = self._loop.time()
        self._breaker = Breaker()
        self._filling = Filling.of(way.most_at_once)
        self._pace = LinkPace(settings.throughput, window=way.window, now=now)
        self._logs_in = way.provider if isinstance(way.provider, LogsIn) else None
        self._login = self._logs_in.login() if self._logs_in else None
        self._keeper = Keeper()
        self._paused = way.paused
        self._quiet_until = -math.inf
        self._calm_at = math.inf
        self._next_turn: asyncio.TimerHandle | None = None
        self._is_stopping = False

    # --- what dispatch asks ---

    def room(self) -> int:
        """Return how many messages to hand over now: as many as the free requests carry, as far as the pace allows."""
        now = self._loop.time()
        if not self._may_send(now):
            return 0
        if self._breaker.circuit(now) is Circuit.HALF_OPEN:
            return self._grant(1) if self.is_empty() else 0
        free, waiting = self.free, len(self._ready)
        ahead = self._pace.ahead(now)
        if not ahead:
            return self._grant(self._filling.room(free)) if free and not waiting else 0
        wanted = self._filling.room(free) + ahead - waiting
        return wanted if free > waiting or wanted > ahead // 2 else 0

    @property
    def free(self) -> int:
        """Return how many more requests may be under way."""
        return max(0, self._way.settings.concurrency - len(self._under_way) - len(self._shipments))

    @property
    def rate(self) -> float:
        """Return how many messages a second go out at most now; infinite where nothing limits them."""
        return self._pace.rate(self._loop.time())

    def is_empty(self) -> bool:
        """Tell whether nothing is under way or ready."""
        return not (self._under_way or self._shipments or self._ready)

    def send(self, batch: Sequence[Outgoing]) -> None:
        """Send messages. What can't go out any more is reported at once: it was claimed."""
        now = self._loop.time()
        self._ready.extend((one, now) for one in batch)
        self._go_on()

    def room_to_ask(self) -> int:
        """Return 0: providers over HTTP tell of messages by themselves."""
        return 0

    def ask(self, questions: Sequence[Question]) -> int:  # noqa: ARG002 - of the Link's form
        """Ask nothing."""
        return 0

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Acknowledge nothing: receipts and texts come by the door of callbacks."""

    async def run(self) -> None:
        """Look after what stands ready and after the token, until cancelled."""
        try:
            if self._paused:
                self._tell(LinkState.PAUSED, self._paused)
            elif not self._login:
                self._tell(LinkState.BOUND, "")
            async with asyncio.TaskGroup() as both:
                both.create_task(self._keep_time())
                if self._login:
                    both.create_task(self._keep_token())
        finally:
            self._is_stopping = True
            self._give_back(since=math.inf)
            await self._break_off()
            await self._caller.close()

    async def stop(self, *, grace: float) -> None:
        """Send no more, and wait for answers up to `grace` seconds; what has none then is in question. Cancel `run`."""
        self._is_stopping = True
        self._give_back(since=math.inf)
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=grace)
        await self._break_off()
        self._tell(LinkState.STOPPED, "")

    async def _break_off(self) -> None:
        """Wait for no answer any more; a request that has not even begun leaves nothing in question."""
        tasks = list(self._under_way)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        unbegun, self._under_way = self._under_way, {}
        for shipment in unbegun.values():
            self._tell_results(shipment, [[PartResult(Verdict.UNWRITTEN)] for _ in shipment.messages])

    # --- sending ---

    def _may_send(self, now: float) -> bool:
        if self._is_stopping or self._paused or now < self._quiet_until:
            return False
        if self._login and self._keeper.token(now) is None:
            return False
        return self._breaker.circuit(now) is not Circuit.OPEN

    def _go_on(self) -> None:
        """Send what stands ready, as far as there are requests free for it."""
        now = self._loop.time()
        if not self._may_send(now):
            self._give_back(since=math.inf)
            return
        while True:
            while self._shipments and len(self._under_way) < self._way.settings.concurrency:
                shipment, made = self._shipments.popleft()
                self._pace.spend(len(shipment.messages), now)
                self._under_way[self._loop.create_task(self._carry(shipment, made))] = shipment
            count = min(len(self._ready), self.free * self._way.most_at_once)
            if not count:
                return
            self._cut([self._ready.popleft()[0] for _ in range(count)], now)

    def _cut(self, batch: Sequence[Outgoing], now: float) -> None:
        """Make requests of messages; a message of which none can be made is refused, or it would come back for ever."""
        context = Context(
            now=self._clock.now(), callback_url=self._way.callback_url, token=self._keeper.token(now) or ""
        )
        try:
            shipments = _of_all(batch, self._way.provider.ship(batch, context))
        except Exception:
            if len(batch) > 1:  # the others must not suffer for the one that can't be written
                for one in batch:
                    self._cut([one], now)
                return
            self.log.exception("a request could not be made", connector=str(self.connector_id))
            part = PartResult(Verdict.REFUSED, code="not_written", words="no request could be made of it")
            self._listener.on_results(self, [Result(batch[0].id, [part], batch[0])])
            return
        reach("http.built")
        self._filling = self._filling.shipped(len(batch), len(shipments))
        self._shipments.extend((shipment, now) for shipment in shipments)

    async def _carry(self, shipment: Shipment, made: float) -> None:
        """Take one shipment, made at a moment, to its end: whatever happens, each of its messages gets one result."""
        began = self._loop.time()
        told = None
        try:
            told = await self._talk.send(shipment)
        except Exception:
            self.log.exception("a request failed by a mistake of ours", connector=str(self.connector_id))
        finally:
            # None: or we are stopping. Nobody waits for the answer any more, and the request may have arrived.
            lost = PartResult(Verdict.LOST, words="stopped before an answer came")
            self._tell_results(shipment, told.reading.results if told else [[lost] for _ in shipment.messages])
            if task := asyncio.current_task():
                self._under_way.pop(task, None)
        if told is not None:
            self._heard(told, made, began)
        self._go_on()
        self._listener.on_room(self)

    # --- what came of it ---

    def _heard(self, told: Told, made: float, began: float) -> None:
        reading, now = told.reading, self._loop.time()
        if not told.shipment.verdict:
            self._mind_the_circuit(told, began, now)
        if reading.account_trouble:
            self._mind_the_account(reading.account_trouble, made, now)
        parts = [part for parts in reading.results for part in parts]
        taken = sum(part.verdict is Verdict.TAKEN for part in parts)
        complaints = sum(part.verdict is Verdict.THROTTLED for part in parts)
        self._mind_the_pace(len(parts), taken=taken, complaints=complaints)
        if reading.wait:
            self._rest(min(reading.wait, _LONGEST_REST), now)
        self._listener.on_exchange(self, told.exchange)

    def _rest(self, wait: float, now: float) -> None:
        """Leave the provider in peace for as long as it says."""
        self._quiet_until = max(self._quiet_until, now + wait)
        self._calm_at = max(now + _CALM, self._quiet_until)
        self._tell(LinkState.THROTTLED, f"the provider wants nothing more for {wait:.0f} s")
        self._look_again(wait)

    def _tell_results(self, shipment: Shipment, results: Sequence[list[PartResult]]) -> None:
        pairs = zip(shipment.messages, results, strict=True)
        self._listener.on_results(self, [Result(one.id, parts, one) for one, parts in pairs])

    def _mind_the_circuit(self, told: Told, began: float, now: float) -> None:
        before = self._breaker
        self._breaker = before.failed(began, now) if told.is_down else before.answered(began)
        if self._breaker.circuit(now) is Circuit.OPEN and self._breaker is not before:
            wait = self._breaker.until - now
            self._give_back(since=math.inf)
            self._tell(LinkState.DOWN, f"{told.why}; next try in {wait:.0f} s")
            self._look_again(wait)
        elif self._breaker.is_closed and not before.is_closed and not self._paused:
            self._tell(LinkState.BOUND, "")

    def _mind_the_account(self, reason: str, made: float, now: float) -> None:
        """Stop for what concerns every message; a token that may be too old is renewed first.

        What a request is told that was made with the token before says nothing about this one.
        """
        if self._paused or (self._login and self._keeper.is_outlived(made, now)):
            return
        if self._login and self._keeper.is_stale(now):
            self._keeper = self._keeper.spoiled(now)
            return
        self._paused = reason
        self._give_back(since=math.inf)
        self._tell(LinkState.PAUSED, reason)
        self._listener.on_trouble(self, reason)

    def _give_back(self, *, since: float) -> None:
        """Report what stands ready since before a moment: not a byte of it was written."""
        out = [one for one, at in self._ready if at <= since]
        self._ready = deque(pair for pair in self._ready if pair[1] > since)
        out += [one for shipment, at in self._shipments if at <= since for one in shipment.messages]
        self._shipments = deque(pair for pair in self._shipments if pair[1] > since)
        if out:
            part = PartResult(Verdict.UNWRITTEN)
            self._listener.on_results(self, [Result(one.id, [part], one) for one in out])

    # --- time ---

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self._tick()

    async def _keep_token(self) -> None:
        while True:
            await self._renew_token()
            await asyncio.sleep(_TICK)

    def _tick(self) -> None:
        now = self._loop.time()
        self._give_back(since=now - _TURN)
        if now >= self._calm_at:
            self._calm_at = math.inf
            if self._breaker.is_closed and self._may_send(now):
                self._tell(LinkState.BOUND, "")

    async def _renew_token(self) -> None:
        now = self._loop.time()
        if not (self._logs_in and self._login) or self._paused or not self._keeper.is_due(now):
            return
        found, exchange = await self._talk.log_in(self._logs_in, self._login)
        self._listener.on_exchange(self, exchange)
        now = self._loop.time()
        if isinstance(found, Token):
            self._keeper = self._keeper.got(found, now)
            if self._breaker.is_closed or not self._breaker.failures:  # else it is down, whatever its login says
                self._tell(LinkState.BOUND, "")
            self._listener.on_room(self)
            return
        self._keeper = self._keeper.missed(now)
        if self._keeper.token(now) is None:
            self._tell(LinkState.LOGIN_FAILED, f"{found.message} Next try in {RETRY_AFTER:.0f} s")

    def _grant(self, wanted: int) -> int:
        """Return how many messages may go out at this moment; when that is none, look again once some may."""
        granted, wait = self._pace.grant(wanted, self._loop.time())
        if not granted and self._next_turn is None:
            self._next_turn = self._loop.call_later(wait, self._on_turn)
        return granted

    def _on_turn(self) -> None:
        self._next_turn = None
        self._listener.on_room(self)

    def _look_again(self, wait: float) -> None:
        self._loop.call_later(wait, self._listener.on_room, self)

    def _mind_the_pace(self, answers: int, *, taken: int, complaints: int) -> None:
        now = self._loop.time()
        rate = self._pace.hear(answers, taken=taken, complaints=complaints, now=now)
        if rate is not None:
            self._calm_at = now + _CALM
            self._tell(LinkState.THROTTLED, f"the provider asked for less; slowed to {rate:.0f} a second")

    def _tell(self, state: LinkState, detail: str) -> None:
        self._listener.on_state(self, state, detail)


def _of_all(batch: Sequence[Outgoing], shipments: list[Shipment]) -> list[Shipment]:
    """Return the shipments of a batch. Raises ValueError where one of its messages would never get a result."""
    if sum(len(one.messages) for one in shipments) != len(batch):
        raise ValueError("requests were made for other messages than these")
    return shipments
