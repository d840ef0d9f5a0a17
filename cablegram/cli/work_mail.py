"""What `cablegram work` does for people who are told by mail: read what happened, look at balances, send letters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cablegram.alerts import balances, telling
from cablegram.cli.again import again
from cablegram.mail import send
from cablegram.mail.send import Postman
from cablegram.runtime import Runtime
from cablegram.support import by_mail

TELL_EVERY = 2.0
"""Seconds between two looks at what happened."""

_BALANCES_EVERY = 15.0
_FORGET_EVERY = 3_600.0


def teller(rt: Runtime) -> Callable[[], Awaitable[None]]:
    """Return the step that tells people what happened; it remembers when it looked at balances last."""
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
            await by_mail.forget(rt)
            forgot_at = now

    return step


async def deliver(rt: Runtime) -> None:
    """Send letters, until cancelled."""
    postman = Postman(rt)
    try:
        await again(rt, "letters", postman.step)
    finally:
        await postman.close()
