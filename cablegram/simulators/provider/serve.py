"""Run a simulated provider: inside a block of somebody's own loop, or as a process until it is stopped."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from cablegram.kit.clock import SystemClock
from cablegram.kit.errors import Unavailable
from cablegram.simulators.provider import doors
from cablegram.simulators.provider.calling import Caller
from cablegram.simulators.provider.desk import Desk
from cablegram.simulators.provider.ledger import Ledger
from cablegram.simulators.provider.options import ProviderOptions
from cablegram.simulators.provider.shape import Api

_GOOD_BYE: Final = 1.0
"""How long requests under way have to end, in seconds."""


@dataclass(frozen=True, slots=True)
class RunningProvider:
    """A provider at work, and where: the port is the real one when 0 was asked for."""

    desk: Desk
    host: str
    port: int
    closing: asyncio.Event

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def let_go(self) -> None:
        """Break off the requests that hang; from now on none hangs any more."""
        self.closing.set()


@asynccontextmanager
async def running(api: Api, options: ProviderOptions) -> AsyncGenerator[RunningProvider]:
    """Run a provider for as long as the block lasts. Raises Unavailable (`port_in_use`)."""
    async with AsyncExitStack() as stack:
        ledger = Ledger(options.journal)
        stack.callback(ledger.close)
        caller = Caller(options)
        caller.open()
        stack.push_async_callback(caller.close)
        desk = Desk(api, options, clock=SystemClock(), ledger=ledger, caller=caller)
        stack.callback(desk.close)
        closing = asyncio.Event()
        runner = web.AppRunner(doors.app(desk, closing), access_log=None, shutdown_timeout=_GOOD_BYE)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.callback(closing.set)
        try:
            await web.TCPSite(runner, options.host, options.port).start()
        except OSError as problem:
            where = f"{options.host} port {options.port}"
            message = f"The provider can't listen on {where} ({problem.strerror}): choose another port."
            raise Unavailable("port_in_use", message) from problem
        yield RunningProvider(desk, options.host, runner.addresses[0][1], closing)


async def serve(api: Api, options: ProviderOptions, *, announce: Callable[[RunningProvider], None]) -> None:
    """Run a provider until SIGTERM or SIGINT; call `announce` once it listens. Raises Unavailable (`port_in_use`)."""
    # What the start has made stays: the collector need not look through it again and again while messages pass.
    gc.freeze()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with running(api, options) as provider:
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        announce(provider)
        await stop.wait()
