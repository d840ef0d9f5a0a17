"""What `cablegram work` does for people who are told by mail: read what happened, look at balances, send letters."""

from __future__ import annotations

from cablegram.alerts import balances, telling
from cablegram.cli.again import again
from cablegram.mail import send
from cablegram.mail.send import Postman
from cablegram.runtime import Runtime

_TELL_EVERY = 2.0
_BALANCES_EVERY = 15.0
_FORGET_EVERY = 3_600.0
_PAUSE = 30.0  # seconds, after what nobody expected


async def tell(rt: Runtime) -> None:
    """Tell people what happened, until cancelled; whatever it is, campaigns do not wait for notices."""
    looked_at = forgot_at = -_FORGET_EVERY

    async def step() -> None:
        nonlocal looked_at, forgot_at
        now = rt.clock.monotonic()
        if now - looked_at >= _BALANCES_EVERY:
            await balances.watch(rt)
            looked_at = now
        await telling.step(rt)
        if now - forgot_at >= _FORGET_EVERY:
            await telling.forget(rt)
            await send.forget(rt)
            forgot_at = now

    fails = "people could not be told by mail"
    await again(rt, step, waits="notices wait for the database", every=_TELL_EVERY, fails=fails)


async def deliver(rt: Runtime) -> None:
    """Send letters, until cancelled; campaigns do not wait for letters either."""
    postman = Postman(rt)
    waits, fails = "letters wait for the database", "letters could not be sent"
    try:
        await again(rt, postman.step, waits=waits, fails=fails, pause_after_failure=_PAUSE)
    finally:
        await postman.close()
