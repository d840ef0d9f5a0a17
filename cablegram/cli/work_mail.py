"""What `cablegram work` does for people who are told by mail: read what happened, look at balances, send letters."""

from __future__ import annotations

import asyncio

from cablegram.alerts import balances, telling
from cablegram.kit.errors import Unavailable
from cablegram.mail import send
from cablegram.mail.send import Postman
from cablegram.runtime import Runtime

_TELL_EVERY = 2.0
_BALANCES_EVERY = 15.0
_FORGET_EVERY = 3_600.0
_RETRY = 1.0
_PAUSE = 30.0  # seconds, after what nobody expected


async def tell(rt: Runtime) -> None:
    """Tell people what happened, until cancelled."""
    looked_at = forgot_at = -_FORGET_EVERY
    while True:
        now = rt.clock.monotonic()
        try:
            if now - looked_at >= _BALANCES_EVERY:
                await balances.watch(rt)
                looked_at = now
            await telling.step(rt)
            if now - forgot_at >= _FORGET_EVERY:
                await telling.forget(rt)
                await send.forget(rt)
                forgot_at = now
        except Unavailable as error:
            rt.log.warning("notices wait for the database", error=error.message)
        except Exception:  # whatever it is, campaigns do not wait for notices
            rt.log.exception("people could not be told by mail")
        await asyncio.sleep(_TELL_EVERY)


async def deliver(rt: Runtime) -> None:
    """Send letters, until cancelled."""
    postman = Postman(rt)
    try:
        while True:
            try:
                pause = await postman.step()
            except Unavailable as error:
                rt.log.warning("letters wait for the database", error=error.message)
                pause = _RETRY
            except Exception:  # nor for letters
                rt.log.exception("letters could not be sent")
                pause = _PAUSE
            await asyncio.sleep(pause)
    finally:
        await postman.close()
