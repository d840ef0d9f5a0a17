"""The database: a pool of connections, transactions, and one way to say that it can't be reached.

Deeds open a transaction and pass `conn` down; stores run statements on it. Nobody else talks to PostgreSQL.
"""

from __future__ import annotations

import asyncio
import math
import select
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from cablegram.kit.errors import Unavailable
from cablegram.runtime import copying
from cablegram.runtime.connection import Conn
from cablegram.runtime.watch import Watch

# On the hot path every statement reaches its rows by key. Plans made while a narrow table was empty would scan it
# when it is full, so these connections may not scan, hash or sort at all unless there is no other way. One plan is then
# as good for three messages as for three hundred; left to choose, PostgreSQL makes a new one for many a small batch,
# which costs as much as running it.
_BY_KEY_ONLY = " ".join(
    (
        *(f"-c enable_{way}=off" for way in ("seqscan", "hashjoin", "mergejoin", "bitmapscan", "sort", "material")),
        "-c plan_cache_mode=force_generic_plan",
    )
)
_SESSION = "-c timezone=UTC -c jit=off -c lock_timeout=20s -c idle_in_transaction_session_timeout=60s"
_POOL_WAIT = 10.0
PATIENCE = 10.0
_MOST_WAITING = 500  # that wait for a connection of a pool; who comes then is told so at once

# The database is there and can't do it now: it was made read-only (a standby took over), or it lost patience with us.
# Nothing is wrong with what was asked, as with the operational errors.
_NOT_NOW = (
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
    PoolTimeout,
)


def session_options(*, hot: bool, patience: float = PATIENCE) -> str:
    """Return what each connection is opened with, as libpq's `options`.

    The server looks after us, too: a machine of ours that vanished is found out in twice our patience, not in the two
    hours of Linux, and its locks go. Twice, so that who merely lost its connection knows it before others take over.
    """
    idle, interval = math.ceil(patience), math.ceil(patience / 3)
    alive = f"-c tcp_keepalives_idle={idle} -c tcp_keepalives_interval={interval} -c tcp_keepalives_count=3"
    session = f"{_SESSION} {alive} -c tcp_user_timeout={2000 * idle}"
    return f"{session} {_BY_KEY_ONLY}" if hot else session


def _wire_options(url: str, patience: float) -> dict[str, int]:
    """Return how connections over TCP find out that the other end is gone; what the address says itself counts."""
    idle, interval = math.ceil(patience / 2), math.ceil(patience / 6)
    wanted = {
        "connect_timeout": min(5, math.ceil(patience)),
        "keepalives": 1,
        "keepalives_idle": idle,
        "keepalives_interval": interval,
        "keepalives_count": 3,
        "tcp_user_timeout": math.ceil(1000 * patience),
    }
    said = conninfo_to_dict(url)
    return {name: value for name, value in wanted.items() if name not in said}


class Database:
    """A pool. `hot=True` for the processes that move messages: their plans go by key only.

    `patience` is in seconds: who waits for longer is told that the database can't be reached, unless the server says
    that it is still at work on what was asked (`watch`).
    """

    def __init__(
        self, url: str, *, size: int, hot: bool = False, name: str = "cablegram", patience: float = PATIENCE
    ) -> None:
        self.url = url
        self.patience = patience
        self._watch = Watch(url, patience=patience)
        self._watching: asyncio.Task[None] | None = None
        self._pulse: asyncio.Task[Unavailable | None] | None = None
        self._pool: AsyncConnectionPool[Conn] = AsyncConnectionPool(
            url,
            connection_class=Conn,
            kwargs={
                "autocommit": True,
                "row_factory": tuple_row,
                "options": session_options(hot=hot, patience=patience),
                "application_name": name,
                # Prepare at the second use: deeds run the same few statements for as long as the process lives.
                "prepare_threshold": 1,
                **_wire_options(url, patience),
            },
            min_size=1,
            max_size=size,
            timeout=patience,
            max_waiting=_MOST_WAITING,
            # The pool doubles its pauses between tries. Who asks after it gave up makes it begin anew: so a database
            # that was away for an hour is found within seconds of its return.
            reconnect_timeout=_POOL_WAIT,
            open=False,
            configure=self._watch.mind,
            check=_check,
        )

    async def open(self) -> None:
        """Connect, or raise Unavailable (`database_unreachable`) after ten seconds."""
        try:
            await self._pool.open(wait=True, timeout=_POOL_WAIT)
        except PoolTimeout as error:
            await self._pool.close()
            raise unreachable(error) from error
        self._watching = asyncio.create_task(self._watch.run(), name="watch over the database")

    async def close(self) -> None:
        """Give all connections back."""
        await self._pool.close()
        tasks = [task for task in (self._watching, self._pulse) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def feel(self, *, within: float) -> None:
        """Find out whether the database answers within so many seconds. Raises Unavailable (`database_unreachable`).

        All who ask at the same time share one question, so that no number of watchdogs takes more than a connection.
        """
        if self._pulse is None or self._pulse.done():
            self._pulse = asyncio.create_task(self._ask())
        pulse = self._pulse  # while we wait, somebody may have asked anew
        done, _ = await asyncio.wait({pulse}, timeout=within)
        if not done:
            message = f"The database does not answer within {within:g} seconds."
            raise Unavailable("database_unreachable", message, retry_after=5)
        if error := pulse.result():
            raise error

    async def _ask(self) -> Unavailable | None:
        try:
            async with self.connection() as conn:
                await conn.execute("SELECT 1")
        except Unavailable as error:
            return error
        return None

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Conn]:
        """Lend a connection inside a transaction: commits at the end, rolls back on any exception.

        Raises Unavailable: `database_unreachable` when nothing was done, `outcome_unknown` when the connection broke
        while the commit was on its way, so that nobody can say whether it took place.
        """
        async with self.connection() as conn, transaction_on(conn):
            yield conn

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Conn]:
        """Lend a connection without a transaction."""
        try:
            async with self._pool.connection() as conn:
                try:
                    yield conn
                    await conn.send()
                finally:
                    conn.forget()
        except _NOT_NOW as error:
            raise unreachable(error) from error

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[Conn]:
        """Lend a connection that is closed afterwards: its locks and the channels it listens to go with it."""
        async with self.connection() as conn:
            try:
                yield conn
            finally:
                await conn.close()


