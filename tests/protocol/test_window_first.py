"""What a link does first when answers come."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from cablegram.connectors.contract import Arrival, Link, LinkState, Outgoing, Reply, Result
from cablegram.connectors.model import SmppSettings
from cablegram.connectors.smpp_link import SmppLink
from cablegram.connectors.smpp_login import Login
from cablegram.kit.ids import ConnectorId, MessageId, uuid7
from peers.node_smsc import node_smsc

WINDOW = 2


class Ear:
    """Hears of a link, and remembers how full its window was when it was told results."""

    def __init__(self) -> None:
        self.bound, self.done = asyncio.Event(), asyncio.Event()
        self.free: list[int] = []
        self.results = 0

    def on_results(self, link: Link, results: Sequence[Result]) -> None:
        assert isinstance(link, SmppLink)
        self.free.append(link.free)
        self.results += len(results)
        if self.results == 3 * WINDOW:
            self.done.set()

    def on_arrivals(self, link: Link, arrivals: Sequence[Arrival]) -> None:
        link.acknowledge(arrivals)

    def on_replies(self, link: Link, replies: Sequence[Reply]) -> None:
        pass

    def on_room(self, link: Link) -> None:
        pass

    def on_state(self, link: Link, state: LinkState, detail: str) -> None:  # noqa: ARG002 - of the Listener's form
        if state is LinkState.BOUND:
            self.bound.set()


@pytest.mark.req("R37")
async def test_answers_fill_the_window_again_before_they_are_told() -> None:
    ear = Ear()
    async with node_smsc(password="secret") as smsc:
        settings = SmppSettings(host="127.0.0.1", port=smsc.port, system_id="cablegram", window=WINDOW)
        link = SmppLink(ConnectorId(uuid7()), 0, Login(settings, "secret"), ear)
        running = asyncio.create_task(link.run())
        async with asyncio.timeout(20):
            await ear.bound.wait()
            number = "34600000000"
            link.send([Outgoing(MessageId(uuid7()), "12345", number, f"Hello {n}", 1) for n in range(3 * WINDOW)])
            await ear.done.wait()
        await link.stop(grace=1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert ear.free[0] == 0  # while others stand ready, no place stays empty for the time it takes to tell
