"""`cablegram dispatch`: the links to carriers."""

from __future__ import annotations

import asyncio
from functools import partial

from cablegram.billing.prices import Prices
from cablegram.cli.opening import HERE, Place, read_settings, run, with_database
from cablegram.cli.stopping import until_stopped
from cablegram.dispatch.dispatcher import Dispatcher
from cablegram.inbound.receive import receive
from cablegram.overview import report
from cablegram.runtime import Runtime


def dispatch(*, place: Place = HERE) -> None:
    """Keep links to all connectors and send what waits. Several may run: they share the links."""
    with with_database(read_settings(place)) as settings:
        run(settings, _dispatch, process="dispatch", hot=True)


async def _dispatch(rt: Runtime) -> None:
    # The one callback that goes down: texts that links receive are a matter of the room above.
    await until_stopped(asyncio.create_task(_together(rt, Dispatcher(rt, on_texts=partial(receive, prices=Prices())))))


async def _together(rt: Runtime, dispatcher: Dispatcher) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(dispatcher.run())
        group.create_task(report.keep_reporting(rt, "dispatch"))