@asynccontextmanager
async def transaction_on(conn: Conn) -> AsyncGenerator[None]:
    """Run a transaction on a connection lent by `Database.connection`, as `Database.transaction` does.

    For deeds that prepare something on the connection first, such as a temporary table, without holding a transaction
    open meanwhile.
    """
    conn.begin()
    is_committing = False
    try:
        yield
        is_committing = True
        await conn.commit_held()
    except BaseException as error:
        conn.forget()
        if not conn.closed:
            await conn.rollback()
        elif is_committing and isinstance(error, psycopg.OperationalError):
            message = "The database went away while it was committing; nobody can say yet whether it was done."
            raise Unavailable("outcome_unknown", message, retry_after=5) from error
        raise


async def _check(conn: Conn) -> None:
    """Raise when a connection from the pool is of no use any more.

    One whose server is gone can be read from: the end of it stands there. Asking the server each time, as the pool's
    own check does, costs as much as a statement (80 us), and finds out no more: where a cable is cut, both wait.
    """
    poll = select.poll()
    poll.register(conn.fileno(), select.POLLIN)
    if poll.poll(0):
        await AsyncConnectionPool.check_connection(conn)


# The server is there and answered: two transactions stood in each other's way, and this one was sent back.
_CROWDED = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,
    psycopg.errors.SerializationFailure,
)


def unreachable(error: Exception) -> Unavailable:
    """Say that PostgreSQL can't be reached, or was too crowded for this one, in words for a person."""
    if isinstance(error, TooManyRequests):
        message = "More requests wait for the database than this server keeps waiting. Nothing was done; try again."
        return Unavailable("too_busy", message)
    if isinstance(error, _CROWDED):
        message = "Somebody else was at work on the same rows for too long. Nothing was done; try again in a moment."
        return Unavailable("database_crowded", message)
    first_line = (str(error).splitlines() or [type(error).__name__])[0]
    message = f"The database can't be reached ({first_line}). Nothing was done; try again in a moment."
    return Unavailable("database_unreachable", message, retry_after=5)


async def copy_rows(conn: Conn, into: Any, types: list[str], rows: list[tuple[Any, ...]]) -> None:  # noqa: ANN401 - psycopg's Query type
    """COPY rows in, binary: the cheapest way into a table. `into` is the COPY ... FROM STDIN (FORMAT BINARY) text."""
    if rows:
        columns = [copying.column(kind, values) for kind, values in zip(types, zip(*rows, strict=True), strict=True)]
        await copy_block(conn, into, copying.block(columns, fields=len(types)))


async def copy_block(conn: Conn, into: Any, block: bytes) -> None:  # noqa: ANN401 - as above
    """COPY rows in that `copying.block` has written."""
    await copy_blocks(conn, into, [block])


async def copy_blocks(
    conn: Conn,
    into: Any,  # noqa: ANN401 - as above
    blocks: Iterable[bytes],
    *,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """COPY rows in that `copying.blocks` writes; while the server is still busy with them, do something else."""
    await conn.send()
    async with conn.cursor() as cursor, cursor.copy(into) as copy:
        for block in blocks:
            await copy.write(block)
        if meanwhile:
            meanwhile()


async def listen_to(conn: Conn, channels: list[str]) -> None:
    """Ask for notifications on these channels, for as long as the session lasts."""
    for channel in channels:
        await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))


async def notifications(conn: Conn, *, wait: float) -> list[str]:
    """Wait up to `wait` seconds for notifications; return their channels, each once.

    A quiet wait ends with a question to the server, so that a session that is gone is noticed.
    """
    found = {notice.channel async for notice in conn.notifies(timeout=wait, stop_after=1)}
    if not found:
        await conn.execute("SELECT 1")
    return sorted(found)
