"""`cablegram listen` hands events on to a program at home, signed, over nothing but the API."""

from __future__ import annotations

import asyncio

import pytest
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
