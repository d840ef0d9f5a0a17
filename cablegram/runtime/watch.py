"""Notice that a database says nothing any more, and break off what waits for it in vain.

A machine that vanished, a firewall that forgot a connection, a server that hangs: the connection stays open, and no
answer ever comes. PostgreSQL's own time limits are kept by PostgreSQL, so they don't help here. Time alone proves
nothing either: an import of a million contacts is silent for a minute, and well. So whoever has waited for half of our
patience is asked after, over a new connection: does the server still work for it? If it can't say so by the time our
patience is at its end, the connection is broken off, and who waits on it learns that the database is away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic
from weakref import WeakKeyDictionary

import psycopg

from cablegram.runtime.connection import Conn

_AT_WORK = "SELECT pid FROM pg_stat_activity WHERE pid = ANY(%s::integer[]) AND state = 'active'"
_LEAST_LIMIT = 1.0  # seconds that a question gets however short our patience: a busy server takes its time to let us in
_REFUSED_FOR = 6  # times our patience: how long a server that answers, but lets nobody new in, is given


class Watch:
    """Looks after connections. `patience` is in seconds: what is silent for that long and a half is broken off."""

    def __init__(self, url: str, *, patience: float) -> None:
        self._url = url
        self._patience = patience
        self._pids: WeakKeyDictionary[Conn, int] = WeakKeyDictionary()

    async def mind(self, conn: Conn) -> None:
        """Look after this connection too, for as long as it lives."""
        self._pids[conn] = conn.info.backend_pid
        # A pooler between us and the server makes up a number of its own.
        ((self._pids[conn],),) = await (await conn.execute("SELECT pg_backend_pid()", prepare=False)).fetchall()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(self._patience / 4)
            await self.look()

    async def look(self) -> None:
        """Ask after those that wait for long already; break off those that have waited too long for nothing."""
        silent = [(conn, conn.asked_at) for conn in list(self._pids) if _waited(conn) >= self._patience / 2]
        if not silent:
            return
        limit = self._patience
        working: list[int] = []
        try:
            working = await self._at_work([self._pids[conn] for conn, _ in silent])
        except (TimeoutError, psycopg.errors.ConnectionTimeout):
            pass  # silent for new ones as well: this is the answer
        except psycopg.OperationalError:
            limit = _REFUSED_FOR * self._patience
        for conn, asked_at in silent:
            is_same = conn.asked_at == asked_at  # it was not answered while we asked
            if is_same and _waited(conn) >= limit and self._pids[conn] not in working:
                conn.break_off(f"it has not answered for {self._patience:g} seconds")

    async def _at_work(self, pids: Sequence[int]) -> list[int]:
        """Return which of these the server is at work for. Raises TimeoutError, OperationalError."""
        limit = max(self._patience / 4, _LEAST_LIMIT)
        async with asyncio.timeout(limit):
            own = await Conn.connect(self._url, autocommit=True, application_name="cablegram watch")
        timer = asyncio.get_running_loop().call_later(limit, own.break_off, "")
        try:
            rows = await (await own.execute(_AT_WORK, [list(pids)])).fetchall()
        except psycopg.OperationalError as error:
            raise TimeoutError from error
        finally:
            timer.cancel()
            await own.close()
        return [pid for (pid,) in rows]


def _waited(conn: Conn) -> float:
    return 0.0 if conn.asked_at is None else monotonic() - conn.asked_at
