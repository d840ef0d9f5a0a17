"""What tests of dispatch share: connections as dispatchers have them, and an account that can send."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

import make
import traffic
from cablegram.accounts.access import Principal
from cablegram.kit.clock import SetClock
from cablegram.runtime.runtime import Runtime


@pytest.fixture
async def rt(database_url: str, clock: SetClock) -> AsyncIterator[Runtime]:
    """Give a runtime whose connections reach rows by key alone."""
    runtime = make.runtime(database_url, clock, hot=True)
    await runtime.db.open()
    yield runtime
    await runtime.db.close()


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    """Give an account with a simulated carrier, the demo tariff and credits for a thousand messages."""
    await traffic.open_ways(rt)
    return await make.account(rt, credits=5000)
