"""A database that is connected and says nothing: whoever asks is told in time, nobody new waits, and all goes on."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import psycopg
import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.api import hot
from cablegram.kit.errors import Unavailable
from cablegram.messages.desk import Desk, Parcel
from cablegram.messages.model import Answer, Draft, Key
from cablegram.messages.submit import Asked
from cablegram.runtime import database
from cablegram.runtime.connection import Conn
from cablegram.runtime.database import Database
from cablegram.runtime.runtime import Runtime
from cablegram.runtime.watch import Watch
from calling import Reply, serving
from peers.faults import Proxy, faulty_database

PATIENCE = 0.6
IN_TIME = 30  # seconds: far more than our patience, and than a slow machine needs; far less than for ever


@asynccontextmanager
async def impatient(rt: Runtime, patience: float = PATIENCE) -> AsyncGenerator[tuple[Proxy, Runtime]]:
    """Lend a runtime that reaches its database over a wire of ours, and waits for it only for so long."""
    async with faulty_database(rt.db.url) as (proxy, url):
        far = Database(url, size=4, name="impatient", patience=patience)
        await far.open()
        yield proxy, replace(rt, db=far)
        proxy.wire.flows.set()
        proxy.wire.answers.set()
        await far.close()


@asynccontextmanager
async def at_a_desk(rt: Runtime) -> AsyncGenerator[Desk]:
    desk = Desk(rt)
    desk.open()
    yield desk
    await desk.close()


def parcel(who: Principal, key: str, on_written: Callable[[], None] = lambda: None) -> Parcel:
    """Make a request for one message; `on_written` happens right before its transaction is committed."""

    def answer(drafts: Sequence[Draft]) -> Answer:
        on_written()
        return Answer(202, str(drafts[0].id).encode())

    named = Key("POST /v1/messages", key, hashlib.sha256(key.encode()).digest())
    return Parcel(who.account_id, None, [Asked(to=traffic.NUMBER, text="Hello", sender="Tests")], answer, named)


async def shop(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, credits=1000)


async def told(asked: asyncio.Task[Answer]) -> str:
    """Return the code with which a request was turned away."""
    with pytest.raises(Unavailable) as refused:
        await asked
    return refused.value.code


# --- requests ---


async def test_every_call_is_answered_in_time_while_nothing_comes_and_no_message_is_lost_or_doubled(
    rt: Runtime,
) -> None:
    await traffic.open_ways(rt)
    async with impatient(rt) as (proxy, far), serving(far) as served:
        customer = await served.customer()

        async def post(name: int) -> Reply:
            body = {"to": f"+346000002{name:02d}", "text": "Hello", "from": "Tests"}
            return await customer.post("/v1/messages", body, Idempotency_Key=f"key-{name}")

        assert (await post(0)).status == 202
        proxy.wire.flows.clear()
        async with asyncio.timeout(IN_TIME):
            replies = await asyncio.gather(*(post(name) for name in range(1, 40)), customer.get("/v1/account"))
            health, ready = [await served.client(None).get(path) for path in ("/health", "/readyz")]
        assert {reply.status for reply in (*replies, health, ready)} == {503}
        assert {reply.code for reply in (*replies, health)} <= {"database_unreachable", "outcome_unknown"}
        assert all(int(reply.headers["Retry-After"]) > 0 for reply in replies)
        assert ready.faults == [("database", "database_unreachable")]
        assert (await served.client(None).get("/healthz")).status == 200

        proxy.wire.flows.set()
        async with asyncio.timeout(IN_TIME):
            for name in range(1, 40):
                while (await post(name)).status != 202:
                    pass
        assert (await served.client(None).get("/readyz")).status == 200
    assert await rows(rt, "SELECT count(*), count(DISTINCT dst) FROM message") == [(40, 40)]
    await assert_sums_hold(rt)


async def test_a_commit_that_is_never_answered_is_of_unknown_outcome_and_its_key_tells_it_later(rt: Runtime) -> None:
    who = await shop(rt)
    async with impatient(rt) as (proxy, far), at_a_desk(far) as desk, asyncio.timeout(IN_TIME):
        first = asyncio.create_task(desk.hand_in(parcel(who, "one", proxy.wire.answers.clear)))
        assert await told(first) == "outcome_unknown"
        proxy.wire.answers.set()
        await far.db.feel(within=IN_TIME)
        answer = await desk.hand_in(parcel(who, "one"))
        assert answer.is_replay
    assert await rows(rt, "SELECT id::text FROM message") == [(answer.body.decode(),)]


async def test_a_server_that_lives_and_hangs_keeps_nobody_waiting(rt: Runtime) -> None:
    who = await shop(rt)
    async with impatient(rt, 0.2) as (_, far), at_a_desk(far) as desk, asyncio.timeout(IN_TIME):
        async with await psycopg.AsyncConnection.connect(rt.db.url) as somebody:
            await somebody.execute("LOCK TABLE balance")
            first = asyncio.create_task(desk.hand_in(parcel(who, "one")))
            while desk.is_idle:  # noqa: ASYNC110 - a turn of the loop each, not a wait
                await asyncio.sleep(0)
            second = asyncio.create_task(desk.hand_in(parcel(who, "two")))
            assert await told(first) == "outcome_unknown"  # its transaction goes on
            assert await told(second) == "database_unreachable"
            with pytest.raises(Unavailable, match="Nothing was done"):
                desk.need_room()
            await somebody.rollback()
        while not desk.is_idle:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0)
        # The first one's transaction went on and is answered again; or, on a busy machine, it was let go of as hanging.
        await desk.hand_in(parcel(who, "one"))
        assert not (await desk.hand_in(parcel(who, "two"))).is_replay
        assert (await desk.hand_in(parcel(who, "one"))).is_replay
    assert await rows(rt, "SELECT count(*) FROM message") == [(2,)]


async def test_more_requests_than_are_taken_at_once_are_turned_away_unread(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hot, "_MOST_AT_ONCE", 3)
    async with impatient(rt) as (proxy, far), serving(far) as served, asyncio.timeout(IN_TIME):
        customer = await served.customer()
        proxy.wire.flows.clear()
        replies = await asyncio.gather(*(customer.post("/v1/messages", "no message at all") for _ in range(8)))
        crowded = [reply for reply in replies if reply.status == 429]
        assert {reply.code for reply in crowded} == {"too_busy"}
        assert len(crowded) == 5
        assert all(int(reply.headers["Retry-After"]) > 0 for reply in crowded)


# --- connections ---


async def test_only_so_many_wait_for_a_connection(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_MOST_WAITING", 2)
    few = Database(rt.db.url, size=1)
    await few.open()
    async with few.connection():
        asked = [asyncio.create_task(use(few)) for _ in range(5)]
        done: set[asyncio.Task[str]] = set()
        async with asyncio.timeout(IN_TIME):
            while len(done) < 3:
                done, _ = await asyncio.wait(asked, timeout=0)
    assert Counter(await asyncio.gather(*asked)) == {"too_busy": 3, "served": 2}
    await few.close()


async def use(few: Database) -> str:
    """Use a connection; return what came of it."""
    try:
        async with few.connection():
            return "served"
    except Unavailable as error:
        return error.code


async def test_what_a_server_takes_its_time_for_is_waited_for(rt: Runtime) -> None:
    async with impatient(rt, 0.2) as (_, far), far.db.connection() as conn:
        assert (await (await conn.execute("SELECT 1 FROM pg_sleep(1)")).fetchall()) == [(1,)]


async def test_an_answer_that_got_lost_on_its_way_is_not_waited_for_though_the_server_can_be_reached(
    rt: Runtime,
) -> None:
    async with faulty_database(rt.db.url) as (proxy, url):
        conn = await Conn.connect(url, autocommit=True)
        watch = Watch(rt.db.url, patience=PATIENCE)
        await watch.mind(conn)
        watching = asyncio.create_task(watch.run())
        proxy.wire.answers.clear()
        async with asyncio.timeout(IN_TIME):
            with pytest.raises(psycopg.OperationalError, match="has not answered for"):
                await conn.execute("SELECT 1")
        assert conn.closed
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
