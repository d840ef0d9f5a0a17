"""One forecast of an account at a time: it reads everybody, and who asks for ten at once would have the machine alone.

Kept in the process that answers; several of them do as many at most. Who comes meanwhile waits and holds nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from cablegram.kit.errors import Conflict
from cablegram.kit.ids import AccountId

PATIENCE = 15.0
"""Seconds that somebody waits for another's forecast: that of a million people takes ten."""

_at_work: dict[AccountId, asyncio.Event] = {}


@asynccontextmanager
async def turn(account_id: AccountId, *, patience: float = PATIENCE) -> AsyncGenerator[None]:
    """Have an account's turn for a block. Raises Conflict (`forecast_running`) where it does not come in time."""
    await _wait(account_id, patience)
    ended = _at_work[account_id] = asyncio.Event()
    try:
        yield
    finally:
        del _at_work[account_id]
        ended.set()


async def _wait(account_id: AccountId, patience: float) -> None:
    try:
        async with asyncio.timeout(patience):
            while account_id in _at_work:
                await _at_work[account_id].wait()
    except TimeoutError:
        message = "Another forecast of this account is being made, and they are made one by one. Ask again in a moment."
        raise Conflict("forecast_running", message) from None
