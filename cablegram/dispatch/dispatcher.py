"""A dispatcher: keeps links to carriers, fills their windows from the queue, and takes over from dispatchers that died.

Each link has a pump (`pump`) that claims for it. A link belongs to one dispatcher at a time, by an advisory lock of its
database session; the same session's lock on the dispatcher's own id is how others know that it lives. While that
session is lost, nothing is claimed.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cablegram.connectors import reading
from cablegram.connectors.contract import Arrival, Link, LinkState, Reply, Result
from cablegram.connectors.exchange_model import Exchange
from cablegram.connectors.http_link import HttpLink, Way
from cablegram.connectors.model import Connector, LinkStatus
from cablegram.connectors.smpp_link import SmppLink
from cablegram.connectors.smpp_login import Login
from cablegram.dispatch import metering, resend, store, sweep
from cablegram.dispatch.alarm import Alarm
from cablegram.dispatch.asking import Asker
from cablegram.dispatch.exchanges import Exchanges
from cablegram.dispatch.failover import Failover
from cablegram.dispatch.gate import Gate
from cablegram.dispatch.link_notes import LinkNotes
from cablegram.dispatch.pump import Pump
from cablegram.dispatch.recorder import OnTexts, Recorder
from cablegram.dispatch.ways import Ways, open_link, window_of
from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import ConnectorId
from cablegram.messages.model import MessageClass
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

_WATCH = 1.0  # seconds between looks at the session and at the connectors
_SWEEP = 0.5  # seconds between sweeps of what waits for its time
_LOOK_EVERY = 2  # sweeps between looks at which connectors are away
_TIDY_EVERY = 4  # sweeps between looks at the rarer things
_GRACE = 8.0  # seconds that answers on the wire get when we stop
_LAST_WORDS = 3.0  # seconds for what they said to be written; with the grace, less than a supervisor's patience
_OTHER_SEATS = 4  # connections that pumps leave to the session, the recorder, the notes and the sweeps

_Key = tuple[ConnectorId, int]


@dataclass(slots=True)
class _Pumped:
    """A link with its pump, their tasks, and the session that owns the link."""

    link: SmppLink | HttpLink
    pump: Pump
    revision: int
    tasks: list[asyncio.Task[None]]
    session: Conn

    def has_failed(self) -> bool:
        return any(task.done() for task in self.tasks)


class Dispatcher:
    """One process's dispatching; `run` returns when it was cancelled and everything is settled."""

    def __init__(self, rt: Runtime, *, on_texts: OnTexts) -> None:
        self._rt = rt
        self._recorder = Recorder(rt, on_texts)
        self._notes = LinkNotes(rt)
        self._exchanges = Exchanges(rt)
        self._ways = Ways(rt)
        self._asker = Asker(rt)
        self._id = 0
        self._lives = asyncio.Event()  # our session holds our lock
        self._seats = asyncio.Semaphore(max(1, rt.settings.pool_size - _OTHER_SEATS))
        self._gate = Gate()
        self._alarm = Alarm()
        self._failover = Failover()
        self._links: dict[_Key, _Pumped] = {}
        self._parting: dict[_Key, asyncio.Task[None]] = {}  # links that are being stopped
        self._is_stopping = False
        rt.meters.watch(lambda: metering.gauges(pumped.link for pumped in self._links.values()))

    async def run(self) -> None:
        """Dispatch until cancelled; then stop links in good order and write down the last answers."""
        tasks = [
            asyncio.create_task(self._recorder.run(), name="recorder"),
            asyncio.create_task(self._notes.run(), name="notes"),
            asyncio.create_task(self._exchanges.run(), name="exchanges"),
            asyncio.create_task(self._hold_session(), name="session"),
            asyncio.create_task(self._sweep(), name="sweep"),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # none of them ends by itself: this raises what went wrong
        finally:
            # The session lives on until all is written, or another dispatcher would take us for dead meanwhile.
            self._is_stopping = True
            for key in list(self._links):
                self._part(key)
            await asyncio.gather(*self._parting.values(), return_exceptions=True)
            with contextlib.suppress(TimeoutError):
                await self._recorder.finish(_LAST_WORDS)
                await self._notes.finish(_LAST_WORDS)
                await self._exchanges.finish(_LAST_WORDS)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # --- our session: the sign of life ---

    async def _hold_session(self) -> None:
        while True:
            try:
                async with self._rt.db.session() as conn:
                    await self._live(conn)
            except Unavailable as error:
                self._rt.log.warning("dispatching waits for the database", error=error.message)
            await asyncio.sleep(_WATCH)

    async def _live(self, conn: Conn) -> None:
        """Hold the locks and listen, for as long as the session lasts."""
        self._id = self._notes.dispatcher_id = self._id or await store.new_dispatcher_id(conn)
        if not await store.hold_dispatcher_lock(conn, self._id):
            return  # somebody is looking whether we are dead: try again in a moment
        reach("dispatch.locked")
        await store.register_dispatcher(conn, self._id, socket.gethostname(), os.getpid(), now=self._rt.clock.now())
        reach("dispatch.registered")
        try:
            await sweep.take_over(self._rt, self._id)
            await self._requeue_unwritten()
            await reading.listen(conn)
            self._rt.log.info("dispatcher is ready", dispatcher=self._id)
            await self._match_links(conn)
            self._alarm = self._alarm.hear()
            self._lives.set()
            await self._follow(conn)
        finally:
            self._lives.clear()

    async def _follow(self, conn: Conn) -> None:
        """Take up news as they come, and look after the links once a second."""
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while True:
            channels = await reading.news(conn, wait=_WATCH)
            if reading.QUEUE in channels:
                self._stir_all()
            if reading.HELD in channels:
                self._alarm = self._alarm.hear()
            if reading.CONNECTORS in channels or loop.time() - looked >= _WATCH:
                await self._match_links(conn)
                looked = loop.time()

    # --- links ---

    async def _match_links(self, conn: Conn) -> None:
        """Make our links a fair share of those that the connectors ask for, and that no other dispatcher has."""
        if self._is_stopping:
            return
        wanted = self._ways.of(await reading.enabled(conn))
        self._asker.connectors = {connector.id: connector for connector, _ in wanted.values()}
        self._recorder.forms = {each.id: each.receipt_id_form for each in self._asker.connectors.values()}
        for key, pumped in list(self._links.items()):
            if pumped.has_failed() or key not in wanted or wanted[key][0].revision != pumped.revision:
                self._part(key)
        share = math.ceil(len(wanted) / max(1, await store.count_dispatchers(conn)))
        for key in list(self._links)[share:]:  # another dispatcher came, and has none
            self._part(key)
        for key in [key for key, task in self._parting.items() if task.done()]:
            del self._parting[key]
            await store.free_link_lock(conn, *key)
        # The first link of each connector, then the second of each: those of one connector spread over all of us.
        for key in sorted(wanted, key=lambda key: key[1]):
            connector, begin = wanted[key]
            if key in self._parting or (key not in self._links and len(self._links) >= share):
                continue
            if not await self._owns(conn, key) or key in self._links:
                continue
            if self._is_stopping:  # since we asked; a link that starts now would miss the orderly stop
                return
            self._start(key, connector, begin, conn)

    async def _owns(self, conn: Conn, key: _Key) -> bool:
        """Tell whether a link is ours; asked again after each new session, for it is that session which holds it."""
        pumped = self._links.get(key)
        if pumped and pumped.session is conn:
            return True
        is_ours = await store.hold_link_lock(conn, *key)
        if pumped and is_ours:
            pumped.session = conn
        elif pumped:
            self._part(key)
        return is_ours

    def _start(self, key: _Key, connector: Connector, begin: Login | Way, conn: Conn) -> None:
        reach("dispatch.link_owned")
        link = open_link(self._rt, key, begin, self)
        pump = Pump(
            self._rt,
            link,
            self._recorder,
            window=window_of(begin),
            lives=self._lives,
            seats=self._seats,
            gate=self._gate,
        )
        tasks = [
            asyncio.create_task(link.run(), name=f"link {connector.name}/{key[1]}"),
            asyncio.create_task(pump.run(self._id), name=f"pump {connector.name}/{key[1]}"),
        ]
        self._links[key] = _Pumped(link, pump, connector.revision, tasks, conn)

    def _part(self, key: _Key) -> None:
        """Begin to stop a link; another one takes its place once it is gone."""
        self._parting[key] = asyncio.create_task(self._stop(self._links.pop(key)), name=f"stop {key[1]}")

    async def _stop(self, pumped: _Pumped) -> None:
        for task in pumped.tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                self._rt.log.error("link failed", connector=str(pumped.link.connector_id), exc_info=error)
        async with pumped.pump.claiming:  # what is claimed is handed to the link first
            pumped.tasks[1].cancel()
        await pumped.link.stop(grace=_GRACE)
        pumped.tasks[0].cancel()
        await asyncio.gather(*pumped.tasks, return_exceptions=True)

    def _stir_all(self) -> None:
        for pumped in self._links.values():
            pumped.pump.wake()

    # --- what links tell (Listener) ---

    def on_results(self, link: Link, results: Sequence[Result]) -> None:  # noqa: ARG002 - of the Listener's form
        """Hand answers and losses to the recorder."""
        self._recorder.take_results(results)

    def on_arrivals(self, link: Link, arrivals: Sequence[Arrival]) -> None:
        """Hand receipts and texts to the recorder."""
        self._recorder.take_arrivals(link, arrivals)

    def on_replies(self, link: Link, replies: Sequence[Reply]) -> None:
        """Hand what came of questions to the recorder."""
        learned = self._asker.hear(link.connector_id, replies)
        self._recorder.take_replies(link.connector_id, replies, learned=learned)

    def on_room(self, link: Link) -> None:
        """Tell the link's pump."""
        pumped = self._links.get((link.connector_id, link.number))
        if pumped:
            pumped.pump.tell_room()

    def on_state(self, link: Link, state: LinkState, detail: str) -> None:
        """Write down what a link is doing, for people to see."""
        self._rt.log.info("link changed", connector=str(link.connector_id), link=link.number, state=state, why=detail)
        self._notes.note(LinkStatus(link.connector_id, link.number, state.value, detail, self._rt.clock.now()))

    def on_exchange(self, link: Link, exchange: Exchange) -> None:  # noqa: ARG002 - of the Listener's form
        """Keep what was said between us and a provider."""
        self._exchanges.note(exchange)

    def on_trouble(self, link: Link, reason: str) -> None:
        """Pause a connector whose provider refuses our whole account; what a link of the past says counts no more."""
        pumped = self._links.get((link.connector_id, link.number))
        if pumped is not None and pumped.link is link:
            self._notes.pause(link.connector_id, pumped.revision, reason)

    # --- sweeps ---

    async def _sweep(self) -> None:
        for turn in itertools.count():
            await asyncio.sleep(_SWEEP)
            if not self._lives.is_set():
                continue
            try:
                await self._release()
                await self._asker.turn([pumped.link for pumped in self._links.values()])
                if turn % _LOOK_EVERY == 0 and await self._failover.turn(self._rt):
                    self._stir_all()
                if turn % _TIDY_EVERY == 0:
                    await self._tidy()
            except Unavailable as error:
                self._rt.log.warning("sweeping waits for the database", error=error.message)

    async def _release(self) -> None:
        """Let go what waited for a moment, if there is such a moment now."""
        clock = self._rt.clock
        if not self._alarm.rings(clock.now(), clock.monotonic()):
            return
        self._alarm = Alarm(self._alarm.due, clock.monotonic(), has_news=False)  # what is new from here on is heard
        if await sweep.release_due(self._rt):
            self._stir_all()
        self._alarm = replace(self._alarm, due=await sweep.next_due(self._rt))

    async def _tidy(self) -> None:
        await sweep.take_over(self._rt, self._id)
        await self._requeue_unwritten()
        await resend.send_again(self._rt, [MessageClass(word) for word in self._rt.settings.resend_unknown])
        await sweep.match_orphans(self._rt, self._recorder.forms)
        await sweep.forget_orphans(self._rt)

    async def _requeue_unwritten(self) -> None:
        """Put back what was claimed for us while the answer to the claim got lost; no pump claims meanwhile."""
        async with self._gate.closed():
            await sweep.requeue_unwritten(self._rt, self._id, self._recorder.in_flight.keys())
