"""A dispatcher: keeps links to carriers, fills their windows from the queue, and takes over from dispatchers that died.

Each link has a pump: it asks the link for room, claims what fits, and writes it once the claim is committed. A link
belongs to one dispatcher at a time, by an advisory lock of its database session; the same session's lock on the
dispatcher's own id is how others know that it lives. While that session is lost, nothing is claimed.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
from collections.abc import Sequence
from datetime import timedelta

from cablegram.connectors import reading
from cablegram.connectors.contract import Arrival, Link, LinkState, Result
from cablegram.connectors.model import Connector, LinkStatus
from cablegram.connectors.smpp_link import Login, SmppLink
from cablegram.dispatch import store, sweep
from cablegram.dispatch.recorder import OnTexts, Recorder
from cablegram.kit.errors import CablegramError, Unavailable
from cablegram.kit.ids import ConnectorId, MessageId
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn

_POLL = 0.25  # seconds: how long a message can wait when a notification was missed
_WATCH = 1.0  # seconds between looks at the session and at the connectors
_SWEEP = 0.5  # seconds between sweeps of what waits for its time
_TIDY_EVERY = 4  # sweeps between looks at the rarer things
_GRACE = 10.0  # seconds that answers on the wire get when we stop
_FORGET_AFTER = timedelta(days=1)


class Dispatcher:
    """One process's dispatching; `run` returns when it was cancelled and everything is settled."""

    def __init__(self, rt: Runtime, *, on_texts: OnTexts) -> None:
        self._rt = rt
        self._recorder = Recorder(rt, on_texts)
        self._id = 0
        self._lives = asyncio.Event()  # our session holds our lock
        self._links: dict[tuple[ConnectorId, int], _Pumped] = {}
        self._unusable: set[tuple[ConnectorId, int]] = set()  # said once, not every second
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Dispatch until cancelled; then stop links in good order and write down the last answers."""
        tasks = [
            asyncio.create_task(self._recorder.run(), name="recorder"),
            asyncio.create_task(self._hold_session(), name="session"),
            asyncio.create_task(self._sweep(), name="sweep"),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # none of them ends by itself: this raises what went wrong
        finally:
            tasks[1].cancel()
            await asyncio.gather(*(self._drop(key) for key in list(self._links)), return_exceptions=True)
            with contextlib.suppress(TimeoutError):
                await self._recorder.finish(_GRACE)
            for task in (*tasks, *self._tasks):
                task.cancel()
            await asyncio.gather(*tasks, *self._tasks, return_exceptions=True)

    # --- our session: the sign of life ---

    async def _hold_session(self) -> None:
        while True:
            try:
                async with self._rt.db.connection() as conn:
                    await self._live(conn)
            except Unavailable as error:
                self._rt.log.warning("dispatching waits for the database", error=error.message)
            finally:
                self._lives.clear()
            await asyncio.sleep(_WATCH)

    async def _live(self, conn: Conn) -> None:
        """Hold the locks and listen, for as long as the session lasts."""
        if not self._id:
            self._id = await store.register_dispatcher(conn, socket.gethostname(), os.getpid(), self._rt.clock.now())
        if not await store.hold_dispatcher_lock(conn, self._id):
            return  # somebody is looking whether we are dead: try again in a moment
        await sweep.take_over(self._rt, self._id)
        await sweep.requeue_unwritten(self._rt, self._id, self._recorder.in_flight.keys())
        await reading.listen(conn)
        self._rt.log.info("dispatcher is ready", dispatcher=self._id)
        try:
            await self._match_links(conn)
            self._lives.set()
            while True:
                for channel in await reading.news(conn, wait=_WATCH):
                    if channel == reading.QUEUE:
                        self._stir_all()
                await self._match_links(conn)
        finally:
            self._lives.clear()

    # --- links ---

    async def _match_links(self, conn: Conn) -> None:
        """Make the links be those that the connectors ask for, as far as no other dispatcher has them."""
        wanted = {
            (connector.id, number): (connector, login)
            for connector in await reading.enabled(conn)
            for number, login in enumerate(self._logins(connector))
        }
        self._recorder.forms = {connector.id: connector.receipt_id_form for connector, _ in wanted.values()}
        for key, pumped in list(self._links.items()):
            if key not in wanted or wanted[key][0].revision != pumped.revision:
                await self._drop(key)
                await store.free_link_lock(conn, *key)
        for key, (connector, login) in wanted.items():
            # Asked again after each new session: it is that session which holds the lock.
            if not await self._owns(conn, key):
                continue
            if key not in self._links:
                self._start(key, connector, login)
                self._links[key].session = conn

    async def _owns(self, conn: Conn, key: tuple[ConnectorId, int]) -> bool:
        pumped = self._links.get(key)
        if pumped and pumped.session is conn:
            return True
        owned = await store.hold_link_lock(conn, *key)
        if pumped and owned:
            pumped.session = conn
        elif pumped:
            await self._drop(key)
        return owned

    def _logins(self, connector: Connector) -> list[Login]:
        try:
            password = reading.password(connector, self._rt.seal)
        except CablegramError as error:
            if (connector.id, connector.revision) not in self._unusable:
                self._unusable.add((connector.id, connector.revision))
                self._rt.log.warning("connector can't be used", connector=connector.name, error=error.message)
            return []
        halves = ["transceiver"] if connector.settings.mode == "transceiver" else ["transmitter", "receiver"]
        return [Login(connector.settings, password, half) for _ in range(connector.settings.binds) for half in halves]

    def _start(self, key: tuple[ConnectorId, int], connector: Connector, login: Login) -> None:
        link = SmppLink(connector.id, key[1], login, self)
        wake = asyncio.Event()
        pumped = _Pumped(link, wake, connector.revision)
        pumped.tasks = [
            asyncio.create_task(link.run(), name=f"link {connector.name}/{key[1]}"),
            asyncio.create_task(self._pump(pumped), name=f"pump {connector.name}/{key[1]}"),
        ]
        self._links[key] = pumped

    async def _drop(self, key: tuple[ConnectorId, int]) -> None:
        pumped = self._links.pop(key)
        pumped.tasks[1].cancel()
        await asyncio.gather(pumped.tasks[1], return_exceptions=True)
        await pumped.link.stop(grace=_GRACE)
        await asyncio.gather(*pumped.tasks, return_exceptions=True)

    # --- the pump ---

    async def _pump(self, pumped: _Pumped) -> None:
        while True:
            await self._lives.wait()
            try:
                async with self._rt.db.connection() as conn:
                    await self._pump_while_alive(pumped, conn)
            except Unavailable:
                await asyncio.sleep(_POLL)  # the session's keeper says so in the log

    async def _pump_while_alive(self, pumped: _Pumped, conn: Conn) -> None:
        link = pumped.link
        while self._lives.is_set():
            room = link.room()
            claimed = (
                await store.claim(
                    conn,
                    link.connector_id,
                    self._id,
                    room=room,
                    is_window_empty=link.is_empty(),
                    now=self._rt.clock.now(),
                )
                if room
                else []
            )
            if claimed:
                self._recorder.in_flight.update((one.id, one) for one in claimed)
                link.send([one.outgoing for one in claimed if one.outgoing])
                continue
            pumped.wake.clear()
            # Room that opens matters only when something may be waiting; work that arrives wakes every pump.
            pumped.is_hungry = bool(room)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(pumped.wake.wait(), _POLL)

    def _stir_all(self) -> None:
        for pumped in self._links.values():
            pumped.wake.set()

    # --- what links tell (Listener) ---

    def on_results(self, link: Link, results: Sequence[Result]) -> None:  # noqa: ARG002 - of the Listener's form
        """Hand answers to the recorder."""
        self._recorder.take_results(results)

    def on_lost(self, link: Link, ids: Sequence[MessageId]) -> None:  # noqa: ARG002 - of the Listener's form
        """Hand losses to the recorder."""
        self._recorder.take_lost(ids)

    def on_arrivals(self, link: Link, arrivals: Sequence[Arrival]) -> None:
        """Hand receipts and texts to the recorder."""
        self._recorder.take_arrivals(link, arrivals)

    def on_room(self, link: Link) -> None:
        """Wake the link's pump, unless it found nothing to do the last time."""
        pumped = self._links.get((link.connector_id, link.number))
        if pumped and not pumped.is_hungry:
            pumped.wake.set()

    def on_state(self, link: Link, state: LinkState, detail: str) -> None:
        """Write down what a link is doing, for people to see."""
        self._rt.log.info("link changed", connector=str(link.connector_id), link=link.number, state=state, why=detail)
        status = LinkStatus(link.connector_id, link.number, state.value, detail, self._rt.clock.now())
        task = asyncio.create_task(self._note(status))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _note(self, status: LinkStatus) -> None:
        try:
            async with self._rt.db.transaction() as conn:
                await reading.note_link(conn, status, self._id)
        except CablegramError as error:
            self._rt.log.warning("link state was not written", error=error.message)

    # --- sweeps ---

    async def _sweep(self) -> None:
        for turn in itertools.count():
            await asyncio.sleep(_SWEEP)
            if not self._lives.is_set():
                continue
            try:
                if await sweep.release_due(self._rt):
                    self._stir_all()
                if turn % _TIDY_EVERY == 0:
                    await self._tidy()
            except Unavailable as error:
                self._rt.log.warning("sweeping waits for the database", error=error.message)

    async def _tidy(self) -> None:
        await sweep.take_over(self._rt, self._id)
        await sweep.match_orphans(self._rt, self._recorder.forms)
        await sweep.forget(self._rt, self._id, before=self._rt.clock.now() - _FORGET_AFTER)


class _Pumped:
    """A link with its pump."""

    def __init__(self, link: SmppLink, wake: asyncio.Event, revision: int) -> None:
        self.link = link
        self.wake = wake
        self.revision = revision
        self.session: Conn | None = None
        self.is_hungry = False
        self.tasks: list[asyncio.Task[None]] = []
