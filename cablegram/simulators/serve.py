"""Run the carrier: SMPP on one port, its phones over HTTP on another."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from cablegram.kit.clock import SystemClock
from cablegram.kit.errors import Unavailable
from cablegram.simulators import handset_http
from cablegram.simulators.carrier import Carrier
from cablegram.simulators.journal import Journal
from cablegram.simulators.link import CarrierLink
from cablegram.simulators.options import CarrierOptions

_GOOD_BYE: Final = 2.0
"""How long clients have to answer our unbind, in seconds."""


@dataclass(frozen=True, slots=True)
class Running:
    """A carrier at work, and where: the ports are the real ones when 0 was asked for."""

    carrier: Carrier
    host: str
    smpp_port: int
    http_port: int

    @property
    def http_url(self) -> str:
        """Where the phones are."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.http_port}"


@asynccontextmanager
async def running(options: CarrierOptions) -> AsyncGenerator[Running]:
    """Run a carrier for as long as the block lasts. Raises Unavailable (`port_in_use`)."""
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        journal = None
        if options.journal is not None:
            journal = Journal(options.journal)
            stack.callback(journal.close)
        carrier = Carrier(options, clock=SystemClock(), journal=journal)
        runner = web.AppRunner(handset_http.app(carrier), access_log=None, shutdown_timeout=_GOOD_BYE)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)

        def link() -> CarrierLink:
            return CarrierLink(carrier, window=options.deliver_window, timeout=options.deliver_timeout)

        with _naming(options.host, options.smpp_port):
            smpp = await loop.create_server(link, options.host, options.smpp_port)
        stack.push_async_callback(_close, smpp, carrier)
        site = web.TCPSite(runner, options.host, options.http_port)
        with _naming(options.host, options.http_port):
            await site.start()
        yield Running(carrier, options.host, smpp.sockets[0].getsockname()[1], runner.addresses[0][1])


async def serve(options: CarrierOptions, *, announce: Callable[[Running], None]) -> None:
    """Run a carrier until SIGTERM or SIGINT; call `announce` once it listens. Raises Unavailable (`port_in_use`)."""
    # What the start has made stays: the collector need not look through it again and again while messages pass.
    gc.freeze()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with running(options) as carrier:
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        announce(carrier)
        await stop.wait()


@contextmanager
def _naming(host: str, port: int) -> Generator[None]:
    """Say which port it was that could not be had."""
    try:
        yield
    except OSError as problem:
        message = f"The carrier can't listen on {host} port {port} ({problem.strerror}): choose another port."
        raise Unavailable("port_in_use", message) from problem


async def _close(server: asyncio.Server, carrier: Carrier) -> None:
    """Take no more connections, say good-bye, and cut off those who do not answer in time."""
    server.close()
    carrier.stop()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GOOD_BYE):
            await carrier.deserted()
    for link in tuple(carrier.links):
        link.cut()
    await carrier.deserted()
