"""One commit for many: a counter where what comes while a transaction runs is the next batch (natural batching).

There is one writer: alone on a quiet system, for hundreds at once on a busy one. Who hands something in holds one
future and is answered when it is on disk. A batch that fails is halved and tried again, so that one parcel's fault
breaks no other's.

A database that hangs holds the writer, but not those who wait: after a while they are told, and nobody new is taken
until the writer is free again.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from cablegram.kit.errors import CablegramError, Unavailable
from cablegram.runtime.connection import Conn
from cablegram.runtime.runtime import Runtime

P = TypeVar("P")
A = TypeVar("A")

_TURNS = 40  # of the event loop: less than half a millisecond when nothing happens in them
_LARGEST_BACKLOG = 100_000  # about 80 MB of messages; beyond it clients are asked to come back
_PATIENCE = 1.5  # times the database's: that finds out first whether anything was done, where it can be found out


class GroupCommit(ABC, Generic[P, A]):
    """Takes parcels and answers them when their transaction is on disk.

    `most` is how much goes into one transaction: a few milliseconds of work, so that nobody waits long behind a large
    batch. `little` is so few that it goes in along with the commit, and what a flush costs is mostly that it is one.
    Both count as `size` does.
    """

    def __init__(self, rt: Runtime, *, most: int, little: int) -> None:
        self._rt = rt
        self._most = most
        self._little = little
        self._waiting: deque[tuple[P, asyncio.Future[A]]] = deque()
        self._backlog = 0
        self._wake = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._is_writing = False
        self._is_stuck = False
        self._is_closed = False

    @abstractmethod
    def size(self, parcel: P) -> int:
        """Return how much work a parcel is."""

    @abstractmethod
    async def write(self, conn: Conn, parcels: list[P]) -> Sequence[A | CablegramError]:
        """Do the work of parcels inside a transaction; return what to answer each of them."""

    @abstractmethod
    def undo(self, parcel: P) -> None:
        """Clean a parcel of what a transaction left on it that failed: it goes into another one."""

    def on_taken(self) -> None:
        """Hear that parcels left the waiting line; their transaction comes next."""

    def on_committed(self, parcels: Sequence[P], seconds: float) -> None:
        """Hear that parcels are on disk; nobody is answered yet."""

    def on_answered(self) -> None:
        """Hear that all of a flush have their answers."""

    def open(self) -> None:
        """Start the writer."""
        self._writer = asyncio.create_task(self._write())

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is being written at this moment."""
        return not self._is_writing

    async def close(self) -> None:
        """Finish what is being written, and tell who still waits, or comes now, to come back."""
        self._is_closed = True
        self._send_away(_closed())
        self._wake.set()
        if self._writer:
            await self._writer

    def need_room(self, size: int = 1) -> None:
        """Raise Unavailable (`too_busy`, `database_unreachable`, `shutting_down`) unless so much can be handed in."""
        if self._is_closed:
            raise _closed()
        if self._is_stuck:
            raise _stuck()
        if self._backlog + size > _LARGEST_BACKLOG:
            message = "More is waiting to be accepted than this server takes at once. Try again in a moment."
            raise Unavailable("too_busy", message)

    def put(self, parcel: P) -> asyncio.Future[A]:
        """Put a parcel in line where there is room; the future ends when it is on disk, or with what went wrong."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcel, future))
        self._backlog += self.size(parcel)
        self._wake.set()
        return future

    async def _write(self) -> None:
        while not self._is_closed:
            await self._wake.wait()
            self._wake.clear()
            while batch := self._take():
                self._is_writing = True
                await self._flush_in_time(batch)
                await self._gather(len(self._waiting) + len(batch))
            self._is_writing = False

    async def _gather(self, expected: int) -> None:
        """Give those who were just answered a moment to come back, if others wait already and all ask for little.

        Clients on kept connections ask again as soon as they are answered. They would miss this flush by a hair and
        make up the next one, so that for ever half of them would wait for the other half, and each commit hold half.
        """
        for _ in range(_TURNS):
            if not 0 < len(self._waiting) < expected or self._backlog > self._little:
                return
            await asyncio.sleep(0)

    async def _flush_in_time(self, batch: list[tuple[P, asyncio.Future[A]]]) -> None:
        """Flush, and leave nobody waiting for much longer than the database's patience."""
        loop, patience = asyncio.get_running_loop(), self._rt.db.patience
        began = loop.time()
        timer = loop.call_later(_PATIENCE * patience, self._lose_patience, batch)
        is_done = await self._flush(batch)
        timer.cancel()
        self._is_stuck = False
        if not is_done and loop.time() - began > patience / 2:
            self._send_away(_stuck())  # they have waited as long, and would wait once more

    def _lose_patience(self, batch: list[tuple[P, asyncio.Future[A]]]) -> None:
        """Tell all who wait that it hangs. Its work goes on: whether it will be done, nobody can say."""
        self._is_stuck = True
        self._rt.log.warning("the database hangs; requests are turned away", requests=len(batch) + len(self._waiting))
        message = "The database has begun with it and does not come to an end; nobody can say yet whether it is done."
        _tell(batch, Unavailable("outcome_unknown", message, retry_after=5))
        self._send_away(_stuck())

    def _send_away(self, error: Unavailable) -> None:
        """Tell those who wait, of whom nothing was begun."""
        waiting, self._waiting = self._waiting, deque()
        self._backlog = 0
        _tell(waiting, error)

    def _take(self) -> list[tuple[P, asyncio.Future[A]]]:
        batch: list[tuple[P, asyncio.Future[A]]] = []
        total = 0
        while self._waiting and (not batch or total + self.size(self._waiting[0][0]) <= self._most):
            parcel, future = self._waiting.popleft()
            size = self.size(parcel)
            self._backlog -= size
            if future.done():  # the client went away while it waited: nothing was done for it
                continue
            total += size
            batch.append((parcel, future))
        return batch

    async def _flush(self, batch: list[tuple[P, asyncio.Future[A]]]) -> bool:
        """Write a batch in one transaction, or its halves; return whether the database was there to do so."""
        self.on_taken()
        began = self._rt.clock.monotonic()
        try:
            async with self._rt.db.transaction() as conn:
                answers = await self.write(conn, [parcel for parcel, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the request that caused it
            return await self._halve(batch, error)
        self.on_committed([parcel for parcel, _ in batch], self._rt.clock.monotonic() - began)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, CablegramError):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        self.on_answered()
        return True

    async def _halve(self, batch: list[tuple[P, asyncio.Future[A]]], error: Exception) -> bool:
        # The database being away is everybody's error: halving would only ask it again and again.
        if len(batch) == 1 or isinstance(error, Unavailable):
            _tell(batch, error)
            return not isinstance(error, Unavailable)
        self._rt.log.warning("flush failed and was halved", requests=len(batch), error=repr(error))
        for parcel, _ in batch:
            self.undo(parcel)
        middle = len(batch) // 2
        is_first_done = await self._flush(batch[:middle])
        return await self._flush(batch[middle:]) and is_first_done


def _tell(them: Iterable[tuple[object, asyncio.Future[A]]], error: Exception) -> None:
    for _, future in them:
        if not future.done():
            future.set_exception(error)


def _closed() -> Unavailable:
    return Unavailable("shutting_down", "The server is going down. Nothing was done.")


def _stuck() -> Unavailable:
    message = "The database hangs. Nothing was done; try again in a moment."
    return Unavailable("database_unreachable", message, retry_after=5)
