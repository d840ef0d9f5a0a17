"""The API, served on loopback by the web server that serves it anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

import callers
import traffic
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from callers import Provider
from calling import Client, Served, serving


@pytest.fixture
async def served(rt: Runtime) -> AsyncIterator[Served]:
    """Give a running API with prices and a connector."""
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    async with serving(rt) as api:
        yield api


@pytest.fixture
async def customer(served: Served) -> Client:
    """Give a customer in Spain with 100 credits."""
    return await served.customer()


@pytest.fixture
async def provider(rt: Runtime) -> Provider:
    """Give a connector to Twilio."""
    return await callers.twilio(rt)
