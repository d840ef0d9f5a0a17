"""The system that is killed: the API, the links and the campaigns' work in one process, on one event loop.

It is made of the same parts as `cablegram serve`, `dispatch` and `work`, with two differences: campaigns are made in
slices of 20 people, so that a campaign of 60 has several, and nothing waits ten minutes for its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import uvloop

from cablegram.api.app import Api
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.work import Worker
from cablegram.cli.listening import listen
from cablegram.cli.web import web_server
from cablegram.cli.work import HANDLERS
from cablegram.dispatch import sweep
from cablegram.dispatch.dispatcher import Dispatcher
from cablegram.inbound.callback_desk import CallbackDesk
from cablegram.inbound.receive import receive
from cablegram.jobs.run import Runner
from cablegram.kit.errors import Unavailable
from cablegram.kit.seal import Seal
from cablegram.messages import tally, upkeep
from cablegram.messages.desk import Desk
from cablegram.numbers import e164 as numbers
from cablegram.runtime import Runtime, logging
from cablegram.runtime.database import Database
from cablegram.runtime.settings import Settings
from cablegram.webhooks import run as webhooks
from calling import with_lifespan
from proving.arming import arm
from proving.orders import Order

SLICE = 20
_SEATS = 8
_PAUSE = 0.1


def warm_up() -> None:
    """Do once what every life would do again: lazy imports, tables of numbers."""
    put_together(Order(database_url="postgresql://nobody@127.0.0.1:1/nothing", port=1, log="", told="", cluster=""))
    numbers.parse_many(["+34600000118", "+3461"], "ES")


@dataclass(frozen=True, slots=True)
class System:
    """What all lives of a run have in common, put together once before the first is forked: most of it are routes."""

    rt: Runtime
    desk: Desk
    callback_desk: CallbackDesk
    api: Api


def put_together(order: Order) -> System:
    """Make the system for a database and a port; nothing of it is open."""
    settings = Settings(
        database_url=order.database_url,
        port=order.port,
        public_url=f"http://127.0.0.1:{order.port}",
        pool_size=_SEATS,
        allow_private_providers=("127.0.0.1",),
        allow_private_customers=("127.0.0.1",),
    )
    rt = _runtime(settings, hot=False)
    desk, callback_desk = Desk(rt), CallbackDesk(rt)
    return System(rt, desk, callback_desk, Api(rt, desk, callback_desk))


def live(system: System, order: Order) -> None:
    """Run the system until it is killed."""
    logging.configure(level="warning", as_json=False, process="victim")
    arm(order)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_live(system, order))


async def _live(system: System, order: Order) -> None:
    rt = system.rt
    async with _opened(rt), _opened(_runtime(rt.settings, hot=True)) as links, asyncio.TaskGroup() as group:
        system.desk.open()
        system.callback_desk.open()
        server = web_server(with_lifespan(system.api), system.api)
        group.create_task(server.serve(sockets=[listen(rt.settings.host, rt.settings.port)]))
        group.create_task(Dispatcher(links, on_texts=receive).run())
        group.create_task(_campaigns(rt))
        group.create_task(webhooks.run(rt))
        group.create_task(Runner(rt, HANDLERS).run())
        group.create_task(_housekeeping(rt, gives_up=order.gives_up))


def _runtime(settings: Settings, *, hot: bool) -> Runtime:
    db = Database(settings.database_url or "", size=settings.pool_size, hot=hot, name="victim")
    return Runtime(settings, db, Seal(bytes(32)))


@asynccontextmanager
async def _opened(rt: Runtime) -> AsyncGenerator[Runtime]:
    await rt.db.open()
    try:
        yield rt
    finally:
        await rt.db.close()


async def _campaigns(rt: Runtime) -> None:
    worker = Worker(rt, fan_out=FanOut(slice_size=SLICE))
    while True:
        try:
            pause = await worker.step()
        except Unavailable as error:
            rt.log.warning("campaigns wait for the database", error=error.message)
            pause = _PAUSE
        await asyncio.sleep(min(pause, _PAUSE))


async def _housekeeping(rt: Runtime, *, gives_up: bool) -> None:
    while True:
        try:
            await upkeep.prepare_days(rt)
            await upkeep.forget_keys(rt)
            await tally.fold(rt)
            while gives_up and await sweep.give_up(rt, after=timedelta(0)):
                pass
        except Unavailable as error:
            rt.log.warning("housekeeping waits for the database", error=error.message)
        await asyncio.sleep(_PAUSE * 5)
