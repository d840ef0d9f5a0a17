"""A link over HTTP with a provider that stumbles: what can't be written stops nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

import make
from cablegram.connectors.contract import Arrival, Link, LinkState, Outgoing, PartResult, Reply, Result, Verdict
from cablegram.connectors.exchange_model import Exchange
from cablegram.connectors.http_link import HttpLink, Way
from cablegram.connectors.providers.contract import (
    Callback,
    CallbackRequest,
    Context,
    HttpAnswer,
    HttpRequest,
    Reading,
    Shipment,
)
from cablegram.connectors.providers.kinds import HttpSettings
from cablegram.kit.ids import ConnectorId, MessageId, uuid7


class Stumbling:
    """A provider that can't write one text, and has nothing to ask about the others."""

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:  # noqa: ARG002 - of the form
        if any(one.text == "poison" for one in batch):
            raise ValueError("no request can hold this")
        taken = [[PartResult(Verdict.TAKEN, provider_id=one.id.hex)] for one in batch]
        return [Shipment(HttpRequest("POST", "http://nowhere.test"), tuple(batch), Reading(taken))]

    def read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        raise AssertionError(f"nobody asked: {shipment} {answer}")

    def hear(self, request: CallbackRequest, *, now: datetime) -> Callback:
        raise AssertionError(f"nobody calls: {request} {now}")

    def secrets(self) -> Sequence[str]:
        return ()


class Heard:
    """Notes what a link tells."""

    def __init__(self, wanted: int) -> None:
        self.results: list[Result] = []
        self.are_all = asyncio.Event()
        self._wanted = wanted

    def on_results(self, link: Link, results: Sequence[Result]) -> None:  # noqa: ARG002 - of the Listener's form
        self.results += results
        if len(self.results) >= self._wanted:
            self.are_all.set()

    def on_arrivals(self, link: Link, arrivals: Sequence[Arrival]) -> None:
        raise AssertionError(f"nothing arrives: {link} {arrivals}")

    def on_replies(self, link: Link, replies: Sequence[Reply]) -> None:
        raise AssertionError(f"nothing was asked: {link} {replies}")

    def on_room(self, link: Link) -> None:
        """Have nothing more to send."""

    def on_state(self, link: Link, state: LinkState, detail: str) -> None:
        """Take no note."""

    def on_exchange(self, link: Link, exchange: Exchange) -> None:
        """Take no note."""

    def on_trouble(self, link: Link, reason: str) -> None:
        raise AssertionError(f"no trouble: {link} {reason}")


async def test_a_message_that_no_request_can_hold_is_refused_alone() -> None:
    heard = Heard(wanted=3)
    settings = HttpSettings()
    link = HttpLink(
        ConnectorId(uuid7()), 0, Way(Stumbling(), settings, 10), heard, clock=make.clock(), log=structlog.get_logger()
    )
    running = asyncio.create_task(link.run())
    link.send([Outgoing(MessageId(uuid7()), "Shop", "34600000001", text, 1) for text in ("one", "poison", "two")])
    async with asyncio.timeout(10):
        await heard.are_all.wait()
    await link.stop(grace=1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    verdicts = {result.outgoing.text: result.parts[0].verdict for result in heard.results if result.outgoing}
    assert verdicts == {"one": Verdict.TAKEN, "poison": Verdict.REFUSED, "two": Verdict.TAKEN}
    assert len(heard.results) == 3


class Waiting(Stumbling):
    """A provider whose requests go where nobody is."""

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:  # noqa: ARG002 - of the form
        return [Shipment(HttpRequest("POST", "http://127.0.0.1:9/"), (one,)) for one in batch]


async def test_each_message_gets_one_result_though_its_link_ends_before_the_request_begins() -> None:
    heard = Heard(wanted=3)
    way = Way(Waiting(), HttpSettings(concurrency=2), 1)
    link = HttpLink(ConnectorId(uuid7()), 0, way, heard, clock=make.clock(), log=structlog.get_logger())
    running = asyncio.create_task(link.run())
    await asyncio.sleep(0)
    running.cancel()
    link.send([Outgoing(MessageId(uuid7()), "Shop", "34600000001", text, 1) for text in ("one", "two", "three")])
    await asyncio.gather(running, return_exceptions=True)
    await link.stop(grace=1)

    assert sorted(result.outgoing.text for result in heard.results if result.outgoing) == ["one", "three", "two"]
    assert link.is_empty()
    assert link.room() == 0
