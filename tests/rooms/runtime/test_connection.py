"""Statements that are held back: sent in their order, together, and lost with their transaction."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from cablegram.kit.errors import Unavailable
from cablegram.runtime.connection import Conn, Statement
from cablegram.runtime.copying import array, block, column, value
from cablegram.runtime.database import Database, copy_block, transaction_on
from cablegram.runtime.runtime import Runtime

INSERT = Statement("INSERT INTO noted SELECT unnest(%(ns)s::integer[])")
SUM = Statement("SELECT sum(n), %(word)s::text, '100%%' FROM noted")
BROKEN = Statement("SELECT 1 / (%(n)s::integer - 1)")
NOT_SQL = Statement("SELECTED 1")


@pytest.fixture(autouse=True)
async def noted(rt: Runtime) -> None:
    async with rt.db.connection() as conn:
        await conn.execute("CREATE TABLE noted (n integer)")


def note(conn: Conn, *ns: int) -> None:
    conn.later(INSERT, ns=array("int4", ns))


async def total(rt: Runtime) -> int | None:
    async with rt.db.connection() as conn:
        rows = await conn.later(SUM, word=value("text", "word"))
    assert rows[0][1:] == ("word", "100%")
    return rows[0][0]


async def test_what_is_held_back_goes_with_the_commit(rt: Runtime) -> None:
    async with rt.db.transaction() as conn:
        note(conn, 1, 2)
        note(conn, 3)
        assert await total(rt) is None
    assert await total(rt) == 6


async def test_a_reply_sends_all_that_came_before_it_and_reads_its_own_rows(rt: Runtime) -> None:
    async with rt.db.transaction() as conn:
        note(conn, 1)
        before = conn.later(SUM, word=None).then(lambda rows: rows[0][0])
        note(conn, 1)
        after = conn.later(SUM, word=None).then(lambda rows: rows[0][0]).then(str)
        assert (await after, await before, await before) == ("2", 1, 1)


async def test_psycopg_runs_what_it_is_asked_after_what_is_held_back(rt: Runtime) -> None:
    async with rt.db.transaction() as conn:
        note(conn, 1)
        cursor = await conn.execute("UPDATE noted SET n = n + 1")
        assert cursor.rowcount == 1
        note(conn, 1)
        await copy_block(conn, "COPY noted FROM STDIN (FORMAT BINARY)", block([column("int4", [7])], fields=1))
        cursor = await conn.execute("SELECT array_agg(n) FROM noted")
        assert await cursor.fetchall() == [([2, 1, 7],)]


async def test_a_failing_statement_takes_its_transaction_along(rt: Runtime) -> None:
    async def try_this(failing: Statement, **values: bytes | None) -> None:
        async with rt.db.transaction() as conn:
            note(conn, 1)
            conn.later(failing, **values)
            note(conn, 1)

    with pytest.raises(psycopg.errors.DivisionByZero):
        await try_this(BROKEN, n=value("int4", 1))
    with pytest.raises(psycopg.errors.SyntaxError):
        await try_this(NOT_SQL)
    assert await total(rt) is None


async def test_a_failing_statement_says_so_where_it_is_awaited(rt: Runtime) -> None:
    async with rt.db.connection() as conn:
        lost = conn.later(BROKEN, n=value("int4", 1))
        with pytest.raises(psycopg.errors.DivisionByZero):
            await lost
        with pytest.raises(RuntimeError, match="forgotten"):
            await lost
        assert await conn.later(BROKEN, n=value("int4", 2)) == [(1,)]


async def test_an_exception_forgets_what_is_held_back(rt: Runtime) -> None:
    async def give_up() -> None:
        async with rt.db.transaction() as conn:
            note(conn, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await give_up()
    assert await total(rt) is None


async def test_without_a_transaction_it_is_sent_when_the_connection_is_given_back(rt: Runtime) -> None:
    async with rt.db.connection() as conn:
        note(conn, 1)
    assert await total(rt) == 1


async def test_without_a_transaction_what_goes_together_is_done_together_or_not_at_all(rt: Runtime) -> None:
    """A claim and what is asked along with it: where that fails, nothing was claimed that nobody knows of."""
    async with rt.db.connection() as conn:
        note(conn, 1)
        asked = conn.later(BROKEN, n=value("int4", 1))
        with pytest.raises(psycopg.errors.DivisionByZero):
            await asked
        assert await total(rt) is None
        note(conn, 2)
        own = conn.later(SUM, word=None)
        assert (await own)[0][0] == 2, "the question sees what went before it"
        assert await total(rt) == 2, "and that is committed when the answer is there"


async def test_statements_outlive_the_cleaning_that_psycopg_does_after_a_rollback(rt: Runtime) -> None:
    async with rt.db.session() as conn:
        for _ in range(3):  # psycopg prepares its own, and so drops them all after a rollback
            await conn.execute("SELECT 1", prepare=True)
            await conn.later(SUM, word=None)
            await conn.execute("BEGIN")
            await conn.rollback()
        rows = await (await conn.execute("SELECT count(*) FROM pg_prepared_statements")).fetchall()
        assert rows == [(0,)]
        assert await conn.later(SUM, word=None) == [(None, None, "100%")]


async def test_a_server_that_goes_away_at_the_commit_leaves_the_outcome_unknown(rt: Runtime) -> None:
    async def write() -> None:
        async with rt.db.transaction() as conn:
            note(conn, 1)
            await conn.send()
            note(conn, 2)
            async with rt.db.connection() as other:
                await other.execute("SELECT pg_terminate_backend(%s, 5000)", [conn.info.backend_pid])

    with pytest.raises(Unavailable) as told:
        await write()
    assert told.value.code == "outcome_unknown"


async def test_an_error_of_a_living_server_at_the_commit_is_known_to_have_done_nothing(rt: Runtime) -> None:
    async def write() -> None:
        async with rt.db.transaction() as conn:
            await conn.execute("SET LOCAL lock_timeout = '10ms'")
            note(conn, 1)

    async with rt.db.transaction() as holder:
        await holder.execute("LOCK TABLE noted")
        with pytest.raises(Unavailable) as told:
            await write()
    assert told.value.code == "database_crowded"
    assert await total(rt) is None


async def test_whoever_is_interrupted_leaves_no_half_read_connection_behind(rt: Runtime) -> None:
    started = asyncio.Event()

    async def sleep() -> None:
        async with rt.db.transaction() as conn:
            started.set()
            await conn.later(Statement("SELECT pg_sleep(60)"))

    asleep = asyncio.create_task(sleep())
    await started.wait()
    await asyncio.sleep(0)
    asleep.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asleep
    assert await total(rt) is None


async def test_a_connection_whose_server_process_is_gone_is_not_lent(rt: Runtime) -> None:
    async with rt.db.connection() as conn:
        pid = conn.info.backend_pid
    with psycopg.connect(rt.db.url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    async with rt.db.connection() as conn:
        assert conn.info.backend_pid != pid


async def test_plans_are_kept_for_one_transaction_alone(rt: Runtime) -> None:
    shown = Statement("SELECT current_setting('plan_cache_mode'), current_setting('enable_hashjoin')")
    async with rt.db.session() as conn:
        async with transaction_on(conn):
            conn.keep_plans()
            assert await conn.later(shown) == [("force_generic_plan", "off")]
        assert await conn.later(shown) == [("auto", "on")]


async def test_a_hot_connection_makes_no_plan_of_its_own_for_each_small_batch(rt: Runtime) -> None:
    looked = Statement("SELECT n FROM noted WHERE n = ANY (%(ns)s::integer[])")
    hot = Database(rt.db.url, size=1, hot=True)
    await hot.open()
    try:
        async with hot.connection() as conn:
            for n in range(12):
                await conn.later(looked, ns=array("int4", [n]))
            asked = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = %s"
            own = await (await conn.execute(asked, [looked.text.decode()])).fetchall()
    finally:
        await hot.close()
    assert own == [(12, 0)]
