"""Make and send webhooks until cancelled: what each `work` process does of it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from cablegram.kit.errors import Unavailable
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks.courier import Courier
from cablegram.webhooks.making import make

_IDLE = 0.2  # seconds until the next look for what happened
_ALONE = 1.0  # and while nobody listens
_RETRY = 1.0
_PAUSE = 30.0  # after what nobody expected
_NAMES = 64  # names of hosts that are looked up at once


async def run(rt: Runtime) -> None:
    """Make and send webhooks."""
    # A name server that says nothing holds a thread for half a minute, and a machine with two cores has six.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_NAMES, thread_name_prefix="names"))
    courier = Courier(rt)
    async with asyncio.TaskGroup() as both:
        both.create_task(courier.run())
        both.create_task(_keep_making(rt, courier))


async def _keep_making(rt: Runtime, courier: Courier) -> None:
    while True:
        began = rt.clock.monotonic()
        try:
            made = await make(rt)
        except Unavailable as error:
            rt.log.warning("webhooks wait for the database", error=error.message)
            await asyncio.sleep(_RETRY)
            continue
        except Exception:  # whatever it is, campaigns do not wait for webhooks
            rt.log.exception("webhooks could not be made")
            await asyncio.sleep(_PAUSE)
            continue
        if made:
            courier.nudge()
            # Messages on their way come before the telling of them: half the time is left to others.
            await asyncio.sleep(rt.clock.monotonic() - began)
        else:
            await asyncio.sleep(_ALONE if made is None else _IDLE)
