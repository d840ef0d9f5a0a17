"""Send what waits to endpoints: many at once, few to each, and none waits for another's.

A line (an endpoint and what waits for it) is one worker's at a time, shown by an advisory lock of its session; so what
is sent is not claimed row by row, and no more than `OF_ONE` requests to an endpoint are under way in the whole
installation. Rows leave the queue when it is written down what came of them: who dies between the sending and that lets
another send it again, with the same id. Its circuit (`connectors.breaker`) keeps an endpoint that hangs or fails at one
request a while; what waits behind it is not used up by trying.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass, field

from cablegram.connectors.breaker import Breaker, Circuit
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import CablegramError, Unavailable
from cablegram.kit.ids import DeliveryId, EndpointId
from cablegram.runtime.caller import Caller
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import line_store, schedule, secrets
from cablegram.webhooks.model import Due, Off, Outcome, Target, Told
from cablegram.webhooks.posting import PATIENCE, Sender

OF_ONE = 8  # requests under way to one endpoint
_AT_ONCE = 400  # and to all: sockets of this process
_LINES = 2_000  # that a worker has at once
_READ = 300  # of a line at once
_RETURN = 1.0  # seconds between looks at which lines are ours, and what changed of them
_IDLE = 0.2  # seconds until the next look when there is nothing to do
_REST_FOR_429 = 5.0  # seconds in which an endpoint that is asked for too much gets nothing


@dataclass(slots=True)
class _Line:
    """What a worker knows of an endpoint whose line it has; times are monotonic seconds."""

    sender: Sender
    ready: deque[Due] = field(default_factory=deque[Due])
    under_way: int = 0
    unwritten: int = 0  # attempts whose end is not written down yet
    breaker: Breaker = field(default_factory=Breaker)
    quiet_until: float = -math.inf
    turn: int = 0  # when it was sent to last, among all
    is_drained: bool = False  # nothing was due when we looked last

    @property
    def is_idle(self) -> bool:
        return not (self.ready or self.under_way or self.unwritten)

    def room(self, now: float) -> int:
        """Return how many more requests may go out at this moment."""
        if now < self.quiet_until:
            return 0
        match self.breaker.circuit(now):
            case Circuit.OPEN:
                return 0
            case Circuit.HALF_OPEN:
                return 1 - self.under_way
            case Circuit.CLOSED:
                return OF_ONE - self.under_way


class Courier:
    """Sends for all accounts; any number of them may, in any number of processes."""

    def __init__(self, rt: Runtime, *, patience: float = PATIENCE) -> None:
        self._rt = rt
        self._patience = patience
        self._worker = self._turn = 0
        self._lines: dict[EndpointId, _Line] = {}
        self._busy: set[DeliveryId] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._told: list[Told] = []
        self._news = asyncio.Event()
        self._looked_at = -math.inf
        self._caller = Caller(limit=_AT_ONCE, allowed=rt.settings.allow_private_customers, unpacks=False)

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                try:
                    async with self._rt.db.session() as conn:
                        await self.join(conn)
                        await self._live(conn)
                except Unavailable as error:
                    self._rt.log.warning("webhooks wait for the database", error=error.message)
                except Exception:  # whatever it is, campaigns do not wait for webhooks
                    self._rt.log.exception("webhooks could not be sent")
                finally:
                    await self.leave()
                await asyncio.sleep(_RETURN)
        finally:
            await self.close()

    async def join(self, conn: Conn) -> None:
        """Be a worker for as long as a session lasts."""
        self._worker = await line_store.new_worker(conn)
        self._looked_at = -math.inf

    async def leave(self) -> None:
        """Let go of all lines at once: what was not written down is sent again, by whoever has them next."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lines.clear()
        self._busy.clear()
        self._told.clear()

    async def close(self) -> None:
        """Close all connections."""
        await self._caller.close()

    async def _live(self, conn: Conn) -> None:
        while True:
            if self._is_time_to_look():
                await line_store.still_here(conn)  # a session that is gone has lost its lines: this raises
            pause = await self.step()
            await self.wait(pause)

    async def step(self) -> float:
        """Write down what ended, and send what may go; return after how many seconds to look again, at the latest."""
        await self._write_down()
        if self._is_time_to_look():
            await self._look()
        await self._read()
        # Who waited longest is first: where sockets are fewer than what may go, nobody has them all.
        for line in sorted(self._lines.values(), key=lambda one: one.turn):
            self._send(line)
        return 0.0 if self._told else _IDLE

    async def wait(self, seconds: float = PATIENCE) -> None:
        """Wait until an attempt ends, or for so many seconds."""
        if self._told:
            return
        self._news.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is at hand."""
        return not self._told and all(line.is_idle for line in self._lines.values())

    def nudge(self) -> None:
        """Look for lines with something due at the next step, for there is something new."""
        self._looked_at = -math.inf
        self._news.set()

    def _is_time_to_look(self) -> bool:
        return self._rt.clock.monotonic() - self._looked_at >= _RETURN

    # --- which lines ---

    async def _look(self) -> None:
        """Take lines that have something due, leave those that are idle, and learn what changed."""
        now = self._rt.clock.now()
        self._looked_at = self._rt.clock.monotonic()
        async with self._rt.db.transaction() as conn:
            idle = [one for one, line in self._lines.items() if line.is_idle and line.is_drained]
            if idle:
                await line_store.let_go(conn, self._worker, idle)
            free = _LINES - len(self._lines) + len(idle)
            await line_store.own(conn, self._worker, now=now, limit=free)
            targets = {one.id: one for one in await line_store.targets(conn, self._worker) if one.is_enabled}
        for gone in self._lines.keys() - targets.keys():
            self._drop(self._lines.pop(gone))
        for endpoint_id, target in targets.items():
            line = self._lines.get(endpoint_id)
            if line is None:
                if (sender := self._sender(target)) is not None:
                    self._lines[endpoint_id] = _Line(sender)
            elif line.sender.target != target and (sender := self._sender(target)) is not None:
                line.sender = sender

    def _sender(self, target: Target) -> Sender | None:
        try:
            keys = secrets.of_target(self._rt.seal, target)
            return Sender(target, keys, self._caller, self._rt.clock, patience=self._patience)
        except CablegramError as error:
            self._rt.log.warning("a webhook endpoint can't be sent to", endpoint=str(target.id), error=error.message)
            return None

    def _drop(self, line: _Line) -> None:
        self._busy -= {one.id for one in line.ready}
        line.ready.clear()

    # --- what is due ---

    async def _read(self) -> None:
        now = self._rt.clock.monotonic()
        rooms = {
            endpoint_id: _READ if line.breaker.is_closed else 1
            for endpoint_id, line in self._lines.items()
            if len(line.ready) < 2 * OF_ONE and line.room(now) > 0
        }
        if not rooms:
            return
        async with self._rt.db.connection() as conn:
            found = await line_store.due(conn, self._worker, rooms, busy=self._busy, now=self._rt.clock.now())
        for endpoint_id in rooms:
            self._lines[endpoint_id].is_drained = True
        for due in found:
            line = self._lines[due.endpoint_id]
            line.is_drained = False
            line.ready.append(due)
            self._busy.add(due.id)

    # --- sending ---

    def _send(self, line: _Line) -> None:
        now = self._rt.clock.monotonic()
        while line.ready and len(self._tasks) < _AT_ONCE and line.room(now) > 0:
            due = line.ready.popleft()
            line.under_way += 1
            self._turn += 1
            line.turn = self._turn
            task = asyncio.create_task(self._attempt(line, due, now))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _attempt(self, line: _Line, due: Due, began: float) -> None:
        sender, at = line.sender, self._rt.clock.now()
        try:
            outcome = await sender.send(due)
        except Exception:  # a mistake of ours about one event must not stop the others
            self._rt.log.exception("a webhook could not be made", endpoint=str(due.endpoint_id), event=str(due.id))
            outcome = Outcome(None, 0, "", "something went wrong on our side; the log has it", is_ok=False)
        finally:
            line.under_way -= 1
        reach("webhook.sent")
        self._mind(line, outcome, began)
        now = self._rt.clock.now()
        again_at = None if outcome.is_ok else schedule.again(due.id, due.tries + 1, now, asked=outcome.asked)
        line.unwritten += 1
        self._told.append(Told(due, at, outcome, again_at))
        self._news.set()
        self._send(line)

    def _mind(self, line: _Line, outcome: Outcome, began: float) -> None:
        now = self._rt.clock.monotonic()
        is_up = outcome.status is not None and outcome.status < 500
        line.breaker = line.breaker.answered(began) if is_up else line.breaker.failed(began, now)
        rest = 0.0
        if outcome.asked is not None:
            rest = min(outcome.asked, schedule.LONGEST_REST).total_seconds()
        elif outcome.status == 429:
            rest = _REST_FOR_429
        if rest:
            line.quiet_until = max(line.quiet_until, now + rest)

    # --- what came of it ---

    async def _write_down(self) -> None:
        told, self._told = self._told, []
        if not told:
            return
        try:
            async with self._rt.db.transaction() as conn:
                await line_store.record(conn, told)
                await self._feel(conn, told)
                reach("webhook.recorded")
        except Unavailable:
            self._told = [*told, *self._told]
            raise
        for one in told:
            self._busy.discard(one.due.id)
            if line := self._lines.get(one.due.endpoint_id):
                line.unwritten -= 1

    async def _feel(self, conn: Conn, told: list[Told]) -> None:
        """Count what was taken and what failed, and switch off who is gone or has taken nothing for days."""
        now = self._rt.clock.now()
        counts: dict[EndpointId, tuple[int, int]] = {}
        gone: set[EndpointId] = set()
        for one in told:
            taken, failed = counts.get(one.due.endpoint_id, (0, 0))
            is_ok = one.outcome.is_ok
            counts[one.due.endpoint_id] = (taken + is_ok, failed + (not is_ok))
            if one.outcome.status == schedule.GONE:
                gone.add(one.due.endpoint_id)
        for endpoint_id, failing_since in (await line_store.feel(conn, counts, now)).items():
            reason = Off.GONE if endpoint_id in gone else Off.FAILING
            if reason is Off.FAILING and not schedule.is_to_go_off(failing_since, now):
                continue
            if switched := await line_store.switch_off(conn, endpoint_id, reason, now):
                account_id, url = switched
                facts = {"url": url, "reason": reason.value}
                await record(conn, [Event(Kind.WEBHOOK_DISABLED, account_id, endpoint_id, facts)], now=now)
                self._rt.log.warning("a webhook endpoint was switched off", endpoint=str(endpoint_id), reason=reason)
