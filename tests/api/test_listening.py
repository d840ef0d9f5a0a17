"""`cablegram listen` hands events on to a program at home, signed, over nothing but the API."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from svix.webhooks import Webhook

import hooks
from cablegram.cli import listen
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import making
from calling import Client, Served
from dispatching import until


@pytest.mark.req("R152")
async def test_listen_hands_events_on_signed_and_ends_its_stream(
    served: Served, customer: Client, rt: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    key = customer.headers["Authorization"].removeprefix("Bearer ")
    async with hooks.receiver() as there:
        listening = asyncio.create_task(listen.hear(served.address, key, there.url, ["message.queued"], count=2))
        await until(lambda: hooks.streams(rt))
        await customer.send()
        await customer.send()
        await making.make(rt)
        await listening
    secret = capsys.readouterr().out.split("signs: ")[1].split()[0]
    assert [call.said["sequence"] for call in there.calls] == [1, 2]
    for call in there.calls:
        Webhook(secret).verify(call.body, call.headers)
    assert await hooks.streams(rt) == 0


@pytest.mark.req("R152", "R14")
async def test_listen_waits_where_it_asks_too_much_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(listen, "_AGAIN", 0.0)
    asked: list[str] = []

    async def streams(_: web.Request) -> web.Response:
        return web.json_response({"id": "1", "secret": "whsec_x"}, status=201)

    async def stream(request: web.Request) -> web.Response:
        asked.append(request.query["after"])
        if len(asked) == 1:
            problem = {"code": "rate_limited", "detail": "Slower, please."}
            return web.json_response(problem, status=429, headers={"Retry-After": "0"})
        return web.json_response({"items": [{"sequence": 7, "kind": "message.queued", "id": "m", "body": "{}"}]})

    async def end(_: web.Request) -> web.Response:
        return web.json_response({"code": "too_busy", "detail": "Later."}, status=503)

    app = web.Application()
    app.add_routes(
        [
            web.post("/v1/events/streams", streams),
            web.get("/v1/events/stream", stream),
            web.delete("/v1/events/streams/1", end),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        await listen.hear(f"http://127.0.0.1:{runner.addresses[0][1]}", "key", None, ["*"], count=1)
    finally:
        await runner.cleanup()
    assert asked == ["0", "0"]
    told = capsys.readouterr().out
    assert "Slower, please." in told
    assert "message.queued" in told
