"""A connection that can hold statements back, and sends them together with the next question: one round trip for many.

`await conn.execute(...)` is psycopg's, and right nearly everywhere. The path on which messages are accepted asks six
things in each transaction, and a round trip of psycopg's costs 50 us of our CPU, 90 to 150 with lists for parameters.
There, `conn.later(STATEMENT, ...)` puts a statement on a list and gives a Reply. Awaiting any Reply sends the whole
list as one pipeline, which costs 20 us and 15 more a statement. What nobody awaits goes along with the COMMIT.

Nothing changes its order by this: before psycopg runs anything on the connection, what was held back is sent.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import socket
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar

from psycopg import AsyncConnection, AsyncCursor, OperationalError, errors, generators, pq
from psycopg.adapt import Transformer
from psycopg.rows import AsyncRowFactory, TupleRow, tuple_row

T = TypeVar("T")
U = TypeVar("U")
Rows = list[tuple[Any, ...]]

_PARAMETER = re.compile(r"%\((\w+)\)s")
_FAILED = pq.ExecStatus.FATAL_ERROR
_BINARY = pq.Format.BINARY


class Statement:
    """A statement as PostgreSQL keeps it: parameters numbered, prepared once on each connection.

    Every parameter stands with its type (`%(ids)s::uuid[]`): values go over as PostgreSQL's own bytes (`copying`).
    """

    __slots__ = ("name", "parameters", "text")

    def __init__(self, text: str) -> None:
        self.parameters: list[str] = list(dict.fromkeys(_PARAMETER.findall(text)))
        numbered = _PARAMETER.sub(lambda found: f"${self.parameters.index(found[1]) + 1}", text)
        self.text = numbered.replace("%%", "%").encode()
        self.name = b"later_" + hashlib.blake2b(self.text, digest_size=12).hexdigest().encode()


_BEGIN = Statement("BEGIN")
_COMMIT = Statement("COMMIT")
_KEEP_PLANS = Statement(
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true), "
    "set_config('enable_bitmapscan', 'off', true), set_config('enable_hashjoin', 'off', true), "
    "set_config('enable_mergejoin', 'off', true)"
)


@dataclass(slots=True)
class _Asked:
    """A statement with its values and, once it has run, its rows."""

    statement: Statement
    values: list[bytes | None]
    rows: Rows | None = None


class Reply(Generic[T]):
    """What a statement will have returned. Awaiting it sends the statement, if that has not happened by then."""

    __slots__ = ("_asked", "_conn", "_read")

    def __init__(self, conn: Conn, asked: _Asked, read: Callable[[Rows], T]) -> None:
        self._conn = conn
        self._asked = asked
        self._read = read

    def __await__(self) -> Generator[Any, Any, T]:
        """Return what was read out of the rows. Raises what the statements sent with it raise."""
        if self._asked.rows is None:
            yield from self._conn.send().__await__()
        if self._asked.rows is None:
            raise RuntimeError("this statement was forgotten: its transaction failed")
        return self._read(self._asked.rows)

    def then(self, read: Callable[[T], U]) -> Reply[U]:
        """Return a reply that reads something else out of what this one gives."""
        own = self._read
        return Reply(self._conn, self._asked, lambda rows: read(own(rows)))


class Conn(AsyncConnection[TupleRow]):
    """What deeds get from the pool."""

    def __init__(self, pgconn: pq.abc.PGconn, row_factory: AsyncRowFactory[TupleRow] = tuple_row) -> None:
        super().__init__(pgconn, row_factory)
        self._held: list[_Asked] = []
        self._prepared_here: set[bytes] = set()
        self._why_broken = ""
        self.asked_at: float | None = None  # since when somebody waits for the server's answer, by the monotonic clock

    def later(self, statement: Statement, **values: bytes | None) -> Reply[Rows]:
        """Hold a statement back; parameters by name, as `copying` writes them, None for NULL."""
        asked = _Asked(statement, [values[name] for name in statement.parameters])
        self._held.append(asked)
        return Reply(self, asked, _as_they_are)

    async def send(self) -> None:
        """Send what is held back, and read all answers. Raises the first error; the transaction is then lost."""
        held, self._held = self._held, []
        if not held:
            return
        async with self.lock:
            try:
                results = await self.wait(self._converse(held))
            except BaseException:
                # Whoever is interrupted here knows neither what was sent nor what was read.
                self.pgconn.finish()
                raise
        load = Transformer(self)
        for asked, result in zip(held, results, strict=True):
            if result.status == _FAILED:
                raise errors.error_from_result(result, encoding=self.info.encoding)
            if result.ntuples:
                load.set_pgresult(result)
                asked.rows = load.load_rows(0, result.ntuples, tuple)
            else:
                asked.rows = []

    def begin(self) -> None:
        """Begin a transaction, with the first statement that is sent."""
        self.later(_BEGIN)

    def keep_plans(self) -> None:
        """Have the statements of this transaction planned once, to go by keys, and not anew for each set of values.

        PostgreSQL takes an array that it has not seen for a long one, and so believes a fresh plan to be worth its
        price each time: 200 us, ten times what looking a few keys up takes. A plan for long arrays might then read a
        whole table, which is why it has to go by keys (as the sessions of hot processes do in all they ask).
        """
        self.later(_KEEP_PLANS)

    async def commit_held(self) -> None:
        """Send what is held back together with the COMMIT; a transaction that did nothing is left alone."""
        if [asked.statement for asked in self._held] == [_BEGIN]:
            self._held.clear()
            return
        self.later(_COMMIT)
        await self.send()

    def forget(self) -> None:
        """Drop what is held back: its transaction failed."""
        self._held.clear()

    async def wait(self, gen: Any, *args: Any, timeout: float | None = None, **options: Any) -> Any:  # noqa: ANN401 - as psycopg's
        """Wait for the server as psycopg does, and let it be known since when (`watch`)."""
        # Who sets a limit of its own, as notifications do, may well hear nothing.
        self.asked_at = monotonic() if timeout is None else None
        try:
            return await super().wait(gen, *args, timeout=timeout, **options)
        except OperationalError as error:
            if self._why_broken:
                raise OperationalError(self._why_broken) from error
            raise
        finally:
            self.asked_at = None

    def break_off(self, why: str) -> None:
        """Break the connection, for this reason: whoever waits on it learns of it at once, as if the server had."""
        if self.closed:
            return
        self._why_broken = why
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(self.pgconn.socket)) as wire:
            wire.shutdown(socket.SHUT_RDWR)  # an error says that it is broken already

    async def execute(self, *args: Any, **options: Any) -> AsyncCursor[TupleRow]:  # noqa: ANN401 - as psycopg's, overloaded
        """Run a statement as psycopg does, after those that are held back."""
        if self._held:
            await self.send()
        return await super().execute(*args, **options)

    def _converse(self, held: Sequence[_Asked]) -> Generator[Any, Any, list[Any]]:
        """Send a pipeline and read its results, one a statement; from a failed one on they are that one's."""
        pgconn = self.pgconn
        pgconn.enter_pipeline_mode()
        fresh: list[Statement | None] = []  # in the order of results: what they prepared, None where they ran
        for asked in held:
            statement = asked.statement
            if statement.name not in self._prepared_here and statement not in fresh:
                pgconn.send_prepare(statement.name, statement.text)
                fresh.append(statement)
            formats = [_BINARY] * len(asked.values)
            pgconn.send_query_prepared(statement.name, asked.values, formats, result_format=_BINARY)
            fresh.append(None)
        pgconn.pipeline_sync()
        yield from generators.send(pgconn)
        ran: list[Any] = []
        failed = None
        for statement in fresh:
            (result,) = yield from generators.fetch_many(pgconn)
            failed = failed or (result if result.status == _FAILED else None)
            if failed is None and statement is not None:
                self._prepared_here.add(statement.name)
            elif statement is None:
                ran.append(failed or result)
        yield from generators.fetch_many(pgconn)
        pgconn.exit_pipeline_mode()
        return ran

    def _deallocate(self, name: bytes | None) -> Generator[Any, Any, None]:
        """Notice when psycopg drops all prepared statements, as it does after a rollback: ours go with its own."""
        if name is None:
            self._prepared_here.clear()
        yield from super()._deallocate(name)


def _as_they_are(rows: Rows) -> Rows:
    return rows
