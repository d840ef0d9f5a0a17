"""Sending over HTTP: a described connector and the one loop of all providers, against a simulated one next door."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import cast

import msgspec
import structlog
import uvloop

from bench.machine import free_port
from bench.works import Row
from cablegram.connectors import registry
from cablegram.connectors.contract import Arrival, Link, LinkState, Outgoing, Reply, Result, Verdict
from cablegram.connectors.exchange_model import Exchange
from cablegram.connectors.http_link import HttpLink, Way
from cablegram.connectors.providers.generic.settings import GenericSecrets, GenericSettings
from cablegram.kit.clock import SystemClock
from cablegram.kit.ids import ConnectorId, MessageId, uuid7, uuid7s

_ACCOUNT, _SECRET = "bench", "bench-secret"
_ONE: dict[str, object] = {"to": "$$To", "from": "$$SenderID", "text": "$$Body", "ref": "$$MessageID"}
_SINGLE: dict[str, object] = {"payload": _ONE, "answer": {"id": "id"}}
_BATCH: dict[str, object] = {
    "payload": {"messages": [_ONE]},
    "batch": {"size": 1000, "key": "messages"},
    "answer": {"items": "results[*]", "id": "id"},
}


def single(*, count: int, concurrency: int = 100) -> Row:
    """One request a message, a hundred under way: from the claim's hand-over to the verdict."""
    with _provider() as url:
        return _row("http single", _settings(url, "send", _SINGLE, concurrency), count)


def batch(*, count: int, concurrency: int = 4) -> Row:
    """Requests of 1,000 messages."""
    with _provider() as url:
        return _row("http batch", _settings(url, "batch", _BATCH, concurrency), count)


def _settings(url: str, door: str, shape: dict[str, object], concurrency: int) -> GenericSettings:
    given = {
        "url": f"{url}/free/{door}",
        "auth": {"type": "basic", "username": _ACCOUNT, "password": "{{secret}}"},
        "concurrency": concurrency,
        **shape,
    }
    return msgspec.convert(given, GenericSettings)


@contextmanager
def _provider() -> Generator[str]:
    """Run a simulated provider, in its own process; it writes no journal and tells nobody of receipts."""
    port = free_port()
    words = [sys.executable, "-m", "cablegram", "provider", "generic", "--port", str(port), "--receipts", "none"]
    words += ["--account", _ACCOUNT, "--secret", _SECRET]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:
        try:
            if running.stdout:
                running.stdout.readline()
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def _row(work: str, settings: GenericSettings, count: int) -> Row:
    """Send so many messages; requests and answers are kept for the log of exchanges as they always are."""
    provider = registry.build("generic", settings, GenericSecrets(values={"secret": _SECRET}))
    most = registry.kind_of("generic").most(settings)
    way = Way(provider, settings, most, allowed=("127.0.0.1",))
    began = time.process_time()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        seconds, taken, requests = runner.run(_send(way, count))
    cpu = {"loop": round((time.process_time() - began) / count * 1e6, 1)}
    note = f"{requests} requests" + (f"; {count - taken} not taken" if taken != count else "")
    return Row(work, "cablegram", count / seconds, cpu=cpu, note=note)


async def _send(way: Way, count: int) -> tuple[float, int, int]:
    ear = _Ear(count)
    link = HttpLink(ConnectorId(uuid7()), 0, way, ear, clock=SystemClock(), log=structlog.get_logger())
    running = asyncio.create_task(link.run())
    began = time.monotonic()
    ear.fill(link)
    await ear.done.wait()
    seconds = time.monotonic() - began
    await link.stop(grace=1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return seconds, ear.taken, ear.requests


class _Ear:
    """Hears of a link, and hands it the next messages whenever it has room."""

    def __init__(self, count: int) -> None:
        self.done = asyncio.Event()
        self.left, self.waiting = iter(_messages(count)), count
        self.taken = self.requests = 0

    def fill(self, link: HttpLink) -> None:
        while room := link.room():
            some = list(islice(self.left, room))
            if not some:
                return
            link.send(some)

    def on_results(self, link: Link, results: Sequence[Result]) -> None:  # noqa: ARG002 - of the Listener's form
        self.waiting -= len(results)
        self.taken += sum(one.parts[0].verdict is Verdict.TAKEN for one in results)
        if not self.waiting:
            self.done.set()

    def on_room(self, link: Link) -> None:
        self.fill(cast("HttpLink", link))

    def on_exchange(self, link: Link, exchange: Exchange) -> None:  # noqa: ARG002 - as above
        self.requests += exchange.status is not None

    def on_trouble(self, link: Link, reason: str) -> None:
        raise RuntimeError(f"{link}: {reason}")

    def on_arrivals(self, link: Link, arrivals: Sequence[Arrival]) -> None:
        """Nothing arrives so."""

    def on_replies(self, link: Link, replies: Sequence[Reply]) -> None:
        """Nothing is asked."""

    def on_state(self, link: Link, state: LinkState, detail: str) -> None:
        """States are of no interest here."""


def _messages(count: int) -> Iterator[Outgoing]:
    for n, its_id in enumerate(uuid7s(count)):
        # The last four digits choose what a simulated provider does; from 1000 on nothing special.
        number = f"346{n // 9000:04d}{1000 + n % 9000:04d}"
        yield Outgoing(MessageId(its_id), "1000", number, f"Hello, you are number {n}.", 1)
