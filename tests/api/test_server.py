"""The server behind the calls: its port, its end, and a database that goes away and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

import make
from cablegram.cli.listening import listen
from cablegram.cli.serve import Doors
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Refused
from cablegram.runtime.runtime import Runtime
from calling import Client, Served
from testbed import Server


@pytest.fixture
async def rt(database_url: str, clock: SetClock) -> AsyncIterator[Runtime]:
    """Give a runtime that waits half a second for a database, not ten."""
    runtime = make.runtime(database_url, clock, patience=0.5)
    await runtime.db.open()
    yield runtime
    await runtime.db.close()


def test_a_port_that_somebody_has_is_a_clear_error() -> None:
    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        with pytest.raises(Refused, match="another with --port") as refused:
            listen("127.0.0.1", taken.getsockname()[1])
    assert refused.value.code == "port_in_use"


async def test_a_request_that_came_before_the_end_is_answered_after_it(served: Served, database_url: str) -> None:
    customer = await served.customer()
    async with await psycopg.AsyncConnection.connect(database_url) as somebody:
        await somebody.execute("LOCK TABLE balance")  # so that the request has to wait
        sending = asyncio.create_task(customer.send())
        await _until(lambda: _waits_for_a_lock(somebody))
        served.server.should_exit = True
        await _until(lambda: _takes_no_more(served.address))
        assert not sending.done()
        await somebody.rollback()
    assert (await sending).status == 202


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await is_so():
            pass


async def _waits_for_a_lock(conn: psycopg.AsyncConnection) -> bool:
    cursor = await conn.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return (await cursor.fetchall())[0][0] > 0


async def _takes_no_more(address: str) -> bool:
    try:
        _, writer = await asyncio.open_connection(*address.removeprefix("http://").split(":"))
    except ConnectionError:  # refused, or reset where it waited to be taken
        return True
    writer.close()
    return False


async def test_calls_say_503_while_the_database_is_away_and_go_on_when_it_is_back(
    served: Served, pg: Server, database_url: str
) -> None:
    customer = await served.customer()
    sent = await customer.send()
    name = str(conninfo_to_dict(database_url)["dbname"])
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    pg._admin.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
    try:
        pg._admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        for reply in (await customer.send(), await customer.get("/v1/account"), await customer.get("/health")):
            assert (reply.status, reply.code) == (503, "database_unreachable")
            assert int(reply.headers["Retry-After"]) > 0
    finally:
        pg._admin.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
    await _until(lambda: _sends(customer))
    found = (await customer.get("/v1/messages")).json["items"]
    assert [one["id"] for one in found][1:] == [sent.json["id"]]  # of what was answered with 503 nothing was done


async def _sends(customer: Client) -> bool:
    return (await customer.send()).status == 202


async def test_paths_say_which_door_is_meant() -> None:
    asked: list[tuple[str, str]] = []

    def door(name: str):  # noqa: ANN202 - an ASGI application
        async def application(scope, receive, send) -> None:  # noqa: ANN001, ARG001 - as ASGI has it
            asked.append((name, scope.get("path", scope["type"])))

        return application

    doors = Doors(door("api"), door("panel"))
    ours = ("/v1/messages", "/v1", "/docs", "/docs/errors", "/health", "/healthz", "/readyz", "/metrics")
    for path in (*ours, "/", "/v1x", "/documents", "/static/x.css"):
        await doors({"type": "http", "path": path}, None, None)  # pyright: ignore[reportArgumentType] - a door looks no further
    await doors({"type": "lifespan"}, None, None)  # pyright: ignore[reportArgumentType]
    assert asked == [
        *(("api", path) for path in ours),
        *(("panel", path) for path in ("/", "/v1x", "/documents", "/static/x.css", "lifespan")),
    ]
