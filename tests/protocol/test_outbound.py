"""Addresses that customers give are looked at, and never lead into our own house."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from cablegram.kit.errors import Refused
from cablegram.runtime.outbound import Found, Outbound

MOST = 1_000


async def _plain(request: web.Request) -> web.Response:
    return web.Response(body=b"x" * int(request.match_info["size"]), content_type="image/png")


async def _moved(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": request.query["to"]} if request.query else {})


async def _round(request: web.Request) -> web.Response:
    return web.Response(status=307, headers={"Location": request.path})


async def _no_head(request: web.Request) -> web.Response:
    if request.method == "HEAD":
        return web.Response(status=405)
    assert request.headers["Range"] == "bytes=0-0"
    return web.Response(status=206, body=b"x", headers={"Content-Range": "bytes 0-0/777", "Content-Type": "image/gif"})


async def _endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "image/jpeg; charset=binary"})
    answer.enable_chunked_encoding()
    await answer.prepare(request)
    while request.method == "GET":
        await answer.write(b"x" * 500)
    return answer


async def _silent(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return await _moved(request)


@pytest.fixture
async def site() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/plain/{size}", _plain)
    app.router.add_get("/moved", _moved)
    app.router.add_get("/round", _round)
    app.router.add_route("*", "/no-head", _no_head)
    app.router.add_route("*", "/endless", _endless)
    app.router.add_route("*", "/silent", _silent)
    server: Any = TestServer(app)
    await server.start_server(shutdown_timeout=0.01)
    yield f"http://127.0.0.1:{server.port}"
    await server.close()


async def refused(outbound: Outbound, url: str) -> str:
    with pytest.raises(Refused) as error:
        await outbound.look(url, most=MOST)
    assert error.value.message.endswith(".")
    return error.value.code


@pytest.mark.req("R121")
async def test_type_and_size_are_told_by_head_or_else_by_reading_no_more_than_the_most(site: str) -> None:
    outbound = Outbound(allow_loopback=True)
    assert await outbound.look(f"{site}/plain/512", most=MOST) == Found("image/png", 512)
    assert await outbound.look(f"{site}/plain/0", most=MOST) == Found("image/png", 0)
    assert await outbound.look(f"{site}/no-head", most=MOST) == Found("image/gif", 777)
    assert await outbound.look(f"{site}/moved?to=/plain/512", most=MOST) == Found("image/png", 512)
    found = await outbound.look(f"{site}/endless", most=MOST)
    assert (found.media_type, found.size > MOST) == ("image/jpeg", True)


@pytest.mark.req("R121")
async def test_what_cannot_be_fetched_is_refused_in_time(site: str) -> None:
    outbound = Outbound(allow_loopback=True, patience=0.2)
    for path in ("/nothing", "/moved", "/moved?to=/nothing", "/moved?to=?to=", "/silent"):
        assert await refused(outbound, site + path) == "address_unreachable", path
    with pytest.raises(Refused, match="without end"):
        await outbound.look(f"{site}/round", most=MOST)
    assert await refused(outbound, "http://127.0.0.1:1/") in {"address_unreachable", "address_invalid"}


@pytest.mark.req("R121")
async def test_nothing_but_the_open_internet_is_connected_to(site: str) -> None:
    outbound = Outbound()
    port = site.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]"):
        assert await refused(outbound, f"http://{host}:{port}/plain/1") == "address_not_public", host
    # Other ways to write 127.0.0.1 never get as far as a socket, or are refused there.
    for host in ("2130706433", "127.1", "0x7f.1"):
        assert await refused(outbound, f"http://{host}:{port}/plain/1") in {"address_not_public", "address_unreachable"}


@pytest.mark.req("R121")
async def test_a_redirection_into_our_own_house_is_not_followed(site: str) -> None:
    open_to_loopback = Outbound(allow_loopback=True)
    assert await refused(open_to_loopback, f"{site}/moved?to=http://169.254.169.254/latest") == "address_not_public"
    assert await refused(open_to_loopback, f"{site}/moved?to=file:///etc/passwd") == "address_invalid"


@pytest.mark.req("R121")
@pytest.mark.parametrize(
    "url",
    [
        *("ftp://example.com/a.png", "file:///etc/passwd", "//example.com/a.png", "http://", "http:///a.png", "a.png"),
        *("http://user:secret@example.com/a.png", "http://example.com:25/a.png", "http://example.com:99999/a.png"),
        *("http://example.com/ä.png", "http://example.com/a b.png", "http://exam\\ple.com/", "http://[::1/a.png"),
        "http://example.com/" + "a" * 2_000,
    ],
)
async def test_what_is_plainly_no_address_of_the_web_is_not_asked_for(url: str) -> None:
    assert await refused(Outbound(), url) == "address_invalid"
