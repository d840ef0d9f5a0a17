"""A pump: fills one link's window from the queue. It asks the link for room, claims what fits, and hands it over.

The claim is committed when it returns, and what it returned is handed to the link at once: between the two nothing is
awaited, so whoever holds `claiming` knows that every claim of this pump is either known to the recorder or not made;
and whoever closes the gate, that those of all pumps are.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import date

from cablegram.connectors.contract import Link
from cablegram.dispatch import store
from cablegram.dispatch.gate import Gate
from cablegram.dispatch.model import Claimed
from cablegram.dispatch.recorder import Recorder
from cablegram.dispatch.turns import Turns
from cablegram.dispatch.unwritten import Unwritten
from cablegram.dispatch.ways import counts_messages
from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import time_of
from cablegram.messages.days import still_there
from cablegram.pacing.breath import Breath
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

_POLL = 0.25  # seconds: how long a message can wait when a notification was missed
_LONGEST_BREATH = 0.01  # seconds: what a message may wait for others to come along


class Pump:
    """Claims for one link with a window of so many. `seats` are the connections pumps may hold at the same time."""

    def __init__(
        self,
        rt: Runtime,
        link: Link,
        recorder: Recorder,
        *,
        window: int,
        lives: asyncio.Event,
        seats: asyncio.Semaphore,
        gate: Gate,
    ) -> None:
        self._rt = rt
        self._link = link
        self._recorder = recorder
        self._has_room = asyncio.Event()  # unset while so much is not on disk that no more should be sent
        self._unwritten = Unwritten(window, self._has_room)
        self._lives = lives
        self._seats = seats
        self._gate = gate
        self._turns = Turns()
        self._by_message = counts_messages(link)
        self._day: date | None = None
        self._wake = asyncio.Event()
        self._is_hungry = False
        self._breath = Breath(_LONGEST_BREATH)
        self.claiming = asyncio.Lock()

    def wake(self) -> None:
        """Look for work now: some may have arrived."""
        self._wake.set()

    def tell_room(self) -> None:
        """Look for work now, since the link has room; not if it had room before and there was nothing to do."""
        if not self._is_hungry:
            self._wake.set()

    async def run(self, dispatcher_id: int) -> None:
        """Pump until cancelled, while the dispatcher lives."""
        while True:
            await self._lives.wait()
            self._wake.clear()
            if self._link.room():
                try:
                    await self._work(dispatcher_id)
                except Unavailable:
                    self._is_hungry = False  # the session's keeper says so in the log
            await self._rest()

    async def _work(self, dispatcher_id: int) -> None:
        async with self._seats, self._rt.db.connection() as conn:
            await self._fill(conn, dispatcher_id)
            # Where seats are scarce, each round borrows one; else the connection is kept.
            while self._lives.is_set() and not self._seats.locked():
                await self._rest()
                await self._fill(conn, dispatcher_id)

    async def _fill(self, conn: Conn, dispatcher_id: int) -> None:
        """Claim until there is no room or nothing to claim.

        Claims go to the day of the messages claimed last. One that takes less than there was room for has found all of
        that day; if something still waits, the next one looks through all days.
        """
        self._wake.clear()
        self._day, nothing_waits = still_there(self._day, self._rt.clock.now()), False
        while self._lives.is_set():
            await self._has_room.wait()
            if left := self._breath.left(self._rt.clock.monotonic()):
                await asyncio.sleep(left)
            room = min(self._link.room(), self._unwritten.room())
            if not room:
                break
            claimed, something_waits = await self._claim(conn, dispatcher_id, room)
            if self._taken(claimed) >= room:
                continue
            nothing_waits = not something_waits
            if nothing_waits or not (claimed or self._day):
                break
            self._day = None
        # Something may wait that is longer than the room: then the room that opens matters.
        self._is_hungry = bool(self._link.room()) and (nothing_waits or self._link.is_empty())

    async def _claim(self, conn: Conn, dispatcher_id: int, room: int) -> tuple[list[Claimed], bool]:
        """Claim once, and hand to the link what that returned; tell also whether something waits still."""
        link = self._link
        async with self._gate.passing(), self.claiming:
            began = self._rt.clock.monotonic()
            claiming = store.claim(
                conn,
                link.connector_id,
                dispatcher_id,
                room=room,
                is_window_empty=link.is_empty(),
                after=self._turns.after,
                now=self._rt.clock.now(),
                day=self._day,
                by_message=self._by_message,
            )
            waiting = store.any_waiting(conn, link.connector_id)  # in the same round trip, behind the claim
            claimed = await claiming
            if claimed:
                reach("claim.committed")
            if not self._lives.is_set():
                # The session was lost meanwhile; what we don't know of is put back when there is a new one.
                return [], True
            self._recorder.take_claimed(claimed, self._unwritten)
            if claimed:
                reach("claim.noted")
            link.send([one.outgoing for one in claimed if one.outgoing])
        is_emptied = self._taken(claimed) < room
        self._breath = self._breath.after(began, self._rt.clock.monotonic(), is_wanted=is_emptied)
        if claimed:
            reach("claim.sent")
            self._day = time_of(claimed[-1].id).date()
            self._note(len(claimed), began)
            self._turns.note(claimed)
        return claimed, await waiting

    def _taken(self, claimed: Sequence[Claimed]) -> int:
        """Return how much of the room claimed messages take."""
        return len(claimed) if self._by_message else sum(one.segments for one in claimed)

    def _note(self, messages: int, began: float) -> None:
        seconds = self._rt.clock.monotonic() - began
        self._rt.meters.took("claim", seconds, messages=messages)
        # A window that empties one by one is filled one by one: at the level `info` these would be a line a message.
        self._rt.log.debug("messages claimed", messages=messages, ms=round(seconds * 1000, 1))

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL):  # not wait_for(): before Python 3.12 it may swallow our end
                await self._wake.wait()
