"""Deeds that run into each other around one STOP, on several connections, one round trip to PostgreSQL at a time.

Each lane has a connection of its own and runs one of the product's deeds in a transaction. Before each round trip a
lane waits to be let on; who plays decides which lane goes next. A lane that waits for a lock is left waiting, and the
others go on, as they would.

What must hold: once a STOP's commit is known to have taken place, no commit of a claim is let on that has a message to
that number in it. (The text that confirms the STOP is meant to go.)
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from psycopg import OperationalError, sql

import make
import traffic
from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.connectors import configure
from cablegram.connectors.model import Connector
from cablegram.dispatch import store as dispatch
from cablegram.dispatch import sweep
from cablegram.dispatch.model import Claimed
from cablegram.dispatch.turns import Turns
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import CampaignId
from cablegram.messages import upkeep
from cablegram.messages.model import Draft
from cablegram.runtime.database import Conn, Database, session_options, transaction_on
from cablegram.runtime.runtime import Runtime
from hearing import Line, line

LANES = 4
_PATIENCE = 0.004  # seconds without an answer, after which a lane counts as waiting for another one's lock
_CREDITS = 10_000_000
_FIRST_NUMBER = 34_600_000_000

Deed = Callable[["Lane"], Awaitable[None]]


class GatedConn(Conn):
    """A connection whose every round trip waits to be let on, once it has a lane."""

    lane: Lane | None = None

    async def wait(self, gen: Any, *args: Any, timeout: float | None = None, **options: Any) -> Any:  # noqa: ANN401 - as Conn's
        if self.lane is not None:
            await self.lane.at_gate()
        return await super().wait(gen, *args, timeout=timeout, **options)


class OneConnection(Database):
    """A database that lends one connection, the lane's."""

    conn: GatedConn

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Conn]:
        try:
            yield self.conn
            await self.conn.send()
        finally:
            self.conn.forget()


