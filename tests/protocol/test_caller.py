"""What calls providers: nothing is sent twice, and it is known whether a byte may have left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from cablegram.runtime.caller import Answered, Caller, Unanswered, Unsent

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Serve = Callable[[int, asyncio.StreamWriter], None]


@asynccontextmanager
async def server(serve: Serve) -> AsyncGenerator[tuple[str, list[bytes]]]:
    """Serve each request in a way of its own, by its place; yields the address and the heads that came."""
    came: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            head = await reader.readuntil(b"\r\n\r\n")
            came.append(head)
            serve(len(came), writer)
        await writer.wait_closed()

    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    listening = await asyncio.start_server(quietly, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/send", came


@asynccontextmanager
async def calling(*allowed: str) -> AsyncGenerator[Caller]:
    caller = Caller(limit=1, allowed=allowed)
    try:
        yield caller
    finally:
        await caller.close()


async def get(caller: Caller, url: str, *, most: int = 1000, seconds: float = 5) -> Answered:
    return await caller.call("GET", url, seconds=seconds, most=most)


def _says(answer: bytes) -> Serve:
    return lambda _, writer: writer.write(answer)


async def test_a_get_on_a_connection_that_breaks_is_not_sent_again() -> None:
    def serve(place: int, writer: asyncio.StreamWriter) -> None:
        writer.write(_HEAD) if place == 1 else writer.close()

    async with server(serve) as (url, came), calling("127.0.0.1") as caller:
        assert (await get(caller, url)).body == b"ok"
        with pytest.raises(Unanswered, match="closed before an answer"):
            await get(caller, url)
    assert len(came) == 2


async def test_a_redirect_is_an_answer_like_another() -> None:
    answer = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    async with server(_says(answer)) as (url, came), calling("127.0.0.1") as caller:
        found = await get(caller, url)
    assert (found.status, found.headers["location"], len(came)) == (307, "/elsewhere", 1)


async def test_of_a_long_answer_no_more_is_read_than_was_asked_for() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000
    async with server(_says(answer)) as (url, _), calling("127.0.0.1") as caller:
        found = await get(caller, url, most=10)
    assert (found.body, found.is_cut) == (b"x" * 10, True)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
async def test_what_is_not_answered_in_time_may_have_been_sent(answer: bytes) -> None:
    async with server(_says(answer)) as (url, came), calling("127.0.0.1") as caller:
        with pytest.raises(Unanswered, match="no answer in time"):
            await get(caller, url, seconds=0.05)
    assert len(came) == 1


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with server(_says(_HEAD)) as (url, _):
        pass
    async with calling("127.0.0.1") as caller:
        with pytest.raises(Unsent, match="Cannot connect"):
            await get(caller, url)
        with pytest.raises(Unsent):
            await get(caller, "http://[nonsense/send")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_what_leads_home_is_closed_by_address_and_by_name_unless_it_is_allowed(host: str) -> None:
    async with server(_says(_HEAD)) as (address, came):
        url = address.replace("127.0.0.1", host)
        async with calling() as caller:
            with pytest.raises(Unsent, match="no address of the open internet"):
                await get(caller, url)
        async with calling(host) as caller:
            assert (await get(caller, url)).status == 200
    assert len(came) == 1


async def test_a_name_that_is_allowed_opens_its_address_for_itself_alone() -> None:
    async with server(_says(_HEAD)) as (address, came), calling("localhost") as caller:
        assert (await get(caller, address.replace("127.0.0.1", "localhost"))).status == 200
        for other in ("127.0.0.1", "2130706433", "[::ffff:127.0.0.1]"):
            with pytest.raises(Unsent, match=r"no address of the open internet|not a canonical IPv4 address"):
                await get(caller, address.replace("127.0.0.1", other))
    assert len(came) == 1