@dataclass(slots=True)
class Lane:
    """One who does deeds: its connection, the deed at work, and when it was last let on."""

    world: World
    number: int
    rt: Runtime
    database: OneConnection
    task: asyncio.Task[None] | None = None
    let_on_at: int = 0
    _arrived: asyncio.Future[None] | None = None
    _go: asyncio.Future[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether it does nothing."""
        return self.task is None

    async def at_gate(self) -> None:
        """Wait to be let on."""
        if self.task is None or asyncio.current_task() is not self.task:
            return
        self._go = asyncio.get_running_loop().create_future()
        if self._arrived and not self._arrived.done():
            self._arrived.set_result(None)
        await self._go
        self.let_on_at = self.world.tick()

    async def begin(self, deed: Deed) -> None:
        """Begin a deed; it stops before its first round trip."""
        self._arrived = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(self._do(deed))
        await self._settle()

    async def step(self) -> None:
        """Let it make one round trip; come back when it has, or waits for somebody else."""
        if self._go is None or self._go.done():
            await self._settle()  # it waited for a lock: perhaps it has it by now
            return
        self._arrived = asyncio.get_running_loop().create_future()
        self._go.set_result(None)
        await self._settle()

    async def die(self) -> None:
        """Lose the connection in the midst of it all, and come back with another one."""
        self.database.conn.lane = None
        self.database.conn.break_off("it died")
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OperationalError, Unavailable):
                await self.task
        self.task = None
        await self.world.connect(self)

    async def _settle(self) -> None:
        waiting = [one for one in (self._arrived, self.task) if one is not None]
        await asyncio.wait(waiting, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if self.task is not None and self.task.done():
            task, self.task, self._go = self.task, None, None
            task.result()

    async def _do(self, deed: Deed) -> None:
        try:
            await deed(self)
        except (OperationalError, Unavailable):
            if self.database.conn.lane is None:
                return  # it died
            self.world.sent_back += 1  # it stood in another one's way: nothing was done


@dataclass(slots=True)
class Round:
    """What happened to one number: when a STOP or START was known to be committed or let on, and what was claimed."""

    number: str
    campaign: CampaignId
    claims: list[Claimed] = field(default_factory=list[Claimed])
    stopped_at: int | None = None
    start_let_on_at: int | None = None
    late: list[str] = field(default_factory=list[str])  # claims that came after the STOP


class World:
    """An account with a number that reads STOP, a carrier nobody connects to, and lanes.

    `sent_back` counts deeds that PostgreSQL broke off, since two stood in each other's way.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._ticks = count(1)
        self._numbers = count(_FIRST_NUMBER)
        self.clock: SetClock = make.clock()
        self.lanes: list[Lane] = []
        self.round = Round("", traffic.campaign())
        self.prices = Prices()
        self.sent_back = 0

    async def open(self) -> None:
        """Set all up; nothing is gated yet."""
        self.rt = make.runtime(self._url, self.clock, hot=True)
        await self.rt.db.open()
        await upkeep.prepare_days(self.rt)
        await traffic.open_ways(self.rt)
        self.who: Principal = await make.account(self.rt, credits=_CREDITS)
        self.line: Line = await line(self.rt, self.who)
        async with self.rt.db.transaction() as conn:
            found = await configure.simulated(conn)
            self.dispatchers = [await dispatch.new_dispatcher_id(conn) for _ in range(LANES)]
            for one in self.dispatchers:
                await dispatch.register_dispatcher(conn, one, "tests", 1, now=self.clock.now())
        assert found is not None
        self.connector: Connector = found
        for number in range(LANES):
            database = OneConnection(self._url, size=1, hot=True)
            runtime = Runtime(settings=self.rt.settings, db=database, seal=self.rt.seal, clock=self.clock)
            lane = Lane(self, number, runtime, database)
            self.lanes.append(lane)
            await self.connect(lane)

    async def connect(self, lane: Lane) -> None:
        """Give a lane a new connection."""
        if hasattr(lane.database, "conn"):
            await lane.database.conn.close()
        # Planned once: planning would take half of the time, and no lock depends on it.
        options = f"{session_options(hot=True)} -c plan_cache_mode=force_generic_plan"
        conn = await GatedConn.connect(self._url, autocommit=True, options=options)
        conn.lane = lane
        lane.database.conn = conn

    async def close(self) -> None:
        """Let go of everything."""
        for lane in self.lanes:
            if lane.task:
                lane.task.cancel()
            await lane.database.conn.close()
        await self.rt.db.close()

    def tick(self) -> int:
        """Return a number that is higher than all before."""
        return next(self._ticks)

    async def begin_round(self) -> None:
        """Begin with a number nobody wrote to: two messages of a campaign wait for it, and two of none."""
        self.round = Round(str(next(self._numbers)), traffic.campaign())
        self.clock.move(timedelta(minutes=1))
        await traffic.accepted(self.rt, [self.draft(in_campaign=n < 2) for n in range(4)])

    def draft(self, *, in_campaign: bool) -> Draft:
        """Write a message to the round's number."""
        campaign = self.round.campaign if in_campaign else None
        return traffic.draft(self.who, to=f"+{self.round.number}", campaign_id=campaign)

    async def finish(self) -> None:
        """Let every lane come to its end."""
        async with asyncio.timeout(30):
            while any(not lane.is_idle for lane in self.lanes):
                for lane in self.lanes:
                    if not lane.is_idle:
                        await lane.step()

    async def end_round(self) -> list[str]:
        """Let go on and be claimed whatever still can; say what is not as it must be. All lanes are idle."""
        lane = self.lanes[0]
        lane.database.conn.lane = None
        self.clock.move(timedelta(seconds=10))
        await sweep.release_due(lane.rt)
        lane.let_on_at = self.tick()
        await self.claim(lane, room=100)
        lane.database.conn.lane = lane
        async with self.rt.db.transaction() as conn:
            cursor = await conn.execute(_CONTRADICTIONS, {"number": self.round.number, "account": self.who.account_id})
            found = [str(row[0]) for row in await cursor.fetchall()]
            # The next round's claims find the next round's messages.
            for table in ("queue", "held", "flight", "paused_campaign"):
                await conn.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        return [*self.round.late, *found]

    async def claim(self, lane: Lane, *, room: int = 2) -> list[Claimed]:
        """Let a lane's link take messages, with a commit of its own."""
        async with transaction_on(lane.database.conn):
            claims = await dispatch.claim(
                lane.database.conn,
                self.connector.id,
                self.dispatchers[lane.number],
                room=room,
                is_window_empty=False,
                after=Turns().after,
                now=self.clock.now(),
            )
        self.note_claims(lane, claims)
        return claims

    def note_claims(self, lane: Lane, claims: list[Claimed]) -> None:
        """Note what a claim brought, whose commit is done; `lane.let_on_at` is when that commit was let on."""
        one = self.round
        one.claims += claims
        # Whatever came back after somebody said START may be claimed.
        is_closed = one.stopped_at is not None and one.start_let_on_at is None
        if is_closed and one.stopped_at is not None and lane.let_on_at > one.stopped_at:
            ours = [claim for claim in claims if claim.recall == int(one.number)]
            one.late += [f"message {claim.id} was claimed after the STOP" for claim in ours]


_CONTRADICTIONS = """
WITH ours AS (
    SELECT message.id, state::text, refund_id, queue.id IS NOT NULL AS is_queued, held.id IS NOT NULL AS is_held,
        flight.id IS NOT NULL AS is_flying,
        EXISTS (SELECT FROM blacklist WHERE account_id = %(account)s AND number = %(number)s) AS is_out,
        coalesce(queue.number, held.number) AS number
    FROM message LEFT JOIN queue USING (id) LEFT JOIN held USING (id) LEFT JOIN flight USING (id)
    WHERE message.account_id = %(account)s AND dst = %(number)s
)
SELECT concat('message ', id, ' is ', state, ' in queue ', is_queued, ' held ', is_held, ' flying ', is_flying,
    ' out ', is_out, ' refund ', refund_id)
FROM ours WHERE (is_queued::int + is_held::int + is_flying::int) <> (state IN ('queued', 'submitting', 'unknown'))::int
    OR (state IN ('submitting', 'unknown')) <> is_flying
    OR (state IN ('cancelled', 'rejected', 'failed')) <> (refund_id IS NOT NULL)
    OR (is_out AND number IS NOT NULL)
"""
